import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from 'diff';

/** What Write and Edit show to people in `display`. */
export interface DiffDisplay {
  readonly type: 'diff';
  /** From the working directory where it lies in it, else absolute. */
  readonly path: string;
  /** True for a file that was made. */
  readonly isNew: boolean;
  /** Unified diff with three lines of context; absent where the change is too large to be shown. */
  readonly diff?: string;
}

/** Lines removed and added; the time a diff takes grows with its square. */
const maxChangedLines = 2000;
const maxDiffCharacters = 50_000;

/** The display of a change; `oldText` is `undefined` for a new file. */
export function diffDisplay(path: string, oldText: string | undefined, newText: string): DiffDisplay {
  const isNew = oldText === undefined;
  const oldName = isNew ? '/dev/null' : `a/${path}`;
  const patch = structuredPatch(oldName, `b/${path}`, oldText ?? '', newText, undefined, undefined, {
    context: 3,
    maxEditLength: maxChangedLines,
  });
  const diff = patch === undefined ? undefined : formatPatch(patch, FILE_HEADERS_ONLY);
  const isShown = diff !== undefined && diff.length <= maxDiffCharacters;
  return { type: 'diff', path, isNew, ...(isShown ? { diff } : {}) };
}
