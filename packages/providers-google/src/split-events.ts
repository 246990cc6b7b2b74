import type { FrameSplitter } from '@harness-sdk/core/adapter';
import { isObject } from './wire.ts';

/** Longer than any error that the API puts between its events; what is longer is something else. */
const maxBareLength = 65_536;

/**
 * Splits the event stream of the API: the `data` of each event is a frame, and a comment, by which some gateways show that
 * they are alive, an empty one. Where something fails on the way, the API puts
 * an error between its events as plain JSON, without `data:`, over several lines; that is a frame too, as soon as it is
 * whole. Parsers of event streams drop it, because it is no event.
 */
export class EventSplitter implements FrameSplitter {
  readonly #onFrame: (frame: string) => void;
  /** Pieces of the line that has not ended. */
  #line: string[] = [];
  /** The lines of the event that has not ended. */
  #data: string[] = [];
  /** The lines of JSON between events that is not whole. */
  #bare: string[] = [];
  #bareLength = 0;

  constructor(onFrame: (frame: string) => void) {
    this.#onFrame = onFrame;
  }

  /** True where text between events began like an error, and its end has not come. */
  get isInsideError(): boolean {
    return this.#bare.length > 0;
  }

  feed(text: string): void {
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      this.#addLine(this.#endOfLine(text.slice(start, end)));
      start = end + 1;
    }
    if (start < text.length) this.#line.push(text.slice(start));
  }

  /** The whole line that ends with this piece. */
  #endOfLine(piece: string): string {
    if (this.#line.length === 0) return piece;
    const line = this.#line.join('') + piece;
    this.#line = [];
    return line;
  }

  #addLine(ended: string): void {
    const line = ended.endsWith('\r') ? ended.slice(0, -1) : ended;
    if (line.startsWith('data:')) this.#data.push(line.slice(line[5] === ' ' ? 6 : 5));
    else if (line === '') this.#endEvent();
    else if (line.startsWith(':') && !this.isInsideError) this.#onFrame('');
    else if (this.isInsideError || /^[{[]/.test(line)) this.#addBare(line);
  }

  #endEvent(): void {
    if (this.#data.length === 0) return;
    const frame = this.#data.join('\n');
    this.#data = [];
    this.#onFrame(frame);
  }

  #addBare(line: string): void {
    this.#bareLength += line.length;
    if (this.#bareLength > maxBareLength) return;
    this.#bare.push(line);
    // Where it is laid out over several lines, its last one is not indented.
    const mayBeLast = /^[{[}\]]/.test(line) && /[}\]]\s*$/.test(line);
    const frame = mayBeLast ? toErrorFrame(this.#bare.join('\n')) : undefined;
    if (frame === undefined) return;
    this.#bare = [];
    this.#bareLength = 0;
    this.#onFrame(frame);
  }
}

/** JSON of an object with an `error`, also where it stands in a list; `undefined` for anything else. */
function toErrorFrame(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A SyntaxError: the text is not whole.
    return undefined;
  }
  // What `Array.isArray` finds is a list of anything.
  const [first] = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  return isObject(first) && first['error'] !== undefined ? JSON.stringify(first) : undefined;
}
