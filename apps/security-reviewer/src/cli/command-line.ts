import { OptionError } from '@harness-sdk/core';
import { Command, CommanderError, Option } from 'commander';
import { COMMANDS, isCommandName, type CommandName } from './commands.ts';
import { readSetting } from './read-setting.ts';
import type { GivenSettings, SettingName } from './settings.ts';
import { SETTINGS } from './settings-table.ts';

/** A command line, read. */
export type CommandLine =
  | { readonly command: 'help' | 'version' }
  | { readonly command: CommandName; readonly operands: readonly string[]; readonly given: GivenSettings };

/**
 * Reads a command line. A first word that is no command belongs to `review`.
 *
 * @param parameters - What follows the name of the program.
 * @throws OptionError that names the option, what it got, and the nearest right one.
 */
export function readCommandLine(parameters: readonly string[]): CommandLine {
  const [first = ''] = parameters;
  const isNamed = isCommandName(first);
  const command = isNamed ? first : 'review';
  const names = COMMANDS[command].settings;
  const options = new Map(names.map((name) => [name, toOption(name)]));
  const help = new Option('-h, --help');
  const version = new Option('-V, --version');
  const parser = toParser([help, version, ...options.values()]);
  parse(parser, isNamed ? parameters.slice(1) : parameters);
  if (isGiven(parser, help)) return { command: 'help' };
  if (isGiven(parser, version)) return { command: 'version' };
  let given: GivenSettings = {};
  for (const [name, option] of options) {
    // A switch whose name begins with `no-` is kept as the opposite of what follows.
    const value: unknown = option.negate ? true : parser.getOptionValue(option.attributeName());
    if (isGiven(parser, option)) given = { ...given, ...readSetting(name, value, `--${name}`) };
  }
  return { command, operands: checkOperands(command, parser.args), given };
}

function toParser(options: readonly Option[]): Command {
  const parser = new Command('security-reviewer').argument('[operand...]').helpOption(false).exitOverride();
  // What is wrong is thrown, and told by the caller.
  parser.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  for (const option of options) parser.addOption(option);
  return parser;
}

function toOption(name: SettingName): Option {
  const { placeholder, short, isList } = SETTINGS[name];
  const value = placeholder === undefined ? '' : placeholder.startsWith('[') ? ' [value]' : ' <value>';
  const option = new Option(`${short === undefined ? '' : `-${short}, `}--${name}${value}`);
  if (placeholder === undefined) return option;
  return option.argParser((text, before: unknown) => {
    // The option that follows is not the value that is missing. A dash alone stands for a stream.
    if (/^-[^\d]/.test(text) || text === '') throw needsValue(name);
    return isList === true ? [...(Array.isArray(before) ? (before as unknown[]) : []), text] : text;
  });
}

function parse(parser: Command, parameters: readonly string[]): void {
  try {
    parser.parse([...parameters], { from: 'user' });
  } catch (error) {
    throw error instanceof CommanderError ? toOptionError(error) : error;
  }
}

/** What the parser says, as the rest of the program would say it. */
function toOptionError({ message }: CommanderError): OptionError {
  const [what = '', hint = ''] = message.replace(/^error: /, '').split('\n');
  const lacking = /^option '(?:-\w, )?--([\w-]+) .*' argument missing$/.exec(what)?.[1];
  if (lacking !== undefined) return needsValue(lacking);
  const nearest = /^\((.*)\)$/.exec(hint)?.[1] ?? '--help lists all options; a path that begins with - goes after --.';
  return new OptionError('', `${what[0]?.toUpperCase() ?? ''}${what.slice(1)}. ${nearest}`);
}

function needsValue(name: string): OptionError {
  return new OptionError(name, `The option --${name} needs a value.`);
}

function isGiven(parser: Command, option: Option): boolean {
  return parser.getOptionValueSource(option.attributeName()) === 'cli';
}

function checkOperands(command: CommandName, operands: readonly string[]): readonly string[] {
  const { leastOperands, mostOperands, operands: syntax } = COMMANDS[command];
  if (operands.includes('')) throw new OptionError('', `Expected what follows ${command} not to be empty.`);
  if (operands.length >= leastOperands && operands.length <= mostOperands) return operands;
  const extra = operands[mostOperands];
  const what = extra === undefined ? 'something is missing' : `${JSON.stringify(extra)} is too much`;
  const usage = `security-reviewer ${command} ${syntax}`.trimEnd();
  throw new OptionError('', `Expected ${usage}: ${what}. To review a path of that name, write ./${command}.`);
}
