import { ModelError, messageOf } from '@harness-sdk/core';
import type { Connection } from './create-client.ts';
import { ClientError, StatusError } from './error.ts';
import type { GoogleRequest } from './to-request.ts';

/**
 * Sends a request through the vendor's client, which knows the URL and the credentials, and gives the answer as it came.
 *
 * The client has no way to the raw answer but the `fetch` that it is given for the call: that one keeps the answer for us
 * and hands the client an empty one. The body goes past the client's conversion, which drops every field that this
 * version of it does not know, also from what the model wrote and wants back.
 *
 * @param onSend - Told the headers before they go out, credentials included.
 * @throws StatusError for an answer that is no success, ClientError for what the client refuses, ModelError with
 * `timeout` where no headers come in time, and whatever the transport throws.
 */
export async function sendRequest(
  connection: Connection,
  modelId: string,
  body: GoogleRequest,
  { signal, onSend }: { readonly signal: AbortSignal; readonly onSend: (headers: Headers) => void },
): Promise<Response> {
  let isSent = false;
  let response: Response | undefined;
  const capture: typeof fetch = async (input, init) => {
    const headers = withHeaders(init?.headers, connection.headers);
    onSend(headers);
    isSent = true;
    // A redirect would take the key to another host.
    response = await connection.fetch(input, { ...init, headers, signal, redirect: 'manual' });
    return new Response(null);
  };
  try {
    await within(connection.headersTimeoutMs, signal, generate(connection, modelId, body, { signal, capture }));
  } catch (error) {
    throw isSent || ModelError.isInstance(error) || isOfNetwork(error)
      ? error
      : new ClientError(messageOf(error), { cause: error });
  }
  if (response === undefined) throw new ClientError('', { cause: new Error('It sent nothing.') });
  if (response.ok) return response;
  throw new StatusError(response.status, response.headers, await untilAborted(signal, response.text()));
}

async function generate(
  { client }: Connection,
  model: string,
  body: GoogleRequest,
  { signal, capture }: { readonly signal: AbortSignal; readonly capture: typeof fetch },
): Promise<void> {
  // What it gives is an iterator over the empty answer, which is never begun.
  await client.models.generateContentStream({
    model,
    // It wants something; `extraBody` replaces it.
    contents: '-',
    config: {
      abortSignal: signal,
      automaticContinuation: false,
      automaticFunctionCalling: { disable: true },
      httpOptions: { fetch: capture, extraBody: { ...body }, retryOptions: { attempts: 1 }, timeout: 0 },
    },
  });
}

function withHeaders(sent: RequestInit['headers'], given: Connection['headers']): Headers {
  const headers = new Headers(sent);
  for (const [name, value] of Object.entries(given)) {
    if (value === null) headers.delete(name);
    else headers.set(name, value);
  }
  return headers;
}

/** Credentials for Google Cloud come over the network too; Node's errors of it have codes such as `ENOTFOUND`. */
function isOfNetwork(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^(E[A-Z]+|UND_ERR_\w+)$/.test(error.code)
  );
}

/** A longer timer fires at once. */
const maxTimerMs = 2 ** 31 - 1;

async function within(timeoutMs: number, signal: AbortSignal, sent: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => {
      late.reject(new ModelError('timeout', `Google sent no response headers in ${timeoutMs} ms.`));
    },
    Math.min(timeoutMs, maxTimerMs),
  );
  try {
    await untilAborted(signal, Promise.race([sent, late.promise]));
  } finally {
    clearTimeout(timer);
  }
}

/** Does not wait for what does not mind the signal. */
async function untilAborted<Value>(signal: AbortSignal, value: Promise<Value>): Promise<Value> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([value, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
