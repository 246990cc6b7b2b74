import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { permissionModes } from './mode.ts';

const directory = new URL('..', import.meta.url);
const readme = readFileSync(new URL('README.md', directory), 'utf8');

test('the example of the README prints what stands below it', () => {
  const [, code = '', output = ''] = /```ts\n(.*?)```\n\n```text\n(.*?)```/s.exec(readme) ?? [];
  expect(code).not.toBe('');
  const flags = ['--conditions=@harness-sdk/source', '--input-type=module-typescript', '--eval', code];
  expect(execFileSync(process.execPath, flags, { cwd: directory, encoding: 'utf8' })).toBe(output);
});

test('the README names every mode', () => {
  for (const mode of permissionModes) expect(readme).toContain(`| \`${mode}\` |`);
});
