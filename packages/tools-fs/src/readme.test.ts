import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createWorkspace } from '@harness-sdk/core/node';
import { expect, test } from 'vitest';
import * as everything from './index.ts';

const directory = join(import.meta.dirname, '..');
const readme = readFileSync(join(directory, 'README.md'), 'utf8');
const [example = '', makers = ''] = [...readme.matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => code);
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
  expect(runCode(`${makers}\nconsole.log(tools.map(({ name }) => name).join());`)).toBe('Read,Glob,Grep,Write,Edit\n');
});

test('the page names everything there is to call, every argument and every limit', () => {
  const workspace = createWorkspace({ root: '.' });
  const args = everything
    .fsTools({ root: workspace.root })
    .flatMap(({ name, inputSchema }) => [name, ...Object.keys(inputSchema['properties'] ?? {})]);
  const limits = ['maxLines', 'maxLineCharacters', 'maxCharacters', 'maxFileBytes', 'maxImageBytes', 'requireRead'];
  const names = [...Object.keys(everything), ...args, ...limits, 'root', 'extraRoots'];
  expect(names.filter((name) => !readme.includes(name))).toEqual([]);
});
