import type { TokenPrices } from './token-prices.ts';

/** All prices of one model, with where they were read. */
export interface OverrideRow {
  readonly usdPerMillionTokens: TokenPrices;
  /** What the whole of a call costs in multiples of its prices, where its input is longer than `above` tokens. */
  readonly long?: { readonly above: number; readonly input: number; readonly output: number };
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

const sonnet55 = { input: 2, output: 10, cacheWrites: { '5m': 2.5, '1h': 4 } };

/** Of the whole call, cache rates as input; exactly 272 000 tokens are still short. */
const gpt6Long = { above: 272_000, input: 2, output: 1.5 };

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
  'anthropic/claude-haiku-5-5': {
    usdPerMillionTokens: { input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrites: { '5m': 0.125, '1h': 0.2 } },
    long: { above: 100_000, input: 5, output: 5 },
    changes: [],
    asOf: '2026-11-22',
    source: 'https://platform.claude.com/docs/en/models/haiku-5-5/overview',
  },
  'anthropic/claude-sonnet-5-5': {
    usdPerMillionTokens: { ...sonnet55, cacheRead: 0.2 },
    changes: [{ from: '2026-10-07', usdPerMillionTokens: { ...sonnet55, cacheRead: 0.1 } }],
    asOf: '2026-11-22',
    source: 'https://github.com/TheKrush/PromptFuel/releases/tag/v1.0.23',
  },
  'openai/gpt-6.1-terra': {
    usdPerMillionTokens: { input: 1, output: 5, cacheRead: 0.05, cacheWrites: { '30m': 1.25, '12h': 2.5 } },
    long: gpt6Long,
    changes: [],
    asOf: '2026-11-22',
    source: 'https://apidog.com/de/blog/gpt-6-1-terra-pricing/',
  },
  'openai/gpt-6.1-sol': {
    usdPerMillionTokens: { input: 2, output: 10, cacheRead: 0.1, cacheWrites: { '30m': 2.5 } },
    long: gpt6Long,
    changes: [],
    asOf: '2026-11-22',
    source: 'https://github.com/TheKrush/PromptFuel/releases/tag/v1.0.22',
  },
  'openai/gpt-6.2-sol': {
    usdPerMillionTokens: { input: 2, output: 10, cacheRead: 0.1, cacheWrites: { '30m': 2.5, '12h': 5 } },
    long: gpt6Long,
    changes: [],
    asOf: '2026-11-22',
    source: 'https://developers.openai.com/api/docs/models/gpt-6.2-sol',
  },
};

/**
 * The prices of a row for one call.
 *
 * @param at - Time of the call, milliseconds since the epoch.
 * @param inputTokens - All of its input, cached or not: a long one has other prices.
 */
export function pricesInForce(row: OverrideRow, at: number, inputTokens: number): TokenPrices {
  const change = row.changes.findLast(({ from }) => at >= Date.parse(`${from}T00:00:00Z`));
  const prices = (change ?? row).usdPerMillionTokens;
  return row.long === undefined || inputTokens <= row.long.above ? prices : scaled(prices, row.long);
}

function scaled(prices: TokenPrices, factor: { readonly input: number; readonly output: number }): TokenPrices {
  const { input, output, cacheRead, cacheWrites } = prices;
  return {
    input: input * factor.input,
    output: output * factor.output,
    ...(cacheRead === undefined ? {} : { cacheRead: cacheRead * factor.input }),
    ...(cacheWrites === undefined ? {} : { cacheWrites: scaledWrites(cacheWrites, factor.input) }),
  };
}

function scaledWrites(prices: NonNullable<TokenPrices['cacheWrites']>, factor: number) {
  if (typeof prices === 'number') return prices * factor;
  return Object.fromEntries(Object.entries(prices).map(([ttl, price]) => [ttl, price * factor]));
}
