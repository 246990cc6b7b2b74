import { posix } from 'node:path';
import type { SourceFile } from './collect-files.ts';
import type { LineRange } from './pipeline/split-by-symbol.ts';

/** Files that are reviewed together, in one session. */
export interface ReviewUnit {
  readonly root: string;
  /** The deepest directory that holds all its files, from the root; absent where they were named one by one. */
  readonly directory?: string;
  readonly files: readonly SourceFile[];
  /** Of the only file: the lines that are reviewed. Absent: all. */
  readonly lines?: LineRange;
}

/** How much one session gets to review; a file that is larger by itself gets a session of its own. */
export interface UnitSize {
  readonly maxBytes: number;
  readonly maxFiles: number;
}

/** For a language model: about 6,000 tokens, so that it looks at each file closely. */
export const MODEL_UNIT: UnitSize = { maxBytes: 24 * 1024, maxFiles: 20 };

/** For the rules, which look at each file closely anyway: enough that sessions cost next to nothing. */
export const RULES_UNIT: UnitSize = { maxBytes: 512 * 1024, maxFiles: 200 };

/** Groups files that stand next to each other. The order of the files stays; the same files give the same units. */
export function toUnits(files: readonly SourceFile[], size: UnitSize): ReviewUnit[] {
  const groups = Map.groupBy(files, ({ root, isNamed }) => JSON.stringify([root, isNamed]));
  return [...groups.values()].flatMap((group) => batches(group, size).map(toUnit));
}

/** One file by itself: whole, or a part of it. */
export function unitOf(
  { files: _files, lines: _lines, ...unit }: ReviewUnit,
  file: SourceFile,
  lines?: LineRange,
): ReviewUnit {
  return { ...unit, files: [file], ...(lines === undefined ? {} : { lines }) };
}

function batches(files: readonly SourceFile[], { maxBytes, maxFiles }: UnitSize): SourceFile[][] {
  const all: SourceFile[][] = [];
  let bytes = 0;
  for (const file of files) {
    const batch = all.at(-1);
    bytes += file.sizeBytes;
    if (batch === undefined || batch.length === maxFiles || bytes > maxBytes) {
      all.push([file]);
      bytes = file.sizeBytes;
    } else {
      batch.push(file);
    }
  }
  return all;
}

function toUnit(files: readonly SourceFile[]): ReviewUnit {
  const [first] = files;
  if (first === undefined) throw new TypeError('A unit has at least one file.');
  const { root, isNamed } = first;
  return isNamed ? { root, files } : { root, directory: commonDirectory(files), files };
}

function commonDirectory(files: readonly SourceFile[]): string {
  const [first = [], ...others] = files.map(({ path }) => posix.dirname(path).split('/'));
  const end = first.findIndex((segment, index) => others.some((segments) => segments[index] !== segment));
  return first.slice(0, end === -1 ? first.length : end).join('/') || '.';
}
