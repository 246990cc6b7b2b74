import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What the server sends, and how. */
export interface Reply {
  readonly body?: Uint8Array | string;
  /** Default 200. */
  readonly status?: number;
  /** Default `text/event-stream`. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What comes after the body: a clean end (default), a broken socket, or nothing at all. */
  readonly ending?: 'end' | 'destroy' | 'hang';
  /** Sends nothing, not even headers. */
  readonly isSilent?: boolean;
}

/** A request as it arrived. */
export interface ReceivedRequest {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
  /** Resolves when the socket that it came on is closed. */
  readonly closed: Promise<void>;
}

/** An HTTP server on loopback that answers every request with the reply it was last given. */
export class ReplayServer implements AsyncDisposable {
  readonly requests: ReceivedRequest[] = [];
  reply: Reply = {};
  readonly #server: Server;
  /** Open sockets, each with what resolves when it closes. */
  readonly #sockets = new Map<Socket, Promise<void>>();
  readonly #arrivals: ((request: ReceivedRequest) => void)[] = [];

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      const closed = new Promise<void>((resolve) => {
        socket.on('close', () => resolve());
      });
      this.#sockets.set(
        socket,
        closed.then(() => void this.#sockets.delete(socket)),
      );
      // Broken connections are what some tests are about.
      socket.on('error', () => undefined);
    });
    server.on('request', (request, response: ServerResponse) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const closed = this.#sockets.get(request.socket) ?? Promise.resolve();
        const { method, url: path, headers } = request;
        const text = Buffer.concat(chunks).toString();
        // Every request of the adapter has a JSON object as its body.
        const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
        const received: ReceivedRequest = { method, path, headers, body, closed };
        this.requests.push(received);
        for (const announce of this.#arrivals.splice(0)) announce(received);
        send(response, this.reply);
      });
    });
  }

  static async start(reply: Reply = {}): Promise<ReplayServer> {
    const http = createServer();
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const server = new ReplayServer(http);
    server.reply = reply;
    return server;
  }

  get url(): string {
    // It listens on a port, so it has an address of this kind.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  get lastRequest(): ReceivedRequest {
    const last = this.requests.at(-1);
    if (last === undefined) throw new Error('No request has arrived.');
    return last;
  }

  /** The next request to arrive. */
  arrival(): Promise<ReceivedRequest> {
    return new Promise((resolve) => {
      this.#arrivals.push(resolve);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

function send(response: ServerResponse, reply: Reply): void {
  const { body = '', status = 200, contentType = 'text/event-stream', headers = {}, ending = 'end' } = reply;
  if (reply.isSilent === true) return;
  response.writeHead(status, { 'content-type': contentType, ...headers });
  response.flushHeaders();
  if (body.length > 0) response.write(body);
  if (ending === 'end') response.end();
  // Once everything has gone out, or the reader would not get all of it.
  if (ending === 'destroy') response.write('', () => setImmediate(() => response.destroy()));
}
