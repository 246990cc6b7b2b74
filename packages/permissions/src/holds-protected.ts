import { opendirSync } from 'node:fs';
import { join } from 'node:path';
import { namesWritten } from './covers.ts';
import { foldName } from './fold-name.ts';
import type { JudgedPath, Spelling } from './judged-path.ts';
import { isProtected } from './protected-paths.ts';
import type { AllowRule } from './rule.ts';

/** Entries looked at; what is beyond counts as protected. */
const maxEntries = 10_000;

/** True where something protected lies in a directory, at any depth, that no rule names. Links are not followed. */
export function holdsProtected(directory: JudgedPath, allow: readonly AllowRule[]): boolean {
  const waiting = [directory];
  let seen = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const entries = entriesOf(next.resolved.realPath, maxEntries - seen);
    if (entries === undefined) return true;
    seen += entries.length;
    for (const { name, isDirectory } of entries) {
      const path = below(next, name);
      if (isProtected(path) && !allow.some((rule) => namesWritten(rule, path))) return true;
      if (isDirectory) waiting.push(path);
    }
  }
  return false;
}

interface Entry {
  readonly name: string;
  readonly isDirectory: boolean;
}

/** `undefined` where there are more than asked for, and where nobody may look. */
function entriesOf(path: string, most: number): readonly Entry[] | undefined {
  const entries: Entry[] = [];
  try {
    const directory = opendirSync(path);
    try {
      for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
        if (entries.length === most) return undefined;
        entries.push({ name: entry.name, isDirectory: entry.isDirectory() });
      }
    } finally {
      directory.closeSync();
    }
  } catch {
    // ENOENT, ENOTDIR, EACCES: what is in there cannot be told.
    return undefined;
  }
  return entries;
}

function below({ resolved, requested, real }: JudgedPath, name: string): JudgedPath {
  const added = (spellings: readonly Spelling[]): readonly Spelling[] =>
    spellings.map(({ exact, folded, rootLength }) => ({
      exact: [...exact, name],
      folded: [...folded, foldName(name)],
      rootLength,
    }));
  const realPath = join(resolved.realPath, name);
  const path = { ...resolved, requested: join(resolved.requested, name), realPath };
  return { given: path.requested, resolved: path, requested: added(requested), real: added(real) };
}
