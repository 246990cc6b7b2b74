/** What was kept of a text. */
export interface KeptText {
  readonly head: string;
  /** How many characters between `head` and `tail` are left out; 0 where the two are the whole text. */
  readonly omittedCharacters: number;
  readonly tail: string;
}

/** Pieces are joined once there are this many, so that a program that writes single characters costs no more. */
const maxPieces = 512;

/**
 * Keeps the beginning and the end of a text that comes in pieces, in bounded memory however long it gets: half of
 * `maxCharacters` each. Characters are UTF-16 units, and pairs are never taken apart.
 */
export class OutputBuffer {
  readonly #headCharacters: number;
  readonly #tailCharacters: number;
  #head = '';
  #pieces: string[] = [];
  /** Characters in `#pieces`. */
  #pending = 0;
  /** Characters that have come behind the head, whether kept or not. */
  #behindHead = 0;

  constructor(maxCharacters: number) {
    this.#headCharacters = Math.floor(maxCharacters / 2);
    this.#tailCharacters = maxCharacters - this.#headCharacters;
  }

  append(text: string): void {
    const room = this.#headCharacters - this.#head.length;
    if (room > 0) this.#head += text.slice(0, room);
    const rest = room > 0 ? text.slice(room) : text;
    if (rest === '') return;
    this.#behindHead += rest.length;
    this.#pieces.push(rest);
    this.#pending += rest.length;
    this.#forget();
  }

  /** What is kept by now. */
  kept(): KeptText {
    const { head, behind } = { head: this.#head, behind: this.#pieces.join('') };
    if (this.#behindHead <= this.#tailCharacters) return { head, omittedCharacters: 0, tail: behind };
    const wholeHead = endsInsidePair(head) ? head.slice(0, -1) : head;
    const tail = behind.slice(behind.length - this.#tailCharacters);
    const wholeTail = startsInsidePair(tail) ? tail.slice(1) : tail;
    const total = head.length + this.#behindHead;
    return { head: wholeHead, omittedCharacters: total - wholeHead.length - wholeTail.length, tail: wholeTail };
  }

  /** Drops pieces from the front that the tail can no longer need. */
  #forget(): void {
    let first = 0;
    for (const piece of this.#pieces) {
      if (this.#pending - piece.length < this.#tailCharacters) break;
      this.#pending -= piece.length;
      first++;
    }
    if (first > 0) this.#pieces.splice(0, first);
    if (this.#pieces.length <= maxPieces) return;
    const joined = this.#pieces.join('');
    const tail = joined.slice(Math.max(0, joined.length - this.#tailCharacters));
    this.#pieces = [tail];
    this.#pending = tail.length;
  }
}

function endsInsidePair(text: string): boolean {
  return /[\ud800-\udbff]$/.test(text);
}

function startsInsidePair(text: string): boolean {
  return /^[\udc00-\udfff]/.test(text);
}
