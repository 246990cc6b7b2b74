import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OptionError } from '@harness-sdk/core';
import type { LineRange } from '../pipeline/split-by-symbol.ts';
import type { DiffTarget } from '../review-result.ts';
import { readChangedLines } from './changed-lines.ts';
import { GitError, runGit } from './run-git.ts';

/** Which change is reviewed. */
export type DiffRequest =
  | { readonly kind: 'range'; readonly base: string }
  | { readonly kind: 'staged' }
  | { readonly kind: 'commit'; readonly commit: string };

/** A file of a change. */
export interface ChangedFile {
  /** From the top of the repository. */
  readonly path: string;
  /** Id of its content after the change. */
  readonly blob: string;
  readonly mode: string;
  /** One letter, as git has it: `A` `M` `R` `C` `T` `D` `U`. */
  readonly status: string;
  readonly lines: readonly LineRange[];
}

/** A change, as git tells it. */
export interface Diff {
  readonly target: DiffTarget;
  /** Top of the repository. */
  readonly top: string;
  readonly files: readonly ChangedFile[];
}

const patchFlags = ['-p', '-U0', '--no-ext-diff', '--no-textconv', '--no-color', '--full-index', '-M'];
const listFlags = ['--raw', '-z', '--no-abbrev', '-M'];

/**
 * Asks git for a change: its files with the ids of their contents, and the lines it touches.
 *
 * @throws OptionError where there is no repository or no such commit, or git fails.
 */
export async function readDiff(request: DiffRequest, cwd: string): Promise<Diff> {
  const top = topOf(cwd);
  const { base, head } = await endsOf(request, top);
  const command = head === undefined ? ['diff-index', '--cached'] : ['diff-tree', '-r'];
  const ends = head === undefined ? [base.tree] : [base.tree, head];
  const list = (await runGit(top, [...command, ...listFlags, ...ends, '--'])).toString();
  const patch = (await runGit(top, [...command, ...patchFlags, ...ends, '--'])).toString('latin1');
  const lines = readChangedLines(patch);
  const files = readList(list).map(({ old, ...file }) => ({ ...file, lines: lines.get(`${old}..${file.blob}`) ?? [] }));
  const target: DiffTarget = {
    kind: request.kind,
    ...(base.commit === undefined ? {} : { base: base.commit }),
    ...(head === undefined ? {} : { head }),
    changedFiles: files.length,
  };
  return { target, top, files };
}

/** Contents by their ids, a few at a time. */
export async function* readBlobs(top: string, ids: readonly string[]): AsyncGenerator<readonly [string, Buffer]> {
  const batch = 20;
  for (let start = 0; start < ids.length; start += batch) {
    const wanted = ids.slice(start, start + batch);
    const output = await runGit(top, ['cat-file', '--batch'], `${wanted.join('\n')}\n`);
    let offset = 0;
    for (const id of wanted) {
      const end = output.indexOf(0x0a, offset);
      const size = Number(/ blob (\d+)$/.exec(output.toString('latin1', offset, end))?.[1] ?? Number.NaN);
      if (Number.isNaN(size)) throw new OptionError('diff', `The repository lacks the content ${id}. Fetch it whole.`);
      yield [id, output.subarray(end + 1, end + 1 + size)];
      offset = end + 1 + size + 1;
    }
  }
}

/** The directory that holds `.git`: not what the repository's settings claim it to be. */
function topOf(cwd: string): string {
  for (let directory = cwd; ; directory = dirname(directory)) {
    if (existsSync(join(directory, '.git'))) return directory;
    if (dirname(directory) === directory) {
      throw new OptionError('diff', `Expected ${JSON.stringify(cwd)} to be in a git repository, to review a change.`);
    }
  }
}

/** What a change starts from. A first commit starts from the empty tree, which is no commit. */
interface Base {
  readonly tree: string;
  readonly commit?: string;
}

async function endsOf(request: DiffRequest, top: string): Promise<{ base: Base; head?: string }> {
  switch (request.kind) {
    case 'staged':
      return { base: await baseAt('HEAD', top) };
    case 'commit': {
      const head = await commitOf(request.commit, top);
      return { base: await baseAt(`${head}^`, top), head };
    }
    case 'range': {
      const [given, head] = [await commitOf(request.base, top), await commitOf('HEAD', top)];
      const [commit = ''] = (await runGit(top, ['merge-base', given, head])).toString().split('\n');
      return { base: { tree: commit, commit }, head };
    }
  }
}

async function commitOf(name: string, top: string): Promise<string> {
  if (name === '' || name.startsWith('-')) {
    throw new OptionError('diff', `Expected the name of a commit, got ${JSON.stringify(name)}.`);
  }
  try {
    return (await runGit(top, ['rev-parse', '--verify', '--end-of-options', `${name}^{commit}`])).toString().trim();
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new OptionError('diff', `There is no commit ${JSON.stringify(name)}: ${error.message}`, { cause: error });
  }
}

async function baseAt(name: string, top: string): Promise<Base> {
  try {
    const commit = (await runGit(top, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`])).toString().trim();
    return { tree: commit, commit };
  } catch (error) {
    // It is a first commit, or there is none yet. Whatever else is wrong, the next command meets it too.
    if (!(error instanceof GitError)) throw error;
    return { tree: (await runGit(top, ['hash-object', '-t', 'tree', '--stdin'])).toString().trim() };
  }
}

/** `:100644 100644 OLD NEW M\0path\0`, and for renames and copies `…R90\0from\0to\0`. */
function readList(list: string): (Omit<ChangedFile, 'lines'> & { readonly old: string })[] {
  const fields = list.split('\0');
  const files: (Omit<ChangedFile, 'lines'> & { readonly old: string })[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [, mode = '', old = '', blob = '', status = ''] = (fields[index] ?? '').split(' ');
    const letter = status.charAt(0);
    // The name after a rename or copy stands second.
    if (letter === 'R' || letter === 'C') index++;
    files.push({ path: fields[index + 1] ?? '', mode, old, blob, status: letter });
  }
  return files;
}
