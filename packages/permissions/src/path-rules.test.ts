import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccessKind, PermissionDecision } from '@harness-sdk/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPolicy } from './policy.ts';
import type { PolicyOptions } from './policy-options.ts';

let base: string;
let root: string;

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'path-rules-')));
  root = join(base, 'root');
  await mkdir(join(root, 'src/deep'), { recursive: true });
  await mkdir(join(root, 'secrets'));
  await mkdir(join(base, 'extra/src'), { recursive: true });
  await writeFile(join(root, 'src/a.ts'), '');
  await writeFile(join(root, 'secrets/key.txt'), '');
});

afterEach(async () => {
  await rm(base, { recursive: true });
});

type Options = Omit<PolicyOptions, 'root'> & { readonly root?: string };

async function judge(options: Options, kind: AccessKind, path: string): Promise<PermissionDecision> {
  return await createPolicy({ root, ...options }).decide({
    tool: { name: kind === 'write' ? 'Edit' : 'Read', accessKinds: [kind] },
    args: null,
    access: [kind === 'read' || kind === 'write' ? { kind, path } : { kind }],
    cwd: options.root ?? root,
    sessionId: 's',
    toolUseId: 't',
    grants: [],
  });
}

async function isDenied(rule: string, path: string, options: Options = {}): Promise<boolean> {
  const { decision, tier } = await judge({ mode: 'bypass', ...options, deny: [rule] }, 'read', path);
  expect(decision === 'allow' || tier === 'deny').toBe(true);
  return decision === 'deny';
}

async function isAllowed(rule: string, path: string, options: Options = {}): Promise<boolean> {
  const { decision, tier } = await judge({ ...options, allow: [rule] }, 'write', path);
  expect([decision, tier]).toEqual(decision === 'allow' ? ['allow', 'allow'] : ['ask', 'mode']);
  return decision === 'allow';
}

describe('a deny rule', () => {
  test.each([
    ['Read(src/a.ts)', 'src/a.ts'],
    ['Read(/src/a.ts)', 'src/a.ts'],
    ['Read(./src/a.ts)', './src//a.ts'],
    ['Read(src)', 'src/a.ts'],
    ['Read(src/)', 'src/deep/b.ts'],
    ['Read(secrets)', 'secrets/key.txt'],
    ['Read(secrets)', 'x/y/secrets/z'],
    ['Read(key.txt)', 'secrets/key.txt'],
    ['Read(**/.env*)', 'docs/.envs/prod.txt'],
    ['Read(SRC/A.TS)', 'src/a.ts'],
    ['Read(src/**)', 'SRC/a.ts'],
    ['Read(src/**)', 'src'],
    ['Read(/)', 'src/a.ts'],
    ['Read(.)', 'src/a.ts'],
    ['Read(**)', '.'],
    ['Read(caf\u00e9)', 'cafe\u0301'],
    ['Read(cafe\u0301)', 'CAF\u00c9'],
    ['Read(.env)', '.e\u200cnv'],
    ['Read(x\u017f)', 'xs'],
    ['Read(s[\u017f])', 's\u017f'],
    ['Glob(src/**)', 'src/a.ts'],
    ['Grep(src/**)', 'src/a.ts'],
  ])('%s covers %s', async (rule, path) => {
    expect(await isDenied(rule, path)).toBe(true);
  });

  test.each([
    ['Read(src/a.ts)', 'src/a.tsx'],
    ['Read(/a.ts)', 'src/a.ts'],
    ['Read(src/a.ts)', 'lib/src/a.ts'],
    ['Read(.env)', '.env.example'],
    ['Read(secrets)', 'secrets-doc.md'],
    ['Read(src/*)', '.'],
    ['Read(**/.env*)', 'my.env'],
    ['Edit(src/**)', 'src/a.ts'],
  ])('%s does not cover %s', async (rule, path) => {
    expect(await isDenied(rule, path)).toBe(false);
  });

  test('about one root name does not see the directories above the root', async () => {
    await mkdir(join(base, 'secrets/project'), { recursive: true });
    expect(await isDenied('Read(secrets)', 'a.ts', { root: join(base, 'secrets/project') })).toBe(false);
  });

  test('takes absolute paths and paths from home', async () => {
    expect(await isDenied(`Read(/${root}/src/**)`, 'src/a.ts')).toBe(true);
    expect(await isDenied('Read(~/root/src)', 'src/a.ts', { home: base })).toBe(true);
    expect(await isDenied('Read(~/src)', 'src/a.ts', { home: base })).toBe(false);
    expect(await isDenied('Read(~)', 'src/a.ts', { home: base })).toBe(true);
  });

  test('holds for what a link leads to, by the name of the link and by its own', async () => {
    await symlink('../secrets/key.txt', join(root, 'src/link'));
    expect(await isDenied('Read(secrets/**)', 'src/link')).toBe(true);
    expect(await isDenied('Read(src/link)', 'src/link')).toBe(true);
    expect(await isDenied('Read(src/l?nk)', 'src/link')).toBe(true);
    expect(await isDenied('Read(src/link)', 'secrets/key.txt')).toBe(true);
    await symlink('secrets', join(root, 'alias'));
    expect(await isDenied('Read(alias/**)', 'secrets/key.txt')).toBe(true);
    expect(await isDenied('Read(alias/*.md)', 'secrets/key.txt')).toBe(false);
  });

  test('about a link holds for the name of the link wherever it leads later', async () => {
    await symlink('../secrets/key.txt', join(root, 'src/link'));
    const policy = createPolicy({ root, deny: ['Read(src/link)'] });
    await rm(join(root, 'src/link'));
    await symlink('a.ts', join(root, 'src/link'));
    const tool = { name: 'Read', accessKinds: ['read'] } as const;
    const access = [{ kind: 'read', path: 'src/link' }] as const;
    const decision = await policy.decide({
      tool,
      args: null,
      access,
      cwd: root,
      sessionId: 's',
      toolUseId: 't',
      grants: [],
    });
    expect(decision.tier).toBe('deny');
  });

  test('holds whichever name the root goes by', async () => {
    await symlink('root', join(base, 'alias'));
    for (const given of [root, join(base, 'alias')]) {
      for (const asked of [root, join(base, 'alias')]) {
        for (const rule of ['Read(/secrets/**)', `Read(/${given}/secrets)`, `Read(/${asked}/secrets)`]) {
          const isAsked = given === asked || given !== root;
          const { tier } = await judge({ root: given, deny: [rule] }, 'read', join(asked, 'secrets/key.txt'));
          expect(tier).toBe(isAsked ? 'deny' : 'ceiling');
        }
      }
    }
  });

  test('from the root of the workspace leaves other roots alone; at any depth it does not', async () => {
    const extraRoots = [join(base, 'extra')];
    const path = join(base, 'extra/src/.env');
    expect(await isDenied('Read(/src/**)', path, { extraRoots })).toBe(false);
    expect(await isDenied('Read(**/.env)', path, { extraRoots })).toBe(true);
    expect(await isDenied('Read(.env)', path, { extraRoots })).toBe(true);
    expect(await isDenied(`Read(/${base}/extra/src)`, path, { extraRoots })).toBe(true);
  });

  test('about reading holds for writing, and not the other way round', async () => {
    expect(await judge({ mode: 'bypass', deny: ['Read(src/**)'] }, 'write', 'src/a.ts')).toMatchObject({
      decision: 'deny',
      tier: 'deny',
      rule: 'Read(src/**)',
    });
    expect((await judge({ deny: ['Edit(src/**)'] }, 'read', 'src/a.ts')).decision).toBe('allow');
  });
});

describe('an allow rule', () => {
  test.each([
    ['Edit(src/a.ts)', 'src/a.ts'],
    ['Write(src/a.ts)', 'src/a.ts'],
    ['Edit(/src/**/*.ts)', 'src/a.ts'],
    ['Edit(src/**)', './src/deep/../a.ts'],
    ['Edit(src/**)', 'src/new/x.ts'],
    ['Edit(*.md)', 'docs/x/README.md'],
    ['Edit(notes.md)', 'docs/notes.md'],
    ['Edit(src/\\[id\\]/page.ts)', 'src/[id]/page.ts'],
    ['Edit', 'src/a.ts'],
    ['Write', 'src/a.ts'],
    ['*', 'src/a.ts'],
  ])('%s covers %s', async (rule, path) => {
    expect(await isAllowed(rule, path)).toBe(true);
  });

  test.each([
    ['Edit(SRC/**)', 'src/a.ts'],
    ['Edit(src)', 'src/a.ts'],
    ['Edit(src/*)', 'src/deep/b.ts'],
    ['Edit(src/**)', 'src/../README.md'],
    ['Edit(src/**)', 'lib/src/a.ts'],
    ['Edit(src/[id]/page.ts)', 'src/[id]/page.ts'],
    ['Edit(caf\u00e9)', 'cafe\u0301'],
    ['Read(src/**)', 'src/a.ts'],
    ['Read', 'src/a.ts'],
    ['Glob', 'src/a.ts'],
  ])('%s does not cover %s', async (rule, path) => {
    expect(await isAllowed(rule, path)).toBe(false);
  });

  test('must match a link and what it leads to', async () => {
    await symlink('../secrets/key.txt', join(root, 'src/link'));
    expect(await isAllowed('Edit(src/**)', 'src/link')).toBe(false);
    expect(await isAllowed('Edit(secrets/**)', 'src/link')).toBe(false);
    expect(await isAllowed('Edit({src,secrets}/**)', 'src/link')).toBe(true);
  });

  test('works whichever name the root goes by', async () => {
    await symlink('root', join(base, 'alias'));
    const alias = join(base, 'alias');
    for (const rule of ['Edit(src/**)', `Edit(/${alias}/src/**)`, `Edit(/${root}/src/**)`]) {
      expect(await isAllowed(rule, join(alias, 'src/a.ts'), { root: alias })).toBe(true);
      expect(await isAllowed(rule, join(root, 'src/a.ts'), { root: alias })).toBe(true);
    }
  });

  test('from home reaches into a workspace that is there', async () => {
    expect(await isAllowed('Edit(~/root/src/**)', 'src/a.ts', { home: base })).toBe(true);
  });

  test('from the root of the workspace leaves other roots alone; at any depth it does not', async () => {
    const extraRoots = [join(base, 'extra')];
    const path = join(base, 'extra/src/a.ts');
    expect(await isAllowed('Edit(/src/**)', path, { extraRoots })).toBe(false);
    expect(await isAllowed('Edit(**/*.ts)', path, { extraRoots })).toBe(true);
    expect(await isAllowed(`Edit(/${base}/extra/**)`, path, { extraRoots })).toBe(true);
  });
});
