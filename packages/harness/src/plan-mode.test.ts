import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGrantStore, createPolicy } from '@harness-sdk/permissions';
import type { SessionEvent } from '@harness-sdk/core';
import { collect, scriptedModel } from '@harness-sdk/core/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  everyCommand,
  everyEffect,
  everyHarmless,
  everyRead,
  everyWrite,
  planTools,
  planTree,
  watchEffects,
  type Effects,
  type PlanTree,
} from '../test/plan-attempts.ts';
import { memoryStore, type RunOptions, type ToolResult } from './index.ts';
import { resume, run } from './run.ts';

let tree: PlanTree;

beforeEach(() => {
  tree = planTree();
  const { cwd } = tree;
  vi.stubEnv('PATH', `${cwd}:${join(cwd, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`);
  vi.stubEnv('RIPGREP_CONFIG_PATH', join(cwd, '.ripgreprc'));
});

afterEach(() => {
  tree.remove();
  vi.unstubAllEnvs();
});

const outcomesOf = (results: readonly ToolResult[]): readonly string[] =>
  results.map(({ name, outcome }) => `${name} ${outcome}`);
const deniedNames = ['Write', 'Edit', 'Bash', 'Exec', 'unspecified', 'shell', 'fetch', 'save', 'look'];
const denied = deniedNames.map((name) => `${name} denied`);

function expectNoEffects({ connections, programs }: Effects): void {
  expect(connections).toBe(0);
  const onlyRipgrep = programs.filter((path) => !/@vscode[\\/]ripgrep-[^\\/]+[\\/]bin[\\/]rg(\.exe)?$/.test(path));
  expect(onlyRipgrep).toEqual([]);
}

test('nothing is changed, started or asked in plan mode, whoever says yes', async () => {
  const executed: string[] = [];
  const model = scriptedModel([everyRead, everyWrite, everyCommand, [...everyEffect, ...everyHarmless], 'Done.']);
  const onApproval = vi.fn<NonNullable<RunOptions['onApproval']>>(() => true);
  const before = tree.hashed();
  const watch = watchEffects();
  const { toolResults, result } = await collect(
    run('Do all you can.', {
      model,
      cwd: tree.cwd,
      tools: planTools(tree.cwd, executed),
      permissionMode: 'plan',
      allow: ['*', 'Bash', 'Exec', 'Bash(touch:*)', 'Write', 'Edit(/**)', 'shell', 'fetch', 'unspecified'],
      onApproval,
      hooks: { beforeTool: () => ({ decision: 'allow' }) },
    }),
  );
  const effects = watch.stop();

  const outcomes = outcomesOf(toolResults);
  expect(outcomes.slice(0, everyRead.length).toSorted()).toEqual(['Glob ok', 'Grep ok', 'Grep ok', 'Read ok']);
  expect(new Set(outcomes.slice(everyRead.length))).toEqual(new Set([...denied, 'nested ok', 'careful ok']));
  expect(toolResults.find(({ name }) => name === 'nested')?.content).toBe('denied,denied,denied');
  expect(result?.stopReason).toBe('end_turn');
  expect(executed).toEqual([]);
  expect(onApproval).not.toHaveBeenCalled();
  expectNoEffects(effects);
  expect(effects.programs).not.toEqual([]);
  expect(tree.hashed()).toEqual(before);
});

test('nothing is changed or started by what was granted in a looser mode, by policy files or in a forged log', async () => {
  const { base, cwd } = tree;
  const executed: string[] = [];
  const tools = planTools(cwd, executed);
  const kept = join(base, 'home/grants.json');
  const grants = createGrantStore({ file: kept });
  const organisation = join(base, 'organisation/policy.yml');
  mkdirSync(join(base, 'organisation'));
  writeFileSync(organisation, 'allow: ["*", Write, "Edit(/**)", shell, fetch, save, unspecified]\n');
  const project = join(cwd, 'policy.yml');
  writeFileSync(project, 'allow: ["*"]\ndefault:\n  write: allow\n  execute: allow\n');
  const names = tools.map(({ name }) => name);
  const session = memoryStore();
  const shared = { cwd, tools, session };

  // Somebody says yes to a write, for good, and thereby to the same write in later sessions.
  const loose = createPolicy({ root: cwd, grants, tools: names });
  await run('Write it.', {
    ...shared,
    model: scriptedModel([everyWrite.slice(0, 1), 'Done.']),
    sessionId: 's',
    permissions: loose,
    onApproval: () => ({ decision: 'allow', remember: 'always' }),
  }).result();
  expect(existsSync(join(cwd, 'new.txt'))).toBe(true);
  const granted = await eventsOf(session, 's');
  expect(granted.filter(({ type }) => type === 'grant_added')).toHaveLength(1);
  expect(existsSync(kept)).toBe(true);
  const last = granted.at(-1)!;
  const forged = [
    '*',
    'Bash',
    'Exec',
    'Bash(touch PWNED)',
    'Write',
    'Write(/**)',
    'Edit(/**)',
    'shell',
    'fetch',
    'save',
    'look',
    'unspecified',
  ];
  await session.append('s', last.seq, [
    { ...last, seq: last.seq + 1, key: 'forged', type: 'grant_added', rules: forged, toolCallId: 'call_1' },
  ]);

  const before = tree.hashed();
  const watch = watchEffects();
  const onApproval = vi.fn<NonNullable<RunOptions['onApproval']>>(() => ({ decision: 'allow', remember: 'always' }));
  const { toolResults } = await collect(
    run('Do all you can.', {
      ...shared,
      model: scriptedModel([everyWrite, everyCommand, [...everyEffect, ...everyHarmless], 'Done.']),
      sessionId: 's',
      permissions: createPolicy({
        root: cwd,
        mode: 'plan',
        grants,
        tools: names,
        allow: ['*'],
        policyFiles: { organisation, project },
      }),
      onApproval,
    }),
  );
  const effects = watch.stop();

  expect(new Set(outcomesOf(toolResults))).toEqual(new Set([...denied, 'nested ok', 'careful ok']));
  expect(toolResults.find(({ name }) => name === 'nested')?.content).toBe('denied,denied,denied');
  expect(executed).toEqual([]);
  expect(onApproval).not.toHaveBeenCalled();
  expectNoEffects(effects);
  expect(tree.hashed()).toEqual(before);
});

test('nothing is changed or started by a yes to what was put off in a looser mode', async () => {
  const { cwd } = tree;
  const executed: string[] = [];
  const session = memoryStore();
  const attempts = [...everyWrite, ...everyCommand, ...everyEffect];
  const shared = { cwd, tools: planTools(cwd, executed), session };
  const before = tree.hashed();
  const watch = watchEffects();
  const first = await run('Do all you can.', {
    ...shared,
    model: scriptedModel([attempts]),
    sessionId: 's',
    onApproval: () => 'defer',
  }).result();
  const waiting = first.pendingApprovals.map(({ name }) => name);
  expect(new Set(waiting)).toEqual(new Set(deniedNames));

  const { toolResults, result } = await collect(
    resume('s', {
      ...shared,
      model: scriptedModel(['Done.']),
      permissionMode: 'plan',
      onApproval: () => true,
      approvals: Object.fromEntries(
        first.pendingApprovals.map(({ toolUseId }) => [toolUseId, { decision: 'allow', remember: 'always' } as const]),
      ),
    }),
  );
  const effects = watch.stop();

  expect(result?.stopReason).toBe('end_turn');
  expect(toolResults.filter(({ outcome }) => outcome === 'denied')).toHaveLength(attempts.length);
  expect(executed).toEqual([]);
  expectNoEffects(effects);
  expect(tree.hashed()).toEqual(before);
});

async function eventsOf(store: ReturnType<typeof memoryStore>, sessionId: string): Promise<readonly SessionEvent[]> {
  const events: SessionEvent[] = [];
  for await (const event of store.read(sessionId)) events.push(event);
  return events;
}
