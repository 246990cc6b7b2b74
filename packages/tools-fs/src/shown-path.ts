import { relative, sep } from 'node:path';
import { hasHiddenCharacters, isInside, quoteText } from '@harness-sdk/core/node';

/**
 * A path for the model, which it can give back to any tool: from the working directory, with `/`, where it lies in it,
 * else absolute. Names with characters that do not show, and those that could be taken for a note or a quoted name, are
 * written as JSON, so that one line is one path and shows what it is.
 */
export function shownPath(path: string, cwd: string): string {
  return shownName(fromDirectory(path, cwd));
}

/** A name or a path as {@link shownPath} writes it. */
export function shownName(name: string): string {
  return hasHiddenCharacters(name) || /^["[]/.test(name) ? quoteText(name) : name;
}

/** A path as `shownPath` writes it, in quotes in any case. */
export function quotedPath(path: string, cwd: string): string {
  return quoteText(fromDirectory(path, cwd));
}

/** A path in front of a line number: what holds something like one is written as JSON too. */
export function shownSource(path: string, cwd: string): string {
  return /[:-]\d+([:-]|$)/.test(fromDirectory(path, cwd)) ? quotedPath(path, cwd) : shownPath(path, cwd);
}

function fromDirectory(path: string, cwd: string): string {
  return isInside(cwd, path) ? relative(cwd, path).split(sep).join('/') || '.' : path;
}
