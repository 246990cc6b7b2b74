import { OpenAI } from 'openai';
import { OptionError, checkOptions } from '@harness-sdk/core';
import { checkBaseURL, checkHeaders, checkKey, keyFromEnvironment, secretsOf } from '@harness-sdk/core/adapter';
import type { SettingsOwner } from '@harness-sdk/core/adapter';
import { hostFacts } from './host.ts';
import type { HostFacts } from './host.ts';
import { keepErrorBody } from './keep-error-body.ts';
import { watchClient } from './watch-client.ts';

/** The part of the vendor's client that is used: any client of theirs has it, `AzureOpenAI` too. */
export type OpenAIClient = Pick<OpenAI, 'post' | 'baseURL' | 'apiKey' | 'withOptions'>;

/** Where, how and as whom to call. Of the environment only `OPENAI_API_KEY` is read, and only without `apiKey`. */
export interface OpenAISettings {
  /**
   * Default: the environment variable `OPENAI_API_KEY`, which goes to https://api.openai.com and its regional hosts and
   * nowhere else. Servers that want no key take any, such as `none`.
   */
  readonly apiKey?: string;
  /**
   * Another server that speaks one of these APIs, up to what stands before `/responses` or `/chat/completions`. Needs
   * `apiKey`. Default https://api.openai.com/v1.
   */
  readonly baseURL?: string;
  /** Which API to speak. Default `responses`; most compatible servers have only `chat`. */
  readonly api?: 'responses' | 'chat';
  /**
   * `provider` of the models: the name in price books, in `providerOptions`, and of those who get back what they wrote.
   * Default: `openai`; `azure`, `openrouter`, `deepseek`, `groq`, `mistral`, `x-ai` and `together` at their own hosts; at any
   * other the host itself, such as `localhost:8000`.
   */
  readonly name?: string;
  /** Sent with every request, over ours of the same name; `null` leaves one out. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** Milliseconds until the headers of an answer must be there; the answer may take as long as it likes. Default 600,000. */
  readonly headersTimeoutMs?: number;
  /** Default: the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** A client of the vendor's package, made by you, instead of the key, the host, the headers, the timeout and `fetch`. */
  readonly client?: OpenAIClient;
}

/** A client, what is known of its host, and the secrets that it sends, which must not appear in an error. */
export interface Connection extends HostFacts {
  readonly client: OpenAIClient;
  readonly api: 'responses' | 'chat';
  /** A client of the caller may get its credentials only when it sends. */
  secrets(): readonly string[];
}

const vendorOrigin = 'https://api.openai.com';

const owner: SettingsOwner = { maker: 'createOpenAI', vendor: 'OpenAI' };

/** The vendor's own default. */
const defaultHeadersTimeoutMs = 600_000;

/** The longest that a timer can wait, 24.8 days; one that should wait longer fires at once. */
const maxTimerMs = 2 ** 31 - 1;

/**
 * Checks settings for what is wrong whatever the key.
 *
 * @throws OptionError
 */
export function checkSettings(settings: OpenAISettings): void {
  checkOptions('createOpenAI', settings, {
    apiKey: { type: 'string' },
    baseURL: { type: 'string' },
    api: { oneOf: ['responses', 'chat'] },
    name: { type: 'string' },
    headers: { type: 'object' },
    headersTimeoutMs: { type: 'number', integer: true, min: 1 },
    fetch: { type: 'function' },
    client: { type: 'object' },
  });
  const { client, api: _api, name, ...others } = settings;
  if (client !== undefined) checkClient(client, others);
  if (name?.trim() === '') {
    throw new OptionError('name', 'Expected `name` of createOpenAI to be the name of a provider, got an empty one.');
  }
  checkBaseURL(settings.baseURL, owner, `${vendorOrigin}/v1`);
  checkHeaders(settings.headers ?? {}, owner);
}

function checkClient(client: OpenAIClient, others: object): void {
  if (typeof client.post !== 'function' || typeof client.withOptions !== 'function') {
    throw new OptionError('client', 'Expected `client` of createOpenAI to be a client of the package openai.');
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
export function createClient(settings: OpenAISettings): Connection {
  const { api = 'responses', client, name } = settings;
  if (client !== undefined) return { ...watchClient(client), api, ...hostFacts(client.baseURL, name) };
  const baseURL = settings.baseURL ?? `${vendorOrigin}/v1`;
  const host = hostFacts(baseURL, name);
  const apiKey = settings.apiKey ?? keyFromEnvironment('OPENAI_API_KEY', { ...host, vendorOrigin }, owner);
  checkKey(apiKey, owner);
  const secrets = [apiKey, ...secretsOf(Object.values(settings.headers ?? {}))];
  return { client: makeClient(settings, baseURL, apiKey), api, secrets: () => secrets, ...host };
}

/** All that the vendor's client would take from the environment is given, or it would go to other hosts too. */
function makeClient(settings: OpenAISettings, baseURL: string, apiKey: string): OpenAI {
  return new OpenAI({
    apiKey,
    baseURL,
    adminAPIKey: null,
    organization: null,
    project: null,
    defaultHeaders: {
      ...environmentHeaders(),
      authorization: `Bearer ${apiKey}`,
      ...lowerCase(settings.headers ?? {}),
    },
    timeout: Math.min(settings.headersTimeoutMs ?? defaultHeadersTimeoutMs, maxTimerMs),
    maxRetries: 0,
    logLevel: 'off',
    fetch: keepErrorBody(settings.fetch),
  });
}

/**
 * The vendor's client adds the headers in OPENAI_CUSTOM_HEADERS to every request, whatever the host. They may hold the
 * credentials of one host, so they are taken out again.
 */
function environmentHeaders(): Record<string, null> {
  const lines = (process.env['OPENAI_CUSTOM_HEADERS'] ?? '').split('\n').filter((line) => line.includes(':'));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).trim().toLowerCase(), null]));
}

function lowerCase(headers: Readonly<Record<string, string | null>>): Record<string, string | null> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
