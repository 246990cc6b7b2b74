import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { parseReport } from './json-report.ts';
import { spawnCli } from './spawn-cli.ts';
import { TemporaryTree } from './temporary-tree.ts';

const weak = 'from flask import request\n\n\ndef run():\n    return eval(request.args["x"])\n';

function git(tree: TemporaryTree, ...parameters: string[]): void {
  const settings = [
    '-c',
    'user.name=Someone',
    '-c',
    'user.email=someone@example.invalid',
    '-c',
    'commit.gpgsign=false',
  ];
  execFileSync('git', [...settings, ...parameters], { cwd: tree.root, stdio: 'ignore' });
}

/** A repository whose branch `feature` adds `new.py` to the `old.py` of `main`. */
function repository(): TemporaryTree {
  const tree = new TemporaryTree({ 'old.py': weak });
  git(tree, 'init', '-b', 'main');
  git(tree, 'add', '.');
  git(tree, 'commit', '-m', 'One');
  git(tree, 'switch', '-c', 'feature');
  tree.write('new.py', weak);
  git(tree, 'add', '.');
  git(tree, 'commit', '-m', 'Two');
  return tree;
}

describe('a change', () => {
  test.each([[['--diff']], [['--diff', 'main']], [['--commit', 'HEAD']]])(
    'is reviewed by itself with %j, and what it is stands on stderr',
    async (parameters) => {
      using tree = repository();
      const { code, stdout, stderr } = await spawnCli([...parameters, '--format', 'json'], { cwd: tree.root });
      expect(code).toBe(1);
      expect(stderr).toMatch(/Change from [0-9a-f]{40} to [0-9a-f]{40}: 1 file changed, 1 file to review\n/);
      expect(parseReport(stdout)).toMatchObject({ findings: [{ location: { file: 'new.py' } }] });
    },
  );

  test('that is staged is reviewed before it is committed', async () => {
    using tree = repository();
    tree.write('staged.py', weak);
    git(tree, 'add', '.');
    const { stdout } = await spawnCli(['--staged', '--format', 'json'], { cwd: tree.root });
    expect(parseReport(stdout)).toMatchObject({ findings: [{ location: { file: 'staged.py' } }] });
  });

  test('shows what is sure and more than hardening, unless an audit is asked for', async () => {
    using tree = repository();
    tree.write('debug.py', 'from flask import Flask\n\napp = Flask(__name__)\napp.run(debug=True)\n');
    git(tree, 'add', '.');
    const asked = ['--staged', '--format', 'json', '--fail-on', 'low'];
    const { stdout } = await spawnCli(asked, { cwd: tree.root });
    expect(parseReport(stdout)).toMatchObject({
      findings: [],
      suppressed: [{ kind: 'debug-enabled', suppressed: { by: 'config', reason: 'left out by --profile pr' } }],
    });
    expect((await spawnCli([...asked, '--profile', 'audit'], { cwd: tree.root })).code).toBe(1);
  });

  test.each([
    [['--diff', 'nowhere'], 'There is no commit "nowhere"'],
    [['--diff', '--staged'], 'Of --diff, --staged and --commit only one can be given.'],
  ])('%j is refused', async (parameters, message) => {
    using tree = repository();
    const { code, stderr } = await spawnCli(parameters, { cwd: tree.root });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  test('needs a base that can be found', async () => {
    using tree = repository();
    git(tree, 'branch', '-m', 'main', 'trunk');
    const { code, stderr } = await spawnCli(['--diff'], { cwd: tree.root });
    expect(code).toBe(2);
    expect(stderr).toContain('Name it: --diff BASE.');
  });
});
