import { OptionError, checkOptions, type OptionRules } from '@harness-sdk/core';
import type { TokenPrices } from './token-prices.ts';

/** A price that you put over the catalogue, or give for a model that it does not have. */
export interface PriceOverride {
  readonly usdPerMillionTokens: TokenPrices;
  /** Day on which these prices were agreed or read, `YYYY-MM-DD`; it comes back as `Price.asOf`. */
  readonly asOf: string;
}

const priceRules: OptionRules = {
  input: { type: 'number', min: 0, required: true },
  output: { type: 'number', min: 0, required: true },
  cacheRead: { type: 'number', min: 0 },
  cacheWrites: {},
};
const overrideRules: OptionRules = {
  usdPerMillionTokens: { type: 'object', required: true, fields: priceRules },
  asOf: { type: 'string', required: true },
};
const owner = 'createPriceBook';

/**
 * Checks what a caller gave as overrides.
 *
 * @throws OptionError that names the option, what it got and what it should be.
 */
export function checkOverrides(overrides: Readonly<Record<string, PriceOverride>>): void {
  for (const [name, override] of Object.entries(overrides)) {
    const path = `overrides[${JSON.stringify(name)}]`;
    if (!/^[^/]+\/./s.test(name)) {
      const hint = 'Write "anthropic/claude-opus-5-5".';
      throw new OptionError(
        path,
        `Expected the names in \`overrides\` to be provider/model, got ${JSON.stringify(name)}. ${hint}`,
      );
    }
    checkOptions(owner, override, overrideRules, `${path}.`);
    checkPrices(`${path}.usdPerMillionTokens`, override.usdPerMillionTokens);
    checkDay(`${path}.asOf`, override.asOf);
  }
}

function checkPrices(path: string, prices: TokenPrices): void {
  const { cacheWrites, ...plain } = prices;
  for (const [name, price] of Object.entries(plain)) checkPrice(`${path}.${name}`, price);
  if (cacheWrites === undefined) return;
  if (typeof cacheWrites === 'number') return checkPrice(`${path}.cacheWrites`, cacheWrites);
  const lifetimes = `${path}.cacheWrites`;
  // Any name is a lifetime, so that all that is left to check of an object is its values.
  checkOptions(
    owner,
    cacheWrites,
    Object.fromEntries(Object.keys(cacheWrites).map((ttl) => [ttl, {}])),
    `${lifetimes}.`,
  );
  for (const [ttl, price] of Object.entries(cacheWrites)) checkPrice(`${lifetimes}[${JSON.stringify(ttl)}]`, price);
}

function checkPrice(path: string, price: unknown): void {
  if (price === undefined || (typeof price === 'number' && Number.isFinite(price) && price >= 0)) return;
  const got = typeof price === 'number' ? String(price) : typeof price;
  throw new OptionError(path, `Expected \`${path}\` to be US dollars per million tokens, 0 or more, got ${got}.`);
}

function checkDay(path: string, day: string): void {
  const time = Date.parse(`${day}T00:00:00Z`);
  if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(`${day}T`)) return;
  throw new OptionError(path, `Expected \`${path}\` to be a day written YYYY-MM-DD, got ${JSON.stringify(day)}.`);
}
