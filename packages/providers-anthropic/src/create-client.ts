import { OptionError, checkOptions } from '@harness-sdk/core';
import { checkBaseURL, checkHeaders, checkKey, keyFromEnvironment, secretsOf } from '@harness-sdk/core/adapter';
import type { SettingsOwner } from '@harness-sdk/core/adapter';
import Anthropic from '@anthropic-ai/sdk';

/** The part of the vendor's client that is used: any client of theirs has it, those for other clouds too. */
export type AnthropicClient = Pick<Anthropic, 'post' | 'baseURL' | 'apiKey' | 'authToken'>;

/** Where and as whom to call. Of the environment only `ANTHROPIC_API_KEY` is read, and only without `apiKey`. */
export interface AnthropicSettings {
  /** Default: the environment variable `ANTHROPIC_API_KEY`, which goes to https://api.anthropic.com and nowhere else. */
  readonly apiKey?: string;
  /**
   * Another server that speaks this API, up to what stands before `/v1/messages`. Needs `apiKey`. Such servers get the key
   * as `x-api-key`, and `anthropic-version: 2023-06-01`, which is what they know.
   */
  readonly baseURL?: string;
  /** Sent with every request, over ours of the same name; `null` leaves one out. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** Milliseconds until the headers of an answer must be there; the answer may take as long as it likes. Default 600,000. */
  readonly headersTimeoutMs?: number;
  /** Default: the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** A client of the vendor's package, made by you, instead of all of the above. */
  readonly client?: AnthropicClient;
}

/** A client and the secrets that it sends, which must not appear in an error. */
export interface Connection {
  readonly client: AnthropicClient;
  readonly secrets: readonly string[];
  /** Made by the caller: its credentials may be known only when they are sent. */
  readonly isGiven: boolean;
}

const vendorOrigin = 'https://api.anthropic.com';

const owner: SettingsOwner = { maker: 'createAnthropic', vendor: 'Anthropic' };

/** The version of the API that this adapter was written against, and the one that compatible servers know. */
const vendorVersion = '2026-10-21';
const compatibleVersion = '2023-06-01';

/** The vendor's own default. */
const defaultHeadersTimeoutMs = 600_000;

/** The longest that a timer can wait, 24.8 days; one that should wait longer fires at once. */
const maxTimerMs = 2 ** 31 - 1;

/**
 * Checks settings for what is wrong whatever the key.
 *
 * @throws OptionError
 */
export function checkSettings(settings: AnthropicSettings): void {
  checkOptions('createAnthropic', settings, {
    apiKey: { type: 'string' },
    baseURL: { type: 'string' },
    headers: { type: 'object' },
    headersTimeoutMs: { type: 'number', integer: true, min: 1 },
    fetch: { type: 'function' },
    client: { type: 'object' },
  });
  const { client, ...others } = settings;
  if (client !== undefined) checkClient(client, others);
  checkBaseURL(settings.baseURL, owner, vendorOrigin);
  checkHeaders(settings.headers ?? {}, owner);
}

function checkClient(client: AnthropicClient, others: Omit<AnthropicSettings, 'client'>): void {
  if (typeof client.post !== 'function') {
    throw new OptionError('client', 'Expected `client` of createAnthropic to be a client of @anthropic-ai/sdk.');
  }
  const [other] = Object.entries(others).find(([, value]) => value !== undefined) ?? [];
  if (other !== undefined) {
    throw new OptionError(other, `\`${other}\` has no effect beside \`client\`: set it where you make the client.`);
  }
}

/**
 * The client for settings that were checked.
 *
 * @throws OptionError where there is no usable key.
 */
export function createClient(settings: AnthropicSettings): Connection {
  if (settings.client !== undefined) {
    const { client } = settings;
    return { client, secrets: secretsOf([client.apiKey, client.authToken]), isGiven: true };
  }
  const baseURL = settings.baseURL ?? vendorOrigin;
  const isVendor = new URL(baseURL).origin === vendorOrigin;
  const apiKey = settings.apiKey ?? keyFromEnvironment('ANTHROPIC_API_KEY', { isVendor, vendorOrigin }, owner);
  checkKey(apiKey, owner);
  const client = new Anthropic({
    apiKey,
    // Always given, or the environment would choose the host that the key goes to.
    baseURL,
    defaultHeaders: {
      ...environmentHeaders(),
      ...(isVendor ? vendorHeaders(apiKey) : compatibleHeaders(apiKey)),
      ...lowerCase(settings.headers ?? {}),
    },
    timeout: Math.min(settings.headersTimeoutMs ?? defaultHeadersTimeoutMs, maxTimerMs),
    maxRetries: 0,
    openTelemetry: false,
    logLevel: 'off',
    ...(settings.fetch && { fetch: settings.fetch }),
  });
  return { client, secrets: [apiKey, ...secretsOf(Object.values(settings.headers ?? {}))], isGiven: false };
}

function vendorHeaders(apiKey: string): Record<string, string> {
  return { authorization: `Bearer ${apiKey}`, 'anthropic-version': vendorVersion };
}

function compatibleHeaders(apiKey: string): Record<string, string | null> {
  return { 'x-api-key': apiKey, authorization: null, 'anthropic-version': compatibleVersion };
}

/**
 * The vendor's client adds the headers in ANTHROPIC_CUSTOM_HEADERS to every request, whatever the host. They may hold
 * the credentials of one host, so they are taken out again.
 */
function environmentHeaders(): Record<string, null> {
  const lines = (process.env['ANTHROPIC_CUSTOM_HEADERS'] ?? '').split('\n').filter((line) => line.includes(':'));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).trim().toLowerCase(), null]));
}

function lowerCase(headers: Readonly<Record<string, string | null>>): Record<string, string | null> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
