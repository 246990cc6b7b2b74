import type { CallFacts } from '@harness-sdk/core/adapter';
import { streamError } from './error.ts';
import { isObject } from './wire.ts';

/**
 * The answer, where it is no error: some gateways answer 200 and put an error into a body of JSON, where a stream was asked
 * for. A body is only looked into where its length is known, which no stream's is.
 *
 * @throws ModelError for the error in the body.
 */
export async function withoutError(response: Response, factsOf: (response: Response) => CallFacts): Promise<Response> {
  const { headers, status, statusText } = response;
  const isJson = /^application\/(\w+\+)?json\b/i.test(headers.get('content-type') ?? '');
  if (!isJson || !headers.has('content-length')) return response;
  const text = await response.text();
  const body = parsed(text);
  if (isObject(body) && body['error']) throw streamError(body, factsOf(response));
  return new Response(text, { headers, status, statusText });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A SyntaxError: it only says that it is JSON, and is read as what it is.
    return undefined;
  }
}
