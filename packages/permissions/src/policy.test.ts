import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  OptionError,
  type Access,
  type AccessKind,
  type PermissionCall,
  type PermissionDecision,
} from '@harness-sdk/core';
import { createWorkspace } from '@harness-sdk/core/node';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ceilingOfPaths } from './ceilings.ts';
import { permissionModes } from './mode.ts';
import { createPolicy } from './policy.ts';
import type { PolicyOptions } from './policy-options.ts';
import { suggestRule } from './suggest-rule.ts';

let base: string;
let root: string;

beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'policy-')));
  root = join(base, 'root');
  await mkdir(join(root, 'src/deep'), { recursive: true });
  await mkdir(join(root, '.git'));
  await mkdir(join(base, 'extra'));
  await writeFile(join(root, 'src/a.ts'), '');
  await writeFile(join(root, 'file'), '');
  await symlink('src', join(root, 'alias'));
  await symlink('../outside', join(root, 'out'));
  await symlink('root', join(base, 'linked'));
});

afterAll(async () => {
  await rm(base, { recursive: true });
});

describe('options', () => {
  test.each<[(place: string) => unknown, string, RegExp]>([
    [() => undefined, '', /to be an object/],
    [() => ({}), 'root', /needs the option `root`/],
    [(place) => ({ root: place, permissionMode: 'plan' }), 'permissionMode', /no option `permissionMode`/],
    [(place) => ({ root: place, alow: [] }), 'alow', /Did you mean `allow`\?/],
    [(place) => ({ root: place, mode: 'acceptEdit' }), 'mode', /Did you mean "acceptEdits"\?/],
    [(place) => ({ root: place, mode: 'yolo' }), 'mode', /"default" \| "acceptEdits" \| "plan" \| "bypass"/],
    [(place) => ({ root: place, deny: 'Bash' }), 'deny', /an array, got "Bash"/],
    [(place) => ({ root: place, deny: ['Bash', 3] }), 'deny[1]', /strings, and objects with/],
    [(place) => ({ root: place, tools: [null] }), 'tools[0]', /strings only/],
    [() => ({ root: 'src' }), 'root', /an absolute path, got "src"/],
    [() => ({ root: '' }), 'root', /an absolute path/],
    [(place) => ({ root: `${place}/nowhere` }), 'root', /directory that exists/],
    [(place) => ({ root: `${place}/file` }), 'root', /to be a directory/],
    [(place) => ({ root: place, home: '~' }), 'home', /absolute/],
    [(place) => ({ root: place, extraRoots: ['../extra'] }), 'extraRoots[0]', /absolute/],
    [(place) => ({ root: place, extraRoots: ['/nowhere/at/all'] }), 'extraRoots[0]', /exists/],
  ])('are checked: %s names %s', (options, option, message) => {
    // What a caller without types could pass.
    const attempt = (): unknown => createPolicy(options(root) as PolicyOptions);
    expect(attempt).toThrow(OptionError);
    expect(attempt).toThrow(expect.objectContaining({ option }));
    expect(attempt).toThrow(message);
  });

  test('are read once: a rule that is added to the list later has no effect', async () => {
    const deny: string[] = [];
    const policy = createPolicy({ root, deny });
    deny.push('*');
    expect((await policy.decide(call([{ kind: 'read', path: 'src' }]))).decision).toBe('allow');
  });

  test('extra roots may be touched like the root', async () => {
    const policy = createPolicy({ root, extraRoots: [join(base, 'extra')], mode: 'acceptEdits' });
    expect((await policy.decide(call([{ kind: 'write', path: join(base, 'extra/x') }]))).decision).toBe('allow');
  });
});

const kinds: readonly AccessKind[] = ['read', 'write', 'execute', 'network', 'spawn'];

function call(access: readonly Access[], name: string = 'MyTool'): PermissionCall {
  return {
    tool: { name, accessKinds: kinds },
    args: null,
    access,
    cwd: root,
    sessionId: 's',
    toolUseId: 't',
    grants: [],
  };
}

describe('properties', () => {
  const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');
  const rule = fc.constantFrom(
    ...words(`* Read Edit Write Glob Bash MyTool Bash(*)
      Read(src/**) Read(.env) Read(**/.env*) Read(alias/**) Grep(docs) Read(SRC/*)
      Edit(src/**) Edit(/src/*) Edit(a.ts) Edit(**) Edit({src,alias}/**) Edit(/package.json)
      Edit(.git/**) Write(**/*.md) Edit(docs/[a-z]*.md)`),
  );
  const rules = fc.array(rule, { maxLength: 4 });
  const path = fc.constantFrom(
    '',
    'a\0',
    ...words(`. src src/a.ts SRC/A.ts src/deep/b.ts alias/a.ts alias/../src/a.ts docs/x.md .env src/.env.local
      .git/config package.json alias/package.json new/dir/a.ts file/x out/x .. ../extra /etc/passwd`),
  );
  const access: fc.Arbitrary<Access> = fc.oneof(
    fc.record({ kind: fc.constantFrom('read', 'write'), path }, { requiredKeys: ['kind'] }),
    fc.record({ kind: fc.constant('execute'), command: fc.constant('ls') }, { requiredKeys: ['kind'] }),
    fc.record({ kind: fc.constantFrom('network', 'spawn') }),
  );
  const calls = fc
    .record({
      access: fc.array(access, { maxLength: 3 }),
      name: fc.constantFrom('Read', 'Write', 'Edit', 'Glob', 'Grep', 'Bash', 'MyTool'),
    })
    .map((parts) => call(parts.access, parts.name));
  const lists = fc.record({ allow: rules, ask: rules, deny: rules, mode: fc.constantFrom(...permissionModes) });

  // The root is made when the tests run, after the generators.
  const at = (given: PermissionCall): PermissionCall => ({ ...given, cwd: root });
  const decide = async (options: Omit<PolicyOptions, 'root'>, given: PermissionCall): Promise<PermissionDecision> =>
    await createPolicy({ root, ...options }).decide(at(given));
  const ranks = { deny: 0, ask: 1, allow: 2 };
  const rank = async (options: Omit<PolicyOptions, 'root'>, given: PermissionCall): Promise<number> =>
    ranks[(await decide(options, given)).decision];
  const runs = { numRuns: 400 };

  test('one more deny or ask rule never allows more', async () => {
    await fc.assert(
      fc.asyncProperty(lists, calls, rule, fc.constantFrom('deny', 'ask'), async (options, given, added, list) => {
        const before = await rank(options, given);
        expect(await rank({ ...options, [list]: [...options[list], added] }, given)).toBeLessThanOrEqual(before);
      }),
      runs,
    );
  });

  test('one more allow rule never allows less', async () => {
    await fc.assert(
      fc.asyncProperty(lists, calls, rule, async (options, given, added) => {
        const before = await rank(options, given);
        expect(await rank({ ...options, allow: [...options.allow, added] }, given)).toBeGreaterThanOrEqual(before);
      }),
      runs,
    );
  });

  test('what one deny rule denies stays denied, whatever else there is', async () => {
    await fc.assert(
      fc.asyncProperty(lists, calls, rule, async (options, given, denying) => {
        fc.pre((await rank({ mode: 'bypass', deny: [denying] }, given)) === 0);
        const denied = await decide({ ...options, deny: [denying, ...options.deny] }, given);
        expect(denied.decision).toBe('deny');
      }),
      runs,
    );
  });

  test('the order of rules and of what is touched does not matter', async () => {
    const shuffled = lists.chain((options) =>
      fc.record({
        options: fc.constant(options),
        allow: fc.shuffledSubarray(options.allow, { minLength: options.allow.length }),
        ask: fc.shuffledSubarray(options.ask, { minLength: options.ask.length }),
        deny: fc.shuffledSubarray(options.deny, { minLength: options.deny.length }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(shuffled, calls, async ({ options, allow, ask, deny }, given) => {
        const { decision, tier } = await decide(options, given);
        const reversed = { ...given, access: given.access.toReversed() };
        expect(await decide({ ...options, allow, ask, deny }, reversed)).toMatchObject({ decision, tier });
      }),
      runs,
    );
  });

  test('plan mode lets no writing, executing or networking through, and no unknown reading, whatever the rules', async () => {
    await fc.assert(
      fc.asyncProperty(lists, calls, async (options, given) => {
        const { decision } = await decide({ ...options, mode: 'plan' }, given);
        const isBeyond = given.access.some(
          (one) =>
            ['write', 'execute', 'network'].includes(one.kind) || (one.kind === 'read' && one.path === undefined),
        );
        expect(isBeyond && decision !== 'deny').toBe(false);
      }),
      runs,
    );
  });

  test('nothing outside the workspace is ever touched', async () => {
    const outside = fc.constantFrom('..', '../extra', '/etc/passwd', 'out/x', 'src/../../x', 'alias/../../y');
    const touching = fc.record({ kind: fc.constantFrom('read', 'write'), path: outside });
    await fc.assert(
      fc.asyncProperty(lists, calls, touching, async (options, given, added) => {
        const decision = await decide(options, { ...given, access: [...given.access, added] });
        expect(decision).toMatchObject({ decision: 'deny', tier: 'ceiling' });
      }),
      runs,
    );
  });

  test('each mode allows at least what the stricter one does', async () => {
    const ascending = ['plan', 'default', 'acceptEdits', 'bypass'] as const;
    await fc.assert(
      fc.asyncProperty(lists, calls, async (options, given) => {
        const found: number[] = [];
        for (const mode of ascending) found.push(await rank({ ...options, mode }, given));
        expect(found).toEqual(found.toSorted((left, right) => left - right));
      }),
      runs,
    );
  });

  test('the name that the root goes by does not matter', async () => {
    await fc.assert(
      fc.asyncProperty(lists, calls, async (options, given) => {
        const { decision, tier } = await decide(options, given);
        const linked = createPolicy({ root: join(base, 'linked'), ...options });
        expect(await linked.decide(at(given))).toMatchObject({ decision, tier });
        expect(await linked.decide({ ...given, cwd: join(base, 'linked') })).toMatchObject({ decision, tier });
      }),
      runs,
    );
  });

  test('a tool that is not offered has no call that is not denied', async () => {
    await fc.assert(
      fc.asyncProperty(lists, calls, async (options, given) => {
        const declared = [...new Set(given.access.map(({ kind }) => kind))];
        fc.pre(declared.length > 0);
        const tool = { ...given.tool, accessKinds: declared };
        const policy = createPolicy({ root, ...options });
        const { decision } = await policy.decide(at({ ...given, tool }));
        expect(policy.offers(tool) || decision === 'deny').toBe(true);
      }),
      runs,
    );
  });

  test('explains what it decides, each time the same, with a reason', async () => {
    await fc.assert(
      fc.asyncProperty(lists, calls, async (options, given) => {
        const policy = createPolicy({ root, ...options });
        const decision = await policy.decide(at(given));
        expect(await policy.explain(at(given))).toMatchObject(decision);
        expect(decision.reason).toMatch(/\S/);
        const isByRule = ['deny', 'ask', 'allow'].includes(decision.tier);
        expect(decision.rule !== undefined).toBe(isByRule);
      }),
      runs,
    );
  });

  test('the rule that a question suggests answers it', async () => {
    const name = fc.string({ unit: fc.constantFrom(...Array.from('ab*?[]{},!~()\\ .')), minLength: 1, maxLength: 8 });
    const written = fc.oneof(
      path.filter((text) => text !== '' && !text.includes('\0')),
      name.filter((text) => !/^\.+$/.test(text)),
      name.map((text) => `alias/${text}x`),
      name.map((text) => `.git/${text}x`),
      name.map((text) => `../extra/${text}x`),
    );
    await fc.assert(
      fc.asyncProperty(written, async (text) => {
        const options = { root, extraRoots: [join(base, 'extra')] };
        const given = call([{ kind: 'write', path: text }], 'Write');
        fc.pre((await createPolicy(options).decide(at(given))).decision === 'ask');
        const workspace = createWorkspace(options);
        const judged = await ceilingOfPaths(at(given), { workspace, homes: [] });
        const suggested = 'decision' in judged ? [] : judged.map((one) => suggestRule('Write', one, workspace));
        expect(await createPolicy({ ...options, allow: suggested }).decide(at(given))).toMatchObject({
          decision: 'allow',
          tier: 'allow',
        });
      }),
      runs,
    );
  });
});
