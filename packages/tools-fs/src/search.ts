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
  /** True, once the hits have ended, where files or directories could not be read, or have a name that is not UTF-8. */
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
  const run = (own: readonly string[], printed: HitShape): RipgrepRun =>
    runRipgrep({
      // Of several globs the last one wins: `.git` is not searched on the way, whatever the other one says.
      args: ['--hidden', ...ignoreOptions, ...own, '--glob=!.git', '--', './'],
      cwd: scope.directory.anchor,
      fieldEnds: fieldEnds[printed],
      signal: scope.signal,
    });
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

/** In ripgrep's remark on a binary file: a line that has no NUL, and so stands in front of the next path. */
const binaryRemark = ' byte around offset ';
const remarkEnd = ')\n';
const pathStart = './';

function pathIn(fields: readonly Buffer[]): Buffer {
  const field = fields[0] ?? Buffer.alloc(0);
  const remark = field.lastIndexOf(binaryRemark);
  const end = remark === -1 ? -1 : field.indexOf(remarkEnd + pathStart, remark);
  return field.subarray((end === -1 ? 0 : end + remarkEnd.length) + pathStart.length);
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

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    // Not there, or not for us to see: then not for ripgrep either.
    () => false,
  );
}
