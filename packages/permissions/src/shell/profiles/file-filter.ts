import type { FileFilter } from './argument.ts';
import { hasOption } from './operand-rules.ts';
import type { ParsedCommand } from './parse-options.ts';

/** A glob about names alone, which says the same at any depth. */
function isName(glob: string): boolean {
  return !/[/\\{}]/u.test(glob);
}

function valuesOf({ options }: ParsedCommand, ...names: readonly string[]): readonly (string | undefined)[] {
  return options.filter(({ name }) => names.includes(name)).map(({ value }) => value?.text);
}

/** What `grep -r` leaves out: what `--include` does not name. With other patterns too, the last one counts. */
export function grepFilter(command: ParsedCommand): FileFilter {
  const include = valuesOf(command, '--include').filter((glob) => glob !== undefined);
  const exclude = valuesOf(command, '--exclude', '--exclude-dir').filter((glob) => glob !== undefined && isName(glob));
  if (hasOption(command, '--exclude-from')) return {};
  if (include.length === 0) return { exclude: exclude.filter((glob) => glob !== undefined) };
  return include.every(isName) && exclude.length === 0 ? { include } : {};
}

/** What ripgrep leaves out: hidden files, unless options or patterns bring them in. */
export function ripgrepFilter(command: ParsedCommand): FileFilter {
  const { options } = command;
  const globs = valuesOf(command, '-g', '--glob', '--iglob');
  const unrestricted = options.filter(({ name }) => name === '-u' || name === '--unrestricted').length;
  const skipsHidden = !hasOption(command, '-.', '--hidden') && unrestricted < 2;
  if (globs.length === 0) return skipsHidden ? { hidden: 'skipped' } : {};
  const known = globs.filter((glob) => glob !== undefined);
  if (known.length < globs.length || hasOption(command, '--iglob')) return {};
  const negative = known.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1));
  if (negative.length === known.length) {
    return { ...(skipsHidden ? { hidden: 'skipped' as const } : {}), exclude: negative.filter(isName) };
  }
  // A pattern that names a file brings it in even where it is hidden.
  return negative.length === 0 && known.every(isName) ? { include: known } : {};
}

/** What programs leave out that only look at hidden files when told to. */
export function skipsHiddenWithout(...names: readonly string[]): (command: ParsedCommand) => FileFilter {
  return (command) => ({ links: 'opened', ...(hasOption(command, ...names) ? {} : { hidden: 'skipped' }) });
}

/** What a program leaves out that only knows the files of its language. */
export function onlyNames(...include: readonly string[]): () => FileFilter {
  return () => ({ include });
}
