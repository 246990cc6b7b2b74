import { parseArgs, type ParseArgsConfig } from 'node:util';
import { nearestName, OptionError } from '@harness-sdk/core';
import { SEVERITIES } from '../finding.ts';
import type { Severity } from '../rules/rule.ts';
import type { VerifyMode } from '../verify/verify-findings.ts';

/** Formats a report can have. */
type ReportFormat = 'markdown' | 'json';

/** From which severity on a finding makes the program end with 1; `none` never does. */
export type FailOn = Severity | 'none';

/** What the command line asks for. */
export interface ReviewArguments {
  readonly command: 'review';
  /** At least one. */
  readonly paths: readonly string[];
  /** `rules`, or the name of a provider of language models. */
  readonly provider: string;
  /** Absent with the rules alone. */
  readonly model: string | undefined;
  readonly format: ReportFormat;
  readonly failOn: FailOn;
  /** US dollars; absent where the user named none. */
  readonly maxCostUsd: number | undefined;
  /** Absent where the user chose nothing. */
  readonly verify: VerifyMode | undefined;
  /** Sessions of the language model at a time; absent where the user named none. */
  readonly concurrency: number | undefined;
  /** True where no progress is to be shown. */
  readonly isQuiet: boolean;
}

/** A command line, read. */
export type Arguments = ReviewArguments | { readonly command: 'help' | 'version' };

const options = {
  provider: { type: 'string' },
  model: { type: 'string' },
  format: { type: 'string' },
  'fail-on': { type: 'string' },
  'max-cost': { type: 'string' },
  verify: { type: 'string' },
  concurrency: { type: 'string' },
  quiet: { type: 'boolean', short: 'q' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
} as const satisfies ParseArgsConfig['options'];

type OptionName = keyof typeof options;

const formats: Readonly<Record<string, ReportFormat>> = { markdown: 'markdown', md: 'markdown', json: 'json' };
const failOnValues: readonly FailOn[] = ['none', ...SEVERITIES.toReversed()];

/**
 * Reads a command line.
 *
 * @param parameters - What follows the name of the program.
 * @param providers - Names of the providers of language models.
 * @throws OptionError that names the option, what it got, and the nearest right one.
 */
export function readArguments(parameters: readonly string[], providers: readonly string[]): Arguments {
  const { values, paths } = parse(parameters);
  if (values.has('help')) return { command: 'help' };
  if (values.has('version')) return { command: 'version' };
  const provider = readChoice(values, 'provider', ['rules', ...providers]) ?? 'rules';
  const format = readChoice(values, 'format', Object.keys(formats));
  return {
    command: 'review',
    paths: paths.length > 0 ? paths : ['.'],
    provider,
    model: readModel(values, provider),
    format: formats[format ?? 'markdown'] ?? 'markdown',
    failOn: readChoice(values, 'fail-on', failOnValues) ?? 'high',
    maxCostUsd: readCost(values),
    verify: readChoice(values, 'verify', ['off', 'code', 'model'] as const),
    concurrency: readConcurrency(values),
    isQuiet: values.has('quiet'),
  };
}

type Values = ReadonlyMap<OptionName, string>;

function parse(parameters: readonly string[]): { values: Values; paths: string[] } {
  // Not strict, because its messages name no nearest option; the tokens say all that is needed to be strict here.
  const { tokens } = parseArgs({ args: [...parameters], options, strict: false, allowPositionals: true, tokens: true });
  const values = new Map<OptionName, string>();
  const paths: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') paths.push(readPath(token.value));
    else if (token.kind === 'option') values.set(...readOption(token));
  }
  return { values, paths };
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function readOption({ name, rawName, value, inlineValue }: OptionToken): [OptionName, string] {
  if (!isOptionName(name)) throw unknownOption(rawName);
  if (options[name].type === 'boolean') {
    if (value === undefined) return [name, ''];
    throw new OptionError(name, `The option --${name} takes no value, got ${JSON.stringify(value)}.`);
  }
  const isNextOption = inlineValue !== true && value?.startsWith('-') === true && !/^-\d/.test(value);
  if (value === undefined || value === '' || isNextOption) {
    throw new OptionError(name, `The option --${name} needs a value, as in --${name} ${example[name] ?? 'VALUE'}.`);
  }
  return [name, value];
}

const example: Readonly<Partial<Record<OptionName, string>>> = {
  provider: 'anthropic',
  model: 'MODEL',
  format: 'json',
  'fail-on': 'high',
  'max-cost': '2.00',
  verify: 'code',
  concurrency: '4',
};

function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(options, name);
}

function unknownOption(rawName: string): OptionError {
  const nearest = rawName.startsWith('--') ? nearestName(rawName.slice(2), Object.keys(options)) : undefined;
  const hint =
    nearest === undefined
      ? 'See --help for all options; a path that begins with - goes after --.'
      : `Did you mean --${nearest}?`;
  return new OptionError(rawName, `There is no option ${rawName}. ${hint}`);
}

function readPath(path: string): string {
  if (path !== '') return path;
  throw new OptionError('paths', 'Expected the path of a file or directory, got an empty one.');
}

function readChoice<Choice extends string>(
  values: Values,
  name: OptionName,
  choices: readonly Choice[],
): Choice | undefined {
  const given = values.get(name);
  if (given === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === given.toLowerCase());
  if (choice !== undefined) return choice;
  const nearest = nearestName(given, choices);
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  throw new OptionError(name, `Expected --${name} to be ${choices.join(', ')}, got ${JSON.stringify(given)}.${hint}`);
}

function readModel(values: Values, provider: string): string | undefined {
  const model = values.get('model');
  if (provider === 'rules' && model !== undefined) {
    throw new OptionError(
      'model',
      'The option --model goes with --provider, as in --provider anthropic --model MODEL.',
    );
  }
  if (provider !== 'rules' && model === undefined) {
    throw new OptionError('model', `The provider ${provider} needs --model: no model is chosen for you.`);
  }
  return model;
}

function readCost(values: Values): number | undefined {
  const given = values.get('max-cost');
  if (given === undefined) return undefined;
  const cost = /^\d+(?:\.\d+)?$|^\.\d+$/.test(given) ? Number(given) : 0;
  if (cost > 0 && cost < Infinity) return cost;
  throw new OptionError(
    'max-cost',
    `Expected --max-cost to be US dollars above 0, such as 2.00, got ${JSON.stringify(given)}.`,
  );
}

function readConcurrency(values: Values): number | undefined {
  const given = values.get('concurrency');
  if (given === undefined || /^[1-9]\d?$/.test(given)) return given === undefined ? undefined : Number(given);
  throw new OptionError(
    'concurrency',
    `Expected --concurrency to be a whole number from 1 to 99, got ${JSON.stringify(given)}.`,
  );
}
