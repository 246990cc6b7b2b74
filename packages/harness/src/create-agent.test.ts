import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OptionError } from '@harness-sdk/core';
import { call, collect, scriptedModel } from '@harness-sdk/core/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { recordedApi } from '../test/recorded-api.ts';
import { createAgent } from './create-agent.ts';

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'harness-agent-'));
});

afterEach(() => {
  rmSync(cwd, { recursive: true });
  vi.unstubAllEnvs();
});

test('continues a conversation by its session id', async () => {
  const model = scriptedModel(['Hello.', 'You said hi.']);
  const agent = createAgent({ model, cwd });
  const { sessionId } = await agent.run('Hi').result();
  await agent.run('What did I say?', { sessionId }).result();
  expect(model.requests[1]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
});

test('remembers over its runs which files a session has read', async () => {
  writeFileSync(join(cwd, 'a.txt'), 'one\n');
  const edit = call('Edit', { file_path: 'a.txt', old_string: 'one', new_string: 'two' });
  const model = scriptedModel([[call('Read', { file_path: 'a.txt' })], 'Read.', [edit], 'Edited.']);
  const agent = createAgent({ model, cwd, permissionMode: 'acceptEdits' });
  const { sessionId } = await agent.run('Read it.').result();
  const { toolResults } = await collect(agent.run('Edit it.', { sessionId }));
  expect(toolResults[0]).toMatchObject({ name: 'Edit', outcome: 'ok' });
  expect(readFileSync(join(cwd, 'a.txt'), 'utf8')).toBe('two\n');
});

test('works in another directory for one run', async () => {
  const model = scriptedModel([[call('Read', { file_path: 'package.json' })], 'Done.']);
  const agent = createAgent({ model, cwd });
  const { toolResults } = await collect(agent.run('Read it.', { cwd: join(import.meta.dirname, '..') }));
  expect(toolResults[0]?.outcome).toBe('ok');
});

test('uses the model of one run for that run only', async () => {
  const [usual, other] = [scriptedModel(['Usual.']), scriptedModel(['Other.'])];
  const agent = createAgent({ model: usual, cwd });
  await expect(agent.run('Hi', { model: other }).result()).resolves.toMatchObject({ text: 'Other.' });
  await expect(agent.run('Hi').result()).resolves.toMatchObject({ text: 'Usual.' });
});

test('a model of one’s own takes the place of a named one, key and all', async () => {
  const agent = createAgent({
    provider: 'anthropic',
    model: 'claude-opus-5-5',
    providerSettings: { apiKey: 'sk-secret' },
    cwd,
  });
  const result = await agent.run('Hi', { model: scriptedModel(['Hello.']) }).result();
  expect(result.text).toBe('Hello.');
});

test('another model of the same provider keeps the settings', async () => {
  await using api = await recordedApi();
  const agent = createAgent({
    provider: 'anthropic',
    model: 'claude-opus-5-5',
    providerSettings: { apiKey: 'sk-secret', baseURL: api.url },
    cwd,
  });
  await agent.run('Hi', { model: 'claude-haiku-4-5' }).result();
  expect(api.requests[0]?.body['model']).toBe('claude-haiku-4-5');
});

test('another provider does not get the settings, nor the model', () => {
  vi.stubEnv('OPENAI_API_KEY', '');
  const agent = createAgent({
    provider: 'anthropic',
    model: 'claude-opus-5-5',
    providerSettings: { apiKey: 'sk-secret' },
    cwd,
  });
  expect(() => agent.run('Hi', { provider: 'openai' })).toThrow('run needs the option `model`');
  expect(() => agent.run('Hi', { provider: 'openai', model: 'gpt-4o' })).toThrow('run finds no key for openai');
});

test('an option of a run that is undefined leaves the agent’s own as it is', async () => {
  const write = call('Write', { file_path: 'a.txt', content: 'Hello.' });
  const model = scriptedModel([[write], 'Done.', [write], 'Done.']);
  const agent = createAgent({ model, cwd, permissionMode: 'bypass', deny: ['Edit(a.txt)'] });
  const { denials } = await agent.run('Write it.', { deny: undefined } as object).result();
  expect(denials).toMatchObject([{ name: 'Write' }]);
  const planned = createAgent({ model, cwd, permissionMode: 'plan' });
  const undefinedMode: object = { permissionMode: undefined };
  await planned.run('Write it.', { ...undefinedMode, onApproval: () => true }).result();
  expect(existsSync(join(cwd, 'a.txt'))).toBe(false);
});

test('stays in its directory when the process goes to another', async () => {
  writeFileSync(join(cwd, 'a.txt'), 'Hello.\n');
  const chosen = vi.spyOn(process, 'cwd').mockReturnValue(cwd);
  const agent = createAgent({ model: scriptedModel([[call('Read', { file_path: 'a.txt' })], 'Done.']) });
  chosen.mockReturnValue(tmpdir());
  const { toolResults } = await collect(agent.run('Read it.'));
  chosen.mockRestore();
  expect(toolResults[0]?.outcome).toBe('ok');
});

test('resumes a session of its own', async () => {
  const agent = createAgent({ model: scriptedModel(['Hello.']), cwd });
  const first = await agent.run('Hi').result();
  await expect(agent.resume(first.sessionId).result()).resolves.toEqual(first);
});

test('goes on with the decisions on what was put off', async () => {
  const write = call('Write', { file_path: 'a.txt', content: 'Hello.' });
  const agent = createAgent({ model: scriptedModel([[write], 'I see.']), cwd, onApproval: () => 'defer' });
  const first = await agent.run('Write it.').result();
  const { toolUseId } = first.pendingApprovals[0]!;
  const { toolResults } = await collect(agent.resume(first.sessionId, { approvals: { [toolUseId]: false } }));
  expect(toolResults).toMatchObject([{ toolUseId, outcome: 'denied' }]);
});

test.each([
  ['an unknown option', 'permisionMode', { permisionMode: 'plan' }],
  ['an option of a run', 'sessionId', { sessionId: 'a' }],
  ['a wrong limit', 'budget.maxTurns', { budget: { maxTurns: 0 } }],
  ['a directory that is not there', 'cwd', { cwd: '/nowhere/at/all' }],
])('refuses %s at once', (_name, option, options) => {
  const wrong = () => createAgent({ model: scriptedModel([]), ...options });
  expect(wrong).toThrow(OptionError);
  expect(wrong).toThrow(expect.objectContaining({ option }));
});

test('refuses wrong options of a run at once', () => {
  const agent = createAgent({ model: scriptedModel([]), cwd });
  // Wrong on purpose.
  expect(() => agent.run('Hi', { sesionId: 'a' } as object)).toThrow('Did you mean `sessionId`?');
});
