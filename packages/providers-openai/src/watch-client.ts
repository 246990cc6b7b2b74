import { secretsOf } from '@harness-sdk/core/adapter';
import type { OpenAIClient } from './create-client.ts';
import { keepErrorBody } from './keep-error-body.ts';

/** A client of the caller, with what its errors need. */
export interface WatchedClient {
  readonly client: OpenAIClient;
  secrets(): readonly string[];
}

/**
 * A copy of a client that the caller made, whose `fetch` keeps what other servers say in their errors and notes the
 * credentials that are sent: a client may get a new token for each call, and none may appear in an error.
 */
export function watchClient(given: OpenAIClient): WatchedClient {
  const sent = new Set<string>();
  const inner = keepErrorBody(fetchOf(given));
  const watchingFetch: typeof fetch = (input, init) => {
    const headers = new Headers(init?.headers);
    for (const secret of secretsOf([headers.get('authorization'), headers.get('api-key')])) sent.add(secret);
    return inner(input, init);
  };
  const known = secretsOf([given.apiKey]);
  return { client: copyWith(given, watchingFetch), secrets: () => [...known, ...sent] };
}

function copyWith(client: OpenAIClient, watchingFetch: typeof fetch): OpenAIClient {
  try {
    return client.withOptions({ fetch: watchingFetch });
  } catch {
    // An OpenAIError: a client that proves itself by a certificate takes no other `fetch`, and sends no key.
    return client;
  }
}

/** The `fetch` that the client was made with, which is private to it in its types. */
function fetchOf(client: OpenAIClient): typeof fetch | undefined {
  const { fetch: given } = client as { readonly fetch?: unknown };
  // The vendor's client has a `fetch` of this type, or takes the global one.
  return typeof given === 'function' ? (given as typeof fetch) : undefined;
}
