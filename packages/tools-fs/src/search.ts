import { isUtf8 } from 'node:buffer';
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isInside, type CheckedDirectory, type CheckedFile, type Workspace } from '@harness-sdk/core/node';
import { planGlob } from './glob-matcher.ts';
import { comparePaths, inPathOrder, pathIn } from './path-order.ts';
import { runRipgrep, type RipgrepRecord, type RipgrepRun } from './ripgrep.ts';

/** Where and among which files to search. */
export interface SearchScope {
  readonly workspace: Workspace;
  readonly directory: CheckedDirectory;
  /** Of `splitGlob`; `undefined` for every file. */
  readonly glob: string | undefined;
  /** False to search as if there were no ignore files. */
  readonly heedsIgnoreFiles: boolean;
  readonly signal: AbortSignal;
  /** When it fires, what was found until then is the answer. */
  readonly deadline: AbortSignal;
}

/** What ripgrep printed about one file, or one line of it. */
export interface Hit {
  /** From the searched directory, with `/`. */
  readonly path: string;
  /** Empty for a list of files. */
  readonly detail: string;
}

/** Hits in the order of their paths, and whether something could not be looked at. */
export interface Search {
  /** As many at a time as have come. */
  readonly hits: AsyncIterable<readonly Hit[]>;
  /**
   * True, once the hits have ended, where files or directories could not be read, or only up to a NUL, or have a path that
   * is not UTF-8 or too long.
   */
  isIncomplete(): boolean;
}

type Records = AsyncIterable<readonly RipgrepRecord[]>;

/** What the options make ripgrep print for each hit: the path alone, or the path and a line. */
export type HitShape = 'path' | 'line';

/** What ripgrep is asked for, and how it answers. */
export interface SearchQuery {
  readonly args: readonly string[];
  readonly shape: HitShape;
  /** Whether contents are looked at, which takes several threads to be quick, or names alone. */
  readonly readsContents: boolean;
}

/** Paths end with a NUL, lines as lines do. */
const fieldEnds: Readonly<Record<HitShape, readonly number[]>> = { path: [0], line: [0, 0x0a] };

/** Makes ripgrep work in one thread and print in the order of paths. */
const sorted = '--sort=path';

/**
 * Runs ripgrep over the files of a scope: hidden ones too, but none that ignore rules leave out, none in `.git`, and no
 * links.
 *
 * ripgrep lets a glob win over ignore rules: `*.log` would find ignored files, and `**` all of `node_modules`. A type of
 * files does not, so the name in a glob is made one, and its directories are matched here. For the rarer globs a second
 * ripgrep lists what the ignore rules leave, and only what both print counts. Both print in the order of paths, so nothing
 * has to be collected.
 */
export async function search(scope: SearchScope, query: SearchQuery): Promise<Search> {
  const ignoreOptions = scope.heedsIgnoreFiles ? await gitIgnoreOptions(scope) : ['--no-ignore-vcs'];
  const { anchor } = scope.directory;
  const plan = scope.glob === undefined ? undefined : planGlob(scope.glob);
  const own = plan === undefined ? globOptions(scope.glob) : typeOptions(plan.name);
  const start = (args: readonly string[], shape: HitShape): RipgrepRun => {
    // Of several globs the last one wins: `.git` is not searched on the way, whatever the other one says.
    const all = ['--hidden', ...ignoreOptions, ...args, '--glob=!.git', '--', './'];
    const { signal, deadline } = scope;
    const plain = runRipgrep({ args: all, cwd: anchor, fieldEnds: fieldEnds[shape], signal, deadline });
    return shape === 'line' ? withoutRemarks(plain, anchor) : plain;
  };
  const inOrder = (): RipgrepRun => start([...query.args, ...own, sorted], query.shape);
  const found = query.readsContents ? inPathOrder(start([...query.args, ...own], query.shape), inOrder) : inOrder();
  if (scope.glob === undefined) return toSearch(scope, found.records, () => found.hasUnreadable());
  if (plan === undefined) {
    const kept = start(['--files', sorted], 'path');
    const records = inBoth(found.records, kept.records);
    return toSearch(scope, records, () => found.hasUnreadable() || kept.hasUnreadable());
  }
  const isMeant = (path: string): boolean => plan.matchesDirectory(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
  return toSearch(scope, found.records, () => found.hasUnreadable(), isMeant);
}

function globOptions(glob: string | undefined): readonly string[] {
  return glob === undefined ? [] : [`--glob=${glob}`];
}

function typeOptions(name: string | undefined): readonly string[] {
  return name === undefined ? [] : [`--type-add=searched:${name}`, '--type=searched'];
}

/** Runs ripgrep over one open file; its hits have an empty path. */
export function searchOpenFile(
  file: CheckedFile,
  { args, shape }: SearchQuery,
  { signal, deadline }: Pick<SearchScope, 'signal' | 'deadline'>,
): Search {
  const run = runRipgrep({
    args: [...args, '--', '-'],
    cwd: dirname(file.path.realPath),
    stdin: file.handle.fd,
    fieldEnds: fieldEnds[shape],
    signal,
    deadline,
  });
  async function* hits(): AsyncGenerator<readonly Hit[], void, void> {
    for await (const records of run.records) {
      yield records.map(([, detail]) => ({ path: '', detail: detail?.toString() ?? '' }));
    }
  }
  return { hits: hits(), isIncomplete: () => run.hasUnreadable() };
}

/** PATH_MAX of Linux less the NUL at the end, in bytes: what lies deeper can be named to no tool. */
const maxPathBytes = 4095;

function toSearch(
  { directory }: SearchScope,
  records: Records,
  hasUnreadable: () => boolean,
  isMeant: (path: string) => boolean = () => true,
): Search {
  let hasUnnameable = false;
  const room = maxPathBytes - Buffer.byteLength(join(directory.path.requested, '_')) + 1;
  function toHit(fields: RipgrepRecord): readonly Hit[] {
    const bytes = pathIn(fields);
    const isNameable = bytes.length <= room && isUtf8(bytes);
    if (!isNameable) hasUnnameable = true;
    const path = bytes.toString();
    return isNameable && isMeant(path) ? [{ path, detail: fields[1]?.toString() ?? '' }] : [];
  }
  async function* hits(): AsyncGenerator<readonly Hit[], void, void> {
    for await (const batch of records) yield batch.flatMap(toHit);
  }
  return { hits: hits(), isIncomplete: () => hasUnnameable || hasUnreadable() };
}

/** The records whose path is among those of `kept`. */
async function* inBoth(found: Records, kept: Records): AsyncGenerator<readonly RipgrepRecord[], void, void> {
  const files = kept[Symbol.asyncIterator]();
  let batch: readonly RipgrepRecord[] = [];
  let next = 0;
  try {
    for await (const records of found) {
      const both: RipgrepRecord[] = [];
      for (const fields of records) {
        const path = pathIn(fields);
        for (;;) {
          const file = batch[next];
          if (file === undefined) {
            const more = await files.next();
            if (more.done === true) break;
            [batch, next] = [more.value, 0];
            continue;
          }
          const order = comparePaths(pathIn(file), path);
          if (order === 0) both.push(fields);
          if (order >= 0) break;
          next++;
        }
      }
      yield both;
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
  let isDoubtful = false;
  async function* records(): AsyncGenerator<readonly RipgrepRecord[], void, void> {
    let previous: Buffer = Buffer.alloc(0);
    for await (const batch of run.records) {
      const clean: RipgrepRecord[] = [];
      for (const [path = previous, ...details] of batch) {
        const end = remarkEnd(path, previous);
        hasRemarks ||= end > 0;
        // Behind another file it would perhaps be taken for a remark.
        isDoubtful ||= end === 0 && path.includes('\n');
        if (end > 0 && (await isThere(Buffer.concat([Buffer.from(`${directory}/`), path])))) {
          isDoubtful = true;
          continue;
        }
        previous = path.subarray(end);
        clean.push([previous, ...details]);
      }
      yield clean;
    }
  }
  return { records: records(), hasUnreadable: () => hasRemarks || run.hasUnreadable(), isDoubtful: () => isDoubtful };
}

/** Where in a path the remark on the file before it ends; 0 where there is none. */
function remarkEnd(path: Buffer, previous: Buffer): number {
  if (!path.subarray(0, previous.length).equals(previous)) return 0;
  const remark = binaryRemark.exec(path.toString('latin1', previous.length));
  return remark === null ? 0 : previous.length + remark[0].length;
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
