import { expect, test } from 'vitest';
import { REPORT_FORMATS } from '../report/render-report.ts';
import { COMMANDS } from './commands.ts';
import { HELP } from './help.ts';
import { PROVIDER_NAMES } from './load-model.ts';
import { SETTINGS, SETTING_NAMES } from './settings-table.ts';

function names(word: string): boolean {
  return new RegExp(`(?<![\\w-])${word}(?![\\w-])`).test(HELP);
}

test('names every option, command, provider and format', () => {
  const shorts = SETTING_NAMES.flatMap((name) => SETTINGS[name].short ?? []).map((letter) => `-${letter}`);
  const words = [
    ...SETTING_NAMES.map((name) => `--${name}`),
    ...shorts,
    ...Object.keys(COMMANDS),
    ...PROVIDER_NAMES,
    ...REPORT_FORMATS,
  ];
  expect(words.filter((word) => !names(word))).toEqual([]);
});

test('names no option that does not exist', () => {
  const known: readonly string[] = [...SETTING_NAMES, 'help', 'version'];
  const named = [...HELP.matchAll(/--([a-z][a-z-]*)/g)].map(([, name = '']) => name);
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});

test('fits on a screen', () => {
  const lines = HELP.trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(50);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(110);
});
