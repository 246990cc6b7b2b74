import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'tsdown';
import { afterAll, beforeAll, expect, test } from 'vitest';
import config, { grammars } from '../tsdown.config.ts';
import { spawnCli } from './spawn-cli.ts';
import { TemporaryTree } from './temporary-tree.ts';

const app = join(import.meta.dirname, '..');
/** Inside the package, so that what is built finds the package's dependencies. */
const built = join(app, 'node_modules/.built-for-test');

beforeAll(async () => {
  const copy = grammars.map((from) => ({ from, to: join(built, 'grammars') }));
  await build({ ...config, config: false, cwd: app, outDir: built, copy, publint: false, logLevel: 'warn' });
});

afterAll(() => {
  rmSync(built, { recursive: true, force: true });
});

test('what is built has its grammars beside it', () => {
  for (const language of ['javascript', 'python', 'tsx', 'typescript']) {
    expect(existsSync(join(built, `grammars/tree-sitter-${language}.wasm`))).toBe(true);
  }
});

test('what is built reports the same bytes as its source', async () => {
  using tree = new TemporaryTree({ 'a.py': 'def run(expression):\n    return eval(expression)\n' });
  const parameters = ['.', '--format', 'json'];
  const source = await spawnCli(parameters, { cwd: tree.root });
  const command = ['--conditions=@harness-sdk/source', join(built, 'main.js'), ...parameters];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: tree.root, encoding: 'utf8' });
  expect([status, stdout, stderr]).toEqual([1, source.stdout, source.stderr]);
});
