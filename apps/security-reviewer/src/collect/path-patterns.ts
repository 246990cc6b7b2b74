import ignore from 'ignore';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { OptionError } from '@harness-sdk/core';

/** Which paths a list of patterns names. Patterns are written as in `.gitignore`: `*.py`, `test/`, `/src/**`. */
export type PathPatterns = (path: string) => boolean;

/**
 * Reads patterns.
 *
 * @param option - What they were given as, for the error.
 * @throws OptionError for an empty pattern.
 */
export function readPatterns(option: string, patterns: readonly string[]): PathPatterns {
  if (patterns.some((pattern) => pattern.trim() === '')) {
    throw new OptionError(option, `Expected the patterns of \`${option}\` to name files, got an empty one.`);
  }
  const matcher = ignore().add([...patterns]);
  return (path) => ignore.isPathValid(path) && matcher.ignores(path);
}

/** A path with wildcards: the directory that it starts from, and what it says of the paths in it. */
export interface PathGlob {
  readonly directory: string;
  readonly isMatch: PathPatterns;
}

/** Reads a path with `*`, `?` or `[…]` in it; `undefined` where it has none, or where such a file is really there. */
export function readGlob(path: string, cwd: string): PathGlob | undefined {
  const names = path.split('/');
  const first = names.findIndex((name) => /[*?[]/.test(name));
  if (first === -1 || existsSync(resolve(cwd, path))) return undefined;
  const directory = names.slice(0, first).join('/') || (path.startsWith('/') ? '/' : '.');
  return { directory, isMatch: readPatterns('paths', [`/${names.slice(first).join('/')}`]) };
}
