import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { OptionError } from '@harness-sdk/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { review, type ReviewOptions, type ReviewStart } from '../src/review.ts';
import { createRulesEngine } from '../src/rules/engine.ts';
import { TemporaryTree } from './temporary-tree.ts';

const rules = await createRulesEngine();
const safe = 'def run(expression):\n    return len(expression)\n';
const weak = 'def run(expression):\n    return eval(expression)\n';

let tree: TemporaryTree;

function git(...parameters: string[]): string {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...identity, ...parameters], { cwd: tree.root, encoding: 'utf8' }).trim();
}

function commit(message = 'change'): string {
  git('add', '-A');
  git('commit', '-q', '--no-verify', '-m', message);
  return git('rev-parse', 'HEAD');
}

beforeEach(() => {
  tree = new TemporaryTree();
  git('init', '-q', '-b', 'main');
});

afterEach(() => {
  tree[Symbol.dispose]();
});

function reviewChange(diff: ReviewOptions['diff'], changes: Partial<ReviewOptions> = {}) {
  return review({ paths: ['.'], rules, cwd: tree.root, diff, ...changes });
}

describe('a change', () => {
  test('since a base is its files, and the findings on its lines', async () => {
    tree.write('a.py', weak);
    tree.write('b.py', safe);
    tree.write('gone.py', 'print(1)\n');
    tree.write('moved.py', `${weak}${'x = 1\n'.repeat(20)}`);
    const base = commit();
    git('checkout', '-q', '-b', 'feature');
    tree.write('a.py', `${weak}\n\ndef more(expression):\n    return exec(expression)\n`);
    tree.write('new dir/ü "c".py', weak);
    rmSync(tree.path('gone.py'));
    renameSync(tree.path('moved.py'), tree.path('here.py'));
    const head = commit();
    git('checkout', '-q', 'main');
    tree.write('other.py', weak);
    commit();
    git('checkout', '-q', 'feature');
    const started: ReviewStart[] = [];
    const { target, coverage, findings, stages } = await reviewChange(
      { kind: 'range', base: 'main' },
      { onStart: (start) => started.push(start) },
    );
    expect(target.diff).toEqual({ kind: 'range', base, head, changedFiles: 4 });
    expect(started).toEqual([{ target, files: 3 }]);
    expect(coverage.reviewed).toEqual(['a.py', 'here.py', 'new dir/ü "c".py']);
    expect(coverage.skipped).toEqual([{ file: 'gone.py', reason: 'deleted by the change' }]);
    expect(findings.map(({ location }) => [location.file, location.startLine])).toEqual([
      ['a.py', 6],
      ['new dir/ü "c".py', 2],
    ]);
    expect(stages[0]?.note).toContain('2 findings in the changed files');
    const whole = await reviewChange({ kind: 'range', base: 'main' }, { diffContext: 'file' });
    expect(whole.findings).toHaveLength(4);
  });

  test('that is staged is reviewed as it is staged, whatever the work tree holds', async () => {
    tree.write('a.py', safe);
    commit();
    tree.write('a.py', weak);
    git('add', 'a.py');
    tree.write('a.py', safe);
    const { findings, notices, target } = await reviewChange({ kind: 'staged' });
    expect(findings).toMatchObject([{ location: { file: 'a.py', startLine: 2 } }]);
    expect(notices).toMatchObject([{ message: expect.stringContaining('a.py is otherwise in the work tree') }]);
    expect(target.diff).toEqual({ kind: 'staged', base: git('rev-parse', 'HEAD'), changedFiles: 1 });
  });

  test('of a commit is reviewed as it was then, the first commit too', async () => {
    tree.write('a.py', weak);
    const first = commit();
    tree.write('a.py', safe);
    const second = commit();
    const { findings, target } = await reviewChange({ kind: 'commit', commit: first });
    expect(findings).toMatchObject([{ location: { file: 'a.py', startLine: 2 } }]);
    expect(target.diff).toEqual({ kind: 'commit', head: first, changedFiles: 1 });
    const mended = await reviewChange({ kind: 'commit', commit: 'HEAD' });
    expect(mended.findings).toEqual([]);
    expect(mended.target.diff).toEqual({ kind: 'commit', base: first, head: second, changedFiles: 1 });
  });

  test('that only removes a line touches the lines around it', async () => {
    tree.write('a.py', 'def run(expression):\n    check(expression)\n    return eval(expression)\n');
    commit();
    tree.write('a.py', weak);
    commit();
    expect((await reviewChange({ kind: 'range', base: 'HEAD~1' })).findings).toHaveLength(1);
  });

  test('counts where it lies in the paths that are named', async () => {
    tree.write('src/a.py', safe);
    tree.write('test/a.py', safe);
    commit();
    tree.write('src/a.py', weak);
    tree.write('test/a.py', weak);
    git('add', '-A');
    const { coverage } = await reviewChange({ kind: 'staged' }, { paths: ['src'] });
    expect(coverage.reviewed).toEqual(['src/a.py']);
    const inside = await reviewChange({ kind: 'staged' }, { cwd: tree.path('src') });
    expect(inside.coverage.reviewed).toEqual(['a.py']);
  });

  test('has links, submodules and lock files in it that are not followed or reviewed', async () => {
    tree.write('a.py', safe);
    const head = commit();
    symlinkSync('/etc/hostname', tree.path('link.py'));
    tree.write('pnpm-lock.yaml', 'x: 1\n');
    git('add', '-A');
    git('update-index', '--add', '--cacheinfo', `160000,${head},sub`);
    const { coverage } = await reviewChange({ kind: 'staged' });
    expect(coverage.skipped).toEqual([
      { file: 'link.py', reason: 'symbolic link, not followed' },
      { file: 'pnpm-lock.yaml', reason: 'a lock file' },
      { file: 'sub', reason: 'a submodule' },
    ]);
  });
});

test('a hostile repository runs nothing, and its claims about its own place count for nothing', async () => {
  tree.write('a.py', safe);
  commit();
  tree.write('.gitattributes', '*.py diff=evil filter=evil\n');
  tree.write('a.py', weak);
  git('add', '-A');
  git('commit', '-q', '-m', 'x');
  const marker = tree.path('.git/ran');
  const script = tree.path('.git/evil.sh');
  tree.write('.git/evil.sh', `#!/bin/sh\ntouch ${marker}\ncat\n`);
  chmodSync(script, 0o755);
  for (const hook of ['post-index-change', 'pre-commit', 'reference-transaction', 'fsmonitor-watchman']) {
    tree.write(`.git/hooks/${hook}`, `#!/bin/sh\ntouch ${marker}\n`);
    chmodSync(tree.path(`.git/hooks/${hook}`), 0o755);
  }
  const settings: readonly (readonly [string, string])[] = [
    ['core.fsmonitor', script],
    ['core.pager', script],
    ['core.sshCommand', script],
    ['core.hooksPath', tree.path('.git/hooks')],
    ['core.alternateRefsCommand', script],
    ['core.askPass', script],
    ['core.editor', script],
    ['core.worktree', '/etc'],
    ['pager.diff', script],
    ['pager.diff-tree', script],
    ['diff.external', script],
    ['diff.evil.command', script],
    ['diff.evil.textconv', script],
    ['filter.evil.clean', script],
    ['filter.evil.smudge', script],
    ['filter.evil.process', script],
    ['filter.evil.required', 'true'],
    ['alias.diff-tree', `!${script}`],
    ['alias.rev-parse', `!${script}`],
    ['gpg.program', script],
    ['credential.helper', `!${script}`],
    ['uploadpack.packObjectsHook', script],
    ['log.showSignature', 'true'],
  ];
  for (const [name, value] of settings) git('config', '--file', tree.path('.git/config'), name, value);
  rmSync(marker, { force: true });
  for (const diff of [
    { kind: 'range', base: 'HEAD~1' },
    { kind: 'commit', commit: 'HEAD' },
    { kind: 'staged' },
  ] as const) {
    const { coverage } = await reviewChange(diff);
    expect(coverage.failed).toEqual([]);
    expect(coverage.reviewed).toEqual(diff.kind === 'staged' ? [] : ['a.py']);
  }
  expect(existsSync(marker)).toBe(false);
});

describe('refuses', () => {
  test.each([
    [{ kind: 'range', base: 'nowhere' }, 'There is no commit "nowhere"'],
    [{ kind: 'commit', commit: '--output=x' }, 'Expected the name of a commit'],
    [{ kind: 'range', base: '' }, 'Expected the name of a commit'],
  ] as const)('%o', async (diff, message) => {
    tree.write('a.py', safe);
    commit();
    await expect(reviewChange(diff)).rejects.toThrow(message);
    await expect(reviewChange(diff)).rejects.toBeInstanceOf(OptionError);
  });

  test('a directory that is in no repository', async () => {
    rmSync(tree.path('.git'), { recursive: true });
    await expect(reviewChange({ kind: 'staged' })).rejects.toThrow('to be in a git repository');
  });
});
