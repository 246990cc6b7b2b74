import { createRequire } from 'node:module';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createWorkspace } from '@harness-sdk/core/node';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { callTool } from '../../test/call-tool.ts';
import { makeTree, type Tree } from '../../test/make-tree.ts';
import { processesWith, uniqueSeconds } from '../../test/processes.ts';
import { workingSandbox } from '../../test/working-sandbox.ts';
import { createBash, sandboxRuntime } from '../index.ts';

const isHere = await workingSandbox('@anthropic-ai/sandbox-runtime', sandboxRuntime());

let tree: Tree;

beforeEach(async () => {
  tree = await makeTree({ 'a.txt': 'one\n', '.env': 'decoy\n' });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await tree.remove();
});

describe.runIf(isHere)('a command in the sandbox runtime', () => {
  test('changes the workspace and nothing else, and keeps its exit code', async () => {
    const tool = createBash(createWorkspace({ root: tree.root }), { sandbox: sandboxRuntime() });
    const command = `echo two > a.txt; touch ${tree.outside}/x; exit 3`;
    const { text } = await callTool(tool, { command }, { cwd: tree.root });
    expect(text).toMatch(/Read-only file system\n\[exit code 3\]/);
    expect(await readFile(join(tree.root, 'a.txt'), 'utf8')).toBe('two\n');
  });

  test('changes nothing with the read-only profile, and reads nothing that is hidden', async () => {
    const restrictions = { write: 'nothing', hidden: ['.env'] } as const;
    const tool = createBash(createWorkspace({ root: tree.root }), { sandbox: sandboxRuntime(), restrictions });
    const { text } = await callTool(tool, { command: 'touch x || echo refused; cat .env' }, { cwd: tree.root });
    expect(text).toContain('refused\n');
    expect(text).not.toContain('decoy');
  });

  test('has no key of a provider in its environment', async () => {
    vi.stubEnv('ANTHROPIC_API_KEY', 'decoy-key');
    const tool = createBash(createWorkspace({ root: tree.root }), { sandbox: sandboxRuntime() });
    expect((await callTool(tool, { command: 'env' }, { cwd: tree.root })).text).not.toContain('decoy-key');
  });

  test('leaves nothing behind, and commands side by side do not disturb each other', async () => {
    const seconds = uniqueSeconds();
    const tool = createBash(createWorkspace({ root: tree.root }), { sandbox: sandboxRuntime() });
    const commands = ['echo 1; sleep 0.3; echo 1', `setsid sleep ${seconds} & echo 2`, 'echo 3'];
    const called = await Promise.all(commands.map((command) => callTool(tool, { command }, { cwd: tree.root })));
    expect(called.map(({ text }) => text.split('\n')[0])).toEqual(['1', '2', '3']);
    expect(processesWith(seconds)).toEqual([]);
  });

  test('is refused where others with other hosts are running', async () => {
    const workspace = createWorkspace({ root: tree.root });
    const offline = createBash(workspace, { sandbox: sandboxRuntime() });
    const sandbox = sandboxRuntime({ allowedDomains: ['example.com'] });
    const online = createBash(workspace, { sandbox, restrictions: { network: true } });
    const waits = 'touch started; while [ ! -e go ]; do sleep 0.02; done; echo done';
    const going = callTool(offline, { command: waits }, { cwd: tree.root });
    while (!(await readFile(join(tree.root, 'started')).then(Boolean, () => false))) await new Promise(setImmediate);
    expect((await callTool(online, { command: 'touch ran' }, { cwd: tree.root })).isError).toBe(true);
    await writeFile(join(tree.root, 'go'), '');
    expect((await going).text).toBe('done\n');
    await expect(readFile(join(tree.root, 'ran'))).rejects.toThrow('ENOENT');
  });

  test('has no network of no hosts', async () => {
    const options = { sandbox: sandboxRuntime(), restrictions: { network: true } };
    const tool = createBash(createWorkspace({ root: tree.root }), options);
    const { text, isError } = await callTool(tool, { command: 'touch ran' }, { cwd: tree.root });
    expect(isError).toBe(true);
    expect(text).toContain('allowedDomains');
  });
});

test('what the package needs and has not, is said, and nothing runs', async () => {
  vi.stubEnv('PATH', tree.outside);
  const sandbox = sandboxRuntime({ ripgrep: join(tree.root, 'no-rg') });
  expect(await sandbox.probe()).toEqual({ isAvailable: false, reason: expect.stringContaining('sandbox-runtime') });
});

test('the version that the types were taken from is the one that is tested', async () => {
  const manifest = join(createRequire(import.meta.url).resolve('@anthropic-ai/sandbox-runtime'), '../../package.json');
  expect(JSON.parse(await readFile(manifest, 'utf8'))).toMatchObject({ version: '0.0.83' });
});

test.each([{ allowedDomains: [7] }, { allowedDomains: 'a.com' }, { ripgrep: 7 }, { domains: [] }])(
  'the sandbox runtime is not made with %j',
  (options) => {
    // The point is what happens to those who do not have the types.
    expect(() => sandboxRuntime(options as object)).toThrow(expect.objectContaining({ code: 'invalid_option' }));
  },
);
