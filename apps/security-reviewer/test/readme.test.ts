import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXIT_CODES } from '../src/cli/exit-code.ts';
import { HELP } from '../src/cli/help.ts';
import { createRulesEngine } from '../src/rules/engine.ts';
import { spawnCli } from './spawn-cli.ts';
import { TemporaryTree } from './temporary-tree.ts';

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');

/** The first block of a language. */
function block(language: string): string {
  const text = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(readme)?.[1];
  if (text === undefined) throw new Error(`The README has no block of ${language}.`);
  return text;
}

function withoutVersion(report: string): string {
  return report.replace(/security-reviewer \d+\.\d+\.\d+/, 'security-reviewer');
}

test('the example of the README prints what stands below it', async () => {
  using tree = new TemporaryTree({ 'orders.py': block('python') });
  const { stdout } = await spawnCli(['orders.py'], { cwd: tree.root });
  expect(withoutVersion(stdout)).toBe(withoutVersion(block('text')));
});

describe('the README names', () => {
  test('every option that the help names', () => {
    const options = HELP.match(/--[a-z-]+/g) ?? [];
    expect(options.length).toBeGreaterThan(5);
    expect(options.filter((option) => !readme.includes(`\`${option}\``))).toEqual([]);
  });

  test('every exit code', () => {
    const missing = Object.values(EXIT_CODES).filter((code) => !readme.includes(`| ${code} | `));
    expect(missing).toEqual([]);
  });

  test('every rule, and none that does not exist', async () => {
    const { rules } = await createRulesEngine();
    const named = readme.match(/`[a-z]+\/[a-z-]+`/g)?.map((name) => name.slice(1, -1)) ?? [];
    expect(named.toSorted()).toEqual(rules.map(({ id }) => id).toSorted());
  });
});
