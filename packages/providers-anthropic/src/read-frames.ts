import { createParser } from 'eventsource-parser';

/**
 * Reads the frames of an event stream: the `data` of each event, as it arrives. The work for a chunk does not depend on
 * what came before it, also where every chunk is a single byte.
 */
export class FrameReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  readonly #parser = createParser({ onEvent: ({ data }) => this.#frames.push(data) });
  #frames: string[] = [];
  #hasBytes = false;

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader();
  }

  /** True once anything at all has arrived. */
  get hasBytes(): boolean {
    return this.#hasBytes;
  }

  /**
   * The frames that the next chunk completes; none where it completes none.
   *
   * @returns `undefined` at the end of the stream.
   * @throws whatever breaks the connection, as the transport says it.
   */
  async next(): Promise<readonly string[] | undefined> {
    const { done, value } = await this.#reader.read();
    if (done) return undefined;
    this.#hasBytes ||= value.length > 0;
    this.#parser.feed(this.#decoder.decode(value, { stream: true }));
    return this.#takeFrames();
  }

  /**
   * What is left when no more will come: frames whose closing blank line is missing. The last one may be cut off in the
   * middle.
   */
  rest(): readonly string[] {
    this.#parser.feed(`${this.#decoder.decode()}\n\n`);
    return this.#takeFrames();
  }

  /**
   * Ends the reading, and with it the connection where more could come; a pending `next()` finds the end. Does not wait,
   * because a body may take as long as it likes to hear of it.
   */
  close(): void {
    // It fails where the connection broke before; whoever read it has been told.
    this.#reader.cancel().catch(() => undefined);
  }

  #takeFrames(): readonly string[] {
    const frames = this.#frames;
    if (frames.length > 0) this.#frames = [];
    return frames;
  }
}
