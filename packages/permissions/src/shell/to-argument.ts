import type { Argument } from './profiles/program-profile.ts';
import type { ShellWord } from './word.ts';

/** A word as a program gets it; `undefined` for one that is only known when it runs. */
export function toArgument({ text, isKnown, hasGlob }: ShellWord): Argument | undefined {
  return isKnown ? { text, hasGlob, isSpelled: false } : undefined;
}
