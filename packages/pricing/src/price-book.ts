import {
  OptionError,
  checkOptions,
  inputTokens,
  type ModelRef,
  type Price,
  type PriceBook,
  type Usage,
} from '@harness-sdk/core';
import { catalogDate, catalogUsd } from './catalog.ts';
import { toCatalogModel } from './catalog-provider.ts';
import { withoutVersion } from './model-id.ts';
import { overrides as ownOverrides, pricesInForce } from './overrides.ts';
import { checkOverrides, type PriceOverride } from './price-override.ts';
import { tierFactor } from './service-tier.ts';
import { toPricedUsage, usdOf } from './token-prices.ts';

/** What {@link createPriceBook} takes. */
export interface PriceBookOptions {
  /**
   * Your prices by `provider/model`, such as `openrouter/anthropic/claude-opus-5.5`. They come before every other. An
   * id without a date or `-latest` also stands for the same id with one.
   */
  readonly overrides?: Readonly<Record<string, PriceOverride>>;
}

/**
 * A price book over the catalogue of `@pydantic/genai-prices`, which is bundled: no network, ever.
 *
 * Your overrides come first, then the few prices this package knows better than the catalogue, then the catalogue. A
 * model is found by its exact id, or by its id without a date or `-latest` at the end, and never by a prefix of it. The
 * price is `undefined`, and never 0, where the model is unknown, where input or output tokens were not reported, or
 * where a kind of token that was used has no known price.
 *
 * Prices are those of the global endpoint, in force at the time of the call, for tokens: regional surcharges and tools that
 * the provider runs are not in it. Of service tiers it knows those that are a multiple of the ordinary price; in another one
 * the price is `undefined`. Your overrides hold in any tier.
 *
 * @throws OptionError for an override that is no price.
 *
 * @example
 * const prices = createPriceBook();
 * prices.price({ input: 1_000_000, output: 0 }, { provider: 'anthropic', id: 'claude-opus-5-5' }, Date.now());
 * // { usd: 4, basis: 'catalog', asOf: '2026-09-22' }
 */
export function createPriceBook(options: PriceBookOptions = {}): PriceBook {
  checkOptions('createPriceBook', options, { overrides: { type: 'object' } });
  checkOverrides(options.overrides ?? {});
  const overrides = new Map(Object.entries(options.overrides ?? {}));
  return {
    price(usage: Usage, model: ModelRef, at: number, serviceTier?: string): Price | undefined {
      if (Number.isNaN(new Date(at).getTime())) {
        throw new OptionError('at', `Expected \`at\` to be a time in milliseconds since the epoch, got ${String(at)}.`);
      }
      const priced = toPricedUsage(usage);
      if (priced === undefined) return undefined;
      const override = byId(overrides, model);
      if (override !== undefined) {
        return toPrice(usdOf(priced, override.usdPerMillionTokens), override.asOf, 'override');
      }
      const named = toCatalogModel(model);
      const factor = tierFactor(named, serviceTier);
      if (factor === undefined) return undefined;
      const row = byId(ownRows, named);
      if (row === undefined) return toPrice(times(factor, catalogUsd(priced, model, at)), catalogDate, 'catalog');
      return toPrice(times(factor, usdOf(priced, pricesInForce(row, at, inputTokens(priced)))), row.asOf, 'override');
    },
  };
}

const ownRows = new Map(Object.entries(ownOverrides));

function byId<Row>(rows: ReadonlyMap<string, Row>, { provider, id }: ModelRef): Row | undefined {
  return rows.get(`${provider}/${id}`) ?? rows.get(`${provider}/${withoutVersion(id)}`);
}

function times(factor: number, usd: number | undefined): number | undefined {
  return usd === undefined ? undefined : factor * usd;
}

function toPrice(usd: number | undefined, asOf: string, basis: Price['basis']): Price | undefined {
  return usd === undefined ? undefined : { usd, basis, asOf };
}
