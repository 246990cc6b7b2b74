import { toWireError } from './wire-error.ts';

/**
 * A `fetch` whose error answers all have the vendor's shape, `{ error: { message, type, code } }`: the vendor's client keeps
 * only the field `error` of a JSON body, and so loses what other servers say in their own ways.
 *
 * @param givenFetch - Default: the global one, as it is when a request is sent.
 */
export function keepErrorBody(givenFetch: typeof fetch | undefined): typeof fetch {
  return async (input, init) => {
    const response = await (givenFetch ?? globalThis.fetch)(input, init);
    if (response.status < 400) return response;
    const { headers, status, statusText } = response;
    const kept = new Headers(headers);
    // They describe the bytes that came.
    for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) kept.delete(name);
    return new Response(inVendorShape(await response.text()), { headers: kept, status, statusText });
  };
}

function inVendorShape(text: string): string {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // A SyntaxError: a page or plain text, which the client keeps as its message.
    return text;
  }
  return JSON.stringify({ error: toWireError(body) });
}
