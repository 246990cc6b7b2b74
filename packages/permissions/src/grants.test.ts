import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentError, OptionError, type Access, type PermissionCall } from '@harness-sdk/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createGrantStore } from './create-grant-store.ts';
import { withFileLock } from './file-lock.ts';
import { createPolicy, type Policy } from './policy.ts';
import type { PolicyOptions } from './policy-options.ts';

let base: string;
let root: string;
let file: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'grants-')));
  root = join(base, 'root');
  file = join(base, 'config/harness-sdk/grants.json');
  mkdirSync(join(root, 'src'), { recursive: true });
  mkdirSync(join(base, 'config/harness-sdk'), { recursive: true });
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(base, { recursive: true });
});

function policyWith(options: Omit<PolicyOptions, 'root'> = {}, at: string = root): Policy {
  return createPolicy({ root: at, grants: createGrantStore({ file }), ...options });
}

const edit: Access = { kind: 'write', path: 'src/a.ts' };

function call(access: readonly Access[], name = 'Edit', grants: readonly string[] = []): PermissionCall {
  const accessKinds = ['read', 'write', 'execute', 'network'] as const;
  return { tool: { name, accessKinds }, args: {}, access, cwd: root, sessionId: 's', toolUseId: 't', grants };
}

function keep(roots: unknown, mode = 0o600): void {
  writeFileSync(file, JSON.stringify({ version: 1, roots }), { mode });
}

const isPosix = process.platform !== 'win32';

describe('what was granted for good', () => {
  test('lets the same call pass, now and in a later session, and no other', async () => {
    const policy = policyWith();
    const { decision, suggestions = [] } = await policy.decide(call([edit]));
    expect({ decision, suggestions }).toEqual({ decision: 'ask', suggestions: ['Edit(/src/a.ts)'] });
    await policy.remember?.({ rules: suggestions, call: call([edit]) });
    for (const later of [policy, policyWith()]) {
      expect(await later.decide(call([edit]))).toMatchObject({
        decision: 'allow',
        tier: 'allow',
        rule: 'Edit(/src/a.ts)',
      });
      expect(await later.decide(call([{ kind: 'write', path: 'src/b.ts' }]))).toMatchObject({ decision: 'ask' });
    }
    const other = createPolicy({ root: base, grants: { read: () => [], add: () => Promise.resolve() } });
    expect(await other.decide(call([edit]))).toMatchObject({ decision: 'ask' });
  });

  test('counts for the real root, by whatever name it goes', async () => {
    keep({ [root]: ['Edit(/src/a.ts)'] });
    symlinkSync(root, join(base, 'linked'));
    expect(await policyWith({}, join(base, 'linked')).decide(call([edit]))).toMatchObject({ decision: 'allow' });
    expect(
      await policyWith({}, join(root, 'src')).decide({
        ...call([{ kind: 'write', path: 'a.ts' }]),
        cwd: join(root, 'src'),
      }),
    ).toMatchObject({ decision: 'ask' });
  });

  test('does not lift a deny rule, an ask rule or a ceiling', async () => {
    keep({ [root]: ['Edit(/src/a.ts)', 'Fetch'] });
    expect(await policyWith({ deny: ['Edit(src/**)'] }).decide(call([edit]))).toMatchObject({
      decision: 'deny',
      tier: 'deny',
    });
    expect(await policyWith({ ask: ['Edit(src/**)'] }).decide(call([edit]))).toMatchObject({
      decision: 'ask',
      tier: 'ask',
    });
    expect(await policyWith({ mode: 'plan' }).decide(call([edit]))).toMatchObject({
      decision: 'deny',
      tier: 'ceiling',
    });
    const network = call([{ kind: 'network' }], 'Fetch');
    expect(await policyWith().decide(network)).toMatchObject({ decision: 'allow' });
    expect(await policyWith({ deny: ['Fetch'] }).decide(network)).toMatchObject({ decision: 'deny' });
  });

  test('is kept for people alone, and written whole', async () => {
    rmSync(join(base, 'config'), { recursive: true });
    const policy = policyWith();
    await policy.remember?.({ rules: ['Edit(/src/a.ts)'], call: call([edit]) });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ version: 1, roots: { [root]: ['Edit(/src/a.ts)'] } });
    expect(isPosix ? statSync(file).mode & 0o777 : 0o600).toBe(0o600);
    expect(isPosix ? statSync(join(base, 'config/harness-sdk')).mode & 0o777 : 0o700).toBe(0o700);
    expect(readdirSync(join(base, 'config/harness-sdk'))).toEqual(['grants.json']);
  });

  test('keeps what another process granted meanwhile', async () => {
    const [one, other] = [policyWith(), policyWith()];
    const paths = Array.from({ length: 12 }, (_, index) => `src/${index}.ts`);
    await Promise.all(
      paths.map(async (path, index) => {
        const policy = index % 2 === 0 ? one : other;
        await policy.remember?.({ rules: [`Edit(/${path})`], call: call([{ kind: 'write', path }]) });
      }),
    );
    const { roots } = JSON.parse(readFileSync(file, 'utf8')) as { roots: Record<string, string[]> };
    expect(roots[root]?.toSorted()).toEqual(paths.map((path) => `Edit(/${path})`).toSorted());
    expect(readdirSync(join(base, 'config/harness-sdk'))).toEqual(['grants.json']);
  });

  test('keeps each rule once', async () => {
    const policy = policyWith();
    for (let round = 0; round < 2; round++) await policy.remember?.({ rules: ['Edit(/src/a.ts)'], call: call([edit]) });
    expect(readFileSync(file, 'utf8').match(/src\/a\.ts/g)).toHaveLength(1);
  });
});

describe('nothing is remembered', () => {
  test.each<[name: string, access: Access, tool: string, rule: string]>([
    ['that is wider than what was offered', edit, 'Edit', 'Edit(src/**)'],
    ['for another path', edit, 'Edit', 'Edit(/src/b.ts)'],
    ['for another tool', edit, 'Edit', 'Bash'],
    ['for everything', edit, 'Edit', '*'],
    ['for a protected path', { kind: 'write', path: 'package.json' }, 'Edit', 'Edit(/package.json)'],
    ['for what is in a protected directory', { kind: 'write', path: '.git/config' }, 'Edit', 'Edit(/.git/config)'],
    ['for all programs', { kind: 'execute', command: 'ls' }, 'Bash', 'Bash'],
    ['for a path that does not show', { kind: 'write', path: 'a\u202eb' }, 'Edit', 'Edit(/a\u202eb)'],
    ['for a call that is allowed anyhow', { kind: 'read', path: 'src' }, 'Read', 'Read'],
    ['for a call that is denied', { kind: 'write', path: '../x' }, 'Edit', 'Edit(../x)'],
  ])('%s', async (_name, access, tool, rule) => {
    const policy = policyWith();
    const kept = policy.remember?.({ rules: [rule], call: call([access], tool) });
    await expect(kept).rejects.toThrow(AgentError);
    await expect(policy.remember?.({ rules: [rule], call: call([access], tool) })).rejects.toThrow(
      /was not offered for this call/,
    );
    expect(existsSync(file)).toBe(false);
  });

  test('where a rule asks: the question comes each time', async () => {
    const policy = policyWith({ ask: ['Edit(src/**)'] });
    const { suggestions } = await policy.decide(call([edit]));
    expect(suggestions).toBeUndefined();
    await expect(policy.remember?.({ rules: ['Edit(/src/a.ts)'], call: call([edit]) })).rejects.toThrow(
      /Nothing may be remembered/,
    );
  });

  test('at all, where there is no store', () => {
    expect(createPolicy({ root })).not.toHaveProperty('remember');
  });

  test('of which only a part was offered', async () => {
    const policy = policyWith();
    await expect(policy.remember?.({ rules: ['Edit(/src/a.ts)', 'Edit(**)'], call: call([edit]) })).rejects.toThrow(
      /"Edit\(\*\*\)" was not offered/,
    );
    expect(await policy.decide(call([edit]))).toMatchObject({ decision: 'ask' });
  });
});

describe('what is not in order is an error, never a wider rule', () => {
  test.each<[name: string, content: string, problem: RegExp]>([
    ['no JSON', '{', /it is not JSON/],
    ['an empty file', '', /it is not JSON/],
    ['a list', '[]', /expected an object with `version` 1 and `roots`/],
    ['another version', '{"version":2,"roots":{}}', /expected an object with `version` 1/],
    ['no roots', '{"version":1}', /expected an object/],
    ['rules as a text', '{"version":1,"roots":{"/a":"Bash"}}', /expected the rules of "\/a" to be a list of texts/],
    ['a number as a rule', '{"version":1,"roots":{"/a":[1]}}', /expected the rules of "\/a"/],
  ])('%s', (_name, content, problem) => {
    writeFileSync(file, content, { mode: 0o600 });
    expect(() => policyWith()).toThrow(expect.objectContaining({ code: 'policy_invalid' }));
    expect(() => policyWith()).toThrow(problem);
    expect(() => policyWith()).toThrow(`${file}, and that file is not in order`);
  });

  test.each([
    '*',
    'Bash',
    'Edit',
    'Read',
    'Edit(src/**)',
    'Edit(a.ts)',
    'Edit(/src/*)',
    'Read(**)',
    'Bash(*)',
    'Bash(bash:*)',
    'Bash(sudo npm:*)',
    'Bash(*x y:*)',
    'Bash(/bin/python3:*)',
    'Edit(',
  ])('the rule %s, which no question offers', (rule) => {
    keep({ [root]: [rule] });
    expect(() => policyWith()).toThrow(expect.objectContaining({ code: 'policy_invalid' }));
    expect(() => policyWith()).toThrow(/What was granted, in ".*grants\.json", is not in order/);
  });

  test('what is wrong for another root does no harm', () => {
    keep({ '/elsewhere': ['*'] });
    expect(() => policyWith()).not.toThrow();
  });

  test.skipIf(!isPosix)('a file that others may write to', () => {
    keep({}, 0o600);
    chmodSync(file, 0o620);
    expect(() => policyWith()).toThrow(/others may write to it; chmod 600 it/);
  });

  test('a file that is none', () => {
    mkdirSync(file);
    expect(() => policyWith()).toThrow(/it is no regular file|EISDIR/);
  });

  test('stays as it was where adding to it fails', async () => {
    const policy = policyWith();
    writeFileSync(file, 'broken', { mode: 0o600 });
    await expect(policy.remember?.({ rules: ['Edit(/src/a.ts)'], call: call([edit]) })).rejects.toThrow(
      /it is not JSON/,
    );
    expect(readFileSync(file, 'utf8')).toBe('broken');
    expect(await policy.decide(call([edit]))).toMatchObject({ decision: 'ask' });
    expect(readdirSync(join(base, 'config/harness-sdk'))).toEqual(['grants.json']);
  });
});

describe('the file', () => {
  test.each(['root/grants.json', 'root/.config/new/grants.json', 'way-in/grants.json', 'extra/grants.json'])(
    'must not lie in the workspace: %s',
    (place) => {
      symlinkSync(root, join(base, 'way-in'));
      mkdirSync(join(base, 'extra'));
      const grants = createGrantStore({ file: join(base, place) });
      const attempt = (): unknown => createPolicy({ root, extraRoots: [join(base, 'extra')], grants });
      expect(attempt).toThrow(OptionError);
      expect(attempt).toThrow(/lies in the workspace .* where the agent could write to it/);
    },
  );

  test('is in the directory of the user’s configuration', () => {
    vi.stubEnv('XDG_CONFIG_HOME', join(base, 'xdg'));
    expect(createGrantStore().file).toBe(join(base, 'xdg/harness-sdk/grants.json'));
    vi.stubEnv('XDG_CONFIG_HOME', 'relative');
    expect(createGrantStore().file).toMatch(/\.config[/\\]harness-sdk[/\\]grants\.json$/);
  });

  test('must be named by an absolute path', () => {
    expect(() => createGrantStore({ file: 'grants.json' })).toThrow(OptionError);
    expect(() => createGrantStore({ path: file } as object)).toThrow(OptionError);
  });
});

describe('what was granted in a session', () => {
  test.each(['*', 'Edit', 'Edit(**)', 'Edit(a.ts)', 'Edit(', 'nonsense rule'])(
    'is without effect where nobody was offered it: %s',
    async (grant) => {
      expect(await createPolicy({ root }).decide(call([edit], 'Edit', [grant]))).toMatchObject({ decision: 'ask' });
    },
  );

  test('is read from a call of whatever form', async () => {
    const of = (grants: unknown): PermissionCall => ({ ...call([edit]), grants: grants as string[] });
    for (const grants of [undefined, null, 'Edit', [3, null], {}]) {
      expect(await createPolicy({ root }).decide(of(grants))).toMatchObject({ decision: 'ask' });
    }
    const nothing: unknown = undefined;
    expect(await createPolicy({ root }).decide(nothing as PermissionCall)).toMatchObject({
      decision: 'deny',
      tier: 'ceiling',
    });
    expect(await createPolicy({ root }).explain(nothing as PermissionCall)).toMatchObject({
      decision: 'deny',
      parts: [],
    });
  });
});

describe('the lock', () => {
  const lock = (): string => join(base, 'lock');

  test('lets one in at a time', async () => {
    let inside = 0;
    let most = 0;
    const enter = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await Promise.resolve();
      inside--;
    };
    await Promise.all(Array.from({ length: 8 }, async () => await withFileLock(lock(), enter, { intervalMs: 1 })));
    expect(most).toBe(1);
    expect(existsSync(lock())).toBe(false);
  });

  test('is given back where the work fails', async () => {
    const failing = withFileLock(lock(), () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(existsSync(lock())).toBe(false);
  });

  test('of a process that is gone is taken over', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    writeFileSync(lock(), `${hostname()} ${pid} x`);
    await expect(withFileLock(lock(), () => Promise.resolve('in'))).resolves.toBe('in');
    expect(readdirSync(base).filter((name) => name.startsWith('lock'))).toEqual([]);
  });

  test.each([() => `${hostname()} ${process.pid} x`, () => 'another-machine 1 x', () => ''])(
    'of a process that may be there is waited for, and not for ever',
    async (owner) => {
      writeFileSync(lock(), owner());
      const waiting = withFileLock(lock(), () => Promise.resolve(), { attempts: 3, intervalMs: 1 });
      await expect(waiting).rejects.toThrow(/is held by another process; remove it where none is running/);
      expect(existsSync(lock())).toBe(true);
    },
  );
});
