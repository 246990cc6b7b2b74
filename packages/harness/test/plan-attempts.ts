import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, type ScriptPart } from '@harness-sdk/core/testing';
import { createWorkspace } from '@harness-sdk/core/node';
import { createExec } from '@harness-sdk/tools-bash';
import { z } from 'zod';
import { defaultTools, defineTool, type AccessKind, type Tool } from '../src/index.ts';

/** A tree that would take a mark if anything of it were run or read as a setting, and what lies beside it. */
export interface PlanTree {
  /** The tree lies in here, and so does what it must not reach. */
  readonly base: string;
  readonly cwd: string;
  /** Every entry below `base`, with a hash of what is in it. */
  hashed(): readonly string[];
  remove(): void;
}

/** Makes such a tree in the system's temporary directory. */
export function planTree(): PlanTree {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'harness-plan-')));
  const cwd = join(base, 'root');
  mkdirSync(join(cwd, 'src'), { recursive: true });
  mkdirSync(join(cwd, 'node_modules/.bin'), { recursive: true });
  writeFileSync(join(cwd, 'src/a.ts'), 'export const a = 1;\n');
  writeFileSync(join(cwd, 'package.json'), '{}');
  writeFileSync(join(base, 'secret.txt'), 'SECRET\n');
  symlinkSync('../secret.txt', join(cwd, 'out'));
  symlinkSync('src', join(cwd, 'in'));
  const mark = `#!/bin/sh\ntouch ${join(cwd, 'PWNED')}\n`;
  for (const path of ['rg', 'node_modules/.bin/rg']) writeFileSync(join(cwd, path), mark, { mode: 0o755 });
  writeFileSync(join(cwd, '.ripgreprc'), `--pre=${join(cwd, 'rg')}\n`);
  return { base, cwd, hashed: () => hashed(base), remove: () => rmSync(base, { recursive: true }) };
}

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

/** What this process did to the world since it was watched. */
export interface Effects {
  readonly connections: number;
  /** Programs that were started, each once. */
  readonly programs: readonly string[];
}

/** Counts sockets and processes until it is stopped. */
export function watchEffects(): { stop(): Effects } {
  let connections = 0;
  const started: ChildProcess[] = [];
  const countConnection = (): void => void connections++;
  // What Node publishes there: https://nodejs.org/api/diagnostics_channel.html#child-process
  const noteStart = (message: unknown): void => void started.push((message as { process: ChildProcess }).process);
  subscribe('net.client.socket', countConnection);
  subscribe('child_process', noteStart);
  return {
    stop() {
      unsubscribe('net.client.socket', countConnection);
      unsubscribe('child_process', noteStart);
      return { connections, programs: [...new Set(started.map(({ spawnfile }) => spawnfile))] };
    },
  };
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

/** The default tools and custom ones of every kind. The custom ones that do something note their names. */
export function planTools(cwd: string, executed: string[]): readonly Tool[] {
  const note = (name: string) => () => void executed.push(name);
  return [
    ...defaultTools({ cwd }),
    createExec(createWorkspace({ root: cwd })),
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
          await context.invoke('Bash', { command: 'touch PWNED' }),
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
}

/** Reads of the tree, which pass. */
export const everyRead: readonly ScriptPart[] = [
  call('Read', { file_path: 'src/a.ts' }),
  call('Glob', { pattern: '**' }),
  call('Grep', { pattern: 'a', context: 1 }),
  call('Grep', { pattern: 'a', path: 'src/a.ts', output_mode: 'count' }),
];

/** Changes to files, inside the tree and out of it, by every tool that makes some. */
export const everyWrite: readonly ScriptPart[] = [
  call('Write', { file_path: 'new.txt', content: 'x' }),
  call('Write', { file_path: 'src/a.ts', content: 'x' }),
  call('Write', { file_path: join('..', 'secret.txt'), content: 'x' }),
  call('Write', { file_path: 'out', content: 'x' }),
  call('Edit', { file_path: 'src/a.ts', old_string: '1', new_string: '2' }),
  call('Edit', { file_path: 'in/a.ts', old_string: '1', new_string: '2', replace_all: true }),
];

/** Commands that would leave a mark, start a program or open a socket, with a shell and without. */
export const everyCommand: readonly ScriptPart[] = [
  call('Bash', { command: 'touch PWNED' }),
  call('Bash', { command: 'echo x > src/a.ts; (exec 3<>/dev/tcp/127.0.0.1/9)' }),
  call('Bash', { command: './rg', cwd: 'src' }),
  call('Bash', { command: 'ls', cwd: 'src' }),
  call('Exec', { program: 'touch', args: ['new.txt'] }),
  call('Exec', { program: './rg' }),
];

/** Custom tools that would do something. */
export const everyEffect: readonly ScriptPart[] = ['unspecified', 'shell', 'fetch', 'save', 'look'].map((name) =>
  call(name, {}),
);

/** Custom tools that run, because they touch nothing themselves, or only read. */
export const everyHarmless: readonly ScriptPart[] = ['nested', 'careful'].map((name) => call(name, {}));
