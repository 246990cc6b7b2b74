import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OptionError } from '../../errors.ts';
import { PathRefusedError } from './path-refused-error.ts';
import { createWorkspace } from './workspace.ts';

let base: string;
let root: string;

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'workspace-')));
  root = join(base, 'root');
  await mkdir(root);
});

afterEach(async () => {
  await rm(base, { recursive: true });
});

test.each([
  ['no root', {}, 'root'],
  ['a root that is no string', { root: 7 }, 'root'],
  ['an empty root', { root: '' }, 'root'],
  ['a root that does not exist', { root: '/nowhere/at/all' }, 'root'],
  ['a root with a NUL', { root: '/tmp\0' }, 'root'],
  ['an extra root that does not exist', { root: '/', extraRoots: ['/', '/nowhere/at/all'] }, 'extraRoots[1]'],
  ['an extra root that is no string', { root: '/', extraRoots: [7] }, 'extraRoots[0]'],
  ['an unknown option', { root: '/', extraRoot: '/' }, 'extraRoot'],
])('%s is a wrong option', (_name, options, option) => {
  // The point is what happens to those who do not have the types.
  const make = () => createWorkspace(options as { root: string });
  expect(make).toThrow(OptionError);
  expect(make).toThrow(expect.objectContaining({ option }));
});

test('a root that is a file is a wrong option', async () => {
  await writeFile(join(root, 'file'), '');
  expect(() => createWorkspace({ root: join(root, 'file') })).toThrow('to be a directory');
});

test('has its roots as given and as they really are', () => {
  const workspace = createWorkspace({ root: `${root}/`, extraRoots: [base] });
  expect(workspace.root).toBe(root);
  expect(workspace.roots).toEqual([
    { path: root, realPath: root },
    { path: base, realPath: base },
  ]);
});

test('writes and reads in an extra root', async () => {
  await mkdir(join(base, 'extra'));
  const workspace = createWorkspace({ root, extraRoots: [join(base, 'extra')] });
  await workspace.writeFile(join(base, 'extra/a/b.txt'), 'b');
  expect((await workspace.readFile(join(base, 'extra/a/b.txt'))).bytes.toString()).toBe('b');
});

test('refusals are known by their mark, without the class', () => {
  const error = new PathRefusedError('outside', '/x', 'no');
  expect(PathRefusedError.isInstance(error)).toBe(true);
  expect(PathRefusedError.isInstance(new Error('no'))).toBe(false);
  expect(error.toInfo()).toEqual({ code: 'path_refused', message: 'no' });
});

const flip = `
  import { renameSync, rmSync, symlinkSync } from 'node:fs';
  const pause = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0.1);
  // The other side may make a directory where there is none for a moment.
  const put = (from) => {
    for (;;) {
      try { return renameSync(from, 'a'); } catch { rmSync('a', { recursive: true, force: true }); }
    }
  };
  symlinkSync('../outside', 'link');
  process.stdout.write('ready');
  for (;;) {
    renameSync('a', 'spare');
    put('link');
    pause();
    renameSync('a', 'link');
    put('spare');
    pause();
  }
`;

test.skipIf(process.platform === 'win32')(
  'nothing outside is read or written while a directory and a link change places all the time',
  async () => {
    await mkdir(join(root, 'a'));
    await mkdir(join(base, 'outside'));
    await writeFile(join(root, 'a/x'), 'inside');
    await writeFile(join(base, 'outside/x'), 'SECRET');
    const workspace = createWorkspace({ root });
    const other = spawn(process.execPath, ['--input-type=module', '-e', flip], { cwd: root });
    const closed = once(other, 'close');
    try {
      await once(other.stdout, 'data');
      for (let round = 0; round < 400; round++) {
        // A refusal is right at any moment; SECRET, or a write outside, never is.
        const [text] = await Promise.all([
          workspace.readFile('a/x').then(({ bytes }) => bytes.toString(), expectRefusal),
          workspace.writeFile('a/x', 'inside').catch(expectRefusal),
          workspace.writeFile(`a/new-${round}/y`, 'inside').catch(expectRefusal),
        ]);
        expect(['inside', undefined]).toContain(text);
      }
      expect(other.exitCode).toBeNull();
    } finally {
      other.kill('SIGKILL');
      await closed;
    }
    expect(await readdir(join(base, 'outside'))).toEqual(['x']);
    expect(await readFile(join(base, 'outside/x'), 'utf8')).toBe('SECRET');
  },
);

function expectRefusal(error: unknown): undefined {
  if (!PathRefusedError.isInstance(error)) throw error;
}
