/**
 * Whether a pattern matches items from the first to the last. Some of its parts stand for any number of items, none
 * included; every other part for one. Takes at most as many steps as both lengths multiplied, whatever the pattern.
 */
export function matchSequence<Part, Item>(
  pattern: readonly Part[],
  items: readonly Item[],
  isStar: (part: Part) => boolean,
  matchesOne: (part: Part, item: Item) => boolean,
): boolean {
  let next = 0;
  // Where to go on when a part fails: behind the last star, which takes one item more each time.
  let retry: { part: number; item: number } | undefined;
  for (let index = 0; index < items.length;) {
    // The index is below the length, so that there is an item.
    const item = items[index] as Item;
    const part = pattern[next];
    if (part !== undefined && isStar(part)) {
      next++;
      retry = { part: next, item: index };
    } else if (part !== undefined && matchesOne(part, item)) {
      next++;
      index++;
    } else if (retry !== undefined) {
      retry.item++;
      next = retry.part;
      index = retry.item;
    } else {
      return false;
    }
  }
  return pattern.slice(next).every(isStar);
}
