import { Worker } from 'node:worker_threads';
import { AgentError } from '../../errors.ts';
import type { StoreReply, StoreRequest, StoreThreadData } from './store-request.ts';

type Done = Exclude<StoreReply, { readonly type: 'failed' }>;

interface Pending {
  readonly request: StoreRequest;
  readonly resolve: (reply: Done) => void;
  readonly reject: (error: AgentError) => void;
}

/**
 * The way to the thread of a store. One batch of requests is on its way at a time; what comes in meanwhile is the next
 * one, so that under load many appends share a commit. The thread keeps the process alive only while something is asked.
 */
export class StoreConnection {
  readonly #data: StoreThreadData;
  #worker: Worker | undefined;
  readonly #waiting: Pending[] = [];
  #sent: readonly Pending[] = [];

  constructor(data: StoreThreadData) {
    this.#data = data;
  }

  /** @throws AgentError of the code that the failure has. */
  ask(request: StoreRequest): Promise<Done> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      this.#send();
    });
  }

  /** Ends the thread; what was asked before is answered first. What is asked later starts another. */
  async close(): Promise<void> {
    const isOpen = this.#worker !== undefined || this.#waiting.length > 0;
    if (isOpen) await this.ask({ type: 'close' });
  }

  #send(): void {
    if (this.#sent.length > 0 || this.#waiting.length === 0) return;
    const worker = (this.#worker ??= this.#start());
    const close = this.#waiting.findIndex(({ request }) => request.type === 'close');
    this.#sent = this.#waiting.splice(0, close === -1 ? this.#waiting.length : close + 1);
    worker.ref();
    worker.postMessage(this.#sent.map(({ request }) => request));
  }

  #receive(replies: readonly StoreReply[]): void {
    const answered = this.#sent;
    this.#sent = [];
    this.#worker?.unref();
    if (answered.at(-1)?.request.type === 'close') this.#letGo();
    this.#send();
    for (const [index, { resolve, reject }] of answered.entries()) {
      const reply = replies[index];
      if (reply === undefined) reject(new AgentError('store_failed', 'The thread of the store gave no answer.'));
      else if (reply.type === 'failed') reject(new AgentError(reply.code, reply.message));
      else resolve(reply);
    }
  }

  #letGo(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    // It has closed the file; how its end goes changes nothing.
    worker?.terminate().catch(() => undefined);
  }

  #start(): Worker {
    // The source runs as it is; what is published is one file an entry.
    const file = import.meta.url.endsWith('.ts') ? './store-thread.ts' : './store-thread.js';
    // Nothing of this process's own options is for it; Node 22 calls `node:sqlite` experimental.
    const execArgv = ['--disable-warning=ExperimentalWarning'];
    const worker = new Worker(new URL(file, import.meta.url), { workerData: this.#data, env: {}, execArgv });
    worker.on('message', (replies: readonly StoreReply[]) => this.#receive(replies));
    worker.on('error', (error) => this.#fail(worker, error));
    worker.on('exit', (exitCode) => this.#fail(worker, new Error(`it ended with ${exitCode}`)));
    return worker;
  }

  /** Nobody knows whether what was sent is in the database; what waits was not sent, and fails with it. */
  #fail(worker: Worker, cause: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const failed = [...this.#sent, ...this.#waiting.splice(0)];
    this.#sent = [];
    for (const { reject } of failed) {
      reject(new AgentError('store_failed', `The thread of the store failed: ${cause.message}.`, { cause }));
    }
  }
}
