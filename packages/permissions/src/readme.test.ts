import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { permissionModes } from './mode.ts';
import type { PolicyOptions } from './policy-options.ts';

const directory = new URL('..', import.meta.url);
const readme = readFileSync(new URL('README.md', directory), 'utf8');

const examples = [...readme.matchAll(/```ts\n(.*?)```\n\n```text\n(.*?)```/gs)].map(([, code = '', output = '']) => ({
  code,
  output,
}));

test('the README has an example of rules and one of policy files', () => {
  expect(examples).toHaveLength(2);
});

test.each(examples)('an example of the README prints what stands below it', ({ code, output }) => {
  const [, policyYml = ''] = /```yaml\n(.*?)```/s.exec(readme) ?? [];
  expect(policyYml).toContain('version: 1');
  const given = `const policyYml = ${JSON.stringify(policyYml)};\n${code}`;
  const flags = ['--conditions=@harness-sdk/source', '--input-type=module-typescript', '--eval', given];
  expect(execFileSync(process.execPath, flags, { cwd: directory, encoding: 'utf8' })).toBe(output);
});

test('the README names every option', () => {
  // Each is there, so that the compiler sees to it that none is left out.
  const options: Record<keyof PolicyOptions, true> = {
    root: true,
    extraRoots: true,
    mode: true,
    allow: true,
    deny: true,
    ask: true,
    policyFiles: true,
    grants: true,
    home: true,
    tools: true,
  };
  for (const name of Object.keys(options)) expect(readme).toMatch(new RegExp(`^\\| [^|]*\`${name}\``, 'm'));
});

test('the README names every mode', () => {
  for (const mode of permissionModes) expect(readme).toContain(`| \`${mode}\` |`);
});
