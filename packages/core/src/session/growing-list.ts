/**
 * A list that only grows, and keeps what it was: `append` gives a longer list and changes nothing about this one.
 *
 * All versions share one array, and each sees its own length of it. Appending to the longest version costs a push;
 * appending to an older one, which others have grown beyond, costs a copy.
 */
export class GrowingList<T> implements Iterable<T> {
  readonly length: number;
  readonly #shared: T[];

  private constructor(shared: T[], length: number) {
    this.#shared = shared;
    this.length = length;
  }

  static of<T>(items: Iterable<T> = []): GrowingList<T> {
    const shared = [...items];
    return new GrowingList(shared, shared.length);
  }

  append(...items: readonly T[]): GrowingList<T> {
    if (items.length === 0) return this;
    const isLongest = this.#shared.length === this.length;
    const shared = isLongest ? this.#shared : this.toArray();
    for (const item of items) shared.push(item);
    return new GrowingList(shared, shared.length);
  }

  /** The item at a place; a negative one counts from the end. */
  at(index: number): T | undefined {
    const place = index < 0 ? this.length + index : index;
    return place < this.length ? this.#shared[place] : undefined;
  }

  /** A copy of a part: the caller may keep and change it. */
  slice(start: number = 0, end: number = this.length): T[] {
    return this.#shared.slice(placeOf(start, this.length), placeOf(end, this.length));
  }

  toArray(): T[] {
    return this.slice();
  }

  /** As JSON it is an array. */
  toJSON(): T[] {
    return this.toArray();
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let index = 0; index < this.length; index++) yield this.#shared[index] as T;
  }
}

function placeOf(index: number, length: number): number {
  return index < 0 ? Math.max(0, length + index) : Math.min(index, length);
}
