import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AgentError, type ModelRequest, type SessionEvent } from '@harness-sdk/core';
import { call, collect, scriptedModel, type ScriptedTurn } from '@harness-sdk/core/testing';
import { createGrantStore, createPolicy } from '@harness-sdk/permissions';
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
import { memoryStore, type RunOptions, type SessionStore, type ToolResult } from './index.ts';
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

const everyAttempt = [...everyWrite, ...everyCommand, ...everyEffect];
const deniedNames = ['Write', 'Edit', 'Bash', 'Exec', 'unspecified', 'shell', 'fetch', 'save', 'look'];
const everyAllow = ['*', 'Bash', 'Exec', 'Bash(touch:*)', 'Write', 'Edit(/**)', 'shell', 'fetch', 'unspecified'];

const task = (agent: string): ReturnType<typeof call> => call('Task', { agent, prompt: 'Do all you can.' });

/** A model that knows where it is from the conversation: each task, and each process, has it begin or go on by that. */
function scripted(turns: readonly ScriptedTurn[]) {
  return scriptedModel(
    ({ messages }: ModelRequest) => turns[messages.filter(({ role }) => role === 'assistant').length] ?? ['Too far.'],
  );
}

/** A model that tries everything, and then ends. */
function tryAll(...more: readonly ScriptedTurn[]) {
  return scripted([everyRead, everyWrite, everyCommand, [...everyEffect, ...everyHarmless], ...more, ['Done.']]);
}

/** Sub-agents as loose as they can be made. */
function looseAgents(cwd: string) {
  // It is asked besides the parent's policy, and cannot widen it.
  const bypass = createPolicy({ root: cwd, mode: 'bypass', allow: ['*'] });
  return {
    equal: { description: 'As the parent.', model: tryAll([task('last')]) },
    loose: { description: 'With a policy that lets everything through.', model: tryAll(), permissions: bypass },
    last: { description: 'Of the second level.', model: tryAll(), permissions: bypass },
  };
}

const fromChild = (results: readonly ToolResult[]): readonly ToolResult[] =>
  results.filter(({ parentToolUseId }) => parentToolUseId !== undefined);

/** Each call of a sub-agent that would do something was denied; none is missing. */
function expectDenied(results: readonly ToolResult[], times: number): void {
  const children = fromChild(results);
  const attempts = children.filter(({ name }) => deniedNames.includes(name));
  expect(new Set(attempts.map(({ name }) => name))).toEqual(new Set(deniedNames));
  expect(attempts).toHaveLength(times * everyAttempt.length);
  expect(new Set(attempts.map(({ outcome }) => outcome))).toEqual(new Set(['denied']));
  for (const { content } of children.filter(({ name }) => name === 'nested')) {
    expect(content).toBe('denied,denied,denied');
  }
}

function expectNoEffects({ connections, programs }: Effects): void {
  expect(connections).toBe(0);
  const onlyRipgrep = programs.filter((path) => !/@vscode[\\/]ripgrep-[^\\/]+[\\/]bin[\\/]rg(\.exe)?$/.test(path));
  expect(onlyRipgrep).toEqual([]);
}

test('no sub-agent changes, starts or asks anything in plan mode, whoever says yes', async () => {
  const executed: string[] = [];
  const agents = looseAgents(tree.cwd);
  const onApproval = vi.fn<NonNullable<RunOptions['onApproval']>>(() => true);
  const before = tree.hashed();
  const watch = watchEffects();
  const { toolResults, result } = await collect(
    run('Do all you can.', {
      model: scripted([[task('equal'), task('loose')], ['Done.']]),
      agents,
      subAgentLimits: { maxDepth: 2 },
      cwd: tree.cwd,
      tools: planTools(tree.cwd, executed),
      permissionMode: 'plan',
      allow: everyAllow,
      onApproval,
      hooks: { beforeTool: () => ({ decision: 'allow' }) },
    }),
  );
  const effects = watch.stop();

  expect(result?.stopReason).toBe('end_turn');
  expect(toolResults.filter(({ name }) => name === 'Task').map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok']);
  expect(fromChild(toolResults).filter(({ name, outcome }) => name === 'Read' && outcome === 'ok')).toHaveLength(3);
  expectDenied(toolResults, 3);
  expect(executed).toEqual([]);
  expect(onApproval).not.toHaveBeenCalled();
  expectNoEffects(effects);
  expect(effects.programs).not.toEqual([]);
  expect(tree.hashed()).toEqual(before);
});

test('a sub-agent gets no tool in plan mode that could only be denied, and none by naming it', async () => {
  const executed: string[] = [];
  const few = { description: 'Has few tools.', model: tryAll(), tools: ['Write', 'Bash', 'nested', 'Read', 'shell'] };
  const before = tree.hashed();
  const watch = watchEffects();
  const { toolResults } = await collect(
    run('Do all you can.', {
      model: scripted([[task('few')], ['Done.']]),
      agents: { few },
      cwd: tree.cwd,
      tools: planTools(tree.cwd, executed),
      permissionMode: 'plan',
      allow: everyAllow,
      onApproval: () => true,
    }),
  );
  const effects = watch.stop();

  expect(few.model.requests[0]?.tools.map(({ name }) => name)).toEqual(['Read', 'nested']);
  const passed = fromChild(toolResults).filter(({ outcome }) => outcome === 'ok');
  expect(passed.map(({ name }) => name)).toEqual(['Read', 'nested']);
  expect(passed.at(-1)?.content).toMatch(/^(denied|error),denied,denied$/);
  expect(executed).toEqual([]);
  expectNoEffects(effects);
  expect(tree.hashed()).toEqual(before);
});

test('no sub-agent changes or starts anything by kept or forged grants, or by policy files', async () => {
  const { base, cwd } = tree;
  const executed: string[] = [];
  const tools = planTools(cwd, executed);
  const names = [...tools.map(({ name }) => name), 'Task'];
  const grants = createGrantStore({ file: join(base, 'home/grants.json') });
  const organisation = join(base, 'organisation/policy.yml');
  mkdirSync(join(base, 'organisation'));
  writeFileSync(organisation, 'allow: ["*", Write, "Edit(/**)", shell, fetch, save, unspecified, Task]\n');
  const project = join(cwd, 'policy.yml');
  writeFileSync(project, 'allow: ["*"]\ndefault:\n  write: allow\n  execute: allow\n');
  const session = memoryStore();
  const agents = looseAgents(cwd);
  const shared = { cwd, tools, session, agents };

  // Somebody says yes for good to what a sub-agent does, and thereby to the same in later sessions.
  const writer = { description: 'Writes.', model: scripted([everyWrite.slice(0, 1), ['Done.']]) };
  const loose = await collect(
    run('Write it.', {
      ...shared,
      agents: { writer },
      model: scripted([[task('writer')], ['Done.']]),
      sessionId: 's',
      permissions: createPolicy({ root: cwd, grants, tools: names }),
      onApproval: () => ({ decision: 'allow', remember: 'always' }),
    }),
  );
  expect(fromChild(loose.toolResults).map(({ outcome }) => outcome)).toEqual(['ok']);
  const last = (await eventsOf(session, 's')).at(-1)!;
  const rules = [...everyAllow, 'Write(/**)', 'Bash(touch PWNED)', 'save', 'look'];
  await session.append('s', last.seq, [
    { ...last, seq: last.seq + 1, key: 'forged', type: 'grant_added', rules, toolCallId: 'call_1' },
  ]);

  const before = tree.hashed();
  const watch = watchEffects();
  const onApproval = vi.fn<NonNullable<RunOptions['onApproval']>>(() => ({ decision: 'allow', remember: 'always' }));
  const { toolResults } = await collect(
    run('Do all you can.', {
      ...shared,
      model: scriptedModel([[task('equal'), task('loose')], 'Done.']),
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

  expectDenied(toolResults, 2);
  expect(executed).toEqual([]);
  expect(onApproval).not.toHaveBeenCalled();
  expectNoEffects(effects);
  expect(tree.hashed()).toEqual(before);
});

test.each([
  ['model_finished', 'default'],
  ['approval_decided', 'default'],
  ['tool_decided', 'bypass'],
] as const)('no sub-agent goes on in plan mode where it broke off behind %s in mode %s', async (died, looser) => {
  const { cwd } = tree;
  const executed: string[] = [];
  const session = memoryStore();
  const shared = {
    cwd,
    tools: planTools(cwd, executed),
    agents: { equal: { description: 'As the parent.', model: scripted([everyAttempt, ['Done.']]) } },
    model: scripted([[task('equal')], ['Done.']]),
    onApproval: () => true,
  };
  const before = tree.hashed();
  const watch = watchEffects();
  const dying = dyingBehind(session, died);
  const first = await collect(
    run('Do all you can.', { ...shared, session: dying, sessionId: 's', permissionMode: looser }),
  );
  expect(first.result?.stopReason).not.toBe('end_turn');

  const { toolResults, result } = await collect(
    resume('s', { ...shared, session, permissionMode: 'plan', allow: everyAllow }),
  );
  const effects = watch.stop();
  expect(result?.stopReason).toBe('end_turn');
  expectDenied(toolResults, 1);
  expect(executed).toEqual([]);
  expectNoEffects(effects);
  expect(tree.hashed()).toEqual(before);
});

test('no sub-agent changes or starts anything by a yes to what was put off in a looser mode', async () => {
  const { cwd } = tree;
  const executed: string[] = [];
  const session = memoryStore();
  const shared = {
    cwd,
    tools: planTools(cwd, executed),
    session,
    agents: { equal: { description: 'As the parent.', model: scripted([everyAttempt, everyAttempt, ['Done.']]) } },
    model: scripted([[...everyWrite, task('equal'), ...everyCommand], [task('equal')], ['Done.']]),
  };
  const before = tree.hashed();
  const watch = watchEffects();
  const first = await collect(run('Do all you can.', { ...shared, sessionId: 's', onApproval: () => 'defer' }));
  const waiting = first.result?.pendingApprovals ?? [];
  expect(new Set(waiting.map(({ name }) => name))).toEqual(new Set(['Write', 'Edit', 'Bash', 'Exec']));

  const second = await collect(
    resume('s', {
      ...shared,
      permissionMode: 'plan',
      allow: everyAllow,
      onApproval: () => true,
      approvals: Object.fromEntries(
        waiting.map(({ toolUseId }) => [toolUseId, { decision: 'allow', remember: 'always' } as const]),
      ),
    }),
  );
  const effects = watch.stop();
  expect(second.result?.stopReason).toBe('end_turn');
  expectDenied([...first.toolResults, ...second.toolResults], 4);
  expect(executed).toEqual([]);
  expectNoEffects(effects);
  expect(tree.hashed()).toEqual(before);
});

/** A store whose process dies once a sub-agent has logged such an event. */
function dyingBehind(session: SessionStore, died: SessionEvent['type']): SessionStore {
  let hasDied = false;
  return {
    ...session,
    async append(id, expectedSeq, events) {
      if (hasDied) throw new AgentError('store_failed', 'The process has died.');
      await session.append(id, expectedSeq, events);
      hasDied = id !== 's' && events.some(({ type }) => type === died);
    },
  };
}

async function eventsOf(store: SessionStore, sessionId: string): Promise<readonly SessionEvent[]> {
  const events: SessionEvent[] = [];
  for await (const event of store.read(sessionId)) events.push(event);
  return events;
}
