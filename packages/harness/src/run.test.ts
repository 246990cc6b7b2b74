import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, collect, scriptedModel } from '@harness-sdk/core/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { recordedApi, type RecordedApi } from '../test/recorded-api.ts';
import { createPolicy, defineTool, memoryStore, OptionError, type ResumeOptions, type RunOptions } from './index.ts';
import { resume, run } from './run.ts';

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'harness-run-'));
  vi.stubEnv('ANTHROPIC_API_KEY', 'sk-test-of-the-environment');
});

afterEach(() => {
  rmSync(cwd, { recursive: true });
  vi.unstubAllEnvs();
});

/** Options that lead to a recorded answer. */
function recorded(api: RecordedApi) {
  return {
    provider: 'anthropic',
    model: 'claude-haiku-4-5',
    cwd,
    providerSettings: { baseURL: api.url, apiKey: 'sk-of-the-settings' },
  } as const;
}

function toolNames({ requests }: RecordedApi): readonly string[] {
  // The shape of the request body is the adapter's, and tested there.
  const tools = requests[0]?.body['tools'] as readonly { readonly name: string }[] | undefined;
  return (tools ?? []).map(({ name }) => name);
}

describe('the one-line entry', () => {
  test('streams the answer of the named model, and knows its price', async () => {
    await using api = await recordedApi();
    const { chunks, texts, result } = await collect(
      run('What is 2 + 2?', { ...recorded(api), permissionMode: 'plan' }),
    );
    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.join('')).toBe(texts[0]);
    expect(result).toMatchObject({
      stopReason: 'end_turn',
      totalTokens: 800,
      // 633 tokens at $1 and 167 at $5 a million.
      totalCost: expect.closeTo(0.001468, 9),
      cost: { basis: 'catalog' },
    });
    expect(Object.keys(result?.usageByModel ?? {})).toEqual(['anthropic/claude-haiku-4-5']);
  });

  test('offers the reading tools in plan mode, and no other', async () => {
    await using api = await recordedApi();
    await run('Hi', { ...recorded(api), permissionMode: 'plan' }).result();
    expect(toolNames(api)).toEqual(['Read', 'Glob', 'Grep']);
  });

  test('offers all file tools and Bash by default', async () => {
    await using api = await recordedApi();
    await run('Hi', recorded(api)).result();
    expect(toolNames(api)).toEqual(['Read', 'Glob', 'Grep', 'Write', 'Edit', 'Bash']);
  });

  test('sends no system prompt, and nothing of the workspace', async () => {
    for (const name of ['CLAUDE.md', 'AGENTS.md', 'README.md', '.env']) writeFileSync(join(cwd, name), 'marker-4711');
    await using api = await recordedApi();
    await run('Hi', recorded(api)).result();
    const { body } = api.requests[0] ?? {};
    expect(body).not.toHaveProperty('system');
    expect(JSON.stringify(body)).not.toContain('marker-4711');
    expect(JSON.stringify(body)).not.toContain(cwd);
  });

  test('sends the system prompt it is given', async () => {
    await using api = await recordedApi();
    await run('Hi', { ...recorded(api), system: 'Be brief.' }).result();
    expect(JSON.stringify(api.requests[0]?.body['system'])).toContain('Be brief.');
  });

  test('sends another server the key of the settings, and not that of the environment', async () => {
    await using api = await recordedApi();
    await run('Hi', recorded(api)).result();
    const headers = JSON.stringify(api.requests[0]?.headers);
    expect(headers).toContain('sk-of-the-settings');
    expect(headers).not.toContain('sk-test-of-the-environment');
  });

  test('passes on a model id that nobody knows, and gives it no price', async () => {
    await using api = await recordedApi();
    const result = await run('Hi', { ...recorded(api), model: 'claude-of-next-year' }).result();
    expect(api.requests[0]?.body['model']).toBe('claude-of-next-year');
    expect([result.totalTokens, result.totalCost]).toEqual([800, undefined]);
  });

  test('lets a server of one’s own serve any model', async () => {
    await using api = await recordedApi();
    await run('Hi', { ...recorded(api), model: 'gpt-6-astra' }).result();
    expect(api.requests[0]?.body['model']).toBe('gpt-6-astra');
  });

  test('sends nothing before it is read', async () => {
    await using api = await recordedApi();
    const unread = run('Hi', recorded(api));
    await unread.return();
    expect(api.requests).toEqual([]);
  });

  test('sends nothing where the signal has fired already', async () => {
    await using api = await recordedApi();
    const { result } = await collect(run('Hi', { ...recorded(api), signal: AbortSignal.abort() }));
    expect([result?.stopReason, api.requests.length]).toEqual(['aborted', 0]);
  });

  test('rejects the first next() for settings that the provider refuses, and sends nothing', async () => {
    await using api = await recordedApi();
    const { apiKey, ...settings } = recorded(api).providerSettings;
    const refused = run('Hi', { ...recorded(api), providerSettings: { ...settings, apikey: apiKey } });
    await expect(refused.next()).rejects.toMatchObject({
      code: 'invalid_option',
      option: 'providerSettings.apikey',
      message: expect.stringContaining('Did you mean `apiKey`?'),
    });
    await expect(refused.next()).resolves.toEqual({ done: true, value: undefined });
    expect(api.requests).toEqual([]);
  });

  test('keeps the key out of what it prints of itself', async () => {
    await using api = await recordedApi();
    const { messages } = await collect(run('Hi', recorded(api)));
    expect(JSON.stringify(messages)).not.toContain('sk-of-the-settings');
  });
});

describe('tools and permissions', () => {
  const write = call('Write', { file_path: 'a.txt', content: 'Hello.' });

  test('reads a file of the workspace unasked', async () => {
    writeFileSync(join(cwd, 'a.txt'), 'Hello.\n');
    const model = scriptedModel([[call('Read', { file_path: 'a.txt' })], 'Done.']);
    const { toolResults, result } = await collect(run('Read it.', { model, cwd }));
    expect(toolResults[0]).toMatchObject({ name: 'Read', outcome: 'ok' });
    expect(JSON.stringify(toolResults[0]?.content)).toContain('Hello.');
    expect(result?.denials).toEqual([]);
  });

  test('does not read a file outside of it, in any mode', async () => {
    for (const permissionMode of ['default', 'acceptEdits', 'plan', 'bypass'] as const) {
      const model = scriptedModel([[call('Read', { file_path: '/etc/hostname' })], 'Done.']);
      const { toolResults } = await collect(run('Read it.', { model, cwd, permissionMode, allow: ['Read'] }));
      expect(toolResults[0]).toMatchObject({ outcome: 'denied', isError: true });
    }
  });

  test('denies what would have to be asked where nobody answers, and says what would allow it', async () => {
    const model = scriptedModel([[write], 'Done.']);
    const { result } = await collect(run('Write it.', { model, cwd }));
    expect(result?.denials).toMatchObject([{ name: 'Write' }]);
    expect(existsSync(join(cwd, 'a.txt'))).toBe(false);
  });

  test('writes where the approval handler says so', async () => {
    const model = scriptedModel([[write], 'Done.']);
    const asked: string[] = [];
    const onApproval: RunOptions['onApproval'] = ({ name }) => asked.push(name) > 0;
    const { toolResults } = await collect(run('Write it.', { model, cwd, onApproval }));
    expect([asked, toolResults[0]?.outcome]).toEqual([['Write'], 'ok']);
    expect(readFileSync(join(cwd, 'a.txt'), 'utf8')).toBe('Hello.');
  });

  test.each([
    ['Grep', { pattern: 'KEY', path: '.env', glob: 'CWD/src/*' }],
    ['Grep', { pattern: 'KEY', path: 'secret/k', glob: '../../src/*' }],
    ['Grep', { pattern: 'KEY', path: 'secret', glob: '../src/*' }],
    ['Glob', { pattern: '../src/*', path: 'secret' }],
    ['Glob', { pattern: 'CWD/src/*', path: 'secret' }],
  ])('does not let a glob lead away from the start of a search that is denied: %s(%j)', async (name, args) => {
    for (const path of ['src', 'secret']) mkdirSync(join(cwd, path));
    for (const path of ['.env', 'secret/k', 'src/a']) writeFileSync(join(cwd, path), 'KEY=1\n');
    const given = Object.entries(args).map(([key, value]) => [key, value.replace('CWD', cwd)]);
    const model = scriptedModel([[call(name, Object.fromEntries(given) as Record<string, string>)], 'Done.']);
    const options = { model, cwd, permissionMode: 'bypass', deny: ['Read(.env)', 'Read(secret/**)'] } as const;
    const { toolResults } = await collect(run('Search.', options));
    expect(toolResults[0]?.outcome).toBe('denied');
  });

  test('never writes in plan mode, whatever the rules and the handler say', async () => {
    const model = scriptedModel([[write], 'Done.']);
    const onApproval = vi.fn<() => boolean>(() => true);
    const options = { model, cwd, permissionMode: 'plan', allow: ['Write', 'Edit'], onApproval } as const;
    const { toolResults } = await collect(run('Write it.', options));
    expect(toolResults[0]?.outcome).toBe('denied');
    expect(onApproval).not.toHaveBeenCalled();
    expect(existsSync(join(cwd, 'a.txt'))).toBe(false);
  });

  test.each([
    ['acceptEdits writes unasked', { permissionMode: 'acceptEdits' }, 'ok'],
    ['an allow rule lets it pass', { allow: ['Edit(*.txt)'] }, 'ok'],
    ['a deny rule holds in bypass', { permissionMode: 'bypass', deny: ['Edit(*.txt)'] }, 'denied'],
    ['an ask rule holds in bypass', { permissionMode: 'bypass', ask: ['Edit(*.txt)'] }, 'denied'],
    ['bypass writes unasked', { permissionMode: 'bypass' }, 'ok'],
  ] as const)('%s', async (_name, options, outcome) => {
    const model = scriptedModel([[write], 'Done.']);
    const { toolResults } = await collect(run('Write it.', { model, cwd, ...options }));
    expect(toolResults[0]?.outcome).toBe(outcome);
  });

  test('asks a policy of one’s own instead', async () => {
    const model = scriptedModel([[write], 'Done.']);
    const permissions = createPolicy({ root: cwd, mode: 'bypass' });
    const { toolResults } = await collect(run('Write it.', { model, cwd, permissions }));
    expect(toolResults[0]?.outcome).toBe('ok');
  });

  test('replaces the default tools by those it is given', async () => {
    const add = defineTool({
      name: 'add',
      description: 'Adds two numbers.',
      input: z.object({ a: z.number(), b: z.number() }),
      accessKinds: [],
      execute: ({ a, b }) => String(a + b),
    });
    const model = scriptedModel([[call('add', { a: 2, b: 2 })], '4']);
    const { toolResults } = await collect(run('Add.', { model, cwd, tools: [add] }));
    expect(toolResults[0]?.content).toBe('4');
    expect(model.requests[0]?.tools.map(({ name }) => name)).toEqual(['add']);
  });

  test('takes a relative working directory as one from the process’s', async () => {
    const model = scriptedModel([[call('Glob', { pattern: 'package.json' })], 'Done.']);
    const { toolResults } = await collect(run('Look.', { model, cwd: 'packages/harness' }));
    expect(JSON.stringify(toolResults[0]?.content)).toContain('package.json');
  });
});

describe('wrong options', () => {
  const named = { provider: 'anthropic', model: 'claude-opus-5-5' } as const;
  const model = scriptedModel([]);

  test.each<[string, string, object, string | RegExp]>([
    ['an unknown option', 'permisionMode', { ...named, permisionMode: 'plan' }, 'Did you mean `permissionMode`?'],
    ['an unknown option of core', 'sesionId', { ...named, sesionId: 'a' }, 'Did you mean `sessionId`?'],
    ['an option in Python’s spelling', 'permission_mode', { ...named, permission_mode: 'plan' }, '`permissionMode`'],
    ['an unknown mode', 'permissionMode', { ...named, permissionMode: 'acceptedits' }, 'Did you mean "acceptEdits"?'],
    ['an unknown provider', 'provider', { ...named, provider: 'antropic' }, 'Did you mean "anthropic"?'],
    ['a provider of the wrong type', 'provider', { ...named, provider: 1 }, 'got 1'],
    ['a model of another provider', 'model', { ...named, model: 'gpt-4o' }, 'Did you mean provider: "openai"?'],
    ['no model', 'model', { provider: 'anthropic' }, 'run needs the option `model`'],
    ['an empty model', 'model', { provider: 'anthropic', model: ' ' }, 'to be an id'],
    ['a model of the wrong type', 'model', { provider: 'anthropic', model: 5 }, 'got number'],
    ['null for a model', 'model', { model: null }, /Expected `model`/],
    ['a model id without a provider', 'provider', { model: 'claude-opus-5-5' }, 'Did you mean provider: "anthropic"?'],
    ['a provider beside a model', 'provider', { provider: 'anthropic', model }, 'which needs none'],
    ['settings beside a model', 'providerSettings', { model, providerSettings: { apiKey: 'a' } }, 'which needs none'],
    ['settings that are no object', 'providerSettings', { ...named, providerSettings: 'key' }, 'to be an object'],
    ['rules that are no list', 'allow', { ...named, allow: 'Read' }, 'to be an array'],
    ['rules beside a policy', 'deny', { model, permissions: { decide: () => true }, deny: ['Read'] }, 'no effect'],
    ['a mode beside a policy', 'permissionMode', { model, permissions: {}, permissionMode: 'plan' }, 'no effect'],
    ['a directory that is not there', 'cwd', { ...named, cwd: '/nowhere/at/all' }, 'to be a directory that exists'],
    ['a directory that is a file', 'cwd', { ...named, cwd: import.meta.filename }, 'to be a directory that exists'],
    ['tools that are no list', 'tools', { ...named, tools: {} }, 'to be an array'],
    ['a tool that is none', 'tools[0]', { ...named, tools: [undefined] }, 'defineTool'],
    ['a budget of nothing', 'budget.maxCost', { ...named, budget: { maxCost: 0 } }, 'a number above 0'],
    ['an unknown limit', 'budget.maxcost', { ...named, budget: { maxcost: 1 } }, 'Did you mean `budget.maxCost`?'],
    ['maxCost without a price', 'budget.maxCost', { ...named, model: 'claude-x', budget: { maxCost: 1 } }, 'claude-x'],
    ['no options at all', '', undefined as unknown as object, 'to be an object'],
  ])('%s', (_name, option, options, message) => {
    // Wrong on purpose.
    const wrong = () => run('Hi', options as RunOptions);
    expect(wrong).toThrow(OptionError);
    expect(wrong).toThrow(expect.objectContaining({ option }));
    expect(wrong).toThrow(message);
  });

  test('no key', () => {
    vi.stubEnv('ANTHROPIC_API_KEY', ' ');
    expect(() => run('Hi', named)).toThrow(OptionError);
    expect(() => run('Hi', named)).toThrow(
      'run finds no key for anthropic. Set the environment variable ANTHROPIC_API_KEY, or pass `providerSettings: { apiKey }`.',
    );
  });

  test('an empty prompt', () => {
    expect(() => run(' ', named)).toThrow(expect.objectContaining({ option: 'prompt' }));
  });

  test('a rule that cannot be honoured', () => {
    expect(() => run('Hi', { ...named, allow: ['Read('] })).toThrow(
      expect.objectContaining({ code: 'policy_invalid' }),
    );
  });

  test('a rule about a tool that is not there', () => {
    expect(() => run('Hi', { ...named, deny: ['Raed(.env)'] })).toThrow(
      expect.objectContaining({ code: 'policy_invalid' }),
    );
  });

  test('nothing is wrong with a ceiling in dollars where the price is known', () => {
    expect(() => run('Hi', { ...named, budget: { maxCost: 1 } })).not.toThrow();
  });

  test('a local model needs neither key nor price', () => {
    const local = { provider: 'ollama', model: 'llama3.1', budget: { maxCost: 1 } } as const;
    expect(() => run('Hi', local)).not.toThrow();
  });
});

describe('resume', () => {
  test('gives the Result of a finished run again, without another request', async () => {
    await using api = await recordedApi();
    const session = memoryStore();
    const first = await run('Hi', { ...recorded(api), session, sessionId: 's1' }).result();
    const again = await resume('s1', { ...recorded(api), session }).result();
    expect(again).toEqual(first);
    expect(api.requests).toHaveLength(1);
  });

  test('brings the decision on a call that was put off', async () => {
    const session = memoryStore();
    const write = call('Write', { file_path: 'a.txt', content: 'Hello.' });
    const options = { model: scriptedModel([[write], 'Done.']), cwd, session };
    const first = await run('Write it.', { ...options, sessionId: 's1', onApproval: () => 'defer' }).result();
    expect(first).toMatchObject({ stopReason: 'approval_required', pendingApprovals: [{ name: 'Write' }] });
    const { toolUseId } = first.pendingApprovals[0]!;
    expect(existsSync(join(cwd, 'a.txt'))).toBe(false);
    const second = await resume('s1', { ...options, approvals: { [toolUseId]: true } }).result();
    expect(second.stopReason).toBe('end_turn');
    expect(readFileSync(join(cwd, 'a.txt'), 'utf8')).toBe('Hello.');
  });

  test('refuses a decision that is none, at once', () => {
    // Wrong on purpose.
    const options = { model: scriptedModel([]), session: memoryStore(), approvals: { call_1: 'yes' } } as object;
    expect(() => resume('s1', options as ResumeOptions)).toThrow(expect.objectContaining({ name: 'OptionError' }));
  });

  test('needs the store, and says so at once', () => {
    expect(() => resume('s1', { provider: 'anthropic', model: 'claude-opus-5-5' })).toThrow(
      expect.objectContaining({ option: 'session' }),
    );
  });

  test('fails where there is no such session', async () => {
    await using api = await recordedApi();
    const missing = resume('s1', { ...recorded(api), session: memoryStore() }).result();
    await expect(missing).rejects.toMatchObject({ code: 'session_not_found' });
    expect(api.requests).toEqual([]);
  });
});
