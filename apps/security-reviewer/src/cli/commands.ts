import type { SettingName } from './settings.ts';

/** What the program can do. */
export type CommandName = 'review' | 'baseline' | 'verify' | 'rules' | 'explain' | 'init' | 'doctor';

/** How a command is written. */
interface CommandSyntax {
  /** What follows it, for messages. */
  readonly operands: string;
  readonly leastOperands: number;
  readonly mostOperands: number;
  /** The options that it takes. */
  readonly settings: readonly SettingName[];
}

const configuration: readonly SettingName[] = ['config', 'trust-config'];
const reviewer: readonly SettingName[] = ['provider', 'model', 'verify', 'concurrency', 'cache'];
const selection: readonly SettingName[] = ['no-suppress', 'min-severity', 'min-confidence', 'profile', 'only', 'skip'];
const limits: readonly SettingName[] = ['max-cost', 'max-tokens', 'max-time'];
const scope: readonly SettingName[] = ['stdin-path', 'include', 'exclude', 'no-gitignore', 'max-file-size'];
const known: readonly SettingName[] = ['baseline', 'new-only'];
const change: readonly SettingName[] = ['diff', 'staged', 'commit', 'diff-context'];
const progress: readonly SettingName[] = ['quiet', 'verbose', 'no-color', 'log'];
const output: readonly SettingName[] = ['format', 'output', 'output-dir', 'sarif-suppressed', 'fail-on'];

/** Every command. The first one is meant where none is named. */
export const COMMANDS: Readonly<Record<CommandName, CommandSyntax>> = {
  review: {
    operands: '[path…]',
    leastOperands: 0,
    mostOperands: Infinity,
    settings: [
      ...configuration,
      ...reviewer,
      ...limits,
      ...change,
      ...scope,
      ...selection,
      ...known,
      ...output,
      'dry-run',
      ...progress,
    ],
  },
  baseline: {
    operands: '[path…]',
    leastOperands: 0,
    mostOperands: Infinity,
    settings: [...configuration, ...reviewer, ...limits, ...scope, ...selection, 'baseline', ...progress],
  },
  verify: { operands: 'REPORT', leastOperands: 1, mostOperands: 1, settings: ['fail-on', 'json'] },
  rules: { operands: '', leastOperands: 0, mostOperands: 0, settings: ['json'] },
  explain: { operands: 'RULE|FINGERPRINT', leastOperands: 1, mostOperands: 1, settings: ['report'] },
  init: { operands: '', leastOperands: 0, mostOperands: 0, settings: ['force'] },
  doctor: { operands: '', leastOperands: 0, mostOperands: 0, settings: ['provider', 'model', ...configuration] },
};

/** Whether a word is the name of a command. */
export function isCommandName(word: string): word is CommandName {
  return Object.hasOwn(COMMANDS, word);
}
