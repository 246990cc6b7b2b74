import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, collect, scriptedModel } from '@harness-sdk/core/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { defaultTools, defineTool, type AccessKind, type RunOptions, type Tool } from './index.ts';
import { run } from './run.ts';

let base: string;
let cwd: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'harness-plan-'));
  cwd = join(base, 'root');
  mkdirSync(join(cwd, 'src'), { recursive: true });
  mkdirSync(join(cwd, 'node_modules/.bin'), { recursive: true });
  writeFileSync(join(cwd, 'src/a.ts'), 'export const a = 1;\n');
  writeFileSync(join(cwd, 'package.json'), '{}');
  writeFileSync(join(base, 'secret.txt'), 'SECRET\n');
  symlinkSync('../secret.txt', join(cwd, 'out'));
  symlinkSync('src', join(cwd, 'in'));
  // What would leave a mark if anything of the tree were run or read as a setting.
  const mark = `#!/bin/sh\ntouch ${join(cwd, 'PWNED')}\n`;
  for (const path of ['rg', 'node_modules/.bin/rg']) writeFileSync(join(cwd, path), mark, { mode: 0o755 });
  writeFileSync(join(cwd, '.ripgreprc'), `--pre=${join(cwd, 'rg')}\n`);
});

afterEach(() => {
  rmSync(base, { recursive: true });
  vi.unstubAllEnvs();
});

/** Every entry below a directory, and a hash of what is in it. */
function hashed(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      if (entry.isDirectory()) return `${path}/`;
      const content = entry.isSymbolicLink() ? readlinkSync(path) : readFileSync(path);
      return `${path} ${createHash('sha256').update(content).digest('hex')}`;
    })
    .toSorted();
}

/** A tool that does what it is made for, if it is let. */
function customTool(name: string, accessKinds: readonly AccessKind[] | undefined, execute: () => void): Tool {
  return defineTool({
    name,
    description: name,
    input: z.object({}),
    ...(accessKinds === undefined ? {} : { accessKinds, access: () => accessKinds.map((kind) => ({ kind })) }),
    execute: () => {
      execute();
      return 'Done.';
    },
  });
}

const everyWrite = [
  call('Write', { file_path: 'new.txt', content: 'x' }),
  call('Write', { file_path: 'src/a.ts', content: 'x' }),
  call('Write', { file_path: join('..', 'secret.txt'), content: 'x' }),
  call('Write', { file_path: 'out', content: 'x' }),
  call('Edit', { file_path: 'src/a.ts', old_string: '1', new_string: '2' }),
  call('Edit', { file_path: 'in/a.ts', old_string: '1', new_string: '2', replace_all: true }),
];
const everyRead = [
  call('Read', { file_path: 'src/a.ts' }),
  call('Glob', { pattern: '**' }),
  call('Grep', { pattern: 'a', context: 1 }),
  call('Grep', { pattern: 'a', path: 'src/a.ts', output_mode: 'count' }),
];

test('nothing is changed, started or asked in plan mode, whoever says yes', async () => {
  vi.stubEnv('PATH', `${cwd}:${join(cwd, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`);
  vi.stubEnv('RIPGREP_CONFIG_PATH', join(cwd, '.ripgreprc'));
  let connections = 0;
  const countConnection = (): void => void connections++;
  subscribe('net.client.socket', countConnection);
  const started: ChildProcess[] = [];
  // What Node publishes there: https://nodejs.org/api/diagnostics_channel.html#child-process
  const noteStart = (message: unknown): void => void started.push((message as { process: ChildProcess }).process);
  subscribe('child_process', noteStart);
  const executed: string[] = [];
  const note = (name: string) => () => void executed.push(name);
  const tools: Tool[] = [
    ...defaultTools({ cwd }),
    customTool('unspecified', undefined, note('unspecified')),
    customTool('shell', ['execute'], note('shell')),
    customTool('fetch', ['network'], note('fetch')),
    customTool('save', ['read', 'write'], note('save')),
    customTool('look', ['read'], note('look')),
    defineTool({
      name: 'nested',
      description: 'Calls others.',
      input: z.object({}),
      accessKinds: [],
      access: () => [],
      execute: async (_args, context) => {
        const inner = [
          await context.invoke('Write', { file_path: 'nested.txt', content: 'x' }),
          await context.invoke('shell', {}),
        ];
        return inner.map(({ outcome }) => outcome).join();
      },
    }),
    defineTool({
      name: 'careful',
      description: 'May write, and reads.',
      input: z.object({}),
      accessKinds: ['read', 'write'],
      access: () => [{ kind: 'read', path: 'src/a.ts' }],
      execute: () => 'Only read.',
    }),
  ];
  const custom = ['unspecified', 'shell', 'fetch', 'save', 'look', 'nested', 'careful'].map((name) => call(name, {}));
  const model = scriptedModel([everyRead, everyWrite, custom, 'Done.']);
  const onApproval = vi.fn<NonNullable<RunOptions['onApproval']>>(() => true);
  const before = hashed(base);
  const { toolResults, result } = await collect(
    run('Do all you can.', {
      model,
      cwd,
      tools,
      permissionMode: 'plan',
      allow: ['*', 'Write', 'Edit(/**)', 'shell', 'fetch', 'unspecified'],
      onApproval,
      hooks: { beforeTool: () => ({ decision: 'allow' }) },
    }),
  );
  unsubscribe('net.client.socket', countConnection);
  unsubscribe('child_process', noteStart);

  const outcomes = toolResults.map(({ name, outcome }) => `${name} ${outcome}`);
  expect(outcomes.slice(0, everyRead.length).toSorted()).toEqual(['Glob ok', 'Grep ok', 'Grep ok', 'Read ok']);
  expect(new Set(outcomes.slice(everyRead.length))).toEqual(
    new Set([
      ...['Write', 'Edit', 'unspecified', 'shell', 'fetch', 'save', 'look'].map((name) => `${name} denied`),
      'nested ok',
      'careful ok',
    ]),
  );
  expect(toolResults.find(({ name }) => name === 'nested')?.content).toBe('denied,denied');
  expect(result?.stopReason).toBe('end_turn');
  expect(executed).toEqual([]);
  expect(onApproval).not.toHaveBeenCalled();
  expect(connections).toBe(0);
  const programs = new Set(started.map(({ spawnfile }) => spawnfile));
  expect([...programs]).toEqual([expect.stringMatching(/@vscode[\\/]ripgrep-[^\\/]+[\\/]bin[\\/]rg(\.exe)?$/)]);
  expect(hashed(base)).toEqual(before);
});
