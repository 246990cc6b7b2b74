import type { TokenPrices } from './token-prices.ts';

/** All prices of one model, with where they were read. */
export interface OverrideRow {
  readonly usdPerMillionTokens: TokenPrices;
  /** Later prices, oldest first: each from the beginning of its day, UTC, `YYYY-MM-DD`. */
  readonly changes: readonly { readonly from: string; readonly usdPerMillionTokens: TokenPrices }[];
  /** Day on which the source was read, `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly source: string;
}

const gemini4: Pick<OverrideRow, 'usdPerMillionTokens' | 'changes'> = {
  usdPerMillionTokens: { input: 2, output: 10, cacheRead: 0.1 },
  changes: [{ from: '2026-12-01', usdPerMillionTokens: { input: 4, output: 20, cacheRead: 0.2 } }],
};

/**
 * Prices by `provider/model` that the catalogue does not have yet. Every row is a published fact: a model whose price
 * nobody has published stays unknown. A row goes when the catalogue has caught up; a test says when.
 */
export const overrides: Readonly<Record<string, OverrideRow>> = {
  'google/gemini-4-argon': {
    ...gemini4,
    asOf: '2026-11-22',
    source: 'https://github.com/BerriAI/litellm/discussions/46238',
  },
  'google/gemini-4-carbon': {
    ...gemini4,
    asOf: '2026-11-22',
    source: 'https://github.com/BerriAI/litellm/discussions/50970',
  },
};

/** The prices of a row at a time, milliseconds since the epoch. */
export function pricesInForce(row: OverrideRow, at: number): TokenPrices {
  const change = row.changes.findLast(({ from }) => at >= Date.parse(`${from}T00:00:00Z`));
  return (change ?? row).usdPerMillionTokens;
}
