import { OptionError, checkOptions, type OptionRules } from '@harness-sdk/core';
import { checkNames } from './environment.ts';
import type { SandboxProvider } from './sandbox/sandbox-provider.ts';
import { checkRestrictions, type SandboxRestrictions } from './sandbox/sandbox-restrictions.ts';

/** What {@link createBash} and {@link createExec} take. */
export interface CommandOptions {
  /** Names of further variables that commands get from the environment. Keys of model providers are refused. */
  readonly env?: readonly string[];
  /** How much of the output the model gets: the beginning and the end. Default 30,000 characters. */
  readonly maxOutputCharacters?: number;
  /** Runs every command confined. Where it does not work, nothing runs. Default: none. */
  readonly sandbox?: SandboxProvider;
  /** What commands may do in the sandbox. */
  readonly restrictions?: SandboxRestrictions;
}

/** The same, checked and with defaults. */
export interface CommandSettings {
  readonly extraNames: readonly string[];
  readonly maxOutputCharacters: number;
  readonly sandbox: SandboxProvider | undefined;
  readonly restrictions: SandboxRestrictions;
}

const defaultMaxOutputCharacters = 30_000;

/** Rules of the options, for the makers that pass them on. */
export const commandOptionRules: OptionRules = {
  env: { type: 'array' },
  maxOutputCharacters: { type: 'number', min: 1000, integer: true, finite: true },
  sandbox: { type: 'object' },
  restrictions: { type: 'object' },
};

/** @throws OptionError */
export function readCommandOptions(owner: string, options: CommandOptions): CommandSettings {
  checkOptions(owner, options, commandOptionRules);
  const { env = [], maxOutputCharacters = defaultMaxOutputCharacters, sandbox, restrictions = {} } = options;
  if (sandbox !== undefined && (typeof sandbox.probe !== 'function' || typeof sandbox.wrap !== 'function')) {
    throw new OptionError('sandbox', `Expected \`sandbox\` of ${owner} to have the methods probe() and wrap().`);
  }
  if (sandbox === undefined && options.restrictions !== undefined) {
    throw new OptionError('restrictions', `\`restrictions\` of ${owner} need a \`sandbox\` that enforces them.`);
  }
  checkRestrictions(owner, restrictions);
  return { extraNames: checkNames(owner, env), maxOutputCharacters, sandbox, restrictions };
}
