import { realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkOptions } from '../../check-options.ts';
import { OptionError, messageOf } from '../../errors.ts';
import { shown } from './check-path.ts';
import { isInside } from './is-inside.ts';
import { openDirectory, openFile, type CheckedDirectory, type CheckedFile } from './open-checked.ts';
import { PathRefusedError } from './path-refused-error.ts';
import { readChecked, readDirectoryChecked, type DirectoryEntry, type FileContent } from './read-checked.ts';
import { resolvePath, type ResolvedPath, type WorkspaceRoot } from './resolve-path.ts';
import { writeChecked, type WriteFileOptions, type WrittenFile } from './write-checked.ts';

/** What {@link createWorkspace} takes. */
export interface WorkspaceOptions {
  /** Directory that the workspace is; a relative one starts from the process's own. It may be a link. */
  readonly root: string;
  /** Further directories that may be touched. Default none. */
  readonly extraRoots?: readonly string[];
}

/** How a path is resolved. */
export interface ResolveOptions {
  /** Directory that relative paths start from; itself relative to the root. Default: the root. */
  readonly cwd?: string;
}

/** How a file is read. */
export interface ReadFileOptions {
  /** Refuse larger files. Default 32 MiB. */
  readonly maxBytes?: number;
}

/** How a directory is read. */
export interface ReadDirectoryOptions {
  /** Entries at most: the first that the system names, in whatever order it does. Default all. */
  readonly maxEntries?: number;
}

/**
 * The one way to a path. Everything in it ends inside a root, as it was asked for and as it really is, whatever links
 * are there or appear meanwhile. Where a method takes a path, a string is resolved from the root first; a
 * {@link ResolvedPath} must still lead to the same real path, so that what was judged is what is opened.
 *
 * Every method rejects with {@link PathRefusedError} for what it refuses.
 */
export interface Workspace {
  /** Absolute path of the first root, as given. */
  readonly root: string;
  /** All roots, the first one first. */
  readonly roots: readonly WorkspaceRoot[];
  /** Where a path leads, which need not exist yet. Changes nothing. */
  resolve(path: string, options?: ResolveOptions): Promise<ResolvedPath>;
  /** Opens a regular file for reading. Never waits for a pipe or a device. */
  open(path: string | ResolvedPath): Promise<CheckedFile>;
  /** Opens a directory, to work in it or start a process in it. */
  openDirectory(path: string | ResolvedPath): Promise<CheckedDirectory>;
  /** Reads a regular file whole. */
  readFile(path: string | ResolvedPath, options?: ReadFileOptions): Promise<FileContent>;
  /** Entries of a directory in the order of their names. Links are listed, not followed. */
  readDirectory(path: string | ResolvedPath, options?: ReadDirectoryOptions): Promise<readonly DirectoryEntry[]>;
  /**
   * Replaces a file, or makes it and the directories it needs, in one step. A string is written as UTF-8. Mode and, where
   * possible, owner of a replaced file are kept.
   */
  writeFile(path: string | ResolvedPath, data: string | Uint8Array, options?: WriteFileOptions): Promise<WrittenFile>;
}

const defaultMaxBytes = 32 * 1024 * 1024;

/**
 * Makes a workspace over directories that exist. Where they really are is settled here, once: a root that is a link may
 * later point elsewhere, and the workspace stays.
 *
 * @throws OptionError for a root that is not a directory.
 *
 * @example
 * const workspace = createWorkspace({ root: "." });
 * const { bytes } = await workspace.readFile("src/index.ts");
 */
export function createWorkspace(options: WorkspaceOptions): Workspace {
  checkOptions('createWorkspace', options, {
    root: { type: 'string', required: true },
    extraRoots: { type: 'array' },
  });
  const root = toRoot('root', options.root);
  const roots = [root, ...(options.extraRoots ?? []).map((path, index) => toRoot(`extraRoots[${index}]`, path))];

  async function settle(path: string | ResolvedPath): Promise<ResolvedPath> {
    if (typeof path !== 'object') return await resolvePath(roots, path, root.path);
    if (roots.some(({ realPath }) => isInside(realPath, path.realPath))) return path;
    throw new PathRefusedError('outside', path.requested, `${shown(path.requested)} is not in the workspace.`);
  }

  return {
    root: root.path,
    roots,
    resolve: async (path, { cwd = '.' } = {}) => await resolvePath(roots, path, resolve(root.path, cwd)),
    open: async (path) => await openFile(await settle(path)),
    openDirectory: async (path) => await openDirectory(await settle(path)),
    readFile: async (path, { maxBytes = defaultMaxBytes } = {}) => await readChecked(await settle(path), maxBytes),
    readDirectory: async (path, { maxEntries } = {}) => await readDirectoryChecked(await settle(path), maxEntries),
    writeFile: async (path, data, writeOptions) => await writeChecked(roots, await settle(path), data, writeOptions),
  };
}

function toRoot(option: string, path: unknown): WorkspaceRoot {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw new OptionError(option, `Expected \`${option}\` to be the path of a directory, got ${JSON.stringify(path)}.`);
  }
  const absolute = resolve(path);
  const realPath = realPathOf(option, absolute);
  if (!statSync(realPath).isDirectory()) {
    throw new OptionError(option, `Expected \`${option}\` to be a directory; ${JSON.stringify(absolute)} is none.`);
  }
  return { path: absolute, realPath };
}

function realPathOf(option: string, path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    const message = `Expected \`${option}\` to be a directory that exists: ${messageOf(error)}`;
    throw new OptionError(option, message, { cause: error });
  }
}
