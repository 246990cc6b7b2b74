import { spawnSync } from 'node:child_process';
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseReport } from './json-report.ts';
import { spawnCli, whenPrinted } from './spawn-cli.ts';
import { TemporaryTree } from './temporary-tree.ts';

const repository = join(import.meta.dirname, '../../..');
const weak = 'def run(expression):\n    return eval(expression)\n';
const clean = 'def add(a, b):\n    return a + b\n';

/** A path of bytes that are no text, so that no program that reads names as text can open it. */
function unnameable(tree: TemporaryTree): Buffer {
  return Buffer.concat([Buffer.from(`${tree.root}/`), Buffer.from([0xff]), Buffer.from('.py')]);
}

describe('the example', () => {
  const target = 'examples/review_target.py';

  test('has five findings at their lines, and ends with 1', async () => {
    const { code, stdout } = await spawnCli([target], { cwd: repository });
    expect(code).toBe(1);
    const rows = stdout.split('\n').filter((line) => /^\| \d/.test(line));
    expect(rows.map((row) => row.split(' | ').slice(0, 2).join(' ') + (/CWE-\d+/.exec(row)?.[0] ?? ''))).toEqual([
      '| 5 HighCWE-798',
      '| 10 HighCWE-502',
      '| 14 CriticalCWE-94',
      '| 19 CriticalCWE-78',
      '| 23 CriticalCWE-89',
    ]);
    expect(stdout).toContain('| Line | Severity | Issue | Recommended fix |');
    expect(stdout).toContain('Security review by built-in rules (not a language model)');
    expect(stdout).toMatch(/\nReview complete\. Cost: \$0\.00\n$/);
    expect(stdout).not.toContain('hardcoded_password');
  });

  test('ends with 0 where nothing is to fail on', async () => {
    expect(await spawnCli([target, '--fail-on', 'none'], { cwd: repository })).toMatchObject({ code: 0 });
  });

  test('gives the same bytes of JSON twice, and ends with the same code as any format', async () => {
    const first = await spawnCli([target, '--format', 'json'], { cwd: repository });
    const second = await spawnCli([target, '--format', 'json'], { cwd: repository });
    expect(second.stdout).toBe(first.stdout);
    expect(first.code).toBe(1);
    const report = parseReport(first.stdout);
    expect(report.findings).toHaveLength(5);
    expect(report).toMatchObject({
      schemaVersion: 1,
      reviewer: { provider: 'rules', model: 'builtin', isLanguageModel: false },
      coverage: { reviewed: [target], skipped: [], failed: [], isComplete: true },
      usage: { tokens: 0, costUsd: 0 },
    });
    expect(first.stdout).not.toContain('hardcoded_password');
  });
});

describe('exit codes', () => {
  test('0: all is reviewed, and nothing is found', async () => {
    using tree = new TemporaryTree({ 'a.py': clean });
    const { code, stdout } = await spawnCli(['.'], { cwd: tree.root });
    expect(code).toBe(0);
    expect(stdout).toContain('No findings in the 1 file that was reviewed.');
  });

  test('2: the command line is wrong, and nothing is printed for a program to read', async () => {
    for (const parameters of [['--formt', 'json'], ['nowhere'], ['--provider', 'ollama'], ['-o', '/proc/nowhere/a']]) {
      const { code, stdout, stderr } = await spawnCli(parameters);
      expect([parameters, code, stdout]).toEqual([parameters, 2, '']);
      expect(stderr).toMatch(/^(?:Reviewed by: .+\n)?security-reviewer: .+\n$/);
    }
  });

  test('2: there is no key', async () => {
    using tree = new TemporaryTree({ 'a.py': clean });
    const parameters = ['--provider', 'anthropic', '--model', 'claude-sonnet-4-6'];
    const { code, stderr } = await spawnCli(parameters, { cwd: tree.root });
    expect(code).toBe(2);
    expect(stderr).toContain('ANTHROPIC_API_KEY');
  });

  test.each([
    ['an empty directory', {}],
    ['nothing that the rules know', { 'a.txt': 'eval(x)', 'b.rb': 'eval(x)' }],
    ['binary files', { 'a.py': Buffer.from([0, 1, 2]) }],
  ])('3: there is %s, so nothing was reviewed and no "no findings" is said', async (_, files) => {
    using tree = new TemporaryTree(files);
    const { code, stdout } = await spawnCli([], { cwd: tree.root });
    expect(code).toBe(3);
    expect(stdout).toContain('Nothing was reviewed.');
    expect(stdout).not.toMatch(/no findings/i);
    expect(stdout).toContain('Review incomplete.');
  });

  test.skipIf(process.platform !== 'linux')('3: a file cannot be opened; the others are reviewed', async () => {
    using tree = new TemporaryTree({ 'a.py': clean });
    writeFileSync(unnameable(tree), clean);
    const { code, stdout } = await spawnCli(['.'], { cwd: tree.root });
    expect(code).toBe(3);
    expect(stdout).toContain('reviewed, 0 skipped, 1 failed');
    expect(stdout).toContain('its name is not valid UTF-8');
  });

  test.skipIf(process.platform === 'win32')('3: a file may not be read', async (context) => {
    using tree = new TemporaryTree({ 'a.py': clean, 'b.py': clean });
    chmodSync(tree.root, 0o755);
    chmodSync(tree.path('b.py'), 0);
    // The one user who may read everything runs the program as one who may not.
    const user = process.getuid?.() === 0 ? { uid: 65_534 } : {};
    if ((await spawnCli(['--version'], user)).code !== 0) {
      console.warn('SKIPPED: 3: a file may not be read: no other user than root can run the program here.');
      context.skip();
    }
    const { code, stdout } = await spawnCli(['.', '--format', 'json'], { cwd: tree.root, ...user });
    expect(code).toBe(3);
    expect(parseReport(stdout).coverage).toMatchObject({
      reviewed: ['a.py'],
      failed: [{ file: 'b.py', reason: 'permission denied' }],
    });
  });

  test.skipIf(process.platform !== 'linux')('1 beats 3', async () => {
    using tree = new TemporaryTree({ 'a.py': weak });
    writeFileSync(unnameable(tree), clean);
    expect(await spawnCli(['.'], { cwd: tree.root })).toMatchObject({ code: 1 });
  });

  test.skipIf(process.platform === 'win32')('130: an interrupt ends it, with a report of what there is', async () => {
    const large = `${'x = 1\n'.repeat(5_000)}${weak}`;
    const files = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`${1_000 + index}.py`, large]));
    using tree = new TemporaryTree(files);
    const { code, signal, stdout } = await spawnCli(['.', '--format', 'json'], {
      cwd: tree.root,
      // The first line of progress: some files are done, and many are left.
      onStart: (child) => whenPrinted(child, ' so far', () => child.kill('SIGINT')),
    });
    expect([code, signal]).toEqual([130, null]);
    const { coverage, findings, wasInterrupted } = parseReport(stdout);
    expect(wasInterrupted).toBe(true);
    expect(coverage.reviewed.length).toBeGreaterThan(0);
    expect(coverage.reviewed.length + coverage.failed.length).toBe(200);
    expect(coverage.failed.at(-1)?.reason).toContain('interrupted');
    expect(findings.length).toBeGreaterThan(0);
  });
});

describe('what it reads', () => {
  test('may lie outside the working directory, and in several places', async () => {
    using here = new TemporaryTree();
    using one = new TemporaryTree({ 'a.py': weak });
    using two = new TemporaryTree({ 'deep/b.py': weak, 'c.py': weak });
    const parameters = [one.root, two.path('deep/b.py'), '--format', 'json'];
    const { code, stdout } = await spawnCli(parameters, { cwd: here.root });
    expect(code).toBe(1);
    const reviewed = [one.path('a.py'), two.path('deep/b.py')].toSorted();
    expect(parseReport(stdout).coverage.reviewed).toEqual(reviewed);
  });

  test.skipIf(process.platform === 'win32')('is told apart where names differ by a blank alone', async () => {
    const names = ['\t.py', '\n.py', '\r.py', ' .py', '.py', '\ufeff.py'];
    using tree = new TemporaryTree(Object.fromEntries(names.map((name) => [name, weak])));
    const { stdout } = await spawnCli(['.', '--format', 'json'], { cwd: tree.root });
    const { coverage, findings } = parseReport(stdout);
    expect(coverage.reviewed).toEqual(names);
    expect(findings.map(({ location }) => location.file)).toEqual(names);
  });

  test('is left as it is', async () => {
    using tree = new TemporaryTree({ 'a.py': weak, 'src/b.py': clean });
    symlinkSync('/etc/hostname', tree.path('link.py'));
    const before = tree.digest();
    await spawnCli(['.'], { cwd: tree.root });
    expect(tree.digest()).toBe(before);
  });

  test('does not lie behind a link that leads out of the tree', async () => {
    using outside = new TemporaryTree({ 'secret.py': 'API_KEY = "sk-live-0123456789"\n' });
    using tree = new TemporaryTree({ 'a.py': clean });
    symlinkSync(outside.path('secret.py'), tree.path('link.py'));
    symlinkSync(outside.root, tree.path('directory'));
    const { code, stdout } = await spawnCli(['.'], { cwd: tree.root });
    expect(code).toBe(0);
    expect(stdout).toContain('symbolic link, not followed: `directory`, `link.py`');
  });

  test('is never imported, run or configured from', async () => {
    const marker = "require('node:fs').writeFileSync('marker', '')";
    using tree = new TemporaryTree({
      'a.py': clean,
      'package.json': '{"type":"module","main":"index.js"}',
      'index.js': marker,
      'sitecustomize.py': 'open("marker", "w")\n',
      'node_modules/@harness-sdk/core/index.js': marker,
      '.rgignore': '*.py\n',
    });
    const before = tree.digest();
    const { code, stdout } = await spawnCli(['.', '--format', 'json'], { cwd: tree.root });
    expect(code).toBe(0);
    expect(parseReport(stdout).coverage.reviewed).toEqual(['a.py', 'index.js', 'package.json', 'sitecustomize.py']);
    expect(tree.digest()).toBe(before);
  });
});

describe('what it prints', () => {
  const odd = [
    'a|b.py',
    'new\nline.py',
    '\u001b[31mred.py',
    '`tick`.py',
    '<img src=x>.py',
    '\u202egnp.py',
    'ünïcode 日本.py',
  ];

  test.skipIf(process.platform === 'win32')(
    'holds nothing from file names that a terminal or a viewer obeys',
    async () => {
      using tree = new TemporaryTree(Object.fromEntries(odd.map((name) => [name, weak])));
      const { code, stdout, stderr } = await spawnCli(['.'], { cwd: tree.root });
      expect(code).toBe(1);
      for (const text of [stdout, stderr]) expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
      const headings = stdout.split('\n').filter((line) => line.startsWith('## '));
      expect(headings).toEqual([
        '## `\\u{1b}[31mred.py`',
        '## `<img src=x>.py`',
        '## `` `tick`.py ``',
        '## `a\\|b.py`',
        '## `new\\u{a}line.py`',
        '## `ünïcode 日本.py`',
        '## `\\u{202e}gnp.py`',
        '## Details',
      ]);
    },
  );

  test.skipIf(process.platform === 'win32')('names files in JSON exactly', async () => {
    using tree = new TemporaryTree(Object.fromEntries(odd.map((name) => [name, weak])));
    const { stdout } = await spawnCli(['.', '--format', 'json'], { cwd: tree.root });
    expect(parseReport(stdout).coverage.reviewed).toEqual(odd.toSorted());
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test('holds nothing from the code that a terminal or a viewer obeys', async () => {
    const attack =
      'eval(x)  # \u001b]8;;https://evil.example\u0007 | <img src=x> `` ` \u202e [a](https://evil.example)';
    using tree = new TemporaryTree({ 'a.py': `def f(x):\n    ${attack}\n` });
    const { stdout } = await spawnCli(['.'], { cwd: tree.root });
    const row = stdout.split('\n').find((line) => line.startsWith('| 2 ')) ?? '';
    expect(row.replaceAll('\\|', '').split('|')).toHaveLength(6);
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
  });

  test('holds no secret that is written over several lines', async () => {
    const secret = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
    using tree = new TemporaryTree({ 'a.py': `TOKEN = """\n${secret}\n"""\n` });
    for (const format of ['json', 'markdown']) {
      const { code, stdout } = await spawnCli(['.', '--format', format], { cwd: tree.root });
      expect(code).toBe(1);
      expect(stdout).toContain('ghp_…(40 characters)');
      expect(stdout).not.toContain(secret);
    }
  });

  test('has a line of progress a unit on stderr, unless it is to be quiet', async () => {
    using tree = new TemporaryTree({ 'a.py': weak });
    expect(await spawnCli(['.'], { cwd: tree.root })).toMatchObject({
      stderr:
        'Reviewed by: built-in rules, not a language model (no key of a provider is set)\n' +
        '1 file to review\n[1/1] a.py: 1 finding so far, $0.00\n',
    });
    expect(await spawnCli(['.', '-q'], { cwd: tree.root })).toMatchObject({ stderr: '' });
  });

  test('is help and a version where they are asked for', async () => {
    const help = await spawnCli(['--help']);
    expect(help.code).toBe(0);
    expect(help.stdout).toMatch(/^Usage: security-reviewer/);
    expect(await spawnCli(['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^security-reviewer \d+\.\d+\.\d+\n$/),
    });
  });

  test.skipIf(process.platform === 'win32')('may be read in part', async () => {
    using tree = new TemporaryTree({ 'a.py': weak.repeat(3_000) });
    const main = join(import.meta.dirname, '../src/main.ts');
    const command = `"${process.execPath}" --conditions=@harness-sdk/source "${main}" . | head -n 1`;
    const { stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: tree.root, encoding: 'utf8' });
    expect(stdout).toBe('# Security review by built-in rules (not a language model)\n');
    expect(stderr).not.toContain('Error');
  });

  test.skipIf(process.platform !== 'linux')(
    'ends with 4 where it cannot be written, and not as if all were well',
    async () => {
      using tree = new TemporaryTree({ 'a.py': clean });
      const main = join(import.meta.dirname, '../src/main.ts');
      const command = `"${process.execPath}" --conditions=@harness-sdk/source "${main}" . > /dev/full`;
      const { status, stderr } = spawnSync('sh', ['-c', command], { cwd: tree.root, encoding: 'utf8' });
      expect(status).toBe(4);
      expect(stderr).toMatch(/^security-reviewer: The report could not be written: ENOSPC.*\n$/m);
      expect(stderr).not.toContain('    at ');
    },
  );
});
