import { posix } from 'node:path';
import type { SourceFile } from './collect-files.ts';

/** Files that are reviewed together, in one session. */
export interface ReviewUnit {
  readonly root: string;
  /** From the root; absent where its files were named one by one. */
  readonly directory?: string;
  readonly files: readonly SourceFile[];
}

/** Files of a unit together, in bytes, unless one file alone is larger: about 6,000 tokens. */
const mostBytes = 24 * 1024;
const mostFiles = 20;

/** Groups files by directory, small ones together. The order of the files stays; the same files give the same units. */
export function toUnits(files: readonly SourceFile[]): ReviewUnit[] {
  const groups = new Map<string, SourceFile[]>();
  for (const file of files) {
    const key = JSON.stringify([file.root, posix.dirname(file.path), file.isNamed]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [file]);
    else group.push(file);
  }
  return [...groups.values()].flatMap((group) => batches(group).map(toUnit));
}

function batches(files: readonly SourceFile[]): SourceFile[][] {
  const all: SourceFile[][] = [];
  let bytes = 0;
  for (const file of files) {
    const batch = all.at(-1);
    bytes += file.sizeBytes;
    if (batch === undefined || batch.length === mostFiles || bytes > mostBytes) {
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
  return {
    root: first.root,
    ...(first.isNamed ? {} : { directory: posix.dirname(first.path) }),
    files,
  };
}
