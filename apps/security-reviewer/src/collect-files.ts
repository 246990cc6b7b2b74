import { realpathSync, statSync, type Stats } from 'node:fs';
import { dirname, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { AgentError, messageOf, OptionError } from '@harness-sdk/core';
import { createWorkspace, isInside, PathRefusedError, type Workspace } from '@harness-sdk/core/node';
import { GitIgnore } from './collect/gitignore.ts';
import { leftOutByName, reasonToPassOver } from './collect/left-out-by-name.ts';
import { lookAtFile } from './collect/look-at-file.ts';
import { readGlob, readPatterns, type PathPatterns } from './collect/path-patterns.ts';
import { nameWithEnding } from './language-of.ts';

/** A file that is to be reviewed. */
export interface SourceFile {
  /** As the report names it: from where the review was started, or absolute where it was given so from elsewhere. */
  readonly name: string;
  /** Directory that its reviewer may read in, without links: the one that was named, or the one the named file is in. */
  readonly root: string;
  /** From the root, with `/` between its parts: what its reviewer calls it. */
  readonly path: string;
  readonly sizeBytes: number;
  /** True where the file itself was named, false where a directory above it was. */
  readonly isNamed: boolean;
  /** Of a script without an ending: the program that its first line names. */
  readonly interpreter?: string | undefined;
}

/** A file that is not reviewed, and why. A directory ends with `/` and stands for all that is in it. */
export interface LeftOutFile {
  readonly file: string;
  readonly reason: string;
}

/** What a review will look at. Sorted by name; the order of the paths does not matter. */
export interface CollectedFiles {
  readonly files: readonly SourceFile[];
  readonly skipped: readonly LeftOutFile[];
  /** What could not be opened. */
  readonly failed: readonly LeftOutFile[];
  /** What of the tree's own settings could not be honoured. */
  readonly notices: readonly string[];
}

/** What to collect. */
export interface CollectOptions {
  /** Files, directories, and paths with `*`, `?` or `[…]`; relative ones start from `cwd`. */
  readonly paths: readonly string[];
  readonly cwd: string;
  /** Files that lie elsewhere than they are named: the standard input, or the content of a commit. */
  readonly stored?: readonly StoredFile[] | undefined;
  /** Patterns as in `.gitignore`; only these are reviewed. Default all. */
  readonly include?: readonly string[] | undefined;
  /** Patterns as in `.gitignore`; these are not. Default none. */
  readonly exclude?: readonly string[] | undefined;
  /** Whether `.gitignore` files are honoured below named directories. Default true. */
  readonly gitignore?: boolean | undefined;
  /** Larger files are skipped. Default 1 MiB. */
  readonly maxFileBytes?: number | undefined;
  /** Why a file of this name is not reviewed; `undefined` where it is. */
  reasonToSkip(path: string, isNamed: boolean): string | undefined;
}

/** A file that lies elsewhere than it is named. */
export interface StoredFile {
  readonly name: string;
  /** Directory that it lies in, without links. */
  readonly root: string;
  /** From the root. */
  readonly path: string;
  /** True where it counts as met in a directory, not as named. Default false. */
  readonly isFound?: boolean;
}

const defaultMaxFileBytes = 1024 * 1024;

/** One path as it was given, and where it leads. */
interface Target {
  readonly name: string;
  readonly realPath: string;
  readonly stats: Stats;
  /** Which of its files are meant; absent: all. */
  readonly isMatch?: PathPatterns | undefined;
}

/**
 * Finds the files to review, without following links below a named directory. Every file that is passed over is listed
 * with its reason.
 *
 * @throws OptionError for a path that does not exist.
 */
export async function collectFiles(options: CollectOptions): Promise<CollectedFiles> {
  const targets = options.paths.map((path) => toTarget(path, options.cwd));
  const stored = options.stored ?? [];
  const collector = new FileCollector(options, outermost([...targets.map(rootOf), ...stored.map(({ root }) => root)]));
  for (const file of stored) await collector.addStored(file);
  // Named files come first: what is asked for by name is reviewed even where its directory would not bring it.
  for (const target of targets) if (!target.stats.isDirectory()) await collector.addNamed(target);
  for (const [index, target] of targets.entries()) {
    if (!target.stats.isDirectory()) continue;
    if (!(await collector.addDirectory(target))) {
      const path = JSON.stringify(options.paths[index]);
      throw new OptionError('paths', `Cannot review ${path}: nothing has such a name. Wildcards are *, ? and […].`);
    }
  }
  return collector.collected();
}

function toTarget(path: string, cwd: string): Target {
  const glob = readGlob(path, cwd);
  return glob === undefined ? targetAt(path, cwd) : { ...targetAt(glob.directory, cwd), isMatch: glob.isMatch };
}

function targetAt(path: string, cwd: string): Target {
  const absolute = resolve(cwd, path);
  try {
    const realPath = realpathSync.native(absolute);
    return { name: nameOf(path, absolute, cwd), realPath, stats: statSync(realPath) };
  } catch (error) {
    const message = `Cannot review ${JSON.stringify(path)}: ${whyUnusable(error)}. Name files or directories that exist.`;
    throw new OptionError('paths', message, { cause: error });
  }
}

function whyUnusable(error: unknown): string {
  const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  return isMissing ? 'there is no such file or directory' : messageOf(error);
}

function nameOf(given: string, absolute: string, cwd: string): string {
  const fromHere = relative(cwd, absolute) || '.';
  const name = isInside(cwd, absolute) || !isAbsolute(given) ? fromHere : absolute;
  return name.split(sep).join('/');
}

function rootOf({ realPath, stats }: Target): string {
  return stats.isDirectory() ? realPath : dirname(realPath);
}

/** The directories that lie in none of the others. */
function outermost(directories: readonly string[]): string[] {
  const distinct = [...new Set(directories)];
  return distinct.filter((directory) => !distinct.some((other) => other !== directory && isInside(other, directory)));
}

const excluded = 'excluded by a pattern';
const ignored = 'ignored by a .gitignore';

/** Collects files one by one; what was seen once is not taken again. */
class FileCollector {
  readonly #options: CollectOptions;
  readonly #workspaces: ReadonlyMap<string, Workspace>;
  readonly #isIncluded: PathPatterns;
  readonly #isExcluded: PathPatterns;
  readonly #gitignore: GitIgnore | undefined;
  readonly #mostBytes: number;
  readonly #seen = new Set<string>();
  readonly #files: SourceFile[] = [];
  readonly #skipped: LeftOutFile[] = [];
  readonly #failed: LeftOutFile[] = [];

  constructor(options: CollectOptions, roots: readonly string[]) {
    this.#options = options;
    this.#workspaces = new Map(roots.map((root) => [root, createWorkspace({ root })]));
    this.#isIncluded = options.include === undefined ? () => true : readPatterns('include', options.include);
    this.#isExcluded = readPatterns('exclude', options.exclude ?? []);
    this.#gitignore = options.gitignore === false ? undefined : new GitIgnore();
    this.#mostBytes = options.maxFileBytes ?? defaultMaxFileBytes;
  }

  collected(): CollectedFiles {
    const byName = <Entry>(entries: readonly Entry[], key: (entry: Entry) => string): Entry[] =>
      entries.toSorted((left, right) => (key(left) < key(right) ? -1 : 1));
    return {
      files: byName(this.#files, ({ name }) => name),
      skipped: byName([...new Map(this.#skipped.map((entry) => [entry.file, entry])).values()], ({ file }) => file),
      failed: byName(this.#failed, ({ file }) => file),
      notices: this.#gitignore?.notices ?? [],
    };
  }

  async addStored({ name, root, path, isFound = false }: StoredFile): Promise<void> {
    await this.#addFile(name, join(root, path), !isFound);
  }

  async addNamed({ name, realPath, stats }: Target): Promise<void> {
    if (!stats.isFile()) this.#skipOther(name, realPath);
    else await this.#addFile(name, realPath, true);
  }

  /** False where a path with wildcards names nothing in it. */
  async addDirectory({ name, realPath, isMatch }: Target): Promise<boolean> {
    await this.#gitignore?.addAbove(realPath);
    const pending = [{ name, realPath }];
    let matches = 0;
    for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
      // A glob may come back to a directory for other files of it.
      if (isMatch === undefined && !this.#isNew(directory.realPath)) continue;
      for (const entry of await this.#entriesOf(directory)) {
        const path = join(directory.realPath, entry.name);
        const asListed = join(directory.name, entry.name).split(sep).join('/');
        if (entry.kind === 'directory') {
          const reason = this.#reasonToPassOver(entry.name, path, asListed);
          if (reason === undefined) pending.push({ name: asListed, realPath: path });
          else if (isMatch === undefined || isMatch(relative(realPath, path))) this.#skip(`${asListed}/`, reason);
          continue;
        }
        if (isMatch !== undefined && !isMatch(relative(realPath, path).split(sep).join('/'))) continue;
        matches++;
        if (entry.kind === 'file') await this.#addFile(asListed, path, false);
        else if (entry.kind === 'link') this.#skip(asListed, 'symbolic link, not followed');
        else this.#skipOther(asListed, path);
      }
    }
    return isMatch === undefined || matches > 0;
  }

  #reasonToPassOver(name: string, realPath: string, asListed: string): string | undefined {
    const reason = reasonToPassOver(name);
    if (reason !== undefined) return reason;
    if (this.#isExcluded(`${this.#patternPath(asListed, realPath)}/`)) return excluded;
    return this.#gitignore?.isIgnored(realPath, true) === true ? ignored : undefined;
  }

  /** As the patterns see it: from where the review was started, or from the root where it lies elsewhere. */
  #patternPath(name: string, realPath: string): string {
    const isBelow = !isAbsolute(name) && !name.startsWith('..');
    return isBelow ? name : this.#locate(realPath).path.split(sep).join('/');
  }

  async #entriesOf({ name, realPath }: { name: string; realPath: string }) {
    const { workspace, path } = this.#locate(realPath);
    try {
      const listed = name === '.' ? '.gitignore' : `${name}/.gitignore`;
      await this.#gitignore?.add(realPath, workspace, join(path, '.gitignore'), listed);
      return await workspace.readDirectory(path);
    } catch (error) {
      this.#fail(name === '.' ? './' : `${name}/`, error);
      return [];
    }
  }

  async #addFile(name: string, realPath: string, isNamed: boolean): Promise<void> {
    if (!this.#isNew(realPath)) return;
    const unwanted = this.#reasonToLeaveOut(name, realPath, isNamed);
    if (unwanted !== undefined) return this.#skip(name, unwanted);
    // Only a file without an ending may be a script that says in its first line what it is.
    const byName = this.#options.reasonToSkip(realPath, isNamed);
    if (byName !== undefined && extname(realPath) !== '') return this.#skip(name, byName);
    const { workspace, path, root } = this.#locate(realPath);
    try {
      const look = await lookAtFile(workspace, path);
      const reason = this.#options.reasonToSkip(nameWithEnding(realPath, look.interpreter), isNamed);
      if (reason !== undefined) return this.#skip(name, reason);
      if (look.sizeBytes > this.#mostBytes) return this.#skip(name, tooLarge(look.sizeBytes, this.#mostBytes));
      if (look.isBinary) return this.#skip(name, 'binary');
      if (look.isMinified && !isNamed) return this.#skip(name, 'minified');
      const script =
        extname(realPath) === '' && look.interpreter !== undefined ? { interpreter: look.interpreter } : {};
      const { sizeBytes } = look;
      this.#files.push({ name, root, path: path.split(sep).join('/'), sizeBytes, isNamed, ...script });
    } catch (error) {
      this.#fail(name, error);
    }
  }

  #reasonToLeaveOut(name: string, realPath: string, isNamed: boolean): string | undefined {
    const path = this.#patternPath(name, realPath);
    if (this.#isExcluded(path)) return excluded;
    if (!this.#isIncluded(path)) return 'not among the included files';
    if (isNamed) return undefined;
    return this.#gitignore?.isIgnored(realPath, false) === true ? ignored : leftOutByName(realPath);
  }

  #isNew(realPath: string): boolean {
    if (this.#seen.has(realPath)) return false;
    this.#seen.add(realPath);
    return true;
  }

  #locate(realPath: string): { workspace: Workspace; root: string; path: string } {
    for (const [root, workspace] of this.#workspaces) {
      if (isInside(root, realPath)) return { workspace, root, path: relative(root, realPath) || '.' };
    }
    throw new AgentError('internal', `No root holds ${JSON.stringify(realPath)}.`);
  }

  #skipOther(file: string, realPath: string): void {
    if (this.#isNew(realPath)) this.#skip(file, 'not a regular file');
  }

  #skip(file: string, reason: string): void {
    this.#skipped.push({ file, reason });
  }

  #fail(file: string, error: unknown): void {
    if (!PathRefusedError.isInstance(error)) throw error;
    this.#failed.push({ file, reason: reasons[error.reason] });
  }
}

/** Why a file could not be opened, without its path: the report names the file by itself. */
const reasons: Readonly<Record<PathRefusedError['reason'], string>> = {
  invalid: 'its path cannot be used',
  outside: 'it leads outside the reviewed directory',
  not_found: 'it is gone, or its name is not valid UTF-8',
  not_file: 'it is not a regular file',
  not_directory: 'a part of its path is not a directory',
  no_access: 'permission denied',
  too_large: 'it is too large',
  changed: 'it was replaced while it was opened',
};

function tooLarge(sizeBytes: number, mostBytes: number): string {
  const most = mostBytes === defaultMaxFileBytes ? '1 MiB' : `${mostBytes} bytes`;
  return `larger than ${most} (${sizeBytes} bytes)`;
}
