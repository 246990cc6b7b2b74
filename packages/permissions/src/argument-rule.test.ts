import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentError, type Json, type PermissionDecision } from '@harness-sdk/core';
import { afterAll, describe, expect, test } from 'vitest';
import type { ArgumentRule } from './argument-rule.ts';
import { permissionModes } from './mode.ts';
import { createPolicy } from './policy.ts';
import type { PolicyOptions } from './policy-options.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'argument-rule-')));

afterAll(() => {
  rmSync(root, { recursive: true });
});

async function judge(options: Omit<PolicyOptions, 'root'>, args: unknown, name = 'Bash'): Promise<PermissionDecision> {
  return await createPolicy({ root, mode: 'bypass', ...options }).decide({
    tool: { name, accessKinds: ['execute'] },
    // What a schema makes of arguments need not be JSON.
    args: args as Json,
    access: [{ kind: 'execute' }],
    cwd: root,
    sessionId: 's',
    toolUseId: 't',
    grants: [],
  });
}

async function isDenied(pattern: string, text: string, more: Partial<ArgumentRule> = {}): Promise<boolean> {
  const { decision } = await judge(
    { deny: [{ tool: 'Bash', args: { command: pattern }, ...more }] },
    { command: text },
  );
  return decision === 'deny';
}

test.each<[pattern: string, text: string, denied: boolean]>([
  ['*curl*', 'curl https://example.com', true],
  ['*curl*', 'echo a &&\n  /usr/bin/curl x', true],
  ['*curl*', 'wget x', false],
  ['*curl*', 'CURL x', true],
  ['curl', 'curl x', false],
  ['curl', 'curl', true],
  ['curl*', 'a curl', false],
  ['*.env', 'cat .env', true],
  ['*.env', 'cat .env.local', false],
  ['*', '', true],
  ['', '', true],
  ['', 'a', false],
  ['a*b*c', 'abc', true],
  ['a*b*c', 'aXbXbXc', true],
  ['a*b*c', 'acb', false],
  ['ab*ba', 'aba', false],
  ['a*a', 'a', false],
  ['**', 'x', true],
  ['2 \\* 3', '2 * 3', true],
  ['2 \\* 3', '2 x 3', false],
  ['C:\\\\*', 'C:\\temp', true],
  ['a?c', 'abc', false],
  ['*caf\u00e9*', 'cafe\u0301', true],
  ['*kelvin*', '\u212Aelvin', true],
  ['*ΟΔΟΣ*', 'οδοςΑ', true],
])('the pattern %j and the text %j: %s', async (pattern, text, denied) => {
  expect(await isDenied(pattern, text)).toBe(denied);
});

test('case matters where the rule says so', async () => {
  expect(await isDenied('*curl*', 'CURL x', { case: 'exact' })).toBe(false);
  expect(await isDenied('*curl*', 'curl x', { case: 'exact' })).toBe(true);
});

test.each<[path: string, args: unknown, denied: boolean]>([
  ['a.b', { a: { b: 'x' } }, true],
  ['a.b', { 'a.b': 'x' }, true],
  ['a.b.c', { a: { 'b.c': 'x' } }, true],
  ['a.b', { a: 'x' }, false],
  ['a', { a: { b: 'x' } }, true],
  ['a', { a: { b: 'y' } }, false],
  ['edits.text', { edits: [{ text: 'y' }, { text: 'x' }] }, true],
  ['edits.0.text', { edits: [{ text: 'y' }, { text: 'x' }] }, false],
  ['edits.1.text', { edits: [{ text: 'y' }, { text: 'x' }] }, true],
  ['argv', { argv: ['y', 'x'] }, true],
  ['toString', {}, false],
  ['__proto__.x', {}, false],
  ['length', 'x', false],
  ['a', null, false],
  ['a', undefined, false],
])('finds %s in %j: %s', async (path, args, denied) => {
  const { decision } = await judge({ deny: [{ tool: 'Bash', args: { [path]: 'x' } }] }, args);
  expect(decision === 'deny').toBe(denied);
});

test.each<[pattern: string, value: unknown]>([
  ['443', 443],
  ['true', true],
  ['null', null],
  ['https://evil.example/*', new URL('https://evil.example/x')],
  ['2026-*', new Date(Date.UTC(2026, 1, 1))],
  ['git push*', ['git', 'push', 'origin']],
  ['12', 12n],
])('the pattern %j matches the text of %s', async (pattern, value) => {
  const { decision } = await judge({ deny: [{ tool: 'Bash', args: { value: pattern } }] }, { value });
  expect(decision).toBe('deny');
});

test.each<[string, unknown]>([
  ['a map', new Map([['a', 'x']])],
  ['a set', new Set(['x'])],
  ['a function', () => 'x'],
  ['an object of a class', new (class Secret {})()],
  ['what throws when it is read', { toJSON: () => JSON.parse('{') as unknown }],
  ['what is nested without end', nested()],
])('counts %s, which cannot be read, as the worst it could be', async (_name, value) => {
  const { decision } = await judge({ deny: [{ tool: 'Bash', args: { value: 'never' } }] }, { value });
  expect(decision).toBe('deny');
});

function nested(): unknown {
  const value: Record<string, unknown> = {};
  Object.assign(value, { again: value, andAgain: value });
  return value;
}

test('all patterns of a rule must match', async () => {
  const deny = [{ tool: 'Bash', args: { command: '*curl*', cwd: '/tmp*' } }];
  expect((await judge({ deny }, { command: 'curl', cwd: '/tmp/a' })).decision).toBe('deny');
  expect((await judge({ deny }, { command: 'curl', cwd: '/home' })).decision).toBe('allow');
  expect((await judge({ deny }, { command: 'curl' })).decision).toBe('allow');
});

test('is about one tool, or about every tool', async () => {
  const args = { command: '*curl*' };
  expect((await judge({ deny: [{ tool: 'Bash', args }] }, { command: 'curl' }, 'Other')).decision).toBe('allow');
  expect((await judge({ deny: [{ tool: '*', args }] }, { command: 'curl' }, 'Other')).decision).toBe('deny');
});

test.each(permissionModes)('denies and asks in mode %s, whatever is allowed', async (mode) => {
  const rule = { tool: 'Bash', args: { command: '*curl*' } };
  const denied = await judge({ mode, allow: ['*'], deny: [rule] }, { command: 'curl' });
  expect(denied.decision).toBe('deny');
  const asked = await judge({ mode, allow: ['*'], ask: [rule] }, { command: 'curl' });
  expect(asked.decision).toBe(mode === 'plan' ? 'deny' : 'ask');
  expect(asked.suggestions).toBeUndefined();
});

test('a denied tool is offered still: other arguments may pass', () => {
  const policy = createPolicy({ root, deny: [{ tool: 'Bash', args: { command: '*curl*' } }] });
  expect(policy.offers({ name: 'Bash', accessKinds: ['execute'] })).toBe(true);
});

test('the reason names the rule and the argument, and shows what does not show', async () => {
  const { rule, reason } = await judge(
    { deny: [{ tool: 'Bash', args: { command: '*\u202ex*' } }] },
    { command: '\u202ex' },
  );
  expect(rule).toBe('{ tool: "Bash", args: { command: "*\\u202ex*" } }');
  expect(reason).toContain('`command` of this call of Bash matches');
});

test('takes no time to speak of on long texts', async () => {
  const text = 'a'.repeat(1_000_000);
  const deny = [{ tool: 'Bash', args: { command: `${'*a'.repeat(500)}*b` } }];
  expect((await judge({ deny }, { command: text })).decision).toBe('allow');
});

describe('what cannot be honoured is an error', () => {
  test.each<[rule: unknown, message: RegExp]>([
    [{ tool: 'Bash', args: {} }, /at least one argument; for the whole tool write the rule "Bash"/],
    [{ tool: 'Bash' }, /at least one argument/],
    [{ args: { command: 'x' } }, /`tool` must be the exact name/],
    [{ tool: 'Ba*', args: { command: 'x' } }, /`tool` must be the exact name/],
    [{ tool: 'Bahs', args: { command: 'x' } }, /no tool "Bahs"\. Did you mean "Bash"\?/],
    [{ tool: 'Bash', args: { command: 3 } }, /pattern of `command` must be a text, got 3/],
    [{ tool: 'Bash', args: { '': 'x' } }, /no path of an argument/],
    [{ tool: 'Bash', args: { 'a..b': 'x' } }, /no path of an argument/],
    [{ tool: 'Bash', args: { command: 'a\\b' } }, /backslash that escapes nothing/],
    [{ tool: 'Bash', args: { command: 'a\\' } }, /backslash that escapes nothing/],
    [{ tool: 'Bash', args: { command: 'x' }, case: 'lower' }, /`case` must be "ignore" or "exact", got "lower"/],
    [{ tool: 'Bash', arg: { command: 'x' } }, /no field `arg`/],
  ])('%j', (rule, message) => {
    // What a caller without types could pass.
    const attempt = (): unknown => createPolicy({ root, tools: ['Bash'], deny: [rule as ArgumentRule] });
    expect(attempt).toThrow(AgentError);
    expect(attempt).toThrow(expect.objectContaining({ code: 'policy_invalid' }));
    expect(attempt).toThrow(message);
  });

  test('in an allow list, with the reason', () => {
    const allow: unknown = [{ tool: 'Bash', args: { command: 'npm test*' } }];
    const attempt = (): unknown => createPolicy({ root, allow: allow as string[] });
    expect(attempt).toThrow(expect.objectContaining({ code: 'policy_invalid' }));
    expect(attempt).toThrow(/can deny or ask, and cannot allow: .* says nothing about what else is in that text/);
  });
});
