import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as everything from './index.ts';

const directory = join(import.meta.dirname, '..');
const readme = readFileSync(join(directory, 'README.md'), 'utf8');
const [example = '', sandboxes = ''] = [...readme.matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => code);
const [, output] = /```text\n([^]*?)```/.exec(readme) ?? [];

/** Runs TypeScript as this package would, from its sources. */
function runCode(code: string): string {
  const flags = [
    '--conditions=@harness-sdk/source',
    '--disable-warning=ExperimentalWarning',
    '--input-type=module-typescript',
  ];
  return execFileSync(process.execPath, [...flags, '-'], { cwd: directory, input: code, encoding: 'utf8' });
}

test('the example prints what the page says', () => {
  expect(runCode(example)).toBe(output);
});

test('the makers take the options that the page shows', () => {
  const names = '[...tools, ...readOnly, ...online].map(({ name }) => name).join()';
  expect(runCode(`${sandboxes}\nconsole.log(${names});`)).toBe('Bash,Exec,Bash,Exec,Bash,Exec\n');
});

test('the page names everything there is to call, every argument and every option', () => {
  const args = everything
    .bashTools()
    .flatMap(({ name, inputSchema }) => [name, ...Object.keys(inputSchema['properties'] ?? {})]);
  const options = ['root', 'extraRoots', 'env', 'maxOutputCharacters', 'sandbox', 'restrictions', 'allowedDomains'];
  const restrictions = ['write', 'network', 'readOnly', 'hidden', 'ripgrep', 'path'];
  const names = [...Object.keys(everything), ...args, ...options, ...restrictions];
  expect(names.filter((name) => !readme.includes(name))).toEqual([]);
});
