import { parse } from 'unbash';
import { unseenSubstitution } from './account-substitutions.ts';
import type { Directories } from './directories.ts';
import { findIntegers } from './find-integers.ts';
import { hidesCharacters } from './hidden-characters.ts';
import type { ShellInput, ShellUnit } from './shell-unit.ts';
import { readScript, type Reading } from './unit-reader.ts';

/** A command, taken apart. */
export interface ShellScript {
  readonly units: readonly ShellUnit[];
  /** Why nobody can say for sure what it runs: no allow rule applies, and no deny rule can be ruled out. */
  readonly problem?: string;
}

/** Longer commands are not for people to look through. */
const maxLength = 10_000;
/** Longer ones would take too long to take apart. */
const maxParsedLength = 32_768;
const maxUnits = 50;

/** Takes a command apart as bash would. */
export function parseShell(command: string, at: Directories, input: ShellInput = { type: 'inherited' }): ShellScript {
  if (command.length > maxParsedLength) {
    return { units: [], problem: `it is ${command.length} characters long, which is too long to be taken apart` };
  }
  if (nestsTooDeeply(command)) return { units: [], problem: 'it is nested too deeply' };
  try {
    return takeApart(command, at, input);
  } catch (error) {
    // The stack ends before the parser's own limits do where substitutions and operators are nested by the hundred.
    if (error instanceof RangeError) return { units: [], problem: 'it is nested too deeply' };
    throw error;
  }
}

/** Nobody nests substitutions and groups like that; parsers take long to find it out. */
const maxNesting = 40;
const maxOpeners = 500;

/** A bound on how deeply a text can be nested, whatever is quoted in it. */
function nestsTooDeeply(command: string): boolean {
  let depth = 0;
  let openers = 0;
  for (const character of command) {
    if (character === ')' || character === '}') depth = Math.max(0, depth - 1);
    if (character === '(' || character === '{') depth++;
    if (character === '`' || (character === '(' && ++openers > 0)) openers++;
    if (depth > maxNesting || openers > maxOpeners * 2) return true;
  }
  return false;
}

function takeApart(command: string, at: Directories, input: ShellInput): ShellScript {
  const script = parse(command);
  const reading: Reading = { units: [], integers: findIntegers(script, command), problems: [], mayHaveRemoved: false };
  if (hidesCharacters(command)) {
    reading.problems.push('it holds characters that do not show, or that a shell and a person read differently');
  }
  const unseen = unseenSubstitution(script, command);
  if (unseen !== undefined) reading.problems.push(unseen);
  if (command.length > maxLength) reading.problems.push(`it is longer than ${maxLength} characters`);
  readScript(reading, script, { source: command, at, input });
  if (reading.units.length > maxUnits) reading.problems.push(`it has more than ${maxUnits} parts`);
  const [problem] = reading.problems;
  return { units: reading.units, ...(problem === undefined ? {} : { problem }) };
}
