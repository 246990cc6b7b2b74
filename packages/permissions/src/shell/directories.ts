import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ShellWord } from './word.ts';

/** Where a command may be when it gets to one of its units. */
export interface Directories {
  /** Absolute, as the shell counts them: without following links. `undefined` where it cannot be known. */
  readonly paths: readonly string[] | undefined;
  /** True once a `cd` may have left the first one. */
  readonly hasMoved: boolean;
}

/** Somewhere. */
export const unknownDirectories: Directories = { paths: undefined, hasMoved: true };

/** More alternatives than that are not followed. */
const maxPaths = 8;

/** Both. */
export function unite(one: Directories, other: Directories): Directories {
  const hasMoved = one.hasMoved || other.hasMoved;
  if (one.paths === undefined || other.paths === undefined) return { paths: undefined, hasMoved };
  const paths = [...new Set([...one.paths, ...other.paths])];
  return { paths: paths.length > maxPaths ? undefined : paths, hasMoved };
}

/** Whether two are the same. */
export function areSame(one: Directories, other: Directories): boolean {
  return one.hasMoved === other.hasMoved && String(one.paths) === String(other.paths);
}

/** The operand of `cd`, where it is one that is spelled out. */
export function operandOfCd(words: readonly ShellWord[]): string | undefined {
  const operands = words[1]?.text === '--' ? words.slice(2) : words.slice(1);
  const [operand] = operands;
  if (operands.length !== 1 || operand?.isKnown !== true || operand.hasGlob) return undefined;
  return /^[-~+]|^$/.test(operand.text) ? undefined : operand.text;
}

/**
 * Where `cd` leads.
 *
 * @param canFail - True where the directory may be gone by then, so that the old one stays.
 */
export function changeDirectory(from: Directories, words: readonly ShellWord[], canFail: boolean): Directories {
  const operand = operandOfCd(words);
  if (operand === undefined || from.paths === undefined) return unknownDirectories;
  const paths = from.paths.map((path) => resolve(path, operand));
  const to: Directories = { paths, hasMoved: from.hasMoved || String(paths) !== String(from.paths) };
  return canFail || !paths.every(isDirectory) ? unite(to, from) : to;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
