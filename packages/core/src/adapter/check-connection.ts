import { OptionError } from '../errors.ts';

/** What settings are checked for. */
export interface SettingsOwner {
  /** The maker, for messages: `createAnthropic`. */
  readonly maker: string;
  /** The provider's name for people: `Anthropic`. */
  readonly vendor: string;
}

/**
 * Checks a base URL. The value is not repeated in errors: what makes it wrong may be a password in it.
 *
 * @param example - A right one, for the message.
 * @throws OptionError
 */
export function checkBaseURL(baseURL: string | undefined, { maker }: SettingsOwner, example: string): void {
  if (baseURL === undefined) return;
  const url = URL.canParse(baseURL) ? new URL(baseURL) : undefined;
  // Paths are put behind the text as it is, where a `?` or `#` would swallow them also when nothing follows it.
  const isPlain = url !== undefined && url.username + url.password === '' && !/[?#\s\\]/.test(baseURL);
  if (isPlain && /^https?:$/.test(url.protocol)) return;
  const expected = 'an http or https URL without user, password, query or fragment';
  throw new OptionError('baseURL', `Expected \`baseURL\` of ${maker} to be ${expected}, such as ${example}.`);
}

/**
 * Checks headers that are sent with every request; `null` leaves one out. Values are not repeated in errors.
 *
 * @throws OptionError
 */
export function checkHeaders(headers: Readonly<Record<string, string | null>>, { maker }: SettingsOwner): void {
  for (const [name, value] of Object.entries(headers)) {
    if (value === null || (typeof value === 'string' && isHeader(name, value))) continue;
    throw new OptionError(`headers.${name}`, `Expected the header \`${name}\` of ${maker} to be valid, or null.`);
  }
}

function isHeader(name: string, value: string): boolean {
  try {
    return new Headers([[name, value]]).has(name);
  } catch {
    // A TypeError: the name or the value is not one of a header. It is not passed on, because it quotes the value.
    return false;
  }
}

/**
 * Checks a key for characters that no key has, such as a line break that was pasted with it.
 *
 * @throws OptionError, without the key.
 */
export function checkKey(apiKey: string, { vendor }: SettingsOwner): void {
  if (/^[\x21-\x7e]+$/.test(apiKey)) return;
  throw new OptionError('apiKey', `Expected the key for ${vendor} to be visible ASCII characters without spaces.`);
}

/**
 * The key in an environment variable, for the vendor's own host only.
 *
 * @param host - Where the request goes, and where the key in the environment belongs.
 * @throws OptionError where the host is another, or there is no key.
 */
export function keyFromEnvironment(
  variable: string,
  host: { readonly isVendor: boolean; readonly vendorOrigin: string },
  { maker, vendor }: SettingsOwner,
): string {
  if (!host.isVendor) {
    const why = `the key in ${variable} is only sent to ${host.vendorOrigin}`;
    throw new OptionError('apiKey', `${maker} needs \`apiKey\` beside \`baseURL\`, because ${why}.`);
  }
  const apiKey = globalThis.process?.env[variable]?.trim();
  if (apiKey) return apiKey;
  const how = `Set the environment variable ${variable}, or pass \`apiKey\` to ${maker}()`;
  throw new OptionError('apiKey', `There is no key for ${vendor}. ${how}.`);
}

/**
 * What must not appear in an error: the values, and what stands behind a scheme such as `Bearer` in them. Short ones are
 * words, and taking them out would only garble those.
 */
export function secretsOf(values: readonly (string | null | undefined)[]): readonly string[] {
  const texts = values.filter((value) => typeof value === 'string');
  const secrets = new Set(texts.flatMap((text) => [text, text.replace(/^\w+ +/, '')]));
  return [...secrets].filter((text) => text.length >= 8);
}
