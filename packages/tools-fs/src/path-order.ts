import type { RipgrepRecord, RipgrepRun } from './ripgrep.ts';

const pathStart = './';

/** The path of a record, from the searched directory. */
export function pathIn([path = Buffer.alloc(0)]: RipgrepRecord): Buffer {
  return path.subarray(pathStart.length);
}

const slash = 0x2f;

/** ripgrep's order: directory by directory, names by their bytes. So `/` comes before every other character. */
export function comparePaths(left: Buffer, right: Buffer): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    // Both are in range.
    const [one = 0, other = 0] = [left[index], right[index]];
    if (one !== other) return (one === slash ? 0 : one) - (other === slash ? 0 : other);
  }
  return left.length - right.length;
}

/** Records that are collected at most, to be put in order. */
const maxCollected = 20_000;

/**
 * Puts what several threads find in the order of paths. Where that is much, an answer holds only the first of it, so that
 * ripgrep starts anew in that order, which takes one thread, and ends when the answer is full.
 */
export function inPathOrder(unordered: RipgrepRun, inOrder: () => RipgrepRun): RipgrepRun {
  let answering = unordered;
  async function* records(): AsyncGenerator<readonly RipgrepRecord[], void, void> {
    // By path, as bytes: ripgrep prints all that it finds in one file at once.
    const files = new Map<string, RipgrepRecord[]>();
    let count = 0;
    for await (const batch of unordered.records) {
      for (const fields of batch) {
        const key = sortKey(fields);
        const file = files.get(key);
        if (file === undefined) files.set(key, [fields]);
        else file.push(fields);
      }
      count += batch.length;
      if (count > maxCollected) break;
    }
    // Which file comes behind which is chance here, and what is doubtful depends on it.
    if (count > maxCollected || unordered.isDoubtful?.() === true) {
      answering = inOrder();
      yield* answering.records;
      return;
    }
    yield [...files.keys()].toSorted().flatMap((key) => files.get(key) ?? []);
  }
  return { records: records(), hasUnreadable: () => answering.hasUnreadable() };
}

/** A text that sorts as {@link comparePaths} does: no path has a NUL, so that one can stand for the slash. */
function sortKey(fields: RipgrepRecord): string {
  return pathIn(fields).toString('latin1').replaceAll('/', '\0');
}
