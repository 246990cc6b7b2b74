import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, collect, scriptedModel } from '@harness-sdk/core/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGrantStore, memoryStore, OptionError, PolicyFileError, run, type SharedRunOptions } from './index.ts';

let base: string;
let cwd: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'harness-policy-')));
  cwd = join(base, 'root');
  writeFileSync(join(base, 'org.yml'), 'default:\n  write: allow\n');
  mkdirSync(cwd);
});

afterEach(() => {
  rmSync(base, { recursive: true });
});

async function outcomes(options: Omit<SharedRunOptions, 'cwd'>, path = 'a.txt'): Promise<readonly unknown[]> {
  const write = call('Write', { file_path: path, content: 'Hello, secret.' });
  const { toolResults } = await collect(
    run('Write it.', { ...options, model: scriptedModel([[write], 'Done.']), cwd }),
  );
  return toolResults.map(({ outcome }) => outcome);
}

test('policy files decide, the project’s only to tighten', async () => {
  expect(await outcomes({})).toEqual(['denied']);
  expect(await outcomes({ policy: { organisation: '../org.yml' } })).toEqual(['ok']);
  writeFileSync(join(cwd, 'policy.yml'), 'deny: ["Edit(*.txt)"]\nallow: ["Edit(**)"]\n');
  expect(await outcomes({ policy: { organisation: '../org.yml', project: 'policy.yml' } })).toEqual(['denied']);
  expect(await outcomes({ policy: { project: join(cwd, 'policy.yml') } }, 'a.md')).toEqual(['denied']);
});

test('the log says which line of which file decided', async () => {
  writeFileSync(join(cwd, 'policy.yml'), '# Texts stay.\ndeny:\n  - Edit(*.txt)\n');
  const session = memoryStore();
  await outcomes({ policy: { project: 'policy.yml' }, session, sessionId: 's1' });
  const decisions: unknown[] = [];
  for await (const event of session.read('s1')) if (event.type === 'tool_decided') decisions.push(event.decision);
  expect(decisions).toMatchObject([
    {
      decision: 'deny',
      tier: 'deny',
      rule: 'Edit(*.txt)',
      mode: 'default',
      source: { file: join(cwd, 'policy.yml'), line: 3 },
    },
  ]);
});

test('a file that is missing or broken throws before anything runs', () => {
  const model = scriptedModel([]);
  expect(() => run('Hi', { model, cwd, policy: { project: 'policy.yml' } })).toThrow(PolicyFileError);
  writeFileSync(join(cwd, 'policy.yml'), 'deny:\n  - Raed(.env)\n');
  expect(() => run('Hi', { model, cwd, policy: { project: 'policy.yml' } })).toThrow(
    `${join(cwd, 'policy.yml')}:2:5: `,
  );
  expect(() => run('Hi', { model, cwd, policy: { projekt: 'policy.yml' } as object })).toThrow(
    'Did you mean `policy.project`?',
  );
  const permissions = { decide: () => ({ decision: 'allow', tier: 'mode', reason: '' }) as const };
  expect(() => run('Hi', { model, cwd, permissions, policy: {} })).toThrow(OptionError);
});

test('deny rules about arguments hold', async () => {
  const deny = [{ tool: 'Write', args: { content: '*SECRET*' } }];
  expect(await outcomes({ permissionMode: 'bypass', deny })).toEqual(['denied']);
  expect(
    await outcomes({ permissionMode: 'bypass', deny: [{ ...deny[0], tool: 'Write', args: { content: '*other*' } }] }),
  ).toEqual(['ok']);
});

test('what was granted for good holds for later runs', async () => {
  const grants = createGrantStore({ file: join(base, 'grants.json') });
  expect(await outcomes({ grants })).toEqual(['denied']);
  await grants.add(cwd, ['Edit(/a.txt)']);
  expect(await outcomes({ grants })).toEqual(['ok']);
  expect(await outcomes({ grants }, 'b.txt')).toEqual(['denied']);
});

test('rules can be about the tool that starts sub-agents, where there are some', async () => {
  const agents = { helper: { description: 'Helps.', model: scriptedModel(['Helped.']) } };
  const outcomeWith = async (rules: Pick<SharedRunOptions, 'deny' | 'ask'>): Promise<unknown> => {
    const model = scriptedModel([[call('Task', { agent: 'helper', prompt: 'Help.' })], 'Done.']);
    return (await collect(run('Do.', { model, cwd, agents, ...rules }))).toolResults.map(({ outcome }) => outcome);
  };
  expect(await outcomeWith({ ask: ['Task'] })).toEqual(['denied']);
  expect(await outcomeWith({})).toEqual(['ok']);
  expect(() => run('Do.', { model: scriptedModel([]), cwd, deny: ['Task'] })).toThrow(/no tool "Task"/);
});
