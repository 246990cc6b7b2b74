import { isUtf8 } from 'node:buffer';
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isInside, type CheckedDirectory, type CheckedFile, type Workspace } from '@harness-sdk/core/node';
import { runRipgrep, type RipgrepRun } from './ripgrep.ts';

/** Where and among which files to search. */
export interface SearchScope {
  readonly workspace: Workspace;
  readonly directory: CheckedDirectory;
  /** Of `splitGlob`; `undefined` for every file. */
  readonly glob: string | undefined;
  readonly signal: AbortSignal;
}

/** What ripgrep printed about one file, or one line of it. */
interface Hit {
  /** From the searched directory, with `/`. */
  readonly path: string;
  /** Empty for a list of files. */
  readonly detail: string;
}

/** Hits in the order of their paths, and whether something could not be looked at. */
export interface Search {
  readonly hits: AsyncIterable<Hit>;
  /**
   * True, once the hits have ended, where files or directories could not be read, or only up to a NUL, or have a name that
   * is not UTF-8.
   */
  isIncomplete(): boolean;
}

type Records = AsyncIterable<readonly Buffer[]>;

/** What the options make ripgrep print for each hit: the path alone, or the path and a line. */
export type HitShape = 'path' | 'line';

/** Paths end with a NUL, lines as lines do. */
const fieldEnds: Readonly<Record<HitShape, readonly number[]>> = { path: [0], line: [0, 0x0a] };

/**
 * Runs ripgrep over the files of a scope: hidden ones too, but none that ignore rules leave out, none in `.git`, and no
 * links.
 *
 * ripgrep lets a glob win over ignore rules: `*.log` would find ignored files, and `**` all of `node_modules`. With a
 * glob, a second ripgrep lists what the ignore rules leave, and only what both print counts. Both print in the order of
 * paths, so nothing has to be collected.
 */
export async function search(scope: SearchScope, args: readonly string[], shape: HitShape): Promise<Search> {
  const ignoreOptions = await gitIgnoreOptions(scope);
  const cwd = scope.directory.anchor;
  const run = (own: readonly string[], printed: HitShape): RipgrepRun => {
    // Of several globs the last one wins: `.git` is not searched on the way, whatever the other one says.
    const all = ['--hidden', ...ignoreOptions, ...own, '--glob=!.git', '--', './'];
    const plain = runRipgrep({ args: all, cwd, fieldEnds: fieldEnds[printed], signal: scope.signal });
    return printed === 'line' ? withoutRemarks(plain, cwd) : plain;
  };
  if (scope.glob === undefined) {
    const every = run(args, shape);
    return toSearch(every.records, () => every.hasUnreadable());
  }
  const found = run([...args, `--glob=${scope.glob}`], shape);
  const kept = run(['--files'], 'path');
  return toSearch(inBoth(found.records, kept.records), () => found.hasUnreadable() || kept.hasUnreadable());
}

/** Runs ripgrep over one open file; its hits have an empty path. */
export function searchOpenFile(
  file: CheckedFile,
  args: readonly string[],
  shape: HitShape,
  signal: AbortSignal,
): Search {
  const run = runRipgrep({
    args: [...args, '--', '-'],
    cwd: dirname(file.path.realPath),
    stdin: file.handle.fd,
    fieldEnds: fieldEnds[shape],
    signal,
  });
  async function* hits(): AsyncGenerator<Hit, void, void> {
    for await (const [, detail] of run.records) yield { path: '', detail: detail?.toString() ?? '' };
  }
  return { hits: hits(), isIncomplete: () => run.hasUnreadable() };
}

function toSearch(records: Records, hasUnreadable: () => boolean): Search {
  let hasUnnameable = false;
  async function* hits(): AsyncGenerator<Hit, void, void> {
    for await (const fields of records) {
      const path = pathIn(fields);
      if (isUtf8(path)) yield { path: path.toString(), detail: fields[1]?.toString() ?? '' };
      else hasUnnameable = true;
    }
  }
  return { hits: hits(), isIncomplete: () => hasUnnameable || hasUnreadable() };
}

/** The records whose path is among those of `kept`. */
async function* inBoth(found: Records, kept: Records): AsyncGenerator<readonly Buffer[], void, void> {
  const files = kept[Symbol.asyncIterator]();
  try {
    let file = await files.next();
    for await (const fields of found) {
      const path = pathIn(fields);
      while (file.done !== true && comparePaths(pathIn(file.value), path) < 0) file = await files.next();
      if (file.done === true) return;
      if (pathIn(file.value).equals(path)) yield fields;
    }
  } finally {
    await files.return?.();
  }
}

/** What ripgrep says, behind its path, of a file that it finds to be binary after it has printed a match in it. */
const binaryRemark = /^: WARNING: stopped searching binary file after match \(found "\\0" byte around offset \d+\)\n/;

/**
 * Takes the remark on a binary file, which no NUL ends, off the path of the record behind it.
 *
 * A name can begin like a remark. Where there is such a file, nobody can say which of the two it was: what was found is
 * left out, and counts as unreadable like the rest of the binary file, rather than be shown as another file's.
 */
function withoutRemarks(run: RipgrepRun, directory: string): RipgrepRun {
  let hasRemarks = false;
  async function* records(): AsyncGenerator<readonly Buffer[], void, void> {
    let previous: Buffer = Buffer.alloc(0);
    for await (const [path = previous, ...details] of run.records) {
      const end = remarkEnd(path, previous);
      hasRemarks ||= end > 0;
      if (end > 0 && (await isThere(Buffer.concat([Buffer.from(`${directory}/`), path])))) continue;
      previous = path.subarray(end);
      yield [previous, ...details];
    }
  }
  return { records: records(), hasUnreadable: () => hasRemarks || run.hasUnreadable() };
}

/** Where in a path the remark on the file before it ends; 0 where there is none. */
function remarkEnd(path: Buffer, previous: Buffer): number {
  if (!path.subarray(0, previous.length).equals(previous)) return 0;
  const remark = binaryRemark.exec(path.toString('latin1', previous.length));
  return remark === null ? 0 : previous.length + remark[0].length;
}

const pathStart = './';

function pathIn([path = Buffer.alloc(0)]: readonly Buffer[]): Buffer {
  return path.subarray(pathStart.length);
}

const slash = 0x2f;

/** ripgrep's order: directory by directory, names by their bytes. So `/` comes before every other character. */
function comparePaths(left: Buffer, right: Buffer): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    // Both are in range.
    const [one = 0, other = 0] = [left[index], right[index]];
    if (one !== other) return (one === slash ? 0 : one) - (other === slash ? 0 : other);
  }
  return left.length - right.length;
}

/**
 * In a repository `.gitignore` files count as git has it, up to the repository's own directory. Outside of one, those of
 * the workspace count too; but not where one lies above the workspace, as in a home directory, which is not about it.
 */
async function gitIgnoreOptions({ workspace, directory }: SearchScope): Promise<readonly string[]> {
  const inner = directory.path.realPath;
  const root = workspace.roots.find(({ realPath }) => isInside(realPath, inner))?.realPath ?? inner;
  for (let current = inner; ; current = dirname(current)) {
    if (await isThere(join(current, '.git'))) return [];
    if (current !== root && isInside(current, root) && (await isThere(join(current, '.gitignore')))) return [];
    if (current === dirname(current)) return ['--no-require-git'];
  }
}

async function isThere(path: string | Buffer): Promise<boolean> {
  return await access(path).then(
    () => true,
    // Not there, or not for us to see: then not for ripgrep either.
    () => false,
  );
}
