import { filesOf, type Argument, type FileFilter, type FileUse } from './profiles/program-profile.ts';
import { toArgument } from './to-argument.ts';
import type { ShellRedirect } from './shell-unit.ts';
import type { ShellWord } from './word.ts';
import { isLauncher, shells } from './launchers.ts';
import { nameOf } from './wrappers.ts';

/** A file that a command opens, or `undefined` for one that cannot be known. */
export interface FileTouch {
  readonly kind: 'read' | 'write';
  readonly path: string | undefined;
  readonly hasGlob: boolean;
  readonly isRecursive: boolean;
  /** What in a directory is left alone. */
  readonly filter?: FileFilter;
}

/** The files that a command names, if its program is a recognised reader or writer. */
export function touchesOf(words: readonly ShellWord[]): readonly FileTouch[] {
  const name = nameOf(words[0]);
  if (name === undefined) return [];
  const script = name === 'source' || name === '.' || shells.has(name) ? scriptFile(words) : undefined;
  if (script !== undefined) return [{ kind: 'read', path: script.text, hasGlob: script.hasGlob, isRecursive: false }];
  const use = filesOf(name, words.slice(1).map(toFoundArgument));
  if (use === undefined) return [];
  if (words.some(({ isFound }) => isFound === true)) return toTouches(use).flatMap(ofFound);
  if (name === 'ls' && !words.some(({ text }) => /^-[A-Za-z]*R|^--r/.test(text))) {
    return toTouches(use).map(withoutContents);
  }
  // What an interpreter opens is up to its script, and no recognised reading.
  return toTouches(isLauncher(name) ? { ...use, hasUnknown: false } : use);
}

/** Stands for the files that a search names. */
const foundPath = '\0found';

function toFoundArgument(word: ShellWord): Argument | undefined {
  return word.isFound === true ? { text: foundPath, hasGlob: false, isSpelled: false } : toArgument(word);
}

/** To read what a search names is judged where it searches. Which file is written nobody knows. */
function ofFound(touch: FileTouch): readonly FileTouch[] {
  if (touch.path !== foundPath) return [touch];
  return touch.kind === 'read' ? [] : [{ ...touch, path: undefined }];
}

/** To list a directory is not to read what is in it. */
function withoutContents(touch: FileTouch): FileTouch {
  return { ...touch, isRecursive: false };
}

/** The script that a shell runs, where it is a file that is spelled out behind plain flags. */
function scriptFile([, ...args]: readonly ShellWord[]): ShellWord | undefined {
  const index = args.findIndex(({ text, isKnown }) => !isKnown || !/^[-+][abefhklmnptuvxBCDEHPT]+$/.test(text));
  const script = args[index];
  return script?.isKnown === true && !/^[-+]/.test(script.text) ? script : undefined;
}

/** The file that a redirection opens. */
export function touchesOfRedirect({ kind, targets }: ShellRedirect): readonly FileTouch[] {
  return targets.map(({ text, isKnown, hasGlob }) => ({
    kind,
    path: isKnown ? text : undefined,
    hasGlob,
    isRecursive: false,
  }));
}

function toTouches({ reads, writes, hasUnknown }: FileUse): readonly FileTouch[] {
  const unknown = { path: undefined, hasGlob: false, isRecursive: false };
  return [
    ...reads.map((operand) => ({ kind: 'read', ...operand }) as const),
    ...writes.map((operand) => ({ kind: 'write', ...operand }) as const),
    ...(hasUnknown ? [{ kind: 'read', ...unknown } as const, { kind: 'write', ...unknown } as const] : []),
  ];
}
