import { isHarmlessSetting } from './shell-assignments.ts';
import type { ShellWord } from './word.ts';
import { literalWord } from './word.ts';
import { unwrap } from './wrappers.ts';

/** Nobody wraps a command more often. */
const maxWrappers = 8;

/** A command, and what is left of it without wrappers that change nothing about what it does: the outermost first. */
export function lookThrough(words: readonly ShellWord[]): readonly (readonly ShellWord[])[] {
  const all = [words];
  for (let inner = innerOf(words); inner !== undefined && all.length < maxWrappers; inner = innerOf(inner)) {
    all.push(inner);
  }
  return all;
}

function innerOf(words: readonly ShellWord[]): readonly ShellWord[] | undefined {
  const [first, second] = words;
  if (first === undefined || !words.every((word, index) => index > 1 || word.isKnown)) return undefined;
  if (first.text === 'git' && /^--(?:no-pager|no-optional-locks)$/.test(second?.text ?? '')) {
    return [first, ...words.slice(2)];
  }
  if (first.text === 'env') return innerOfEnv(words);
  if (first.text.includes('/')) return undefined;
  const unwrapped = unwrap(words);
  if (unwrapped?.isHarmless !== true || unwrapped.start >= words.length) return undefined;
  return words.slice(unwrapped.start);
}

/** `env` with nothing but harmless settings is the same as the settings in front of the command. */
function innerOfEnv(words: readonly ShellWord[]): readonly ShellWord[] | undefined {
  const start = words.findIndex(({ text }, index) => index > 0 && !/^[A-Za-z_]\w*=/.test(text));
  if (start < 1 || words[start]?.isKnown !== true || words[start].text.startsWith('-')) return undefined;
  const isHarmless = words.slice(1, start).every(({ text, isKnown, hasGlob }) => {
    const at = text.indexOf('=');
    const value = literalWord(text.slice(at + 1));
    return isKnown && !hasGlob && isHarmlessSetting({ name: text.slice(0, at), values: [value], isSpecial: false });
  });
  return isHarmless ? words.slice(start) : undefined;
}
