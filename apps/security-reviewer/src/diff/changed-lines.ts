import type { LineRange } from '../pipeline/split-by-symbol.ts';

/**
 * Reads the changed lines of each file from a patch without context (`-U0 --full-index`), by the ids of its two contents:
 * `OLD..NEW`. Where lines were only removed, those around the gap count as changed.
 */
export function readChangedLines(patch: string): Map<string, readonly LineRange[]> {
  const byContents = new Map<string, LineRange[]>();
  let ranges: LineRange[] = [];
  for (const line of patch.split('\n')) {
    // Lines of a file's own begin with a sign, so that none of them looks like these.
    if (line.startsWith('diff --git ')) ranges = [];
    const ids = /^index ([0-9a-f]{40,64}\.\.[0-9a-f]{40,64})/.exec(line)?.[1];
    if (ids !== undefined) byContents.set(ids, ranges);
    const hunk = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (hunk !== null) ranges.push(rangeOf(Number(hunk[1]), hunk[2] === undefined ? 1 : Number(hunk[2])));
  }
  return byContents;
}

function rangeOf(first: number, count: number): LineRange {
  return count === 0 ? { first, last: first + 1 } : { first, last: first + count - 1 };
}
