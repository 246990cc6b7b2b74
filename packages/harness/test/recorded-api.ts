import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A request as it arrived. */
export interface ReceivedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A server on loopback that answers every request with one recorded answer. */
export interface RecordedApi extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
}

/**
 * Serves a recorded answer of the Anthropic API.
 *
 * @param fixture - File name in the fixtures of providers-anthropic.
 */
export async function recordedApi(fixture = 'text-claude-haiku-4-5.sse'): Promise<RecordedApi> {
  const answer = readFileSync(new URL(`../../providers-anthropic/fixtures/${fixture}`, import.meta.url));
  const requests: ReceivedRequest[] = [];
  const server = createServer((request, response) => {
    json(request).then(
      (body) => {
        // Every request of the adapter has a JSON object as its body.
        requests.push({ headers: request.headers, body: body as Record<string, unknown> });
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer);
      },
      (error: Error) => response.destroy(error),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    // It listens on a port, so it has an address of this kind.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
