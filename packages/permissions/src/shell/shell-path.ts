import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, parse, relative, resolve, sep } from 'node:path';
import { isInside, type ResolvedPath, type Workspace } from '@harness-sdk/core/node';
import { literalOf, matchesGlob, parseGlob } from '../glob.ts';
import { once } from './memory.ts';
import { toJudgedPath, type JudgedPath } from '../judged-path.ts';

/** Where the paths of a command are looked up. */
export interface ShellPlaces {
  readonly workspace: Workspace;
  readonly homes: readonly string[];
}

/** A path that a command would open. */
export interface ShellPath {
  readonly path: JudgedPath;
  /** Absolute, as the system finds it. */
  readonly realPath: string;
  /** True where it lies in the workspace, as it is written and as it really is. */
  readonly isInside: boolean;
}

/** Follows a path as the system does: link by link, with `..` from where a link leads. */
export function toShellPath(text: string, directory: string, places: ShellPlaces): ShellPath {
  return once(places, `path ${directory}\0${text}`, () => resolveShellPath(text, directory, places));
}

function resolveShellPath(text: string, directory: string, { workspace, homes }: ShellPlaces): ShellPath {
  const given = expandHome(text, homes);
  const requested = resolve(directory, given);
  const { realPath, exists, isDangling } = followLinks(
    isAbsolute(given) ? given : `${realOf(directory)}${sep}${given}`,
  );
  const root = workspace.roots.find(
    (candidate) => isInside(candidate.path, requested) || isInside(candidate.realPath, requested),
  );
  const isReallyInside = workspace.roots.some((candidate) => isInside(candidate.realPath, realPath));
  const resolved: ResolvedPath = {
    requested,
    realPath,
    relativePath: root === undefined ? requested : relative(root.path, requested) || '.',
    isLinked: requested !== realPath,
    exists,
  };
  return {
    path: toJudgedPath(workspace, text, resolved),
    realPath,
    isInside: root !== undefined && isReallyInside && !isDangling,
  };
}

/** Whether a path depends on the directory that it starts from. */
export function isRelative(text: string): boolean {
  return !isAbsolute(text) && !/^~(?:\/|$)/.test(text);
}

function expandHome(text: string, [home]: readonly string[]): string {
  return home !== undefined && /^~(?:\/|$)/.test(text) ? home + text.slice(1) : text;
}

function realOf(path: string): string {
  return followLinks(path).realPath;
}

interface Followed {
  readonly realPath: string;
  readonly exists: boolean;
  /** True where a link on the way leads to nothing yet, so that it may lead anywhere by the time it is used. */
  readonly isDangling: boolean;
}

/** The real path of what exists, and the rest behind it. */
function followLinks(path: string): Followed {
  const whole = realPathOf(path);
  if (whole !== undefined) return { realPath: whole, exists: true, isDangling: false };
  const { root } = parse(path);
  const names = path.slice(root.length).split(sep);
  let reached = root;
  for (const [index, name] of names.entries()) {
    const next = join(reached, name);
    const real = name === '..' ? dirname(reached) : realPathOf(next);
    if (real === undefined) {
      return { realPath: resolve(reached, ...names.slice(index)), exists: false, isDangling: isLink(next) };
    }
    reached = real;
  }
  return { realPath: reached, exists: false, isDangling: false };
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  } catch {
    // ENOTDIR, EACCES, ENAMETOOLONG: no link that could be followed.
    return false;
  }
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    // ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG: the system cannot open it by this path either.
    return undefined;
  }
}

const maxEntries = 1000;

/** Something in a directory. */
export interface Entry {
  readonly path: JudgedPath;
  /** Of a link, where it leads. */
  readonly target?: JudgedPath;
  /** The names on the way from the directory. */
  readonly names: readonly string[];
}

/** What is in a directory, at any depth, without following links; `undefined` where that is too much to look at. */
export function entriesIn(directory: string, { workspace }: ShellPlaces): readonly Entry[] | undefined {
  const found: Entry[] = [];
  const pending = [directory];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const entry of listDirectory(next)) {
      const path = join(next, entry.name);
      if (entry.isDirectory()) pending.push(path);
      const resolved = { requested: path, realPath: path, relativePath: path, isLinked: false, exists: true };
      const realPath = entry.isSymbolicLink() ? realPathOf(path) : undefined;
      const target =
        realPath === undefined
          ? {}
          : { target: toJudgedPath(workspace, path, { ...resolved, realPath, isLinked: true }) };
      const names = relative(directory, path).split(sep);
      found.push({ path: toJudgedPath(workspace, path, resolved), ...target, names });
      if (found.length > maxEntries) return undefined;
    }
  }
  return found;
}

function listDirectory(directory: string): ReturnType<typeof readDirectory> {
  try {
    return readDirectory(directory);
  } catch {
    // ENOENT, ENOTDIR, EACCES: there is nothing to be found in it.
    return [];
  }
}

function readDirectory(directory: string) {
  return readdirSync(directory, { withFileTypes: true });
}

/**
 * The paths that a glob of the shell matches, as the program would get them; `undefined` where they cannot be told.
 * Without a match the shell leaves the word as it is.
 */
export function expandGlob(text: string, directory: string, places: ShellPlaces): readonly string[] | undefined {
  return once(places, `glob ${directory}\0${text}`, () => matchesOf(text, directory, places));
}

function matchesOf(text: string, directory: string, { homes }: ShellPlaces): readonly string[] | undefined {
  const first = text.search(/[*?[]/);
  if (first < 0) return [text];
  const start = text.lastIndexOf('/', first) + 1;
  const base = text.slice(0, start);
  const segments = text.slice(start).split('/');
  let found = [''];
  let looked = 0;
  for (const [index, segment] of segments.entries()) {
    const next: string[] = [];
    for (const before of found) {
      const names = namesMatching(segment, resolve(directory, expandHome(base, homes) || '.', before));
      if (names === undefined) return undefined;
      looked += names.looked;
      if (looked > maxEntries) return undefined;
      for (const name of names.found) next.push(index === 0 ? name : `${before}/${name}`);
    }
    found = next;
  }
  return found.length === 0 ? [text] : found.map((path) => base + path);
}

interface Names {
  readonly found: readonly string[];
  readonly looked: number;
}

function namesMatching(segment: string, directory: string): Names | undefined {
  if (segment === '' || segment === '..' || segment === '.') return { found: [segment], looked: 1 };
  const pattern = toGlob(segment);
  if (pattern === undefined) return undefined;
  const literal = literalOf(pattern);
  if (literal !== undefined) return { found: [literal], looked: 1 };
  const names = listDirectory(directory).map(({ name }) => name);
  const found = names.filter(
    (name) => (segment.startsWith('.') || !name.startsWith('.')) && matchesGlob([pattern], [name], 'exact'),
  );
  return { found, looked: names.length };
}

/** Whether a name matches a glob as a program reads it; `undefined` where that cannot be told. */
export function matchesName(glob: string, name: string): boolean | undefined {
  const pattern = toGlob(glob);
  return pattern === undefined ? undefined : matchesGlob([pattern], [name], 'exact');
}

class UnclearGlob extends Error {}

function toGlob(segment: string): ReturnType<typeof parseGlob>[number][number] | undefined {
  const escaped = segment
    .replaceAll(/\*+/g, '*')
    .replaceAll(/[{}()\\]/g, '\\$&')
    .replaceAll(/^\]|(?<=^[^[]*)\]/g, '\\]');
  try {
    const [glob] = parseGlob(escaped, () => {
      throw new UnclearGlob();
    });
    return glob?.length === 1 ? glob[0] : undefined;
  } catch (error) {
    if (error instanceof UnclearGlob) return undefined;
    throw error;
  }
}
