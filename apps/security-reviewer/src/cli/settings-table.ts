import { FINDING_KINDS, SEVERITIES } from '../finding.ts';
import { REPORT_FORMATS } from '../report/render-report.ts';
import { RULES } from '../rules/engine.ts';
import { toFormatTarget } from './format-target.ts';
import { PROVIDER_NAMES } from './load-model.ts';
import { toBytes, toMilliseconds, toPositive, toPositiveInteger, toShare } from './quantities.ts';
import { choiceSetting, listSetting, numberSetting, pathSetting, switchSetting, textSetting } from './setting.ts';
import type { Setting } from './setting.ts';
import type { FailOn, SettingName, Settings } from './settings.ts';

/** All values of `--fail-on`, the strictest last. */
const failOnChoices: readonly FailOn[] = ['none', ...SEVERITIES];

const classes = 'kinds, rules or CWE numbers, such as xss, py/sql-injection or CWE-89';
const classNames: readonly string[] = [
  ...FINDING_KINDS,
  ...FINDING_KINDS.map((kind) => `llm/${kind}`),
  ...RULES.map(({ id }) => id),
];

/** Every setting: what it takes, and how it is read. */
export const SETTINGS: { readonly [Name in SettingName]: Setting<Settings[Name]> } = {
  provider: choiceSetting('NAME', ['rules', ...PROVIDER_NAMES]),
  model: textSetting('ID', 'the id of a model, as its provider names it'),
  format: listSetting(
    'FORMAT[=FILE]',
    `${REPORT_FORMATS.join(', ')}, each with =FILE or without`,
    toFormatTarget,
    REPORT_FORMATS,
  ),
  output: pathSetting('FILE', { short: 'o' }),
  'output-dir': pathSetting('DIR'),
  'fail-on': choiceSetting('LEVEL', failOnChoices),
  'min-severity': choiceSetting('LEVEL', SEVERITIES),
  'min-confidence': numberSetting('SHARE', 'a number from 0 to 1, such as 0.5', toShare),
  profile: choiceSetting('NAME', ['audit', 'pr']),
  only: listSetting('CLASS', classes, toClass, classNames),
  skip: listSetting('CLASS', classes, toClass, classNames),
  diff: {
    placeholder: '[BASE]',
    expected: 'a commit or branch, or nothing',
    read: (given) => (given === true || (typeof given === 'string' && given !== '') ? given : undefined),
  },
  staged: switchSetting(),
  commit: textSetting('COMMIT', 'a commit'),
  'diff-context': choiceSetting('CONTEXT', ['lines', 'file']),
  include: listSetting('GLOB', 'patterns as in .gitignore, such as src/**/*.py', (text) => text),
  exclude: listSetting('GLOB', 'patterns as in .gitignore, such as vendor/', (text) => text),
  'no-gitignore': switchSetting(),
  'max-file-size': numberSetting('SIZE', 'a size, such as 500kB or 1MB', toBytes),
  'no-suppress': switchSetting(),
  cache: { ...pathSetting('DIR'), expected: 'a directory or off', choices: ['off'] },
  'dry-run': switchSetting({ isForCommandLine: true }),
  baseline: pathSetting('FILE'),
  'new-only': switchSetting(),
  'max-cost': numberSetting('USD', 'US dollars above 0, such as 2.00', toPositive),
  'max-tokens': numberSetting('TOKENS', 'a whole number of tokens above 0', toPositiveInteger),
  'max-time': numberSetting('TIME', 'a time with its unit, such as 90s, 20m or 1h', toMilliseconds),
  concurrency: numberSetting('N', 'a whole number from 1 to 99', (text) => {
    const number = toPositiveInteger(text);
    return number !== undefined && number < 100 ? number : undefined;
  }),
  verify: choiceSetting('HOW', ['off', 'code', 'model']),
  'stdin-path': textSetting('PATH', 'the path that the source on stdin goes by', { isForCommandLine: true }),
  quiet: switchSetting({ short: 'q' }),
  verbose: switchSetting(),
  'no-color': switchSetting(),
  log: pathSetting('FILE'),
  'sarif-suppressed': switchSetting(),
  config: pathSetting('FILE', { isForCommandLine: true }),
  'trust-config': switchSetting({ isForCommandLine: true }),
  json: switchSetting({ isForCommandLine: true }),
  report: pathSetting('FILE', { isForCommandLine: true }),
  force: switchSetting({ isForCommandLine: true }),
};

/** A kind, a rule or a CWE number, in letters of either case. */
function toClass(text: string): string | undefined {
  return classNames.includes(text.toLowerCase()) || /^cwe-\d+$/i.test(text) ? text : undefined;
}

// The record's type has these keys and no others.
/** The names of all settings. */
export const SETTING_NAMES: readonly SettingName[] = Object.keys(SETTINGS) as SettingName[];
