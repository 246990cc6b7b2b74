import { readConfigFile } from './config-file.ts';
import { belongsToReviewed, checkUntrusted } from './config-trust.ts';
import type { GivenSettings } from './settings.ts';

/** Settings that a command runs with, and the file that some of them are from. */
export interface EffectiveSettings {
  readonly settings: GivenSettings;
  readonly configPath?: string;
}

/**
 * What the command line says, and behind it what the configuration file says.
 *
 * @param paths - What is reviewed: a configuration that belongs to it may only narrow and tighten.
 * @throws OptionError for a configuration that is wrong, or does what it may not.
 */
export function effectiveSettings(flags: GivenSettings, paths: readonly string[], cwd: string): EffectiveSettings {
  const config = readConfigFile(flags.config, cwd);
  if (config === undefined) return { settings: flags };
  const isTrusted = flags['trust-config'] === true || !belongsToReviewed(config.path, paths, cwd);
  if (!isTrusted) checkUntrusted(config, flags);
  return { settings: { ...config.given, ...flags }, configPath: config.path };
}
