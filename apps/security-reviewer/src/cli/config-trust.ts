import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { OptionError } from '@harness-sdk/core';
import { isInside } from '@harness-sdk/core/node';
import { SEVERITIES } from '../finding.ts';
import { CONFIG_NAMES, type ConfigFile } from './config-file.ts';
import { DEFAULTS } from './defaults.ts';
import type { FailOn, GivenSettings, SettingName } from './settings.ts';

/**
 * Whether a configuration file belongs to what is reviewed, so that whoever wrote the code could have written it: it
 * lies below the working directory, a reviewed path or the repository around one.
 */
export function belongsToReviewed(configPath: string, paths: readonly string[], cwd: string): boolean {
  const real = realpathSync.native(configPath);
  const reviewed = paths.map((path) => realPathOf(resolve(cwd, path)));
  const here = realPathOf(cwd);
  const trees = [
    ...reviewed,
    ...reviewed.flatMap((path) => repositoryOf(path) ?? []),
    ...(reviewed.some((path) => isInside(here, path)) ? [here] : []),
  ];
  return trees.some((tree) => isInside(tree, real));
}

/** The path without links, as far as it exists: one that does not is refused elsewhere. */
function realPathOf(path: string): string {
  return existsSync(path) ? realpathSync.native(path) : path;
}

function repositoryOf(path: string): string | undefined {
  for (let directory = path; ; directory = dirname(directory)) {
    if (existsSync(join(directory, '.git'))) return directory;
    if (dirname(directory) === directory) return undefined;
  }
}

/** Whether a reviewed tree may set it so. */
type Allowance = (config: GivenSettings, fixed: Settled, directory: string) => boolean;

/** What holds where the file says nothing. */
type Settled = GivenSettings & typeof DEFAULTS;

const always: Allowance = () => true;

/**
 * What the configuration of a reviewed tree may set: what narrows the review in the open, what makes it stricter, and
 * what it looks like. Anything else needs `--trust-config`.
 */
const allowances: Readonly<Partial<Record<SettingName, Allowance>>> = {
  only: always,
  skip: always,
  'diff-context': (config) => config['diff-context'] === 'file',
  include: always,
  exclude: always,
  'max-file-size': (config, fixed) => (config['max-file-size'] ?? Infinity) <= fixed['max-file-size'],
  // It can only be one that is part of the reviewed code as well.
  baseline: ({ baseline = '' }, _fixed, directory) => isInside(directory, baseline),
  'no-suppress': always,
  cache: ({ cache }) => cache === 'off',
  quiet: always,
  verbose: always,
  'no-color': always,
  'sarif-suppressed': always,
  format: ({ format = [] }) => format.every(({ file }) => file === undefined),
  'fail-on': (config, fixed) => strictness(config['fail-on']) >= strictness(fixed['fail-on']),
  // What fails must not be hidden.
  'min-severity': (config, fixed) =>
    strictness(config['min-severity']) >= strictness(config['fail-on'] ?? fixed['fail-on']),
  'min-confidence': (config, fixed) => (config['min-confidence'] ?? 0) <= fixed['min-confidence'],
  profile: ({ profile }) => profile === 'audit',
  concurrency: (config, fixed) => (config.concurrency ?? Infinity) <= fixed.concurrency,
  'max-tokens': (config, fixed) => (config['max-tokens'] ?? Infinity) <= (fixed['max-tokens'] ?? Infinity),
  'max-time': (config, fixed) => (config['max-time'] ?? Infinity) <= fixed['max-time'],
  'max-cost': (config, fixed) => (config['max-cost'] ?? Infinity) <= fixed['max-cost'],
};

/** How much fails: nothing under `none`, everything under `info`. */
function strictness(level: FailOn | undefined): number {
  return level === undefined || level === 'none' ? -1 : SEVERITIES.indexOf(level);
}

/**
 * Checks that the configuration of a reviewed tree only does what it may. What the command line says wins in any case,
 * so that the file is not asked for it.
 *
 * @throws OptionError that names what it may not do.
 */
export function checkUntrusted({ path, given }: ConfigFile, flags: GivenSettings): void {
  const fixed = { ...DEFAULTS, ...flags };
  for (const name of CONFIG_NAMES) {
    if (given[name] === undefined || flags[name] !== undefined) continue;
    const isAllowed = allowances[name];
    if (isAllowed?.({ ...given, ...flags }, fixed, dirname(path)) === true) continue;
    const what = isAllowed === undefined ? 'cannot set it' : `cannot set it to ${JSON.stringify(given[name])}`;
    throw new OptionError(
      name,
      `\`${name}\` in ${path}: a configuration that belongs to the reviewed code ${what}. ` +
        `Give --${name} on the command line, or --trust-config where you trust whoever can write the file.`,
    );
  }
}
