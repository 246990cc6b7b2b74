import type { Argument } from '../src/shell/profiles/argument.ts';

/** A command for a test, and the rule that is to cover it. */
export interface GivenCommand {
  readonly program: string;
  readonly args: readonly Argument[];
}

/**
 * Words of a simple command, with quotes removed; `undefined` where it has more to it than words. The words that the
 * rule has in the same place count as spelled; `:*` and a last `*` stand for the rest, another `*` for one word.
 */
export function givenCommand(rule: string, command: string): GivenCommand | undefined {
  const words = splitWords(command);
  const spelled = splitWords(rule.replace(/:\*$/u, ' *'));
  const [program, ...rest] = words ?? [];
  if (program === undefined || spelled === undefined) return undefined;
  const count = spelled.at(-1)?.text === '*' ? spelled.length - 1 : spelled.length;
  const matches = spelled
    .slice(0, count)
    .every((word, index) => word.text === '*' || word.text === words?.[index]?.text);
  if (!matches) return undefined;
  const args = rest.map((word, index) => ({
    ...word,
    isSpelled: index + 1 < count && spelled[index + 1]?.text !== '*',
  }));
  return { program: program.text, args };
}

function splitWords(command: string): readonly { readonly text: string; readonly hasGlob: boolean }[] | undefined {
  const pattern = /\s*((?:'[^']*'|"(?:[^"\\$`]|\\.)*"|\\.|[^\s'"\\|&;<>()$`])+|$)/suy;
  const words: { text: string; hasGlob: boolean }[] = [];
  while (pattern.lastIndex < command.length) {
    const match = pattern.exec(command)?.[1];
    if (match === undefined) return undefined;
    if (match === '') break;
    const bare = match.replaceAll(/'[^']*'|"(?:[^"\\]|\\.)*"|\\./gsu, '');
    if (/[{}]/u.test(bare) && bare !== '{}') return undefined;
    const text = match.replaceAll(
      /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gsu,
      (_, single?: string, double?: string, escaped?: string) =>
        single ?? double?.replaceAll(/\\(["\\$`])/gu, '$1') ?? escaped ?? '',
    );
    words.push({ text, hasGlob: /[*?[]/u.test(bare) });
  }
  return words;
}
