/** Takes the text of a body as it arrives. */
export interface FrameSplitter {
  feed(text: string): void;
}

/** Makes the splitter of one body; it calls back with each frame that is whole. */
export type MakeSplitter = (onFrame: (frame: string) => void) => FrameSplitter;

/** Splits newline-delimited JSON: a frame is a line that is not blank. Linear also where every chunk is one byte. */
export const splitLines: MakeSplitter = (onFrame) => {
  let pieces: string[] = [];
  const endLine = (): void => {
    const line = pieces.join('').trim();
    pieces = [];
    if (line !== '') onFrame(line);
  };
  return {
    feed(text) {
      let start = 0;
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
        pieces.push(text.slice(start, end));
        endLine();
        start = end + 1;
      }
      if (start < text.length) pieces.push(text.slice(start));
    },
  };
};

/**
 * How long a body may take to end by itself behind the last frame that is of interest, and in how many chunks. Servers
 * end it at once or, seldom, not at all; a new connection costs about as much.
 */
const releaseMs = 250;
const releaseChunks = 8;

/**
 * Reads the frames of a streamed body as they arrive. The work for a chunk does not depend on what came before it, also
 * where every chunk is a single byte.
 */
export class FrameReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  readonly #splitter: FrameSplitter;
  #frames: string[] = [];
  #hasBytes = false;
  #pendingBytes = 0;

  constructor(body: ReadableStream<Uint8Array>, makeSplitter: MakeSplitter) {
    this.#reader = body.getReader();
    this.#splitter = makeSplitter((frame) => this.#frames.push(frame));
  }

  /** True once anything at all has arrived. */
  get hasBytes(): boolean {
    return this.#hasBytes;
  }

  /** How much has arrived since the last chunk that completed a frame. */
  get pendingBytes(): number {
    return this.#pendingBytes;
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
    this.#splitter.feed(this.#decoder.decode(value, { stream: true }));
    this.#pendingBytes = this.#frames.length > 0 ? 0 : this.#pendingBytes + value.length;
    return this.#takeFrames();
  }

  /** What is left when no more will come: frames whose end is missing. The last one may be cut off in the middle. */
  rest(): readonly string[] {
    this.#splitter.feed(`${this.#decoder.decode()}\n\n`);
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

  /**
   * Lets the body end by itself, so that its connection serves the next call as well; one that does not end soon is
   * closed. Not waited for.
   */
  release(): void {
    const timer = setTimeout(() => this.close(), releaseMs);
    void this.#drain().finally(() => clearTimeout(timer));
  }

  async #drain(): Promise<void> {
    try {
      for (let chunks = 0; chunks < releaseChunks; chunks++) if ((await this.#reader.read()).done) return;
    } catch {
      // The connection broke, behind everything that was of interest.
    }
    this.close();
  }

  #takeFrames(): readonly string[] {
    const frames = this.#frames;
    if (frames.length > 0) this.#frames = [];
    return frames;
  }
}
