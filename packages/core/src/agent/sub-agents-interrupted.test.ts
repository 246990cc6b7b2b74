import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { logOf } from '../../test/log-of.ts';
import { defineTool } from '../define-tool.ts';
import { AgentError } from '../errors.ts';
import type { PermissionPolicy } from '../permission.ts';
import type { PriceBook } from '../price.ts';
import { forkSession } from '../session/fork-session.ts';
import { memoryStore } from '../session/memory-store.ts';
import type { SessionStore } from '../session/store.ts';
import { call, checkStream, collect, reportUsage, scriptedModel, type ScriptedTurn } from '../testing/index.ts';
import type { Tool } from '../tool.ts';
import type { RunOptions } from './options.ts';
import { resume, run } from './run.ts';

const allowed: PermissionPolicy = { decide: () => ({ decision: 'allow', tier: 'mode', reason: 'Allowed.' }) };
const prices: PriceBook = {
  price: ({ input = 0, output = 0 }) => ({ usd: (input + 2 * output) / 1e6, basis: 'catalog', asOf: '2026-01-01' }),
};
const usage = reportUsage({ input: 100, output: 10 });
const task = (id?: string): ReturnType<typeof call> =>
  call('Task', { agent: 'helper', prompt: 'Help.' }, id === undefined ? {} : { id });

/** Models that know where they are from the conversation, so that another process can go on. */
function scripted(turns: readonly ScriptedTurn[]) {
  return scriptedModel(
    ({ messages }) => turns[messages.filter(({ role }) => role === 'assistant').length] ?? ['Too far.', usage],
  );
}

function pay(ran: string[]): Tool {
  return defineTool({
    name: 'pay',
    description: 'Pays.',
    input: z.object({}),
    accessKinds: ['write'],
    execute: (_, { idempotencyKey }) => {
      ran.push(idempotencyKey);
      return 'paid';
    },
  });
}

const parentTurns: readonly ScriptedTurn[] = [
  [task(), usage],
  ['Done.', usage],
];
const childTurns: readonly ScriptedTurn[] = [
  [call('pay'), usage],
  ['Paid.', usage],
];

interface Options extends RunOptions {
  readonly session: SessionStore;
}

function optionsFor(session: SessionStore, others: Partial<RunOptions> = {}, child = scripted(childTurns)): Options {
  return {
    model: scripted(parentTurns),
    agents: { helper: { description: 'Helps.', model: child } },
    tools: [pay([])],
    permissions: allowed,
    prices,
    budget: { maxCost: 1 },
    ...others,
    session,
  };
}

/** A store in which a process has died behind the first call that its sub-agent's model answered. */
async function diedInTask(): Promise<SessionStore> {
  const session = memoryStore();
  const dying: SessionStore = {
    ...session,
    async append(id, expectedSeq, events) {
      if (hasDied) throw new AgentError('store_failed', 'The process has died.');
      await session.append(id, expectedSeq, events);
      hasDied = id !== 's' && events.some(({ type }) => type === 'model_finished');
    },
  };
  let hasDied = false;
  await collect(run('Go.', { ...optionsFor(dying), sessionId: 's' }));
  return session;
}

const oneParentCall = 120 / 1e6;
const oneChildCall = 120 / 1e6;

describe('what a sub-agent used before its process died counts', () => {
  test('where its task is denied afterwards', async () => {
    const session = await diedInTask();
    const permissions: PermissionPolicy = { decide: () => ({ decision: 'deny', tier: 'deny', reason: 'No more.' }) };
    const { result, toolResults } = await collect(resume('s', optionsFor(session, { permissions })));
    expect(toolResults).toMatchObject([{ name: 'Task', outcome: 'denied' }]);
    expect(result?.totalCost).toBeCloseTo(2 * oneParentCall + oneChildCall, 12);
    expect(result?.totalTokens).toBe(330);
  });

  test('where the agent is not there any more', async () => {
    const session = await diedInTask();
    const agents = { other: { description: 'Does something else.' } };
    const { result } = await collect(resume('s', optionsFor(session, { agents })));
    expect(result).toMatchObject({ stopReason: 'end_turn', totalTokens: 330 });
  });

  test('where the run is aborted at once', async () => {
    const session = await diedInTask();
    const running = resume('s', optionsFor(session));
    running.abort();
    const { result, messages } = await collect(running);
    checkStream(messages, { isContinuation: true });
    expect(result).toMatchObject({ stopReason: 'aborted', totalTokens: 220 });
  });

  test('where another process works on it, so that it cannot be taken up', async () => {
    const inner = await diedInTask();
    const session: SessionStore = {
      ...inner,
      async append(id, expectedSeq, events) {
        if (id !== 's') throw new AgentError('session_conflict', 'Another run is writing to it.');
        await inner.append(id, expectedSeq, events);
      },
    };
    const { result, toolResults } = await collect(resume('s', optionsFor(session)));
    expect(toolResults.find(({ name }) => name === 'Task')).toMatchObject({ outcome: 'error' });
    expect(result).toMatchObject({ stopReason: 'end_turn', totalTokens: 330 });
  });

  test('as unknown, with its whole share set aside, where its session cannot be read', async () => {
    const inner = await diedInTask();
    const session: SessionStore = {
      ...inner,
      read(id, options) {
        if (id !== 's') throw new Error('The disk is gone.');
        return inner.read(id, options);
      },
    };
    const { result, toolResults } = await collect(resume('s', optionsFor(session)));
    expect(toolResults.find(({ name }) => name === 'Task')?.content).toMatch(/could not be started.*The disk is gone/);
    expect(result?.stopReason).toBe('end_turn');
    expect(result?.totalCost).toBeUndefined();
    const log = await logOf(inner, 's');
    const [granted, returned] = ['child_granted', 'child_returned'].map((wanted) =>
      log.find(({ type }) => type === wanted),
    );
    const { maxCost } = granted?.type === 'child_granted' ? granted.grant : {};
    expect(returned).toMatchObject({ used: { reservedUsd: maxCost } });
  });
});

describe('a session of the name that a sub-agent would have', () => {
  test('is not taken for it: not that of an earlier parent, which was deleted', async () => {
    const session = memoryStore();
    for (const answer of ['First.', 'Second.']) {
      const child = scripted([answer]);
      const model = scripted([[task('call_1')], 'Done.']);
      const { toolResults } = await collect(run('Go.', { ...optionsFor(session, { model }, child), sessionId: 's' }));
      expect(toolResults).toMatchObject([{ content: answer }]);
      await session.delete('s');
    }
  });

  test('is not taken for it: not one of somebody else, whatever id the model gives its call', async () => {
    const session = memoryStore();
    await run('Mine.', { model: scriptedModel(['A secret.']), session, sessionId: 's/a' }).result();
    await run('Mine.', { model: scriptedModel(['A secret.']), session, sessionId: 's/a/b' }).result();
    for (const id of ['a', 'a/b', '../s/a']) {
      const child = scripted(['Nothing.']);
      const model = scripted([[task(id)], 'Done.']);
      const options = { ...optionsFor(session, { model }, child), sessionId: `s${id === 'a' ? '' : id.length}` };
      const { toolResults } = await collect(run('Go.', options));
      expect(toolResults).toMatchObject([{ content: 'Nothing.' }]);
    }
  });

  test.each([
    ['control characters', 'call\u0000\n\u001B[2J'],
    ['half a character', 'call\uD800'],
    ['far too many characters', 'x'.repeat(5_000)],
  ])('is one that stores take, where the id of the call has %s', async (_, id) => {
    const inner = memoryStore();
    const seen: string[] = [];
    const session: SessionStore = {
      ...inner,
      async append(name, expectedSeq, events) {
        if (name.length > 500 || /[\p{Cc}\p{Cs}]/u.test(name)) throw new AgentError('store_failed', 'Odd name.');
        seen.push(name);
        await inner.append(name, expectedSeq, events);
      },
    };
    const model = scripted([[task(id)], 'Done.']);
    const { toolResults } = await collect(run('Go.', { ...optionsFor(session, { model }), sessionId: 's' }));
    expect(toolResults.find(({ name }) => name === 'Task')).toMatchObject({ outcome: 'ok', content: 'Paid.' });
    expect(new Set(seen).size).toBe(2);
  });
});

test('a fork in the middle of a task does not do its work again', async () => {
  const session = memoryStore();
  const ran: string[] = [];
  const options = optionsFor(session, { tools: [pay(ran)] });
  await run('Go.', { ...options, sessionId: 's' }).result();
  expect(ran).toHaveLength(1);
  const granted = (await logOf(session, 's')).find(({ type }) => type === 'child_granted');
  await forkSession(session, 's', { seq: granted?.seq ?? 0, newSessionId: 'f' });
  const { messages, result, toolResults } = await collect(resume('f', { ...options, model: scripted(parentTurns) }));
  checkStream(messages, { isContinuation: true });
  expect(ran).toHaveLength(1);
  expect(toolResults).toMatchObject([{ name: 'Task', outcome: 'unknown' }]);
  expect(result?.stopReason).toBe('end_turn');
});

describe('a task that is asked about', () => {
  const permissions: PermissionPolicy = {
    decide: ({ tool: { name } }) => ({ decision: name === 'Task' ? 'ask' : 'allow', tier: 'ask', reason: 'Sure?' }),
  };

  test('may be put off, and its sub-agent starts when the decision comes', async () => {
    const session = memoryStore();
    const onApproval = (): 'defer' => 'defer';
    const first = await collect(run('Go.', { ...optionsFor(session, { permissions, onApproval }), sessionId: 's' }));
    expect(first.result).toMatchObject({ stopReason: 'approval_required', pendingApprovals: [{ name: 'Task' }] });
    const [pending] = first.result?.pendingApprovals ?? [];
    for (const isAllowed of [true, false]) {
      const copy = memoryStore();
      await copy.append('s', 0, await logOf(session, 's'));
      const approvals = { [pending?.toolUseId ?? '']: isAllowed };
      const { result, toolResults } = await collect(resume('s', { ...optionsFor(copy, { permissions }), approvals }));
      expect(result).toMatchObject({ stopReason: 'end_turn', text: 'Done.', totalTokens: isAllowed ? 440 : 220 });
      expect(toolResults.find(({ name }) => name === 'Task')?.outcome).toBe(isAllowed ? 'ok' : 'denied');
    }
  });

  test('may be put off beside others, which are worked on meanwhile', async () => {
    const session = memoryStore();
    const answers = ['defer', true, 'defer'] as const;
    let asked = 0;
    const onApproval = (): 'defer' | true => answers[asked++] ?? true;
    const turns: readonly ScriptedTurn[] = [
      [task(), task(), task(), usage],
      ['Done.', usage],
    ];
    const model = scripted(turns);
    const first = await collect(
      run('Go.', { ...optionsFor(session, { permissions, onApproval, model }), sessionId: 's' }),
    );
    expect(first.result?.pendingApprovals).toHaveLength(2);
    expect(first.result?.totalTokens).toBe(330);
    const ids = (first.result?.pendingApprovals ?? []).map(({ toolUseId }) => toolUseId);
    const second = await collect(
      resume('s', {
        ...optionsFor(session, { permissions, model: scripted(turns) }),
        approvals: Object.fromEntries(ids.map((id, index) => [id, index === 0])),
      }),
    );
    checkStream(second.messages, { isContinuation: true });
    expect(second.result).toMatchObject({ stopReason: 'end_turn', totalTokens: 660, pendingApprovals: [] });
    const outcomes = (await logOf(session, 's')).flatMap((event) =>
      event.type === 'tool_finished' ? [event.outcome] : [],
    );
    expect(outcomes.toSorted((left, right) => left.localeCompare(right))).toEqual(['denied', 'ok', 'ok']);
  });

  test('is not asked about again by the process that takes it up', async () => {
    let asked = 0;
    const onApproval = (): boolean => {
      asked += 1;
      return true;
    };
    const session = memoryStore();
    let hasDied = false;
    const dying: SessionStore = {
      ...session,
      async append(id, expectedSeq, events) {
        if (hasDied) throw new AgentError('store_failed', 'The process has died.');
        await session.append(id, expectedSeq, events);
        hasDied = id !== 's' && events.some(({ type }) => type === 'model_finished');
      },
    };
    await collect(run('Go.', { ...optionsFor(dying, { permissions, onApproval }), sessionId: 's' }));
    const { result } = await collect(resume('s', optionsFor(session, { permissions, onApproval })));
    expect([asked, result?.stopReason, result?.totalTokens]).toEqual([1, 'end_turn', 440]);
  });
});
