import { nearestName, OptionError } from '@harness-sdk/core';
import type { GivenSettings, SettingName } from './settings.ts';
import { SETTINGS } from './settings-table.ts';

/**
 * Reads one setting.
 *
 * @param shownName - As the user wrote it: `--fail-on` on the command line, `fail-on` in a file.
 * @throws OptionError that says what is expected, what it got, and the nearest right word.
 */
export function readSetting(name: SettingName, given: unknown, shownName: string): GivenSettings {
  const setting = SETTINGS[name];
  const value = setting.read(given);
  if (value !== undefined) return { [name]: value };
  const word: unknown = Array.isArray(given) ? given[0] : given;
  const nearest = typeof word === 'string' ? nearestName(word, setting.choices ?? []) : undefined;
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  throw new OptionError(name, `Expected ${shownName} to be ${setting.expected}, got ${shown(given)}.${hint}`);
}

/** A value on one line, cut where it is long. */
function shown(given: unknown): string {
  const single: unknown = Array.isArray(given) && given.length === 1 ? given[0] : given;
  const text = JSON.stringify(single) ?? typeof single;
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
