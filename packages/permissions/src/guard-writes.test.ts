import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PermissionDecision } from '@harness-sdk/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { permissionModes } from './mode.ts';
import { createPolicy } from './policy.ts';
import type { PolicyOptions } from './policy-options.ts';

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'guard-writes-')));
  mkdirSync(join(root, 'src/secret/deep'), { recursive: true });
  mkdirSync(join(root, 'docs'));
  writeFileSync(join(root, 'src/a.ts'), '');
  symlinkSync('src', join(root, 'alias'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

async function write(
  path: string,
  options: Omit<PolicyOptions, 'root'>,
  grants: readonly string[] = [],
): Promise<PermissionDecision> {
  const tool = { name: 'Format', accessKinds: ['write'] } as const;
  const access = [{ kind: 'write', path }] as const;
  const call = { tool, args: null, access, cwd: root, sessionId: 's', toolUseId: 't', grants };
  return await createPolicy({ root, ...options }).decide(call);
}

async function execute(command: string, options: Omit<PolicyOptions, 'root'>): Promise<PermissionDecision> {
  const tool = { name: 'Bash', accessKinds: ['execute'] } as const;
  const access = [{ kind: 'execute', command }] as const;
  const call = { tool, args: null, access, cwd: root, sessionId: 's', toolUseId: 't', grants: [] };
  return await createPolicy({ root, ...options }).decide(call);
}

describe('a tool that writes to a whole directory', () => {
  test.each([
    ['.', 'Edit(src/secret/**)'],
    ['src', 'Edit(src/secret/**)'],
    ['SRC', 'Edit(src/secret/**)', 'not there under this name'],
    ['alias', 'Edit(src/secret/**)'],
    ['src', 'Read(**/.env*)'],
    ['docs', 'Edit(.env)'],
    ['src', 'Edit(src/*.ts)'],
    ['src', 'Edit(src/**/deep/x)'],
    ['src/secret', 'Edit(src/{public,secret}/a)'],
    ['src', 'Edit(SRC/Secret/x)'],
  ])('is asked about where a rule is about something in it: %s and %s', async (path, rule, missing?: string) => {
    const expected = missing === undefined ? 'ask' : 'allow';
    for (const list of ['deny', 'ask'] as const) {
      for (const options of [{ mode: 'bypass' as const }, { allow: ['Format', 'Edit'] }]) {
        const found = await write(path, { ...options, [list]: [rule] });
        expect(found).toMatchObject(expected === 'ask' ? { decision: 'ask', tier: list, rule } : { decision: 'allow' });
        expect(found.suggestions).toBeUndefined();
      }
    }
  });

  test('has nothing to suggest where the question would come again', async () => {
    expect(await write('src', {})).toMatchObject({ decision: 'ask', suggestions: ['Edit(/src)'] });
    expect((await write('src', { deny: ['Edit(src/secret)'] })).suggestions).toBeUndefined();
  });

  test.each([
    ['src/secret', 'Edit(src/secret/**)'],
    ['src/secret/deep', 'Edit(src/secret)'],
  ])('is denied where a rule is about the directory: %s and %s', async (path, rule) => {
    expect(await write(path, { mode: 'bypass', deny: [rule] })).toMatchObject({ decision: 'deny' });
  });

  test.each([
    ['docs', 'Edit(src/secret/**)'],
    ['docs', 'Edit(src/*.ts)'],
    ['src/a.ts', 'Edit(src/a.ts/b)'],
    ['src/new', 'Edit(src/new/secret)'],
  ])('passes where none is: %s and %s', async (path, rule) => {
    expect(await write(path, { mode: 'bypass', deny: [rule] })).toMatchObject({ decision: 'allow' });
  });

  test('is asked about by every mode but bypass, and by a default: what is protected may lie in it', async () => {
    expect(await write('src', { mode: 'acceptEdits' })).toMatchObject({ decision: 'ask', tier: 'mode' });
    expect(await write('src/a.ts', { mode: 'acceptEdits' })).toMatchObject({ decision: 'allow' });
    expect(await write('src/new.ts', { mode: 'acceptEdits' })).toMatchObject({ decision: 'allow' });
    expect(await write('src', { mode: 'bypass' })).toMatchObject({ decision: 'allow' });
    expect(await write('src', { allow: ['Edit(src/**)'] })).toMatchObject({ decision: 'allow', tier: 'allow' });
  });

  test.each([
    ['src', ['Edit(**)']],
    ['src', ['Edit(/**)']],
    ['src', ['Edit(**/*)']],
    ['src', ['Edit(s*)']],
    ['src', ['Edit({src*,x}/**)']],
    ['src', ['Edit']],
    ['src', ['Format']],
    ['src', ['*']],
    ['alias', ['Edit(alias/**)', 'Edit(**)']],
    ['.', ['Edit(**)']],
    ['.', ['Edit(/**)', 'Edit(src/**)', 'Edit(.git/**)']],
  ])('is asked about where the allow rules do not name it: %s and %j', async (path, allow) => {
    mkdirSync(join(root, '.git'));
    for (const mode of ['default', 'acceptEdits'] as const) {
      const found = await write(path, { mode, allow });
      expect(found).toMatchObject({ decision: 'ask', tier: 'mode' });
    }
    expect(await write(path, { mode: 'bypass', allow })).toMatchObject({ decision: 'allow' });
  });

  test.each(['.git/hooks/pre-commit', 'deep/.npmrc', '.GIT/config', 'node_modules/.bin/tool'])(
    'is asked about where %s is in it, unless a rule names the directory alone, or that',
    async (inside) => {
      const file = join(root, 'src', inside);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, '');
      expect(await write('src', { allow: ['Edit(src/**)'] })).toMatchObject({ decision: 'ask' });
      expect(await write('src', { allow: ['Edit(src/**)', 'Edit(**)'] })).toMatchObject({ decision: 'ask' });
      expect(await write('docs', { allow: ['Edit(docs/**)'] })).toMatchObject({ decision: 'allow' });
      expect(await write('src', { allow: ['Edit(src)'] })).toMatchObject({ decision: 'allow' });
      const own = [inside, dirname(inside), dirname(dirname(inside))].map((path) => `Edit(${join('src', path)}/**)`);
      const named = ['Edit(src/**)', `Edit(src/${inside})`, ...own];
      expect(await write('src', { allow: named })).toMatchObject({ decision: 'allow' });
    },
  );

  test('is asked about where more is in it than can be looked at', async () => {
    for (let index = 0; index <= 10_000; index++) mkdirSync(join(root, `docs/${index}`));
    expect(await write('docs', { allow: ['Edit(docs/**)'] })).toMatchObject({ decision: 'ask' });
    expect(await write('docs', { allow: ['Edit(/docs)'] })).toMatchObject({ decision: 'allow' });
  });

  test.each(['.', 'src', 'alias'])('lets %s through once what it suggests is granted', async (path) => {
    mkdirSync(join(root, 'src/.git'));
    const { suggestions = [] } = await write(path, {});
    expect(suggestions).toHaveLength(1);
    expect(await write(path, { allow: suggestions })).toMatchObject({ decision: 'allow', tier: 'allow' });
    expect(await write(path, {}, suggestions)).toMatchObject({ decision: 'allow', tier: 'allow' });
  });

  test('is not covered by a rule about something else that the call touches', async () => {
    const tool = { name: 'Format', accessKinds: ['write'] } as const;
    const access = ['docs/a', 'src'].map((path) => ({ kind: 'write', path }) as const);
    const call = { tool, args: null, access, cwd: root, sessionId: 's', toolUseId: 't', grants: [] };
    const policy = createPolicy({ root, mode: 'acceptEdits', allow: ['Edit(docs/**)'] });
    expect(await policy.decide(call)).toMatchObject({ decision: 'ask', tier: 'mode' });
  });
});

describe('the policy files in force', () => {
  test.each(permissionModes)('are not written to unasked in mode %s, whatever they are called', async (mode) => {
    const project = join(root, 'docs/rules.yml');
    writeFileSync(project, 'extends: base.yml\nsimulate: true\n');
    writeFileSync(join(root, 'docs/base.yml'), 'ask: []\n');
    const options = { mode, allow: ['Edit', 'Format'], policyFiles: { project } };
    const expected = { decision: mode === 'plan' ? 'deny' : 'ask' };
    for (const path of ['docs/rules.yml', 'docs/base.yml', 'docs/../docs/rules.yml']) {
      expect(await write(path, options)).toMatchObject(expected);
    }
    expect(await write('docs/other.yml', { ...options, mode: 'bypass' })).toMatchObject({ decision: 'allow' });
  });

  test.skipIf(process.platform === 'win32').each(permissionModes)(
    'are not written to by a command unasked in mode %s',
    async (mode) => {
      const project = join(root, 'docs/rules.yml');
      writeFileSync(project, 'ask: []\n');
      symlinkSync('docs/rules.yml', join(root, 'link'));
      const options = { mode, allow: ['Edit', 'Bash'], policyFiles: { project } };
      for (const command of [
        'echo x > docs/rules.yml',
        'ls; bash -c "echo x >> docs/rules.yml"',
        'echo x | tee docs/../docs/rules.yml',
        'cp src/a.ts docs/rules.yml',
        'cd docs && echo x > rules.yml',
        'cd "$X"; echo x > rules.yml',
        'echo x > link',
        'rm -rf docs',
        'rm docs/*.yml',
        "sed -i 's/a/b/' docs/rules.yml",
        'truncate -s 0 docs/rules.yml',
      ]) {
        const decision = mode === 'plan' ? 'deny' : 'ask';
        expect([command, (await execute(command, options)).decision]).toEqual([command, decision]);
      }
      const bypass = { ...options, mode: 'bypass' } as const;
      for (const command of ['echo x > docs/other.yml', 'cat docs/rules.yml', 'cd "$X"; echo x > y', 'rm -rf src']) {
        expect([command, (await execute(command, bypass)).decision]).toEqual([command, 'allow']);
      }
    },
  );
});
