import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createWorkspace } from '@harness-sdk/core/node';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { callTool, type Called } from '../../test/call-tool.ts';
import { makeTree, type Tree } from '../../test/make-tree.ts';
import { processesWith, uniqueSeconds } from '../../test/processes.ts';
import { workingSandbox } from '../../test/working-sandbox.ts';
import { createBash, bubblewrap, createExec, type SandboxRestrictions } from '../index.ts';

const isHere = await workingSandbox('bubblewrap');

let tree: Tree;

beforeEach(async () => {
  tree = await makeTree({
    'a.txt': 'one\n',
    '.env': 'KEY=decoy\n',
    'secrets/key': 'decoy\n',
    '.git/hooks/pre-commit': '#!/bin/sh\n',
    '.git/config': '[core]\n',
    'sub/keep/file.txt': 'kept\n',
  });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await tree.remove();
});

function bash(command: string, restrictions: SandboxRestrictions = {}): Promise<Called> {
  const options = { sandbox: bubblewrap(), restrictions };
  return callTool(createBash(createWorkspace({ root: tree.root }), options), { command }, { cwd: tree.root });
}

describe.runIf(isHere)('a command in bubblewrap', () => {
  test('changes the workspace and nothing else', async () => {
    const { text } = await bash(
      `echo two > a.txt; echo new > b.txt; for path in ${tree.outside}/x /etc/x "$HOME"/x; do touch $path && echo wrote $path; done; true`,
    );
    expect(text).not.toContain('wrote');
    expect(await readFile(join(tree.root, 'a.txt'), 'utf8')).toBe('two\n');
    expect(await readFile(join(tree.root, 'b.txt'), 'utf8')).toBe('new\n');
  });

  test('changes nothing with the read-only profile, and still has a place for temporary files', async () => {
    const { text } = await bash('touch x || echo refused; echo temporary > "$(mktemp)" && cat a.txt', {
      write: 'nothing',
    });
    expect(text).toMatch(/Read-only file system\nrefused\none\n$/);
  });

  test('starts where it was told to, and keeps its exit code and its signal', async () => {
    expect((await bash('pwd; exit 5')).text).toBe(`${tree.root}\n[exit code 5]`);
    expect((await bash('kill -KILL $$')).text).toBe('[exit code 137, which is 128 + SIGKILL]');
  });

  test.each([
    'echo x >> .git/hooks/pre-commit',
    'echo x > .git/hooks/post-commit',
    'rm -rf .git/hooks',
    'mv .git/hooks .git/old',
    'mv .git moved',
    'rm -rf .git',
    'echo x > .git/config',
    'ln -sf /dev/null .git/config',
    'git config core.fsmonitor x',
    'echo x > sub/keep/file.txt',
    'mv sub moved',
  ])('cannot %s', async (command) => {
    const { isError } = await bash(command, { readOnly: ['sub/keep'] });
    expect(isError).toBe(true);
    expect(await readFile(join(tree.root, '.git/hooks/pre-commit'), 'utf8')).toBe('#!/bin/sh\n');
    expect(await readFile(join(tree.root, '.git/config'), 'utf8')).toBe('[core]\n');
    expect(await readFile(join(tree.root, 'sub/keep/file.txt'), 'utf8')).toBe('kept\n');
  });

  test('can still write what git writes when it commits', async () => {
    expect((await bash('mkdir -p .git/objects/ab && touch .git/objects/ab/cd .git/index && ls .git')).text).toBe(
      'config\nhooks\nindex\nobjects\n',
    );
  });

  test('does not see what is hidden, by no name', async () => {
    await symlink('secrets', join(tree.root, 'link'));
    const { text } = await bash('cat .env secrets/key link/key; ls secrets; touch secrets/x', {
      hidden: ['.env', 'secrets'],
    });
    expect(text).not.toContain('decoy');
    expect(text).toMatch(/touch: .* Read-only file system/);
  });

  test('does not see the keys in the home directory', async () => {
    const home = join(tree.outside, 'home');
    await mkdir(join(home, '.ssh'), { recursive: true });
    await writeFile(join(home, '.ssh/id'), 'decoy');
    await writeFile(join(home, '.netrc'), 'decoy');
    vi.stubEnv('HOME', home);
    expect((await bash('cat ~/.ssh/id ~/.netrc')).text).not.toContain('decoy');
  });

  test('sees no process but its own, so that the environment of the caller is not to be read', async () => {
    const { text } = await bash(
      'for file in /proc/[0-9]*/environ; do tr "\\0" "\\n" < $file; done; ls -d /proc/[0-9]* | wc -l',
    );
    expect(text).not.toContain('VITEST');
    expect(Number(text.trim().split('\n').at(-1))).toBeLessThan(8);
  });

  test('has no network, unless it is given one', async () => {
    const server = createServer((_request, response) => response.end('reached'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const command = `exec 3<>/dev/tcp/127.0.0.1/${port} && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3`;
    expect((await bash(command)).text).not.toContain('reached');
    expect((await bash(command, { network: true })).text).toContain('reached');
    server.close();
  });

  test('leaves nothing behind, in whatever session', async () => {
    const seconds = uniqueSeconds();
    const { text } = await bash(
      `setsid env -i /bin/sleep ${seconds} 63>&- >/dev/null 2>&1 & (sleep ${seconds} &); echo done`,
    );
    expect(text.startsWith('done\n')).toBe(true);
    expect(processesWith(seconds)).toEqual([]);
  });

  test('is gone after an abort', async () => {
    const seconds = uniqueSeconds();
    const controller = new AbortController();
    const tool = createExec(createWorkspace({ root: tree.root }), { sandbox: bubblewrap() });
    const args = { program: 'sleep', args: [seconds] };
    const called = callTool(tool, args, { cwd: tree.root, signal: controller.signal });
    while (processesWith(seconds).length === 0) await new Promise(setImmediate);
    controller.abort();
    await called;
    expect(processesWith(seconds)).toEqual([]);
  });

  test('leaves no file for a mount in the workspace', async () => {
    await rm(join(tree.root, '.git'), { recursive: true });
    expect((await bash('ls -A', { hidden: ['gone/x'], readOnly: ['gone/y'] })).text).toBe(
      '.env\na.txt\nsecrets\nsub\n',
    );
    expect(
      (await callTool(createBash(createWorkspace({ root: tree.root })), { command: 'ls -A' }, { cwd: tree.root })).text,
    ).toBe('.env\na.txt\nsecrets\nsub\n');
  });
});

describe('bubblewrap that is not there', () => {
  test('is said, and nothing runs', async () => {
    const sandbox = bubblewrap({ path: join(tree.root, 'no-bwrap') });
    const status = await sandbox.probe();
    expect(status).toMatchObject({ isAvailable: false });
    const tool = createBash(createWorkspace({ root: tree.root }), { sandbox });
    for (let round = 0; round < 2; round++) {
      const { text, isError } = await callTool(tool, { command: 'touch ran' }, { cwd: tree.root });
      expect(isError).toBe(true);
      expect(text).toMatch(/^Nothing was started: commands run in a sandbox only, and it does not work\./);
    }
    await expect(readFile(join(tree.root, 'ran'))).rejects.toThrow('ENOENT');
  });

  test.runIf(process.platform === 'linux')('is also one that starts but confines nothing', async () => {
    // Runs the command that stands behind `--`, as if that were all there is to it.
    const path = join(tree.root, 'bwrap');
    await writeFile(path, '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done; shift; exec "$@"\n', { mode: 0o755 });
    expect(await bubblewrap({ path }).probe()).toMatchObject({ isAvailable: false });
    await writeFile(path, '#!/bin/sh\necho "no namespaces here" >&2; exit 1\n', { mode: 0o755 });
    expect(await bubblewrap({ path }).probe()).toEqual({
      isAvailable: false,
      reason: 'bubblewrap does not work here: no namespaces here',
    });
  });

  test.each([{ path: 'bwrap' }, { path: 7 }, { program: '/usr/bin/bwrap' }])('is not made with %j', (options) => {
    // The point is what happens to those who do not have the types.
    expect(() => bubblewrap(options as { path: string })).toThrow(expect.objectContaining({ code: 'invalid_option' }));
  });
});
