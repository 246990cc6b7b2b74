import type { Directories } from './directories.ts';
import { parseShell, type ShellScript } from './parse-shell.ts';
import type { ShellPlaces } from './shell-path.ts';
import type { ShellUnit } from './shell-unit.ts';
import { unfold, type Unfolded } from './unfold.ts';
import { literalWord } from './word.ts';

/** A unit, and all that it runs. */
export interface UnfoldedUnit {
  readonly unit: ShellUnit;
  readonly unfolded: Unfolded;
}

/** A command that a call would run, ready to be judged. */
export interface ShellCommand extends Pick<ShellScript, 'problem'> {
  /** As people should see it. */
  readonly text: string;
  readonly units: readonly UnfoldedUnit[];
  readonly places: ShellPlaces;
}

/** Takes apart what a shell would run. */
export function shellCommand(command: string, at: Directories, places: ShellPlaces): ShellCommand {
  const { units, ...rest } = parseShell(command, at);
  return { ...rest, text: command, units: units.map((unit) => ({ unit, unfolded: unfold(unit) })), places };
}

/** What runs without a shell: every word is what it says. */
export function programCommand(argv: readonly string[], at: Directories, places: ShellPlaces): ShellCommand {
  const unit: ShellUnit = {
    kind: 'command',
    text: argv.join(' '),
    words: argv.map(literalWord),
    assignments: [],
    redirects: [],
    input: { type: 'inherited' },
    directories: at,
    isLiteral: false,
  };
  const problem = argv.length === 0 ? { problem: 'it names no program' } : {};
  return { ...problem, text: unit.text, units: [{ unit, unfolded: unfold(unit) }], places };
}
