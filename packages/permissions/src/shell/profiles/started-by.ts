import type { Started } from './argument.ts';
import type { CommandTable } from './command-table.ts';
import type { ParsedCommand } from './parse-options.ts';

/** The commands that a program is told to start: the values of options, and operands. */
export function startedBy(
  { options, operands }: ParsedCommand,
  { launches, runsElsewhere }: Pick<CommandTable, 'launches' | 'runsElsewhere'>,
): readonly Started[] {
  const scripts = options.flatMap(({ spec, value }): readonly Started[] =>
    value !== undefined && spec?.effect === 'unsafe' && /^(?:starts|may start|runs)\b/u.test(spec.why ?? '')
      ? [{ script: value.text.replace(/^exec=/u, '') }]
      : [],
  );
  const words = launches === undefined || runsElsewhere === true ? [] : operands.slice(launches);
  return words.length === 0 ? scripts : [...scripts, { words }];
}
