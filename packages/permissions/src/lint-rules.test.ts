import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPolicy } from './policy.ts';
import type { PolicyOptions } from './policy-options.ts';

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'lint-rules-')));
  mkdirSync(join(root, 'src'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function warnings(options: Omit<PolicyOptions, 'root'>): readonly string[] {
  return createPolicy({ root, ...options }).warnings.map(({ kind, list, rule }) => `${list} ${rule}: ${kind}`);
}

test.each<[list: 'allow' | 'ask', rule: string, stronger: string]>([
  ['allow', 'Bash', 'Bash'],
  ['allow', 'Edit(src/**)', '*'],
  ['allow', 'Edit(src/**)', 'Edit'],
  ['allow', 'Edit(src/**)', 'Read'],
  ['allow', 'Edit(src/**)', 'Edit(src)'],
  ['allow', 'Edit(src/**)', 'Edit(src/**)'],
  ['allow', 'Edit(src/a/*.ts)', 'Read(SRC/**)'],
  ['allow', 'Edit(/.env)', 'Read(**/.env*)'],
  ['allow', 'Read({src,docs}/a.ts)', 'Read(*)'],
  ['allow', 'Bash(git push:*)', 'Bash'],
  ['allow', 'Bash(git push:*)', 'Bash(git:*)'],
  ['allow', 'Bash(git push origin)', 'Bash(git push:*)'],
  ['allow', 'Bash(git push)', 'Bash(git push)'],
  ['ask', 'Edit(src/a.ts)', 'Edit(src/**)'],
  ['ask', 'Bash', 'Bash'],
])('the %s rule %s cannot be reached under %s', (list, rule, stronger) => {
  expect(warnings({ [list]: [rule], deny: [stronger] })).toContain(`${list} ${rule}: unreachable`);
});

test.each<[rule: string, stronger: string]>([
  ['Edit(src/**)', 'Edit(src/*.ts)'],
  ['Edit(src/**)', 'Edit(src/secret/**)'],
  ['Read(src/**)', 'Edit(src/**)'],
  ['Edit({src,docs}/**)', 'Edit(src/**)'],
  ['Edit(src/**)', 'Bash'],
  ['Edit', 'Edit(src/**)'],
  ['Bash(git push:*)', 'Bash(git push)'],
  ['Bash(git push:*)', 'Bash(git push --force:*)'],
  ['Bash(git:*)', 'Bash(git push:*)'],
])('the allow rule %s can be under %s', (rule, stronger) => {
  expect(warnings({ allow: [rule], deny: [stronger] })).toEqual([]);
});

test('an allow rule under an ask rule is told from one under a deny rule', () => {
  const policy = createPolicy({ root, allow: ['Edit(src/a.ts)'], ask: ['Edit(src/**)'] });
  expect(policy.warnings[0]?.message).toContain('The ask rule Edit(src/**) is about all that this one is about');
});

test.each([
  ['Bash(bash:*)', 'launcher'],
  ['Bash(python3 *)', 'launcher'],
  ['Bash(npx:*)', 'launcher'],
  ['Bash(sudo:*)', 'launcher'],
  ['Bash(xargs:*)', 'launcher'],
  ['Bash(/usr/bin/env:*)', 'launcher'],
  ['Bash(eval:*)', 'no_effect'],
  ['Bash(export FOO:*)', 'no_effect'],
  ['Edit(/src)', 'no_effect'],
])('the allow rule %s: %s', (rule, kind) => {
  expect(warnings({ allow: [rule ?? ''] })).toEqual([`allow ${rule}: ${kind}`]);
});

test.each([
  'Bash(npm test:*)',
  'Bash(python3 script.py)',
  'Bash(npx vitest:*)',
  'Bash(timeout 5 npm test:*)',
  'Edit(/src/**)',
  'Edit(src)',
])('the allow rule %s is in order', (rule) => {
  expect(warnings({ allow: [rule] })).toEqual([]);
});

test('in plan mode no allow rule about writing or commands has an effect', () => {
  const allow = ['Edit(src/**)', 'Bash(npm test)', 'Read(src/**)'];
  expect(warnings({ mode: 'plan', allow })).toEqual([
    'allow Edit(src/**): no_effect',
    'allow Bash(npm test): no_effect',
  ]);
});

test('of a project’s file, what allows has no effect, and is said with its line', () => {
  const project = join(root, 'policy.yml');
  writeFileSync(project, 'allow:\n  - Edit(src/**)\ndefault:\n  read: allow\n');
  const policy = createPolicy({ root, policyFiles: { project } });
  expect(policy.warnings).toMatchObject([
    { kind: 'no_effect', list: 'default', rule: 'default.read: allow', source: { file: project, line: 4 } },
    { kind: 'no_effect', list: 'allow', rule: 'Edit(src/**)', source: { file: project, line: 2 } },
  ]);
  writeFileSync(project, 'allow:\n  - Edit(src/**)\ndefault:\n  write: ask\n');
  expect(createPolicy({ root, policyFiles: { project } }).warnings).toEqual([]);
});
