import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { callTool, type Called } from '../../test/call-tool.ts';
import { makeTree, type Tree } from '../../test/make-tree.ts';
import { bashTools, type SandboxProfile, type SandboxProvider } from '../index.ts';

let tree: Tree;

beforeEach(async () => {
  tree = await makeTree({ '.git/config': '', '.env': '' });
});

afterEach(async () => {
  await tree.remove();
});

async function callBoth(sandbox: SandboxProvider): Promise<readonly Called[]> {
  const [bash, exec] = bashTools({ root: tree.root, sandbox });
  if (bash === undefined || exec === undefined) throw new Error('Expected two tools.');
  return [
    await callTool(bash, { command: 'touch ran; echo "$PLACE"' }, { cwd: tree.root }),
    await callTool(exec, { program: 'touch', args: ['ran'] }, { cwd: tree.root }),
  ];
}

const works: SandboxProvider = { probe: async () => ({ isAvailable: true }), wrap: async (argv) => ({ argv }) };

test.each<[string, Partial<SandboxProvider>]>([
  ['is not there', { probe: async () => ({ isAvailable: false, reason: 'Not here.' }) }],
  ['fails to say whether it is there', { probe: () => Promise.reject(new Error('Not here.')) }],
  [
    'throws at once',
    {
      probe: () => {
        throw new Error('Not here.');
      },
    },
  ],
  ['does not take the command', { wrap: () => Promise.reject(new Error('Not here.')) }],
])('nothing runs where the sandbox %s', async (_name, broken) => {
  for (const { text, isError } of await callBoth({ ...works, ...broken })) {
    expect(isError).toBe(true);
    expect(text).toBe('Nothing was started: commands run in a sandbox only, and it does not work. Not here.');
  }
  await expect(readFile(join(tree.root, 'ran'))).rejects.toThrow('ENOENT');
});

test('the sandbox is asked whether it works until it does, and then no more', async () => {
  const probe = vi
    .fn<SandboxProvider['probe']>()
    .mockResolvedValueOnce({ isAvailable: false, reason: 'Not yet.' })
    .mockResolvedValue({ isAvailable: true });
  const sandbox = { ...works, probe };
  expect((await callBoth(sandbox)).map(({ isError }) => isError)).toEqual([true, false]);
  await callBoth(sandbox);
  expect(probe).toHaveBeenCalledTimes(2);
});

test('the sandbox decides what is started, in which environment, and is given back once', async () => {
  const release = vi.fn<() => Promise<void>>(async () => {});
  const profiles: SandboxProfile[] = [];
  const [bash] = await callBoth({
    ...works,
    wrap: async (argv, profile) => {
      profiles.push(profile);
      return { argv: ['/usr/bin/env', 'PLACE=inside', ...argv], env: { PLACE: 'outside' }, release };
    },
  });
  expect(bash?.text).toBe('inside\n');
  expect(release).toHaveBeenCalledTimes(2);
  expect(profiles[0]).toMatchObject({ writable: [tree.root], network: false, cwd: tree.root });
  expect(profiles[0]?.readOnly).toContain(join(tree.root, '.git/config'));
});

test('the sandbox is given back where what it made cannot be started', async () => {
  const release = vi.fn<() => Promise<void>>(async () => {});
  const [bash] = await callBoth({
    ...works,
    wrap: async () => ({ argv: ['/bin/echo', 'x'.repeat(3_000_000)], release }),
  });
  expect(bash?.isError).toBe(true);
  expect(release).toHaveBeenCalledTimes(2);
});
