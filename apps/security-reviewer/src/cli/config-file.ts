import { dirname, extname, join, resolve } from 'node:path';
import { messageOf, nearestName, OptionError } from '@harness-sdk/core';
import { parseDocument } from 'yaml';
import { readRegularFile } from './read-regular-file.ts';
import { readSetting } from './read-setting.ts';
import type { GivenSettings, SettingName } from './settings.ts';
import { SETTINGS, SETTING_NAMES } from './settings-table.ts';

/** A configuration file, read. */
export interface ConfigFile {
  readonly path: string;
  /** Paths in it start from its directory, and are absolute here. */
  readonly given: GivenSettings;
}

/** Names that are looked for in the working directory. */
const fileNames: readonly string[] = [
  'security-review.config.json',
  'security-review.config.yaml',
  'security-review.config.yml',
];
const manifestName = 'package.json';
const manifestKey = 'securityReview';

const mostBytes = 256 * 1024;

/** The keys that a configuration file may have. */
export const CONFIG_NAMES: readonly SettingName[] = SETTING_NAMES.filter(
  (name) => SETTINGS[name].isForCommandLine !== true,
);

/**
 * Finds and reads the configuration: the named file, or the one that the working directory holds.
 *
 * @param named - Path that `--config` gives.
 * @returns `undefined` where there is none.
 * @throws OptionError for a file that cannot be read, for two files where one is meant, and for what is wrong in it.
 */
export function readConfigFile(named: string | undefined, cwd: string): ConfigFile | undefined {
  if (named !== undefined) {
    const path = resolve(cwd, named);
    const text = readRegularFile(path, mostBytes);
    if (text === undefined) throw new OptionError('config', `There is no file ${JSON.stringify(named)} for --config.`);
    return toConfigFile(path, text);
  }
  const found = [...fileNames, manifestName].flatMap((name) => {
    const path = join(cwd, name);
    const text = readRegularFile(path, name === manifestName ? Infinity : mostBytes);
    return text === undefined || (name === manifestName && !holdsKey(text)) ? [] : [{ path, text }];
  });
  const [first, second] = found;
  if (second !== undefined) {
    const names = found.map(({ path }) => path).join(' and ');
    throw new OptionError('config', `There are several configurations, ${names}. Keep one, or name it with --config.`);
  }
  return first === undefined ? undefined : toConfigFile(first.path, first.text);
}

function holdsKey(manifest: string): boolean {
  try {
    return manifestKey in Object(JSON.parse(manifest));
  } catch {
    // SyntaxError: what is no manifest configures nothing.
    return false;
  }
}

function toConfigFile(path: string, text: string): ConfigFile {
  const isManifest = path.endsWith(`/${manifestName}`) || path.endsWith(`\\${manifestName}`);
  const document = parseText(path, text);
  const content: unknown = isManifest && isRecord(document) ? document[manifestKey] : document;
  if (!isRecord(content)) {
    throw new OptionError('config', `Expected ${path} to hold an object of settings, such as {"fail-on": "high"}.`);
  }
  let given: GivenSettings = {};
  for (const [name, value] of Object.entries(content)) {
    if (!isConfigName(name)) throw unknownKey(path, name);
    const setting = readSetting(name, value, `\`${name}\` in ${path}`);
    given = { ...given, ...fromDirectory(setting, dirname(path)) };
  }
  return { path, given };
}

function parseText(path: string, text: string): unknown {
  try {
    return extname(path) === '.json' ? JSON.parse(text) : parseYaml(text);
  } catch (error) {
    throw new OptionError('config', `Cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
}

/** Strictly: what YAML only warns of is wrong here, and aliases, which can make much of little, are not needed. */
function parseYaml(text: string): unknown {
  const document = parseDocument(text);
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw problem;
  return document.toJS({ maxAliasCount: 0 });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isConfigName(name: string): name is SettingName {
  return CONFIG_NAMES.some((known) => known === name);
}

function unknownKey(path: string, name: string): OptionError {
  if (Object.hasOwn(SETTINGS, name)) {
    return new OptionError(name, `\`${name}\` in ${path} belongs on the command line: --${name}.`);
  }
  const nearest = nearestName(name, CONFIG_NAMES);
  const hint = nearest === undefined ? `Known: ${CONFIG_NAMES.join(', ')}.` : `Did you mean \`${nearest}\`?`;
  return new OptionError(name, `There is no setting \`${name}\`, as in ${path}. ${hint}`);
}

function isPath(name: string, value: unknown): value is string {
  if (!isConfigName(name) || typeof value !== 'string') return false;
  const { isPath: isOfPath = false, choices = [] } = SETTINGS[name];
  return isOfPath && !choices.includes(value);
}

/** Paths start from the file that names them. */
function fromDirectory(setting: GivenSettings, directory: string): GivenSettings {
  const entries = Object.entries(setting).map(([name, value]) => {
    return [name, isPath(name, value) ? resolve(directory, value) : value] as const;
  });
  const format = setting.format?.map(({ format: name, file }) =>
    file === undefined ? { format: name } : { format: name, file: resolve(directory, file) },
  );
  // The same settings, with the same types of values.
  return { ...(Object.fromEntries(entries) as GivenSettings), ...(format === undefined ? {} : { format }) };
}
