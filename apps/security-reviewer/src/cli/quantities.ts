const decimal = /^(?:\d+(?:\.\d+)?|\.\d+)$/;

/** A number above 0, without sign or exponent. */
export function toPositive(text: string): number | undefined {
  const number = decimal.test(text) ? Number(text) : 0;
  return number > 0 && number < Infinity ? number : undefined;
}

/** A whole number above 0. */
export function toPositiveInteger(text: string): number | undefined {
  const number = toPositive(text);
  return number !== undefined && Number.isSafeInteger(number) ? number : undefined;
}

/** A number from 0 to 1. */
export function toShare(text: string): number | undefined {
  const number = decimal.test(text) ? Number(text) : -1;
  return number >= 0 && number <= 1 ? number : undefined;
}

const milliseconds: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** A duration with its unit, `90s`, `20m` or `1h`, in milliseconds. */
export function toMilliseconds(text: string): number | undefined {
  return withUnit(text, /^(.+?)(s|m|h)$/, milliseconds);
}

const bytes: Readonly<Record<string, number>> = { '': 1, b: 1, kb: 1_024, mb: 1_024 * 1_024 };

/** A size with its unit, `500kB` or `1MB`, or in bytes without one. A kB is 1,024 bytes. */
export function toBytes(text: string): number | undefined {
  return withUnit(text.toLowerCase(), /^(.+?)(b|kb|mb|)$/, bytes);
}

function withUnit(text: string, pattern: RegExp, units: Readonly<Record<string, number>>): number | undefined {
  const [, number = '', unit = ''] = pattern.exec(text) ?? [];
  const positive = toPositive(number);
  const product = positive === undefined ? undefined : Math.round(positive * (units[unit] ?? 0));
  return product !== undefined && product > 0 && Number.isSafeInteger(product) ? product : undefined;
}
