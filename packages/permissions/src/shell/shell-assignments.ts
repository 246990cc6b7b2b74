import { isPlainName } from './find-integers.ts';
import type { ShellAssignment, ShellUnit } from './shell-unit.ts';

/** Settings that only change how a program reports. */
const harmless: ReadonlySet<string> = new Set(
  [
    'NODE_ENV CI NO_COLOR FORCE_COLOR COLUMNS LINES TERM LANG TZ DEBUG LOG_LEVEL RUST_BACKTRACE RUST_LOG',
    'PYTHONUNBUFFERED PYTHONDONTWRITEBYTECODE VERBOSE LANGUAGE',
  ].flatMap((line) => line.split(' ')),
);

/** Why an assignment of a unit may change what runs, or `undefined`. */
export function assignmentProblem({ assignments, words }: ShellUnit): string | undefined {
  const odd = assignments.find((assignment) => !isHarmless(assignment, words[0]?.text));
  return odd === undefined ? undefined : `it sets ${odd.name}, which may change what runs`;
}

function isHarmless(assignment: ShellAssignment, program: string | undefined): boolean {
  const { name, isSpecial } = assignment;
  if (isSpecial) return false;
  if (isHarmlessSetting(assignment)) return true;
  if (name === 'IFS' && program === 'read') return isLiteral(assignment);
  return program === undefined && isPlainName(name);
}

/** Whether a setting in front of a command is one that only changes how it reports. */
export function isHarmlessSetting(assignment: ShellAssignment): boolean {
  const { name, values } = assignment;
  if (!isLiteral(assignment)) return false;
  if (/^(?:PAGER|GIT_PAGER|MANPAGER)$/.test(name)) return ['', 'cat'].includes(values[0]?.text ?? '');
  return harmless.has(name) || /^LC_[A-Z]+$/.test(name);
}

function isLiteral({ values, isSpecial }: ShellAssignment): boolean {
  return !isSpecial && values.length === 1 && values.every(({ isKnown, hasGlob }) => isKnown && !hasGlob);
}
