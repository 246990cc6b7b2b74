import { messageOf } from '../errors.ts';
import type { ModelError } from '../errors.ts';
import type { ModelEvent } from '../model.ts';
import type { EventBatches } from './batch-iterator.ts';
import { abortError, cutError, protocolError, type CallFacts } from './call-error.ts';
import { FrameReader, type MakeSplitter } from './frame-reader.ts';

/**
 * How much may arrive without completing a frame. Far above any event of any provider, whose largest hold an image or a
 * file, and far below what would fill the memory.
 */
const maxFrameBytes = 64 * 1024 * 1024;

/** What is a provider's own in one call: its request, its frames and its errors. */
export interface WireCall {
  /** How a body is split into frames. */
  readonly makeSplitter: MakeSplitter;
  /** The content type of a stream, such as `text/event-stream`; any other answer is none of the provider's. */
  readonly contentType: RegExp;
  /** For APIs whose last frame is a word and no JSON, such as `[DONE]`: that word. */
  readonly endMark?: string;
  /** Sends the request; called once. The signal must reach the socket. */
  send(signal: AbortSignal): Promise<Response>;
  /**
   * One frame as events, in order.
   *
   * @throws ModelError for an error that the provider reports inside the stream; SyntaxError, TypeError or RangeError for
   * a frame that is none of its API.
   */
  convert(frame: string, response: Response | undefined): readonly ModelEvent[];
  /** True once the terminal event has been converted. */
  isComplete(): boolean;
  /**
   * For providers whose streams may end well without saying so: the events that end the answer, where it is whole by
   * other signs when the body is over. None where it is not.
   */
  finish?(): readonly ModelEvent[];
  /**
   * For providers whose streams may go on behind what looks like their end: how many milliseconds to wait for more, before
   * the body is taken to be over although the connection stays open. `undefined` for as long as it takes.
   */
  patienceMs?(): number | undefined;
  /** Anything that `send` or `convert` threw, as the one error that a model throws. */
  toModelError(thrown: unknown, facts: CallFacts): ModelError;
  /** What is known now, for errors. */
  facts(response: Response | undefined): CallFacts;
}

/** One call of a provider's API: sends the request, reads the answer, and says what went wrong with what had arrived. */
export class StreamCall implements EventBatches {
  readonly #wire: WireCall;
  readonly #signal: AbortSignal;
  /** Ends the request. Vendors' clients leave a listener on the signal that they get, so they get one of this call. */
  readonly #controller = new AbortController();
  #response: Response | undefined;
  #reader: FrameReader | undefined;
  #isClosed = false;
  /** True once a frame of the API has arrived, whatever the answer says it is. */
  #hasFrames = false;
  /** What went wrong behind events that are still to be given. */
  #failure: ModelError | undefined;

  /** @param signal - Ends the request when it fires. */
  constructor(wire: WireCall, signal: AbortSignal) {
    this.#wire = wire;
    this.#signal = signal;
  }

  async next(): Promise<readonly ModelEvent[] | undefined> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#isClosed) return undefined;
    try {
      const reader = (this.#reader ??= await this.#open());
      return await this.#read(reader);
    } catch (error) {
      this.close();
      throw this.#wire.toModelError(error, this.#facts());
    }
  }

  throwIfAborted(): void {
    if (this.#signal.aborted) throw abortError(this.#facts());
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#signal.removeEventListener('abort', this.#abort);
    if (this.#wire.isComplete()) {
      this.#reader?.release();
    } else {
      this.#controller.abort();
      this.#reader?.close();
    }
  }

  /** The reader is told as well, for a `fetch` that does not mind its signal. */
  readonly #abort = (): void => {
    this.#controller.abort(this.#signal.reason);
    this.#reader?.close();
  };

  async #open(): Promise<FrameReader> {
    this.throwIfAborted();
    this.#signal.addEventListener('abort', this.#abort, { once: true });
    const { signal } = this.#controller;
    this.#response = await this.#send(signal);
    if (signal.aborted) {
      discardBody(this.#response);
      throw signal.reason;
    }
    if (this.#response.body === null) throw this.#noStreamError();
    return new FrameReader(this.#response.body, this.#wire.makeSplitter);
  }

  /** The answer, or the end of the call, whichever comes first: a `fetch` may not mind its signal. */
  #send(signal: AbortSignal): Promise<Response> {
    const sent = this.#wire.send(signal);
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    sent.then((response) => (signal.aborted ? discardBody(response) : resolve(response))).catch(reject);
    return promise;
  }

  /** Ends at the terminal event, not at the end of the body: gateways keep that open. */
  async #read(reader: FrameReader): Promise<readonly ModelEvent[]> {
    let frames: readonly string[] | undefined;
    try {
      frames = await this.#nextFrames(reader);
    } catch (error) {
      return this.#finish(reader, error);
    }
    if (frames === undefined) return this.#finish(reader, undefined);
    if (reader.pendingBytes > maxFrameBytes) throw this.#endlessFrameError();
    return this.#convertAll(frames);
  }

  #nextFrames(reader: FrameReader): Promise<readonly string[] | undefined> {
    const patienceMs = this.#wire.patienceMs?.();
    return patienceMs === undefined ? reader.next() : within(patienceMs, reader.next());
  }

  #convertAll(frames: readonly string[]): readonly ModelEvent[] {
    const events: ModelEvent[] = [];
    try {
      for (const frame of frames) {
        for (const event of this.#convert(frame)) events.push(event);
        if (this.#wire.isComplete()) break;
      }
    } catch (error) {
      this.#failure = this.#wire.toModelError(error, this.#facts());
    }
    return this.#give(events);
  }

  /** The body is over, well or not. What had arrived still counts, and may even be the end of the answer. */
  #finish(reader: FrameReader, cause: unknown): readonly ModelEvent[] {
    const isWhole = (frame: string): boolean => frame === this.#wire.endMark || isJson(frame);
    const events = reader.rest().flatMap((frame) => (isWhole(frame) ? this.#convert(frame) : []));
    if (!this.#wire.isComplete() && cause === undefined) events.push(...(this.#wire.finish?.() ?? []));
    if (!this.#wire.isComplete()) {
      const facts = this.#facts();
      this.#failure = cause === undefined ? this.#endError(reader) : this.#wire.toModelError(cause, facts);
    }
    return this.#give(events);
  }

  /** Events in front of a failure come out before it does, and the request is over before the last event comes out. */
  #give(events: readonly ModelEvent[]): readonly ModelEvent[] {
    if (this.#failure !== undefined && events.length === 0) throw this.#failure;
    if (this.#failure !== undefined || this.#wire.isComplete()) this.close();
    return events;
  }

  #endError(reader: FrameReader): ModelError {
    const saysStream = reader.hasBytes && this.#wire.contentType.test(this.#contentType());
    return saysStream || this.#hasFrames ? cutError(this.#facts()) : this.#noStreamError();
  }

  /** A captive portal, a wrong address, a server of another kind. */
  #noStreamError(): ModelError {
    const facts = this.#facts();
    const answer = `${facts.vendor} answered ${this.#response?.status} without an event stream`;
    return protocolError(`${answer} (${this.#contentType() || 'no content type'}). Check \`baseURL\`.`, facts);
  }

  #endlessFrameError(): ModelError {
    const facts = this.#facts();
    return protocolError(`${facts.vendor} sent ${maxFrameBytes} bytes that complete no event.`, facts);
  }

  #contentType(): string {
    return this.#response?.headers.get('content-type') ?? '';
  }

  #convert(frame: string): readonly ModelEvent[] {
    try {
      const events = this.#wire.convert(frame, this.#response);
      this.#hasFrames = true;
      return events;
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      // What JSON.parse says quotes the text, which is not for an error message.
      const why = error instanceof SyntaxError ? 'It is not JSON.' : messageOf(error);
      const facts = this.#facts();
      throw protocolError(`${facts.vendor} sent an event that is none of its API: ${why}`, facts);
    }
  }

  #facts(): CallFacts {
    return this.#wire.facts(this.#response);
  }
}

/** True for what a frame that is none of the API makes a conversion throw; a RangeError where it is nested too deep. */
function isUnreadable(error: unknown): boolean {
  return error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError;
}

/** For an answer that comes when nobody waits any more: without this its connection would stay open. */
function discardBody({ body }: Response): void {
  // It fails where the connection broke, or where somebody else reads it; neither is of interest any more.
  body?.cancel().catch(() => undefined);
}

/** What comes in time; `undefined`, as at the end of a body, where nothing does. */
async function within<Value>(patienceMs: number, value: Promise<Value>): Promise<Value | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), patienceMs);
  try {
    return await Promise.race([value, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** False for a frame that was cut off in the middle, which says nothing. */
function isJson(frame: string): boolean {
  try {
    JSON.parse(frame);
    return true;
  } catch {
    // A SyntaxError: the text is not whole.
    return false;
  }
}
