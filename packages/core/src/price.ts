import type { Usage } from './usage.ts';

/**
 * Where a cost comes from.
 *
 * - `provider`: the provider sent the amount itself.
 * - `catalog`: token counts times a published price table.
 * - `override`: token counts times a price that the caller or this SDK put over the table.
 * - `local`: the model runs here and costs nothing.
 */
export type CostBasis = 'provider' | 'catalog' | 'override' | 'local';

/** Price of one model call. */
export interface Price {
  /** US dollars, unrounded. */
  readonly usd: number;
  readonly basis: CostBasis;
  /** Day of the price table, `YYYY-MM-DD`; absent where there is none. */
  readonly asOf?: string;
}

/** Which model was called. */
export interface ModelRef {
  readonly provider: string;
  readonly id: string;
}

/** Knows what a model call costs. */
export interface PriceBook {
  /**
   * Price of a call with these token counts.
   *
   * @param at - Time of the call, milliseconds since the epoch: prices change.
   * @param serviceTier - As the provider names it; absent for the ordinary one.
   * @returns `undefined` where the model has no known price. Never a guess, never a false 0.
   */
  price(usage: Usage, model: ModelRef, at: number, serviceTier?: string): Price | undefined;
}
