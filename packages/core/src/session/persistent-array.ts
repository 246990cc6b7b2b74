/** Slots of one node: a change copies one node a level. */
const width = 32;

/** A node holds values where it is a leaf, else nodes. */
type Node<T> = readonly (T | Node<T>)[];

/**
 * An array of fixed length that keeps what it was: `with` gives a changed one in logarithmic time, and both share all
 * that is the same in them.
 */
export class PersistentArray<T> implements Iterable<T> {
  readonly length: number;
  readonly #root: Node<T>;
  /** Items below one slot of the root. */
  readonly #span: number;

  private constructor(root: Node<T>, span: number, length: number) {
    this.#root = root;
    this.#span = span;
    this.length = length;
  }

  static of<T>(items: readonly T[]): PersistentArray<T> {
    let root: Node<T> = items;
    let span = 1;
    for (; root.length > width; span *= width) root = chunksOf(root);
    return new PersistentArray(root, span, items.length);
  }

  /** The item at a place. The place must be there. */
  at(index: number): T {
    let node = this.#root;
    // Nodes above the last level hold nodes, the last one values.
    for (let span = this.#span; span > 1; span /= width) node = node[Math.floor(index / span) % width] as Node<T>;
    return node[index % width] as T;
  }

  /** The same array with another item at a place. The place must be there. */
  with(index: number, item: T): PersistentArray<T> {
    return new PersistentArray(changed(this.#root, this.#span, index, item), this.#span, this.length);
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let index = 0; index < this.length; index++) yield this.at(index);
  }
}

function chunksOf<T>(items: readonly T[]): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / width);
  return Array.from({ length: count }, (_, index) => items.slice(index * width, (index + 1) * width));
}

function changed<T>(node: Node<T>, span: number, index: number, item: T): Node<T> {
  const slot = Math.floor(index / span) % width;
  // Holds because only the last level, where the span is 1, has values.
  return node.with(slot, span === 1 ? item : changed(node[slot] as Node<T>, span / width, index, item));
}
