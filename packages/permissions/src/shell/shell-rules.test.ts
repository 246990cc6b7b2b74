import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Access, PermissionDecision } from '@harness-sdk/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPolicy, type PolicyOptions } from '../index.ts';
import { shellCases } from '../../test/everyday-cases.ts';
import { hiddenCases } from '../../test/hidden-cases.ts';

let root: string;
let base: string;
beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'shell-rules-')));
  root = join(base, 'root');
  const names = [
    'README.md',
    'a.txt',
    '.env',
    '.env.local',
    'package.json',
    'src/a.ts',
    'src/b.ts',
    'scripts/build.js',
  ];
  for (const name of [
    ...names,
    'packages/core/x',
    'config/.env.production',
    'sub/x',
    '.git/hooks/x',
    'environment.ts',
  ]) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), '');
  }
  writeFileSync(join(base, 'outside.txt'), '');
  symlinkSync('../outside.txt', join(root, 'link-out'));
  symlinkSync('/etc', join(root, 'linkdir'));
  symlinkSync('.env', join(root, 'link-env'));
});
afterAll(async () => {
  await rm(base, { recursive: true });
});

async function judge(
  options: Omit<PolicyOptions, 'root'>,
  access: Extract<Access, { kind: 'execute' }>,
): Promise<PermissionDecision> {
  return await createPolicy({ root, home: join(base, 'home'), ...options }).decide({
    tool: { name: access.argv === undefined ? 'Bash' : 'Exec', accessKinds: ['execute'] },
    args: {},
    access: [access],
    cwd: root,
    sessionId: 's',
    toolUseId: 't',
    grants: [],
  });
}

describe.skipIf(process.platform === 'win32').each(shellCases)(
  'with %j',
  ({ allow, deny = [], expected, commands }) => {
    test.each(commands)(`%j is ${expected === 'ask' ? 'asked about' : expected}`, async (command) => {
      expect((await judge({ allow, deny }, { kind: 'execute', command })).decision).toBe(expected);
    });
  },
);

describe.skipIf(process.platform === 'win32').each(hiddenCases)('of $about', ({ denied, asked, allowed, ...item }) => {
  const { about: _about, ...options } = item;
  const expected = { deny: denied, ask: asked, allow: allowed };
  test.each(Object.entries(expected).flatMap(([decision, commands]) => commands.map((command) => [decision, command])))(
    'the decision is %s for %j',
    async (decision, command) => {
      expect((await judge(options, { kind: 'execute', command: command ?? '' })).decision).toBe(decision);
    },
  );
});

test.each([
  `foo ${'-- '.repeat(3000)}rm x`,
  `foo ${'run exec '.repeat(500)}rm x`,
  `foo ${'"bar -- rm x" '.repeat(500)}`,
])('does not lose itself in what %.20j… may run', async (command) => {
  const { decision } = await judge({ allow: ['Bash'], deny: ['Bash(rm:*)'] }, { kind: 'execute', command });
  expect(decision).toBe('ask');
});

describe('a decision about a command', () => {
  test('shows each unit, with the rule or the reason', async () => {
    const command = 'git status && rm x; ls';
    const { decision, units, suggestions, reason } = await judge(
      { allow: ['Bash(git status)', 'Bash(ls:*)'] },
      { kind: 'execute', command },
    );
    expect(decision).toBe('ask');
    expect(units).toEqual([
      { text: 'git status', decision: 'allow', rule: 'Bash(git status)' },
      { text: 'rm x', decision: 'ask', reason: 'no allow rule is about it' },
      { text: 'ls', decision: 'allow', rule: 'Bash(ls:*)' },
    ]);
    expect(suggestions).toEqual(['Bash(rm x)']);
    expect(reason).toContain(
      'Of "rm x": no allow rule is about it. To let it through unasked, add the allow rule Bash(rm x).',
    );
  });

  test('names the unit and the rule that denies it', async () => {
    const { decision, rule, reason, units } = await judge(
      { mode: 'bypass', deny: ['Bash(rm:*)'] },
      { kind: 'execute', command: 'ls | xargs env rm -f' },
    );
    expect({ decision, rule }).toEqual({ decision: 'deny', rule: 'Bash(rm:*)' });
    expect(reason).toContain('of "xargs env rm -f", it would run "rm -f …"');
    expect(units?.map((unit) => unit.decision)).toEqual(['allow', 'deny']);
  });

  test('suggests nothing where nobody can see through, and where a rule asks', async () => {
    for (const command of ['ls $(', 'f() { ls; }; f', 'bash <(x)']) {
      expect(await judge({}, { kind: 'execute', command })).not.toHaveProperty('suggestions');
    }
    const asked = await judge({ ask: ['Bash(ls)'] }, { kind: 'execute', command: 'ls' });
    expect(asked).toMatchObject({ decision: 'ask', tier: 'ask', rule: 'Bash(ls)' });
    expect(asked).not.toHaveProperty('suggestions');
  });

  test.each([
    ['git diff --stat', ['Bash(git diff:*)']],
    ['git push origin main', ['Bash(git push origin main)']],
    ['python3 x.py', ['Bash(python3 x.py)']],
    ["echo 'a b' > out.txt", ['Edit(/out.txt)', "Bash(echo 'a b')"]],
    ['npx cowsay hi', ['Bash(npx cowsay hi)']],
    ['git status && unheard-of x && unheard-of x', ['Bash(git status:*)', 'Bash(unheard-of x)']],
  ])('suggests the narrowest rules for %j', async (command, expected) => {
    const { suggestions } = await judge({}, { kind: 'execute', command });
    expect(suggestions).toEqual(expected);
    expect((await judge({ allow: suggestions ?? [] }, { kind: 'execute', command })).decision).toBe('allow');
  });
});

describe('a program that runs without a shell', () => {
  test('is judged by the same rules, and every word is what it says', async () => {
    const allow = ['Bash(echo:*)', 'Exec(cat:*)'];
    const run = async (...argv: readonly string[]): Promise<string> =>
      (await judge({ allow, deny: ['Bash(rm:*)'] }, { kind: 'execute', argv })).decision;
    expect(await run('echo', '$(rm x)', '; rm x', '*')).toBe('allow');
    expect(await run('cat', 'README.md')).toBe('allow');
    expect(await run('cat', '../outside.txt')).toBe('ask');
    expect(await run('/bin/rm', 'x')).toBe('deny');
    expect(await run('sh', '-c', 'ls; rm x')).toBe('deny');
    expect(await run('env', 'rm', 'x')).toBe('deny');
    expect(await run('ls')).toBe('ask');
    expect(await run()).toBe('ask');
  });
});

describe('the directory that a command starts in', () => {
  test('is where its paths start from', async () => {
    const allow = ['Bash(cat:*)'];
    const at = (cwd: string, command: string) => ({ kind: 'execute', command, cwd }) as const;
    expect((await judge({ allow }, at('src', 'cat ../README.md'))).decision).toBe('allow');
    expect((await judge({ allow }, at('.', 'cat ../README.md'))).decision).toBe('ask');
    expect((await judge({ allow, deny: ['Read(config/**)'] }, at('config', 'cat .env.production'))).decision).toBe(
      'deny',
    );
  });

  test('must be in the workspace, in every mode', async () => {
    for (const cwd of ['..', '/', 'linkdir']) {
      const decision = await judge({ mode: 'bypass' }, { kind: 'execute', command: 'ls', cwd });
      expect(decision).toMatchObject({ decision: 'deny', tier: 'ceiling' });
    }
  });

  test('is another repository for git, where it is not the first one', async () => {
    const allow = ['Bash(git status)'];
    expect((await judge({ allow }, { kind: 'execute', command: 'git status', cwd: 'sub' })).decision).toBe('ask');
    expect((await judge({ allow }, { kind: 'execute', command: 'git status', cwd: '.' })).decision).toBe('allow');
  });
});
