import { messageOf } from '@harness-sdk/core';
import type { ModelError, ModelEvent } from '@harness-sdk/core';
import type { MessageCreateParamsStreaming } from '@anthropic-ai/sdk/resources/messages';
import type { EventBatches } from './batch-iterator.ts';
import type { Connection } from './create-client.ts';
import { abortError, cutError, protocolError, streamError, toModelError } from './error.ts';
import type { CallFacts } from './error.ts';
import { fromAnthropicEvent, newAnswer } from './from-event.ts';
import { FrameReader } from './read-frames.ts';
import { toUsage } from './usage.ts';
import { readWireEvent } from './wire.ts';
import type { WireEvent } from './wire.ts';

/** One call of the API: sends the request, reads the answer, and says what went wrong with what had arrived. */
export class MessageCall implements EventBatches {
  readonly #connection: Connection;
  readonly #makeBody: () => MessageCreateParamsStreaming;
  readonly #signal: AbortSignal;
  /** Ends the request. The vendor's client leaves a listener on the signal that it gets, so it gets one of this call. */
  readonly #controller = new AbortController();
  readonly #answer = newAnswer();
  #response: Response | undefined;
  #reader: FrameReader | undefined;
  #isClosed = false;
  /** True once an event of the API has arrived, whatever the answer says it is. */
  #hasEvents = false;
  /** What went wrong behind events that are still to be given. */
  #failure: ModelError | undefined;

  /**
   * @param makeBody - What it throws, the first `next()` throws.
   * @param signal - Ends the request when it fires.
   */
  constructor(connection: Connection, makeBody: () => MessageCreateParamsStreaming, signal: AbortSignal) {
    this.#connection = connection;
    this.#makeBody = makeBody;
    this.#signal = signal;
  }

  async next(): Promise<readonly ModelEvent[] | undefined> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#isClosed) return undefined;
    try {
      const reader = (this.#reader ??= await this.#open());
      return await this.#read(reader);
    } catch (error) {
      const failure = toModelError(error, this.#facts());
      this.close();
      throw failure;
    }
  }

  throwIfAborted(): void {
    if (this.#signal.aborted) throw abortError(this.#facts());
  }

  close(): void {
    this.#isClosed = true;
    this.#signal.removeEventListener('abort', this.#abort);
    if (!this.#answer.isComplete) this.#controller.abort();
    this.#reader?.close();
  }

  /** The reader is told as well, for a `fetch` that does not mind its signal. */
  readonly #abort = (): void => {
    this.#controller.abort(this.#signal.reason);
    this.#reader?.close();
  };

  async #open(): Promise<FrameReader> {
    this.throwIfAborted();
    const body = this.#makeBody();
    this.#signal.addEventListener('abort', this.#abort, { once: true });
    this.#response = await this.#send(body);
    if (this.#response.body === null) throw this.#noStreamError();
    return new FrameReader(this.#response.body);
  }

  #send(body: MessageCreateParamsStreaming): Promise<Response> {
    // Not messages.create(): that one prints warnings about models.
    const answer = this.#connection.client.post('/v1/messages', {
      body,
      stream: true,
      maxRetries: 0,
      signal: this.#controller.signal,
      // A redirect would take the key to another host.
      fetchOptions: { redirect: 'manual' },
    });
    return answer.asResponse();
  }

  /** Ends at the terminal event, not at the end of the body: gateways keep that open. */
  async #read(reader: FrameReader): Promise<readonly ModelEvent[]> {
    let frames: readonly string[] | undefined;
    try {
      frames = await reader.next();
    } catch (error) {
      return this.#finish(reader, error);
    }
    return frames === undefined ? this.#finish(reader, undefined) : this.#convertAll(frames);
  }

  #convertAll(frames: readonly string[]): readonly ModelEvent[] {
    const events: ModelEvent[] = [];
    try {
      for (const frame of frames) {
        for (const event of this.#convert(frame)) events.push(event);
        if (this.#answer.isComplete) break;
      }
    } catch (error) {
      this.#failure = toModelError(error, this.#facts());
    }
    return this.#give(events);
  }

  /** The body is over, well or not. What had arrived still counts, and may even be the end of the answer. */
  #finish(reader: FrameReader, cause: unknown): readonly ModelEvent[] {
    const events = reader.rest().flatMap((frame) => (isJson(frame) ? this.#convert(frame) : []));
    if (!this.#answer.isComplete) {
      this.#failure = cause === undefined ? this.#endError(reader) : toModelError(cause, this.#facts());
    }
    return this.#give(events);
  }

  /** Events in front of a failure come out before it does, and the request is over before the last event comes out. */
  #give(events: readonly ModelEvent[]): readonly ModelEvent[] {
    if (this.#failure !== undefined && events.length === 0) throw this.#failure;
    if (this.#failure !== undefined || this.#answer.isComplete) this.close();
    return events;
  }

  #endError(reader: FrameReader): ModelError {
    const contentType = this.#response?.headers.get('content-type') ?? '';
    const saysStream = reader.hasBytes && /^text\/event-stream\b/i.test(contentType);
    return saysStream || this.#hasEvents ? cutError(this.#facts()) : this.#noStreamError();
  }

  /** A captive portal, a wrong address, a server of another kind. */
  #noStreamError(): ModelError {
    const contentType = this.#response?.headers.get('content-type') ?? 'no content type';
    const message = `Anthropic answered ${this.#response?.status} without an event stream (${contentType}).`;
    return protocolError(`${message} Check \`baseURL\`.`, this.#facts());
  }

  #convert(frame: string): readonly ModelEvent[] {
    let event: WireEvent | undefined;
    try {
      event = readWireEvent(frame);
      if (event === undefined) return [];
      this.#hasEvents = true;
      if (event.type !== 'error') return fromAnthropicEvent(event, this.#answer);
    } catch (error) {
      // What JSON.parse says quotes the text, which is not for an error message.
      const why = error instanceof SyntaxError ? 'It is not JSON.' : messageOf(error);
      throw protocolError(`Anthropic sent an event that is none of its API: ${why}`, this.#facts());
    }
    throw streamError(event.error ?? {}, this.#facts());
  }

  #facts(): CallFacts {
    const { secrets } = this.#connection;
    return {
      signal: this.#signal,
      usage: toUsage(this.#answer.usage),
      contentStarted: this.#answer.contentStarted,
      requestId: this.#response?.headers.get('request-id') ?? undefined,
      redact: (text) => secrets.reduce((clean, secret) => clean.replaceAll(secret, '[redacted]'), text),
    };
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
