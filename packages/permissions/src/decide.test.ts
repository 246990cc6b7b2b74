import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Access, AccessKind, PermissionCall, PermissionDecision } from '@harness-sdk/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { permissionModes, type PermissionMode } from './mode.ts';
import { createPolicy } from './policy.ts';
import type { PolicyOptions } from './policy-options.ts';

let base: string;
let root: string;

beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'decide-')));
  root = join(base, 'root');
  await mkdir(join(root, 'src'), { recursive: true });
  await writeFile(join(root, 'src/a.ts'), '');
  await writeFile(join(base, 'outside.txt'), '');
  await symlink('../outside.txt', join(root, 'link'));
  await symlink('nowhere', join(root, 'dangling'));
});

afterAll(async () => {
  await rm(base, { recursive: true });
});

const all: readonly AccessKind[] = ['read', 'write', 'execute', 'network', 'spawn'];
const exec: Access = { kind: 'execute', command: 'npm test' };

async function judge(
  options: Omit<PolicyOptions, 'root'>,
  access: readonly Access[],
  name: string = 'MyTool',
  accessKinds: readonly AccessKind[] = all,
): Promise<PermissionDecision> {
  const call = {
    tool: { name, accessKinds },
    args: null,
    access,
    cwd: root,
    sessionId: 's',
    toolUseId: 't',
    grants: [],
  };
  return await createPolicy({ root, ...options }).decide(call);
}

test('the reason shows what does not show in a path and in the rule that it suggests', async () => {
  const access: Access = { kind: 'write', path: 'a\u202e\u009b\u200b\n' };
  const { reason } = await judge({}, [access]);
  expect(reason).toMatch(/^\P{C}+$/u);
  expect(reason).toContain('may write "a\\u202e\\u009b\\u200b\\n"');
  const [, rule] = /the allow rule (".*"),/.exec(reason) ?? [];
  expect(await judge({ allow: [String(JSON.parse(rule ?? ''))] }, [access])).toMatchObject({ decision: 'allow' });
});

describe('the mode', () => {
  const cases: readonly (readonly [PermissionMode, Access, PermissionDecision['decision']])[] = [
    ['default', { kind: 'read', path: 'src/a.ts' }, 'allow'],
    ['default', { kind: 'read' }, 'ask'],
    ['default', { kind: 'write', path: 'src/a.ts' }, 'ask'],
    ['default', exec, 'ask'],
    ['default', { kind: 'network', url: 'https://example.com' }, 'ask'],
    ['default', { kind: 'spawn', agent: 'x' }, 'allow'],
    ['acceptEdits', { kind: 'read', path: 'src/a.ts' }, 'allow'],
    ['acceptEdits', { kind: 'read' }, 'ask'],
    ['acceptEdits', { kind: 'write', path: 'src/new/b.ts' }, 'allow'],
    ['acceptEdits', { kind: 'write' }, 'ask'],
    ['acceptEdits', exec, 'ask'],
    ['acceptEdits', { kind: 'network' }, 'ask'],
    ['acceptEdits', { kind: 'spawn' }, 'allow'],
    ['plan', { kind: 'read', path: 'src' }, 'allow'],
    ['plan', { kind: 'read' }, 'deny'],
    ['plan', { kind: 'write', path: 'src/a.ts' }, 'deny'],
    ['plan', { kind: 'write' }, 'deny'],
    ['plan', exec, 'deny'],
    ['plan', { kind: 'execute' }, 'deny'],
    ['plan', { kind: 'network' }, 'deny'],
    ['plan', { kind: 'spawn' }, 'allow'],
    ['bypass', { kind: 'read', path: 'src/a.ts' }, 'allow'],
    ['bypass', { kind: 'read' }, 'allow'],
    ['bypass', { kind: 'write', path: 'src/a.ts' }, 'allow'],
    ['bypass', { kind: 'write' }, 'allow'],
    ['bypass', exec, 'allow'],
    ['bypass', { kind: 'network' }, 'allow'],
  ];

  test.each(cases)('%s answers to %j with %s', async (mode, access, decision) => {
    const tier = decision === 'deny' ? 'ceiling' : 'mode';
    expect(await judge({ mode }, [access])).toMatchObject({ decision, tier });
  });

  test('is default where none is given', async () => {
    expect((await judge({}, [exec])).reason).toContain('Mode "default" asks');
  });
});

describe('pure computation', () => {
  test.each(permissionModes)('passes in mode %s', async (mode) => {
    expect(await judge({ mode, deny: ['Read', 'Edit', 'Bash'] }, [])).toMatchObject({
      decision: 'allow',
      tier: 'mode',
    });
  });

  test.each([
    [{ deny: ['MyTool'] }, { decision: 'deny', tier: 'deny', rule: 'MyTool' }],
    [{ deny: ['*'] }, { decision: 'deny', tier: 'deny', rule: '*' }],
    [{ ask: ['MyTool'] }, { decision: 'ask', tier: 'ask', rule: 'MyTool' }],
    [{ allow: ['MyTool'] }, { decision: 'allow', tier: 'allow', rule: 'MyTool' }],
  ])('is judged by the rule that names its tool: %j', async (options, expected) => {
    expect(await judge(options, [])).toMatchObject(expected);
  });
});

describe('ceilings', () => {
  const everything = { allow: ['*', 'Edit', 'Read', 'MyTool'], mode: 'bypass' } as const;

  test.each<Access>([
    { kind: 'read', path: '../outside.txt' },
    { kind: 'write', path: '/etc/passwd' },
    { kind: 'read', path: 'link' },
    { kind: 'write', path: 'dangling' },
    { kind: 'read', path: '' },
    { kind: 'read', path: 'a\0b' },
    { kind: 'read', path: 'a/'.repeat(3_000) },
    { kind: 'write', path: `src/${'n'.repeat(300)}` },
    { kind: 'read', path: 'src/a.ts/b' },
  ])('hold whatever is allowed: %j', async (access) => {
    expect(await judge(everything, [access])).toMatchObject({ decision: 'deny', tier: 'ceiling' });
  });

  test('hold for every access of a call', async () => {
    const access: readonly Access[] = [
      { kind: 'read', path: 'src/a.ts' },
      { kind: 'write', path: '../x' },
    ];
    expect(await judge(everything, access)).toMatchObject({ decision: 'deny', tier: 'ceiling' });
  });

  test('come before deny rules, and are not lifted by plan mode’s allow rules', async () => {
    expect((await judge({ deny: ['*'] }, [{ kind: 'read', path: '..' }])).tier).toBe('ceiling');
    expect((await judge({ mode: 'plan', allow: ['*', 'Bash'] }, [exec], 'Bash')).tier).toBe('ceiling');
  });

  test('say what would help', async () => {
    const outside = await judge({}, [{ kind: 'read', path: '../outside.txt' }]);
    expect(outside.reason).toContain('"../outside.txt" is not in the workspace');
    expect(outside.reason).toContain('`extraRoots`');
    const plan = await judge({ mode: 'plan' }, [{ kind: 'write', path: 'src/a.ts' }]);
    expect(plan.reason).toContain('this one would write "src/a.ts"');
    expect(plan.reason).toContain('another mode would');
  });

  const call = {
    tool: { name: 'Read', accessKinds: ['read'] },
    args: null,
    access: [],
    cwd: '/',
    sessionId: 's',
    toolUseId: 't',
    grants: [],
  };

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a string', 'Read'],
    ['no tool', { ...call, tool: undefined }],
    ['a tool without a name', { ...call, tool: { accessKinds: [] } }],
    ['a tool without access kinds', { ...call, tool: { name: 'Read' } }],
    ['a tool with an unknown access kind', { ...call, tool: { name: 'Read', accessKinds: ['fly'] } }],
    ['no access', { ...call, access: undefined }],
    ['an access that is none', { ...call, access: [null] }],
    ['an access of an unknown kind', { ...call, access: [{ kind: 'fly' }] }],
    ['an access that the tool does not declare', { ...call, access: [{ kind: 'write', path: 'a' }] }],
    ['a path that is a list', { ...call, access: [{ kind: 'read', path: ['a', '/etc/passwd'] }] }],
    ['a path that is null', { ...call, access: [{ kind: 'read', path: null }] }],
    ['no working directory', { ...call, cwd: undefined }],
    ['a relative working directory', { ...call, cwd: 'src' }],
    ['a working directory with a NUL', { ...call, cwd: '/a\0' }],
  ])('refuse a call that is malformed: %s', async (_name, malformed) => {
    const policy = createPolicy({ root, ...everything });
    // What a caller without types could pass.
    const decision = await policy.decide(malformed as PermissionCall);
    expect(decision).toMatchObject({ decision: 'deny', tier: 'ceiling' });
    expect(decision.reason).not.toBe('');
  });
});

describe('the tiers', () => {
  const write: Access = { kind: 'write', path: 'src/a.ts' };

  test.each([
    [{ deny: ['Edit(src/**)'], ask: ['Edit(src/**)'], allow: ['Edit(src/**)'] }, 'deny', 'deny'],
    [{ ask: ['Edit(src/**)'], allow: ['Edit(src/a.ts)'] }, 'ask', 'ask'],
    [{ ask: ['Edit(src/**)'], mode: 'bypass' }, 'ask', 'ask'],
    [{ deny: ['Edit(src/**)'], mode: 'bypass' }, 'deny', 'deny'],
    [{ allow: ['Edit(src/**)'] }, 'allow', 'allow'],
    [{ allow: ['Edit(src/**)'], mode: 'acceptEdits' }, 'allow', 'allow'],
    [{ mode: 'acceptEdits' }, 'allow', 'mode'],
    [{}, 'ask', 'mode'],
  ] as const)('decide in their order: %j', async (options, decision, tier) => {
    expect(await judge(options, [write])).toMatchObject({ decision, tier });
  });

  test('name the rule that decided', async () => {
    const decision = await judge({ deny: ['Bash', 'Edit(src/**)'] }, [write]);
    expect(decision.rule).toBe('Edit(src/**)');
    expect(decision.reason).toContain('The deny rule Edit(src/**) holds, because this call would write "src/a.ts".');
    expect((await judge({}, [write])).rule).toBeUndefined();
  });
});

describe('a rule about a tool', () => {
  test('covers each of its calls, and those of no other', async () => {
    expect(await judge({ allow: ['Bash'] }, [exec], 'Bash')).toMatchObject({ decision: 'allow', rule: 'Bash' });
    expect(await judge({ allow: ['Bash(*)'] }, [exec], 'Bash')).toMatchObject({ decision: 'allow', rule: 'Bash(*)' });
    expect((await judge({ allow: ['Bash'] }, [exec], 'Exec')).decision).toBe('ask');
    expect(await judge({ mode: 'bypass', deny: ['Bash'] }, [exec], 'Bash')).toMatchObject({ decision: 'deny' });
    expect((await judge({ mode: 'bypass', deny: ['Bash'] }, [exec], 'Exec')).decision).toBe('allow');
  });

  test('does not stand for its family where it is Glob or Grep', async () => {
    const read: Access = { kind: 'read', path: 'src' };
    expect((await judge({ deny: ['Glob'] }, [read], 'Glob')).decision).toBe('deny');
    expect((await judge({ deny: ['Glob'] }, [read], 'Read')).decision).toBe('allow');
  });

  test('stands for its family where it is Read, Edit or Write', async () => {
    const read: Access = { kind: 'read', path: 'src/a.ts' };
    const write: Access = { kind: 'write', path: 'src/a.ts' };
    expect((await judge({ deny: ['Read'] }, [read], 'Grep')).decision).toBe('deny');
    expect((await judge({ deny: ['Read'] }, [write], 'MyTool')).decision).toBe('deny');
    expect((await judge({ deny: ['Edit'] }, [write], 'Write')).decision).toBe('deny');
    expect((await judge({ deny: ['Write'], mode: 'bypass' }, [write], 'Edit')).decision).toBe('deny');
    expect((await judge({ allow: ['Write'] }, [write], 'MyTool')).decision).toBe('allow');
    expect((await judge({ deny: ['Edit'] }, [read], 'Grep')).decision).toBe('allow');
  });

  test('lets a tool of one’s own touch what it does not name', async () => {
    for (const kind of ['read', 'write', 'execute', 'network'] as const) {
      expect(await judge({ allow: ['MyTool'] }, [{ kind }])).toMatchObject({ decision: 'allow', tier: 'allow' });
    }
    expect((await judge({ allow: ['Read', 'Edit'] }, [{ kind: 'read' }])).decision).toBe('ask');
  });
});

describe('what is not known counts as the worst', () => {
  test.each<[Access, string]>([
    [{ kind: 'read' }, 'Read(.env)'],
    [{ kind: 'write' }, 'Edit(dist/**)'],
    [{ kind: 'write' }, 'Read(.env)'],
  ])('%j may be what %s is about', async (access, rule) => {
    for (const options of [{ mode: 'bypass' }, { allow: ['*', 'MyTool'] }] as const) {
      const decision = await judge({ ...options, deny: [rule] }, [access]);
      expect(decision).toMatchObject({ decision: 'deny', tier: 'deny', rule });
      expect(decision.reason).toContain('a tool whose `access` names the path is judged by it');
      expect(await judge({ ...options, ask: [rule] }, [access])).toMatchObject({ decision: 'ask', tier: 'ask' });
    }
  });

  test('but reading that names no path is no writing', async () => {
    expect((await judge({ mode: 'bypass', deny: ['Edit(dist/**)'] }, [{ kind: 'read' }])).decision).toBe('allow');
  });

  test('executing something may open any file, so that rules about files make it ask', async () => {
    const access = { kind: 'execute' } as const;
    for (const options of [{ mode: 'bypass' }, { allow: ['Bash'] }, { allow: ['*'] }] as const) {
      const denied = await judge({ ...options, deny: ['Read(.env)'] }, [access], 'Bash');
      expect(denied).toMatchObject({ decision: 'ask', tier: 'deny', rule: 'Read(.env)' });
      expect(await judge({ ...options, ask: ['Edit'] }, [access], 'Bash')).toMatchObject({
        decision: 'ask',
        tier: 'ask',
      });
      expect((await judge({ ...options, deny: ['Exec'] }, [access], 'Bash')).decision).toBe('allow');
    }
  });
});

describe('a call that touches several things', () => {
  const reads: Access = { kind: 'read', path: 'src/a.ts' };
  const writes: Access = { kind: 'write', path: 'src/b.ts' };

  test('is denied for one of them', async () => {
    expect((await judge({ mode: 'bypass', deny: ['Edit(src/b.ts)'] }, [reads, writes])).decision).toBe('deny');
  });

  test('is allowed where each is, by whichever rule or by the mode', async () => {
    const access: readonly Access[] = [reads, writes, { kind: 'write', path: 'docs/c.md' }];
    expect((await judge({ allow: ['Edit(src/**)'] }, access)).decision).toBe('ask');
    expect(await judge({ allow: ['Edit(src/**)', 'Edit(docs/**)'] }, access)).toMatchObject({
      decision: 'allow',
      tier: 'allow',
      rule: 'Edit(src/**)',
    });
  });

  test('tells all that is open', async () => {
    const access: readonly Access[] = [reads, writes, { kind: 'write', path: 'docs/c.md' }, exec];
    const { reason } = await judge({}, access);
    expect(reason).toBe(
      'Mode "default" asks before MyTool may write "src/b.ts", write "docs/c.md" and run "npm test". Of "npm test": no allow rule is about it. To let it through unasked, add the allow rule Edit(/src/b.ts), Edit(/docs/c.md) and Bash(npm test:*).',
    );
  });

  test('of very many tells the first', async () => {
    const access = Array.from({ length: 300 }, (_, index): Access => ({ kind: 'write', path: `${index}.md` }));
    const { reason } = await judge({}, access);
    expect(reason).toContain('and 295 more');
    expect(reason.length).toBeLessThan(1_000);
  });
});

test('a search is not denied for what it may find, and each find is judged by itself', async () => {
  const deny = ['Read(**/.env*)', 'Read(/secrets/**)'];
  const search = async (path: string): Promise<string> =>
    (await judge({ mode: 'plan', deny }, [{ kind: 'read', path }], 'Grep', ['read'])).decision;
  expect(await search('.')).toBe('allow');
  expect(await search('src')).toBe('allow');
  expect(await search('src/a.ts')).toBe('allow');
  expect(await search('docs/.env.local')).toBe('deny');
  expect(await search('secrets')).toBe('deny');
  expect(await search('secrets/key.txt')).toBe('deny');
});

test('relative paths start from the working directory of the call', async () => {
  const policy = createPolicy({ root, deny: ['Read(src/a.ts)'] });
  const tool = { name: 'Read', accessKinds: ['read'] } as const;
  const access = [{ kind: 'read', path: 'a.ts' }] as const;
  const decide = async (cwd: string): Promise<PermissionDecision> =>
    await policy.decide({ tool, args: null, access, cwd, sessionId: 's', toolUseId: 't', grants: [] });
  expect((await decide(root)).decision).toBe('allow');
  expect((await decide(join(root, 'src'))).tier).toBe('deny');
  expect((await decide(base)).tier).toBe('ceiling');
});

test('a reason shows characters that hide', async () => {
  const { reason } = await judge({}, [{ kind: 'write', path: 'a\n\u001b[2Jb' }]);
  expect(reason).toContain('"a\\n\\u001b[2Jb"');
});
