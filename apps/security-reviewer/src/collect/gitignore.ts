import ignore, { type Ignore } from 'ignore';
import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { createWorkspace, PathRefusedError, type Workspace } from '@harness-sdk/core/node';

/** A larger file of patterns is not honoured, in bytes: every name is matched with every pattern. */
const mostBytes = 64 * 1024;
/** A pattern with more wildcards than this in one name would let a file name of its choice take minutes to match. */
const mostWildcards = 3;
/** `**` in one pattern at most. */
const mostTrees = 4;

/** The `.gitignore` files of a tree: the nearest one that says something about a path decides, as in git. */
export class GitIgnore {
  /** By the real path of their directory. */
  readonly #patterns = new Map<string, Ignore>();
  readonly #notices: string[] = [];

  /** What could not be honoured; the files it would have hidden are reviewed. */
  get notices(): readonly string[] {
    return this.#notices;
  }

  /** Takes the files of the directories above a named one, up to the top of its repository. */
  async addAbove(directory: string): Promise<void> {
    const above: string[] = [];
    for (let current = directory; !existsSync(join(current, '.git')); current = dirname(current)) {
      const parent = dirname(current);
      if (parent === current) return;
      above.push(parent);
    }
    for (const path of above) await this.add(path, createWorkspace({ root: path }), '.gitignore', `${path}/.gitignore`);
    // Who names a directory that is ignored wants it reviewed.
    if (this.isIgnored(directory, true)) for (const path of above) this.#patterns.delete(path);
  }

  /** Takes the file of one directory, if there is one. Only a regular file inside the workspace counts. */
  async add(directory: string, workspace: Workspace, path: string, shownAs: string): Promise<void> {
    if (this.#patterns.has(directory)) return;
    try {
      const { bytes } = await workspace.readFile(path, { maxBytes: mostBytes });
      this.#patterns.set(directory, ignore().add(this.#usable(new TextDecoder().decode(bytes), shownAs)));
    } catch (error) {
      if (!PathRefusedError.isInstance(error)) throw error;
      if (error.reason !== 'not_found') this.#notices.push(`${shownAs} was not honoured: it cannot be used.`);
    }
  }

  /** Whether a path is ignored. Asked from the outside in: what is in an ignored directory is never asked for. */
  isIgnored(realPath: string, isDirectory: boolean): boolean {
    for (let current = dirname(realPath); ; current = dirname(current)) {
      const patterns = this.#patterns.get(current);
      if (patterns !== undefined) {
        const path = relative(current, realPath).split(sep).join('/');
        const { ignored, unignored } = patterns.test(isDirectory ? `${path}/` : path);
        if (ignored || unignored) return ignored;
      }
      if (dirname(current) === current) return false;
    }
  }

  #usable(text: string, shownAs: string): string[] {
    const lines = text.split(/\r?\n/);
    const usable = lines.filter(isCheap);
    const dropped = lines.length - usable.length;
    if (dropped > 0) this.#notices.push(`${shownAs}: ${dropped} patterns have too many wildcards to be honoured.`);
    return usable;
  }
}

function isCheap(pattern: string): boolean {
  if (pattern.startsWith('#')) return true;
  const names = pattern.split('/');
  if (names.filter((name) => name === '**').length > mostTrees) return false;
  return names.every((name) => name === '**' || name.split('*').length - 1 <= mostWildcards);
}
