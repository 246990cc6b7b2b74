// What Glob and Grep cost beside ripgrep itself: the same search, by calling `rg` directly and through run() with a
// permission policy, in turn, on one tree of 50,000 files, in this one process. Prints the ratio of the medians, and the
// longest time that the event loop was not free during a search.
//
//     node --conditions=@harness-sdk/source bench/search.ts [files] [rounds]
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { run, type Json, type PermissionPolicy } from '@harness-sdk/core';
import { call, scriptedModel } from '@harness-sdk/core/testing';
import { createPolicy, defaultTools } from 'harness-sdk';

const fileCount = Number(process.argv[2] ?? 50_000);
const rounds = Number(process.argv[3] ?? 7);

/** The bench is no package of its own: ripgrep is found where the tools have it. */
const rg = ['harness-sdk', '@harness-sdk/tools-fs', '@vscode/ripgrep']
  .reduce((require, name) => createRequire(require.resolve(name)), createRequire(import.meta.url))
  .resolve(`@vscode/ripgrep-${process.platform}-${process.arch}/bin/rg${process.platform === 'win32' ? '.exe' : ''}`);

/** One search, in both ways. */
interface Comparison {
  readonly name: string;
  readonly tool: 'Glob' | 'Grep';
  readonly args: Json;
  readonly direct: readonly string[];
}

const comparisons: readonly Comparison[] = [
  { name: 'Glob, every file', tool: 'Glob', args: { pattern: '**' }, direct: ['--files', '--hidden'] },
  {
    name: 'Glob, 10,000 paths',
    tool: 'Glob',
    args: { pattern: '**', head_limit: 10_000 },
    direct: ['--files', '--hidden'],
  },
  { name: 'Glob **/*.ts', tool: 'Glob', args: { pattern: '**/*.ts' }, direct: ['--files', '--hidden', '--glob=*.ts'] },
  {
    name: 'Glob, 50 paths of all',
    tool: 'Glob',
    args: { pattern: '**/rare.txt' },
    direct: ['--files', '--hidden', '--glob=rare.txt'],
  },
  {
    name: 'Glob p1*/**/*.md',
    tool: 'Glob',
    args: { pattern: 'p1*/**/*.md' },
    direct: ['--files', '--hidden', '--glob=/p1*/**/*.md'],
  },
  { name: 'Grep, 50 matches', tool: 'Grep', args: { pattern: 'needle' }, direct: ['--hidden', '-n', 'needle', './'] },
  { name: 'Grep, no match', tool: 'Grep', args: { pattern: 'nowhere' }, direct: ['--hidden', '-n', 'nowhere', './'] },
  {
    name: 'Grep, 50 matches in *.ts',
    tool: 'Grep',
    args: { pattern: 'needle', glob: '*.ts' },
    direct: ['--hidden', '-n', '--glob=*.ts', 'needle', './'],
  },
  {
    name: 'Grep, a match in every file',
    tool: 'Grep',
    args: { pattern: 'value7 ' },
    direct: ['--hidden', '-n', 'value7 ', './'],
  },
  {
    name: 'Grep, 10,000 paths',
    tool: 'Grep',
    args: { pattern: 'value7 ', output_mode: 'files_with_matches', head_limit: 10_000 },
    direct: ['--hidden', '-l', 'value7 ', './'],
  },
  {
    name: 'Grep, 10,000 lines',
    tool: 'Grep',
    args: { pattern: 'value7 ', head_limit: 10_000 },
    direct: ['--hidden', '-n', 'value7 ', './'],
  },
];

async function makeTree(root: string): Promise<void> {
  await mkdir(join(root, '.git'), { recursive: true });
  await writeFile(join(root, '.gitignore'), 'node_modules\n*.log\n');
  for (let directory = 0; directory * 20 < fileCount; directory++) {
    const path = join(root, `p${directory % 50}/m${Math.floor(directory / 50)}/src`);
    await mkdir(path, { recursive: true });
    await Promise.all(
      Array.from({ length: 20 }, async (_, file) => {
        const isMarked = file === 3 && directory % 50 === 0;
        const name = isMarked ? 'rare.txt' : `file${file}.${file % 4 === 0 ? 'md' : 'ts'}`;
        await writeFile(
          join(path, name),
          contentOf(directory * 20 + file, isMarked || (file === 1 && directory % 50 === 0)),
        );
      }),
    );
  }
}

function contentOf(seed: number, isMarked: boolean): string {
  const lines = Array.from({ length: 30 }, (_, index) => `export const value${index} = ${seed + index};`);
  return `${lines.join('\n')}\n${isMarked ? '// needle\n' : ''}`;
}

const execute = promisify(execFile);

async function timeOfDirect(root: string, args: readonly string[]): Promise<number> {
  const start = performance.now();
  // Status 1: nothing found.
  await execute(rg, ['--no-config', ...args], { cwd: root, maxBuffer: 2 ** 30 }).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 1)) throw error;
  });
  return performance.now() - start;
}

async function timeOfTool(root: string, permissions: PermissionPolicy, { tool, args }: Comparison): Promise<number> {
  const messages = run('Search.', {
    model: scriptedModel([[call(tool, args)], 'Done.']),
    permissions,
    cwd: root,
    tools: defaultTools({ cwd: root }),
  });
  let start = 0;
  let time = 0;
  for await (const message of messages) {
    if (message.type === 'tool_use') start = performance.now();
    if (message.type !== 'tool_result') continue;
    time = performance.now() - start;
    if (message.isError) throw new Error(JSON.stringify(message.content));
  }
  return time;
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const root = await realpath(await mkdtemp(join(tmpdir(), 'bench-search-')));
try {
  await makeTree(root);
  const permissions = createPolicy({ root, deny: ['Read(.env*)'] });
  for (const comparison of comparisons) {
    const direct: number[] = [];
    const through: number[] = [];
    const delays: number[] = [];
    // The first round warms the caches up.
    for (let round = 0; round <= rounds; round++) {
      const directTime = await timeOfDirect(root, comparison.direct);
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      const time = await timeOfTool(root, permissions, comparison);
      delay.disable();
      if (round === 0) continue;
      direct.push(directTime);
      through.push(time);
      delays.push(delay.max / 1e6);
    }
    const figures = [
      `rg ${median(direct).toFixed(0)} ms`,
      `through run() ${median(through).toFixed(0)} ms`,
      `ratio ${(median(through) / median(direct)).toFixed(2)}`,
      `event loop held up for ${median(delays).toFixed(0)} ms at most, ${Math.max(...delays).toFixed(0)} ms in the worst round`,
    ];
    console.log(`${comparison.name}: ${figures.join(', ')}`);
  }
} finally {
  await rm(root, { recursive: true });
}
