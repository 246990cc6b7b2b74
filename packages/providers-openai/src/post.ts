import { OpenAIError } from 'openai';
import { messageOf } from '@harness-sdk/core';
import type { JsonObject } from '@harness-sdk/core';
import type { Connection } from './create-client.ts';

/**
 * Sends a request through the vendor's client and gives its answer unread.
 *
 * @throws the client's own errors.
 */
export async function post(
  { client }: Connection,
  path: '/responses' | '/chat/completions',
  body: JsonObject,
  signal: AbortSignal,
): Promise<Response> {
  const answer = client.post(path, {
    body,
    stream: true,
    maxRetries: 0,
    signal,
    // A redirect would take the key to another host.
    fetchOptions: { redirect: 'manual' },
  });
  try {
    return await answer.asResponse();
  } catch (error) {
    // Errors of requests have a status, if only an undefined one; without, the client has not sent anything.
    if (!(error instanceof Error) || 'status' in error) throw error;
    throw new OpenAIError(messageOf(error), { cause: error });
  }
}
