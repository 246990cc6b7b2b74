import { calcPrice } from '@pydantic/genai-prices';
import { AgentError, inputTokens, messageOf, type ModelRef } from '@harness-sdk/core';
import { isCatalogProvider, toCatalogModel } from './catalog-provider.ts';
import { withoutVersion } from './model-id.ts';
import type { PricedUsage } from './token-prices.ts';

/** Day of the newest price in the catalogue of the installed `@pydantic/genai-prices`, which is pinned to 0.1.8. */
export const catalogDate = '2026-09-22';

type Calculation = NonNullable<ReturnType<typeof calcPrice>>;
type Match = Calculation['model']['match'];

/**
 * US dollars by the bundled catalogue, or `undefined` where it does not have this very model, or a price for each
 * kind of token that was used.
 *
 * Tiers and dated prices are the catalogue's: the tier follows all input of the call, the price list its time.
 *
 * @param at - Time of the call, milliseconds since the epoch.
 * @throws AgentError `internal` where the catalogue cannot price what it has: a row of it is broken.
 */
export function catalogUsd(usage: PricedUsage, model: ModelRef, at: number): number | undefined {
  const { provider, id } = toCatalogModel(model);
  if (!isCatalogProvider(provider)) return undefined;
  const calculation = calculate(toCatalogUsage(usage), id, provider, at);
  if (calculation === null || !isNamed(calculation.model, id)) return undefined;
  return hasPrices(calculation.model_price, usage) ? calculation.total_price : undefined;
}

function calculate(usage: Record<string, number>, id: string, providerId: string, at: number): Calculation | null {
  try {
    return calcPrice(usage, id, { providerId, timestamp: new Date(at) });
  } catch (error) {
    const problem = `The price catalogue failed on ${providerId}/${id}: ${messageOf(error)}`;
    throw new AgentError('internal', problem, { cause: error });
  }
}

/**
 * The catalogue counts all input under `input_tokens` and takes cached tokens out of it. It refuses one-hour writes
 * that are not among all writes too.
 */
function toCatalogUsage(usage: PricedUsage): Record<string, number> {
  const writes = usage.cacheWrites.reduce((sum, write) => sum + write.tokens, 0);
  return {
    input_tokens: inputTokens(usage),
    cache_read_tokens: usage.cacheRead,
    cache_write_tokens: writes,
    cache_write_1h_tokens: usage.cacheWrites.reduce((sum, { ttl, tokens }) => sum + (ttl === '1h' ? tokens : 0), 0),
    output_tokens: usage.output,
  };
}

/**
 * True where the catalogue means this very model. It finds models by prefix, so that `claude-sonnet-5-5` gives the
 * price of `claude-sonnet-5`; here a name must be equal, but for a date or `-latest` at the end.
 */
function isNamed(row: Calculation['model'], id: string): boolean {
  const asked = id.toLowerCase();
  const names = [row.id, row.id.replace(/-latest$/, ''), ...exactNames(row.match)].map((name) => name.toLowerCase());
  return names.includes(asked) || names.includes(withoutVersion(asked));
}

function exactNames(match: Match): string[] {
  if ('equals' in match) return [match.equals];
  return 'or' in match ? match.or.flatMap(exactNames) : [];
}

/**
 * True where each kind of token that was used has a price. The catalogue would price a kind that has none as 0 or as
 * plain input. That is right for cache reads, which never cost more; it is wrong for output, writes and reasoning.
 */
function hasPrices(prices: Calculation['model_price'], usage: PricedUsage): boolean {
  const has = (key: string): boolean => prices[key] !== undefined;
  if (!has('input_mtok') || !has('output_mtok') || has('output_reasoning_mtok')) return false;
  return usage.cacheWrites.every(({ ttl }) => {
    if (ttl === '1h') return has('cache_write_1h_mtok');
    // Where lifetimes differ in price, the plain one is that of five minutes.
    if (has('cache_write_1h_mtok') && ttl !== '5m' && ttl !== 'default') return false;
    return has('cache_write_mtok');
  });
}
