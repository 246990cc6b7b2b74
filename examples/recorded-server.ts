// Serves recorded answers of the Anthropic API on this machine, so that the examples run without a key:
//
//   node examples/recorded-server.ts hello
//
// It prints the command to run in another terminal. The answers in `replies/` are written by hand in the form in which
// the API sends them; they come one after the other, whatever is asked, and then from the start again.
import { globSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** A server that is listening. */
export interface RecordedServer {
  /** What to give as `baseURL`. */
  readonly url: string;
  /** Bodies of the requests so far. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Paths of the replies recorded for an example, in order. */
export function repliesFor(example: string): readonly string[] {
  const directory = join(import.meta.dirname, 'replies');
  const files = globSync(`${example}-[0-9].sse`, { cwd: directory }).toSorted();
  return files.map((file) => join(directory, file));
}

/** Listens on a free port of the loopback interface and answers each request with the next reply. */
export async function serveReplies(paths: readonly string[]): Promise<RecordedServer> {
  const replies = paths.map((path) => readFileSync(path, 'utf8'));
  const requests: string[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const reply = replies[requests.length % replies.length];
    if (request.method !== 'POST' || !request.url?.startsWith('/v1/messages') || reply === undefined) {
      response.writeHead(404).end();
      return;
    }
    requests.push(body);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of reply.split(/(?<=\n\n)/)) response.write(event);
    response.end();
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => response.destroy(error));
  });
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(0, '127.0.0.1', resolve);
  await listening;
  // A server that listens on a port has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async close() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

async function main(example: string | undefined): Promise<void> {
  const replies = example === undefined ? [] : repliesFor(example);
  if (replies.length === 0) {
    console.error(
      'Expected the name of an example: hello, typing, messages, approval, approve-later, reviewer, cost, fallback or structured-output.',
    );
    process.exitCode = 2;
    return;
  }
  const { url } = await serveReplies(replies);
  const command = `RECORDED_SERVER=${url} node --conditions=@harness-sdk/source examples/${example}.ts`;
  console.log(`Listening. Run in another terminal:\n\n  ${command}\n\nEnd with Ctrl-C.`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv[2]);
