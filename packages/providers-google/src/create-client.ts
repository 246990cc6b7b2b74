import { OptionError, checkOptions } from '@harness-sdk/core';
import { checkBaseURL, checkHeaders, checkKey, keyFromEnvironment, secretsOf } from '@harness-sdk/core/adapter';
import type { SettingsOwner } from '@harness-sdk/core/adapter';
// The package's main entry reads a dozen environment variables, which choose the key, the host and the API, and prints to
// the console about them. This one has the same client with none of that, and without the libraries for Google Cloud.
import { GoogleGenAI } from '@google/genai/web';

/** The part of the vendor's client that is used: any client of theirs has it, those for Vertex AI too. */
export interface GoogleClient {
  readonly models: { generateContentStream(call: GoogleCall): Promise<unknown> };
}

/** What the vendor's client is called with. */
export interface GoogleCall {
  readonly model: string;
  readonly contents: string;
  readonly config: {
    readonly abortSignal: AbortSignal;
    readonly automaticContinuation: false;
    readonly automaticFunctionCalling: { readonly disable: true };
    readonly httpOptions: {
      readonly fetch: typeof fetch;
      readonly extraBody: Record<string, unknown>;
      readonly retryOptions: { readonly attempts: 1 };
      readonly timeout: 0;
    };
  };
}

/** Where and as whom to call. Of the environment only the two keys are read, and only without `apiKey`. */
export interface GoogleSettings {
  /**
   * Default: the environment variable `GOOGLE_API_KEY`, or else `GEMINI_API_KEY`, which go to
   * https://generativelanguage.googleapis.com and nowhere else. Where both are set, the first is taken, as the vendor's
   * own clients do.
   */
  readonly apiKey?: string;
  /** Another server that speaks this API, up to what stands before `/v1/models`. Needs `apiKey`. */
  readonly baseURL?: string;
  /** Default `v1`. Previews, and names that end in `-latest`, may only be there in `v1beta`. */
  readonly apiVersion?: string;
  /** Sent with every request, over ours of the same name; `null` leaves one out. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** Milliseconds until the headers of an answer must be there; the answer may take as long as it likes. Default 600,000. */
  readonly headersTimeoutMs?: number;
  /** Default: the global `fetch`. */
  readonly fetch?: typeof fetch;
  /**
   * A client of the vendor's package, made by you, instead of `apiKey`, `baseURL` and `apiVersion`: for Vertex AI,
   * `new GoogleGenAI({ enterprise: true, project, location })`.
   */
  readonly client?: GoogleClient;
}

/** A client, how its requests are sent, and the secrets that must not appear in an error. */
export interface Connection {
  readonly client: GoogleClient;
  readonly fetch: typeof fetch;
  readonly headers: Readonly<Record<string, string | null>>;
  readonly headersTimeoutMs: number;
  readonly secrets: readonly string[];
}

const vendorOrigin = 'https://generativelanguage.googleapis.com';

const owner: SettingsOwner = { maker: 'createGoogle', vendor: 'Google' };

/** The stable version, which is the vendor's own default. */
const defaultApiVersion = 'v1';

const defaultHeadersTimeoutMs = 600_000;

/**
 * Checks settings for what is wrong whatever the key.
 *
 * @throws OptionError
 */
export function checkSettings(settings: GoogleSettings): void {
  checkOptions('createGoogle', settings, {
    apiKey: { type: 'string' },
    baseURL: { type: 'string' },
    apiVersion: { type: 'string' },
    headers: { type: 'object' },
    headersTimeoutMs: { type: 'number', integer: true, min: 1 },
    fetch: { type: 'function' },
    client: { type: 'object' },
  });
  if (settings.client !== undefined) checkClient(settings.client, settings);
  checkBaseURL(settings.baseURL, owner, vendorOrigin);
  checkHeaders(settings.headers ?? {}, owner);
  if (settings.apiVersion !== undefined && !/^v\d\w*$/.test(settings.apiVersion)) {
    throw new OptionError('apiVersion', 'Expected `apiVersion` of createGoogle to be like "v1" or "v1beta".');
  }
}

function checkClient(client: GoogleClient, settings: GoogleSettings): void {
  // What the types promise is what is checked.
  const { models } = client as Partial<GoogleClient>;
  if (typeof models?.generateContentStream !== 'function') {
    throw new OptionError('client', 'Expected `client` of createGoogle to be a client of @google/genai.');
  }
  const other = (['apiKey', 'baseURL', 'apiVersion'] as const).find((name) => settings[name] !== undefined);
  if (other !== undefined) {
    throw new OptionError(other, `\`${other}\` has no effect beside \`client\`: set it where you make the client.`);
  }
  if (settings.fetch === undefined && hasOwnFetch(client)) {
    const how = 'which cannot be used from outside: give it to createGoogle as `fetch` too';
    throw new OptionError('fetch', `The \`client\` has a \`fetch\` of its own, ${how}.`);
  }
}

/** Private in the vendor's types, so it is only looked at, and nothing depends on its being there. */
function hasOwnFetch(client: object): boolean {
  const options: unknown = 'httpOptions' in client ? client.httpOptions : undefined;
  return typeof options === 'object' && options !== null && 'fetch' in options && options.fetch !== undefined;
}

/**
 * The client for settings that were checked.
 *
 * @throws OptionError where there is no usable key.
 */
export function createClient(settings: GoogleSettings): Connection {
  const { headers = {}, headersTimeoutMs = defaultHeadersTimeoutMs } = settings;
  const sent = {
    // The global one as it is when a request is sent.
    fetch: settings.fetch ?? ((input, init) => fetch(input, init)),
    headers,
    headersTimeoutMs,
  } satisfies Partial<Connection>;
  const secrets = secretsOf(Object.values(headers));
  // What the client sends as credentials is known when it does.
  if (settings.client !== undefined) return { ...sent, client: settings.client, secrets };
  const baseURL = settings.baseURL ?? vendorOrigin;
  const isVendor = new URL(baseURL).origin === vendorOrigin;
  const apiKey = settings.apiKey ?? keyFromEnvironment(variable(), { isVendor, vendorOrigin }, owner);
  checkKey(apiKey, owner);
  const client = new GoogleGenAI({
    apiKey,
    vertexai: false,
    apiVersion: settings.apiVersion ?? defaultApiVersion,
    httpOptions: { baseUrl: baseURL },
  });
  return { ...sent, client, secrets: [apiKey, ...secrets] };
}

/** Which of the two variables the key is in; the one to set, where it is in neither. */
function variable(): string {
  return globalThis.process?.env['GOOGLE_API_KEY']?.trim() ? 'GOOGLE_API_KEY' : 'GEMINI_API_KEY';
}
