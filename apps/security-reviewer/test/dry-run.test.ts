import { readdirSync, readFileSync } from 'node:fs';
import { scriptedModel } from '@harness-sdk/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runWithModel } from './run-scripted.ts';
import { spawnCli } from './spawn-cli.ts';
import { TemporaryTree } from './temporary-tree.ts';

const weak = 'def run(expression):\n    return eval(expression)\n';

let tree: TemporaryTree;

beforeEach(() => {
  tree = new TemporaryTree();
  tree.write('a.py', weak);
  tree.write('lib/b.py', weak);
  tree.write('c.png', 'x');
});

afterEach(() => {
  tree[Symbol.dispose]();
});

function reviewer(id = 'claude-sonnet-4-6') {
  return scriptedModel([], { provider: 'anthropic', id });
}

describe('a dry run', () => {
  test('says which files, units, tokens and dollars, calls no model, and ends with 0', async () => {
    const model = reviewer();
    const { code, stdout } = await runWithModel(model, tree.root, {
      parameters: ['.', '--dry-run', '--format', 'text'],
    });
    expect(code).toBe(0);
    expect(model.calls).toBe(0);
    expect(stdout).toContain(
      'Dry run: nothing was reviewed, and nothing was sent.\nReviewer: anthropic/claude-sonnet-4-6\n',
    );
    expect(stdout).toContain(
      'To review: 2\n  a.py\n  lib/b.py\nSkipped: 1\n  c.png: no source file by its name\nFailed: none\n',
    );
    expect(stdout).toMatch(
      /\nUnits: 1, a session each\nTokens: about [1-9]\d+ in, [1-9]\d+ out\nCost: about \$0\.\d{4}\nCeiling: \$2\.0000\n$/,
    );
  });

  test('speaks of the second looks that there would be', async () => {
    const parameters = ['.', '--dry-run', '--format', 'text', '--verify', 'model'];
    const { stdout } = await runWithModel(reviewer(), tree.root, { parameters });
    expect(stdout).toContain('second looks at what is found come on top');
  });

  test('is the same bytes of JSON twice', async () => {
    const parameters = ['.', '--dry-run', '--format', 'json'];
    const first = await runWithModel(reviewer(), tree.root, { parameters });
    const second = await runWithModel(reviewer(), tree.root, { parameters });
    expect(second.stdout).toBe(first.stdout);
    const preview: unknown = JSON.parse(first.stdout);
    expect(preview).toMatchObject({
      schemaVersion: 1,
      dryRun: true,
      reviewer: { provider: 'anthropic', model: 'claude-sonnet-4-6', isLanguageModel: true },
      files: ['a.py', 'lib/b.py'],
      estimate: { outputTokens: expect.any(Number), costUsd: expect.any(Number), hasSecondLooks: false },
      maxCostUsd: 2,
    });
  });

  test('knows no cost where the price is not known, and says so', async () => {
    const json = ['.', '--dry-run', '--format', 'json'];
    const { stdout } = await runWithModel(reviewer('unheard-of'), tree.root, { parameters: json });
    expect(JSON.parse(stdout)).toMatchObject({ estimate: { costUsd: null }, maxCostUsd: null });
    const text = await runWithModel(reviewer('unheard-of'), tree.root, {
      parameters: ['.', '--dry-run', '--format', 'text'],
    });
    expect(text.stdout).toContain('Cost: unknown, the price of the model is not known\n');
    expect(text.stdout).not.toContain('Ceiling');
  });

  test('goes into a file where one is named, and leaves nothing else behind', async () => {
    await runWithModel(reviewer(), tree.root, { parameters: ['.', '--dry-run', '--format', 'json=plan.json'] });
    expect(readdirSync(tree.root).toSorted()).toEqual(['a.py', 'c.png', 'lib', 'plan.json']);
    expect(JSON.parse(readFileSync(tree.path('plan.json'), 'utf8'))).toMatchObject({ dryRun: true });
  });

  test('refuses a format that is one of findings', async () => {
    const { code, stderr } = await runWithModel(reviewer(), tree.root, {
      parameters: ['.', '--dry-run', '--format', 'sarif'],
    });
    expect(code).toBe(2);
    expect(stderr).toContain('A dry run is told as text or json, and not as sarif.');
  });

  test('of a path that does not exist ends with 2, as a review does', async () => {
    const { code } = await runWithModel(reviewer(), tree.root, { parameters: ['--dry-run', 'nowhere'] });
    expect(code).toBe(2);
  });

  test('of the rules costs nothing, and finds nothing to fail on', async () => {
    const { code, stdout } = await spawnCli(['.', '--provider', 'rules', '--dry-run'], { cwd: tree.root });
    expect(code).toBe(0);
    expect(stdout).toContain('Reviewer: built-in rules (not a language model)\nTo review: 2\n');
    expect(stdout).toMatch(/\nCost: \$0\.00\n$/);
    const json = await spawnCli(['.', '--provider', 'rules', '--dry-run', '--format', 'json'], { cwd: tree.root });
    expect(JSON.parse(json.stdout)).toMatchObject({ estimate: { units: 0, costUsd: 0 }, maxCostUsd: null });
  });
});
