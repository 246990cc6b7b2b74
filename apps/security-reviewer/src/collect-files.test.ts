import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { OptionError } from '@harness-sdk/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { collectFiles, type CollectedFiles, type CollectOptions } from './collect-files.ts';

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'collect-files-')));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(path: string, content: string | Buffer = 'x = 1\n'): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function collect(paths: readonly string[], cwd = root, changes: Partial<CollectOptions> = {}): Promise<CollectedFiles> {
  const reasonToSkip = (path: string) => (/\.(?:py|js)$/.test(path) ? undefined : 'no Python');
  return collectFiles({ paths, cwd, reasonToSkip, ...changes });
}

function names({ files }: CollectedFiles): string[] {
  return files.map(({ name }) => name);
}

describe('a directory', () => {
  test('is walked to its end, in an order that does not depend on the file system', async () => {
    for (const path of ['b.py', 'a/z.py', 'a.py', 'a/b/c.py', 'B.py']) write(path);
    expect(names(await collect(['.']))).toEqual(['B.py', 'a.py', 'a/b/c.py', 'a/z.py', 'b.py']);
  });

  test('lists what is passed over, with the reason', async () => {
    write('a.py');
    write('readme.md');
    write('data.py', Buffer.from([120, 0, 120]));
    write('large.py', 'x'.repeat(1024 * 1024 + 1));
    write('node_modules/x/a.py');
    write('.git/a.py');
    symlinkSync(join(root, 'a.py'), join(root, 'link.py'));
    const collected = await collect(['.']);
    expect(names(collected)).toEqual(['a.py']);
    expect(collected.skipped).toEqual([
      { file: '.git/', reason: 'version control' },
      { file: 'data.py', reason: 'binary' },
      { file: 'large.py', reason: 'larger than 1 MiB (1048577 bytes)' },
      { file: 'link.py', reason: 'symbolic link, not followed' },
      { file: 'node_modules/', reason: 'installed packages' },
      { file: 'readme.md', reason: 'no Python' },
    ]);
  });

  test('does not lead out by a link, to a file or to a directory', async () => {
    write('outside/secret.py');
    write('tree/a.py');
    symlinkSync(join(root, 'outside'), join(root, 'tree/dir'));
    symlinkSync(join(root, 'outside/secret.py'), join(root, 'tree/file.py'));
    const collected = await collect(['tree']);
    expect(names(collected)).toEqual(['tree/a.py']);
    expect(collected.skipped.map(({ file }) => file)).toEqual(['tree/dir', 'tree/file.py']);
  });

  test('lets hidden files be, and reviews them', async () => {
    write('.hidden/a.py');
    expect(names(await collect(['.']))).toEqual(['.hidden/a.py']);
  });

  test.skipIf(process.platform === 'win32')('does not wait for a pipe', async () => {
    write('a.py');
    spawnSync('mkfifo', [join(root, 'pipe.py')]);
    const collected = await collect(['.', 'pipe.py']);
    expect(names(collected)).toEqual(['a.py']);
    expect(collected.skipped).toEqual([{ file: 'pipe.py', reason: 'not a regular file' }]);
  });

  test('may be empty', async () => {
    expect(await collect(['.'])).toEqual({ files: [], skipped: [], failed: [], notices: [] });
  });

  test.skipIf(process.platform === 'win32')('may hold names that mean something elsewhere', async () => {
    const odd = ['new\nline.py', 'a|b.py', '\u001b[31m.py', '-rf.py', ' .py', '\u202egnp.py'];
    for (const name of odd) write(name);
    expect(names(await collect(['.']))).toEqual(odd.toSorted());
  });
});

describe('a path', () => {
  test('is reviewed once, however often and in whatever order it is named', async () => {
    write('src/a.py');
    write('src/b.py');
    const once = await collect(['src']);
    expect(await collect(['src', './src/', join(root, 'src')])).toEqual(once);
    expect(names(await collect(['src', 'src/a.py']))).toEqual(names(once));
    expect(await collect(['src/b.py', 'src/a.py'])).toEqual(await collect(['src/a.py', 'src/b.py']));
  });

  test('that is a link is followed, since it was named', async () => {
    write('real/a.py');
    symlinkSync(join(root, 'real/a.py'), join(root, 'link.py'));
    const { files } = await collect(['link.py']);
    expect(files).toMatchObject([{ name: 'link.py', root: join(root, 'real'), path: 'a.py', isNamed: true }]);
  });

  test('inside a directory that is passed over is reviewed, since it was named', async () => {
    write('node_modules/x/a.py');
    expect(names(await collect(['node_modules/x']))).toEqual(['node_modules/x/a.py']);
  });

  test('outside the working directory is named as it was given', async () => {
    write('here/x.py');
    write('there/a.py');
    expect(names(await collect(['../there'], join(root, 'here')))).toEqual(['../there/a.py']);
    expect(names(await collect([join(root, 'there')], join(root, 'here')))).toEqual([join(root, 'there/a.py')]);
  });

  test('opens nothing beside the directory it names', async () => {
    write('one/a.py');
    write('two/deep/b.py');
    const { files } = await collect(['one', 'two/deep/b.py']);
    expect(files.map((file) => file.root)).toEqual([join(root, 'one'), join(root, 'two/deep')]);
  });

  test('inside another shares its root', async () => {
    write('a.py');
    write('sub/b.py');
    const { files } = await collect(['.', 'sub']);
    expect(files.map((file) => [file.root, file.path])).toEqual([
      [root, 'a.py'],
      [root, 'sub/b.py'],
    ]);
  });

  test('that does not exist is an error that names it', async () => {
    await expect(collect(['nowhere.py'])).rejects.toThrow('Cannot review "nowhere.py"');
    await expect(collect(['nowhere.py'])).rejects.toBeInstanceOf(OptionError);
  });
});

test('a file of UTF-16 is text', async () => {
  write('wide.py', Buffer.from('\ufeffx = 1\n', 'utf16le'));
  expect(names(await collect(['.']))).toEqual(['wide.py']);
});

test.skipIf(process.platform !== 'linux')(
  'a name that is no text has failed, and is not passed over in silence',
  async () => {
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0xfe]), Buffer.from('.py')]), 'x = 1\n');
    expect((await collect(['.'])).failed).toEqual([
      { file: '\ufffd\ufffd.py', reason: 'it is gone, or its name is not valid UTF-8' },
    ]);
  },
);

test('what may not be opened has failed', async (context) => {
  if (process.getuid?.() === 0 || process.platform === 'win32') {
    console.warn('SKIPPED: what may not be opened has failed: this user may open everything.');
    context.skip();
  }
  write('a.py');
  write('closed/b.py');
  chmodSync(join(root, 'a.py'), 0);
  chmodSync(join(root, 'closed'), 0);
  const collected = await collect(['.']);
  chmodSync(join(root, 'closed'), 0o755);
  expect(collected.failed).toEqual([
    { file: 'a.py', reason: 'permission denied' },
    { file: 'closed/', reason: 'permission denied' },
  ]);
});

describe('a .gitignore', () => {
  test('is honoured in its directory and below, and the nearest one decides', async () => {
    write('.gitignore', '# ours\n*.gen.py\n/build/\nlogs/**\n');
    write('src/.gitignore', '!keep.gen.py\nlocal.py\n');
    const kept = ['a.py', 'local.py', 'src/build/a.py', 'src/keep.gen.py'];
    const hidden = ['a.gen.py', 'build/a.py', 'src/x.gen.py', 'src/local.py', 'logs/deep/a.py'];
    for (const path of [...kept, ...hidden]) write(path);
    const collected = await collect(['.']);
    expect(names(collected)).toEqual(kept);
    const reason = 'ignored by a .gitignore';
    const ignoredFiles = ['a.gen.py', 'build/', 'logs/deep/', 'src/local.py', 'src/x.gen.py'];
    expect(collected.skipped.filter((entry) => entry.reason === reason).map(({ file }) => file)).toEqual(ignoredFiles);
  });

  test('counts for nothing where it is not wanted', async () => {
    write('.gitignore', '*.py\n');
    write('a.py');
    expect(names(await collect(['.'], root, { gitignore: false }))).toEqual(['a.py']);
  });

  test('does not hide what is named itself, a file or a directory', async () => {
    write('.git/HEAD', '');
    write('.gitignore', 'out/\na.py\n');
    write('out/b.py');
    write('a.py');
    expect(names(await collect(['a.py', 'out']))).toEqual(['a.py', 'out/b.py']);
  });

  test('of the repository is honoured in a directory of it', async () => {
    write('.git/HEAD', '');
    write('.gitignore', '*_local.py\n');
    write('src/a_local.py');
    write('src/a.py');
    expect(names(await collect(['src']))).toEqual(['src/a.py']);
  });

  test('that is a link, or too large, hides nothing, and the report says so', async () => {
    write('patterns', '*.py\n');
    symlinkSync('/etc/hostname', join(root, '.gitignore'));
    write('b/.gitignore', `${'x'.repeat(70_000)}\n*.py\n`);
    write('a.py');
    write('b/a.py');
    const collected = await collect(['.']);
    expect(names(collected)).toEqual(['a.py', 'b/a.py']);
    expect(collected.notices).toEqual([
      '.gitignore was not honoured: it cannot be used.',
      'b/.gitignore was not honoured: it cannot be used.',
    ]);
  });

  test('with a pattern made to take for ever is honoured without it', async () => {
    write('.gitignore', `${'a*'.repeat(30)}b\nhidden.py\n`);
    const long = `${'a'.repeat(240)}.py`;
    write(long);
    write('hidden.py');
    const collected = await collect(['.']);
    expect(names(collected)).toEqual([long]);
    expect(collected.notices).toEqual(['.gitignore: 1 patterns have too many wildcards to be honoured.']);
  });
});

describe('patterns', () => {
  test('leave out and bring in, and hold for named files too', async () => {
    for (const path of ['a.py', 'test/a.py', 'src/b.py', 'src/b.js']) write(path);
    const include = ['*.py'];
    const exclude = ['test/', '/a.py'];
    const collected = await collect(['.', 'a.py'], root, { include, exclude });
    expect(names(collected)).toEqual(['src/b.py']);
    expect(collected.skipped).toEqual([
      { file: 'a.py', reason: 'excluded by a pattern' },
      { file: 'src/b.js', reason: 'not among the included files' },
      { file: 'test/', reason: 'excluded by a pattern' },
    ]);
    await expect(collect(['.'], root, { exclude: [''] })).rejects.toThrow('got an empty one');
  });

  test('in a path name files and directories, as a shell would', async () => {
    for (const path of ['src/a.py', 'src/a.js', 'src/deep/b.py', 'src/deep/er/c.py', 'other/d.py']) write(path);
    expect(names(await collect(['src/*.py']))).toEqual(['src/a.py']);
    expect(names(await collect(['src/**/*.py', 'src/a.*']))).toEqual([
      'src/a.js',
      'src/a.py',
      'src/deep/b.py',
      'src/deep/er/c.py',
    ]);
    expect(names(await collect(['s*/deep']))).toEqual(['src/deep/b.py', 'src/deep/er/c.py']);
    await expect(collect(['src/*.go'])).rejects.toThrow('nothing has such a name');
  });

  test('mean nothing in a name that is there', async () => {
    write('[id].py');
    write('i.py');
    expect(names(await collect(['[id].py']))).toEqual(['[id].py']);
  });
});

describe('by name and content', () => {
  test('lock files, minified and generated files and copies of foreign code are passed over', async () => {
    for (const path of ['pnpm-lock.yaml', 'app.min.js', 'api_pb2.py', 'vendor/a.py']) write(path);
    write('bundle.js', `${'x'.repeat(9_000)}\n`);
    write('long.js', 'let x = 1;\n'.repeat(2_000));
    const collected = await collect(['.']);
    expect(names(collected)).toEqual(['long.js']);
    expect(collected.skipped).toEqual([
      { file: 'api_pb2.py', reason: 'generated, by its name' },
      { file: 'app.min.js', reason: 'minified, by its name' },
      { file: 'bundle.js', reason: 'minified' },
      { file: 'pnpm-lock.yaml', reason: 'a lock file' },
      { file: 'vendor/', reason: 'a copy of foreign code' },
    ]);
    expect(names(await collect(['app.min.js', 'bundle.js']))).toEqual(['app.min.js', 'bundle.js']);
  });

  test('no comment keeps a file from being reviewed', async () => {
    write('a.py', '# Code generated by hand. DO NOT EDIT. @generated\nx = 1\n');
    expect(names(await collect(['.']))).toEqual(['a.py']);
  });

  test('a script without an ending is known by its first line', async () => {
    write('tool', '#!/usr/bin/env -S python3.12 -u\nx = 1\n');
    write('other', '#!/bin/cat\n');
    write('text', 'x = 1\n');
    const collected = await collect(['.']);
    expect(names(collected)).toEqual(['tool']);
    expect(collected.skipped.map(({ file }) => file)).toEqual(['other', 'text']);
  });

  test('the largest file is what the user says', async () => {
    write('a.py', 'x'.repeat(101));
    const { skipped } = await collect(['.'], root, { maxFileBytes: 100 });
    expect(skipped).toEqual([{ file: 'a.py', reason: 'larger than 100 bytes (101 bytes)' }]);
  });
});

test('a file that is stored elsewhere goes by its own name', async () => {
  write('store/0.py');
  const stored = [{ name: 'app.py', root: join(root, 'store'), path: '0.py' }];
  const { files } = await collect([], root, { stored });
  expect(files).toMatchObject([{ name: 'app.py', root: join(root, 'store'), path: '0.py', isNamed: true }]);
});
