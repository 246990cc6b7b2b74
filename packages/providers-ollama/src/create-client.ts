import { OptionError, checkOptions } from '@harness-sdk/core';
import { checkBaseURL, checkHeaders, checkKey, keyFromEnvironment, secretsOf } from '@harness-sdk/core/adapter';
import type { SettingsOwner } from '@harness-sdk/core/adapter';
// Not the main entry: that one takes the text of an image for the name of a file, and sends what is in it.
import { Ollama } from 'ollama/browser';

/** Where and as whom to call. Of the environment only `OLLAMA_HOST` and `OLLAMA_API_KEY` are read. */
export interface OllamaSettings {
  /**
   * Sent as `Authorization: Bearer …`. Without `baseURL` it is one for https://ollama.com, and that is where requests go
   * then. Default: none, and for https://ollama.com the environment variable `OLLAMA_API_KEY`, which goes nowhere else.
   */
  readonly apiKey?: string;
  /**
   * The server, up to what stands before `/api/chat`. Default: the environment variable `OLLAMA_HOST`, in any of the forms
   * that Ollama itself takes, or http://127.0.0.1:11434.
   */
  readonly baseURL?: string;
  /** Sent with every request, over ours of the same name; `null` leaves one out. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** Default: the global `fetch`. */
  readonly fetch?: typeof fetch;
}

/** A server, how to reach it, and the secrets that go there, which must not appear in an error. */
export interface Connection {
  /** Without a slash at the end. */
  readonly baseURL: string;
  /** True for Ollama's own cloud. */
  readonly isCloud: boolean;
  /** Over those of the vendor's client; lower case. */
  readonly headers: Readonly<Record<string, string | null>>;
  readonly fetch: typeof fetch;
  readonly secrets: readonly string[];
}

const cloudOrigin = 'https://ollama.com';
const localOrigin = 'http://127.0.0.1:11434';

const owner: SettingsOwner = { maker: 'createOllama', vendor: 'Ollama' };

/**
 * Checks settings for what is wrong whatever the environment.
 *
 * @throws OptionError
 */
export function checkSettings(settings: OllamaSettings): void {
  checkOptions('createOllama', settings, {
    apiKey: { type: 'string' },
    baseURL: { type: 'string' },
    headers: { type: 'object' },
    fetch: { type: 'function' },
  });
  checkBaseURL(settings.baseURL, owner, localOrigin);
  checkHeaders(settings.headers ?? {}, owner);
}

/**
 * The connection for settings that were checked.
 *
 * @throws OptionError where there is no usable key and one is needed, or `OLLAMA_HOST` names no host.
 */
export function createConnection(settings: OllamaSettings): Connection {
  const baseURL = settings.baseURL ?? (settings.apiKey === undefined ? hostFromEnvironment() : cloudOrigin);
  const isCloud = new URL(baseURL).origin === cloudOrigin;
  const apiKey = settings.apiKey ?? (isCloud ? cloudKey() : undefined);
  if (apiKey !== undefined) checkKey(apiKey, owner);
  return {
    baseURL: baseURL.replace(/\/+$/, ''),
    isCloud,
    // Always said, because the vendor's client has its own idea of it.
    headers: {
      authorization: apiKey === undefined ? null : `Bearer ${apiKey}`,
      ...lowerCase(settings.headers ?? {}),
    },
    fetch: settings.fetch ?? ((input, init) => fetch(input, init)),
    secrets: [...(apiKey === undefined ? [] : [apiKey]), ...secretsOf(Object.values(settings.headers ?? {}))],
  };
}

/** True where the server runs on this machine. */
export function isLoopback(baseURL: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(baseURL).hostname);
}

/** An answer with a status that is no success. Its text is whatever the server wrote, so it is for nobody's eyes yet. */
export class AnswerError extends Error {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;

  constructor({ status, headers }: Response, text: string) {
    super(`Ollama answered ${status}.`);
    this.status = status;
    this.headers = headers;
    this.text = text;
  }
}

/** What a request of the vendor's client became. */
interface Capture {
  response?: Response;
}

/**
 * A client of the vendor for one request. It makes the URL and the headers; the `fetch` that it gets does what it cannot:
 * it ends the request when the signal fires, follows no redirect, which would take the key to another host, and throws
 * answers that are no success itself, because the client writes to the console about them. It also keeps the response, so
 * that the client's own reader, which writes there too, is never started.
 */
export function createClient(connection: Connection, signal: AbortSignal, capture: Capture = {}): Ollama {
  return new Ollama({
    host: connection.baseURL,
    fetch: async (input, init) => {
      const headers = withHeaders(new Headers(init?.headers), connection.headers);
      const response = await connection.fetch(input, { ...init, headers, signal, redirect: 'manual' });
      if (!response.ok) throw new AnswerError(response, await response.text());
      capture.response = response;
      return response;
    },
  });
}

function withHeaders(headers: Headers, others: Connection['headers']): Headers {
  for (const [name, value] of Object.entries(others)) {
    if (value === null) headers.delete(name);
    else headers.set(name, value);
  }
  return headers;
}

function cloudKey(): string {
  return keyFromEnvironment('OLLAMA_API_KEY', { isVendor: true, vendorOrigin: cloudOrigin }, owner);
}

/**
 * The server that `OLLAMA_HOST` names, as Ollama's own programs read it: a host, a port, both, or a URL. An address that
 * only a server can have, because it stands for all of the machine, is this machine.
 *
 * @see https://docs.ollama.com/faq
 */
function hostFromEnvironment(): string {
  const text = (globalThis.process?.env['OLLAMA_HOST'] ?? '').trim().replace(/^(["'])(.*)\1$/, '$2');
  if (text === '') return localOrigin;
  const hasProtocol = text.includes('://');
  const address = hasProtocol ? text : `http://${text.startsWith(':') ? '127.0.0.1' : ''}${text}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (
    url === undefined ||
    !/^https?:$/.test(url.protocol) ||
    url.username + url.password + url.search + url.hash !== ''
  ) {
    const expected = 'a host with or without a port, or an http or https URL without user, password, query or fragment';
    throw new OptionError('baseURL', `Expected the environment variable OLLAMA_HOST to be ${expected}.`);
  }
  if (!hasProtocol && !/:\d+(\/|$)/.test(text)) url.port = '11434';
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.hostname === '[::]') url.hostname = '[::1]';
  return url.href.replace(/\/+$/, '');
}

function lowerCase(headers: Readonly<Record<string, string | null>>): Record<string, string | null> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
