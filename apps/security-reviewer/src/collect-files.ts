import { realpathSync, statSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { AgentError, messageOf, OptionError } from '@harness-sdk/core';
import { createWorkspace, isInside, PathRefusedError, type Workspace } from '@harness-sdk/core/node';
import { isUtf16 } from './source-lines.ts';

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
}

/** What to collect. */
export interface CollectOptions {
  /** Files and directories; relative ones start from `cwd`. */
  readonly paths: readonly string[];
  readonly cwd: string;
  /** Why a file of this name is not reviewed; `undefined` where it is. */
  reasonToSkip(path: string, isNamed: boolean): string | undefined;
}

/** Larger files are skipped, in bytes. */
const mostBytes = 1024 * 1024;
/** A NUL among the first bytes makes a file binary, as git has it, unless it is UTF-16. */
const sniffedBytes = 8_000;

const skippedDirectories: Readonly<Record<string, string>> = {
  '.git': 'version control',
  '.hg': 'version control',
  '.svn': 'version control',
  __pycache__: 'compiled files',
  '.tox': 'installed packages',
  '.venv': 'installed packages',
  bower_components: 'installed packages',
  node_modules: 'installed packages',
  'site-packages': 'installed packages',
  venv: 'installed packages',
};

/** One path as it was given, and where it leads. */
interface Target {
  readonly name: string;
  readonly realPath: string;
  readonly stats: Stats;
}

/**
 * Finds the files to review, without following links below a named directory. Every file that is passed over is listed
 * with its reason.
 *
 * @throws OptionError for a path that does not exist.
 */
export async function collectFiles(options: CollectOptions): Promise<CollectedFiles> {
  const targets = options.paths.map((path) => toTarget(path, options.cwd));
  const collector = new FileCollector(options, outermost(targets.map(rootOf)));
  // Named files come first: what is asked for by name is reviewed even where its directory would not bring it.
  for (const target of targets) if (!target.stats.isDirectory()) await collector.addNamed(target);
  for (const target of targets) if (target.stats.isDirectory()) await collector.addDirectory(target);
  return collector.collected();
}

function toTarget(path: string, cwd: string): Target {
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

/** Collects files one by one; what was seen once is not taken again. */
class FileCollector {
  readonly #options: CollectOptions;
  readonly #workspaces: ReadonlyMap<string, Workspace>;
  readonly #seen = new Set<string>();
  readonly #files: SourceFile[] = [];
  readonly #skipped: LeftOutFile[] = [];
  readonly #failed: LeftOutFile[] = [];

  constructor(options: CollectOptions, roots: readonly string[]) {
    this.#options = options;
    this.#workspaces = new Map(roots.map((root) => [root, createWorkspace({ root })]));
  }

  collected(): CollectedFiles {
    const byName = <Entry>(entries: readonly Entry[], key: (entry: Entry) => string): Entry[] =>
      entries.toSorted((left, right) => (key(left) < key(right) ? -1 : 1));
    return {
      files: byName(this.#files, ({ name }) => name),
      skipped: byName(this.#skipped, ({ file }) => file),
      failed: byName(this.#failed, ({ file }) => file),
    };
  }

  async addNamed({ name, realPath, stats }: Target): Promise<void> {
    if (!stats.isFile()) this.#skipOther(name, realPath);
    else await this.#addFile(name, realPath, true);
  }

  async addDirectory({ name, realPath }: Target): Promise<void> {
    const pending = [{ name, realPath }];
    for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
      if (!this.#isNew(directory.realPath)) continue;
      for (const entry of await this.#entriesOf(directory)) {
        const inside = { name: join(directory.name, entry.name), realPath: join(directory.realPath, entry.name) };
        const asListed = inside.name.split(sep).join('/');
        if (entry.kind === 'file') await this.#addFile(asListed, inside.realPath, false);
        else if (entry.kind === 'link') this.#skip(asListed, 'symbolic link, not followed');
        else if (entry.kind === 'other') this.#skipOther(asListed, inside.realPath);
        else if (Object.hasOwn(skippedDirectories, entry.name)) {
          this.#skip(`${asListed}/`, skippedDirectories[entry.name] ?? '');
        } else pending.push({ name: asListed, realPath: inside.realPath });
      }
    }
  }

  async #entriesOf({ name, realPath }: { name: string; realPath: string }) {
    const { workspace, path } = this.#locate(realPath);
    try {
      return await workspace.readDirectory(path);
    } catch (error) {
      this.#fail(name === '.' ? './' : `${name}/`, error);
      return [];
    }
  }

  async #addFile(name: string, realPath: string, isNamed: boolean): Promise<void> {
    if (!this.#isNew(realPath)) return;
    const reason = this.#options.reasonToSkip(realPath, isNamed);
    if (reason !== undefined) return this.#skip(name, reason);
    const { workspace, path, root } = this.#locate(realPath);
    try {
      const { sizeBytes, isBinary } = await look(workspace, path);
      if (sizeBytes > mostBytes) this.#skip(name, `larger than 1 MiB (${sizeBytes} bytes)`);
      else if (isBinary) this.#skip(name, 'binary');
      else this.#files.push({ name, root, path: path.split(sep).join('/'), sizeBytes, isNamed });
    } catch (error) {
      this.#fail(name, error);
    }
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

async function look(workspace: Workspace, path: string): Promise<{ sizeBytes: number; isBinary: boolean }> {
  const file = await workspace.open(path);
  try {
    const { buffer, bytesRead } = await file.handle.read(Buffer.alloc(sniffedBytes), 0, sniffedBytes, 0);
    const start = buffer.subarray(0, bytesRead);
    return { sizeBytes: Number(file.version.sizeBytes), isBinary: start.includes(0) && !isUtf16(start) };
  } finally {
    await file.close();
  }
}
