import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { checkRequests } from '../../test/check-run.ts';
import { logOf } from '../../test/log-of.ts';
import { defineTool } from '../define-tool.ts';
import { OptionError } from '../errors.ts';
import type { Message } from '../message.ts';
import type { ApprovalRequest, PermissionPolicy } from '../permission.ts';
import type { PriceBook } from '../price.ts';
import type { SessionEvent } from '../session/event.ts';
import { memoryStore } from '../session/memory-store.ts';
import type { SessionStore } from '../session/store.ts';
import { call, checkStream, collect, fail, hang, reportUsage, scriptedModel } from '../testing/index.ts';
import type { Tool } from '../tool.ts';
import type { RunOptions } from './options.ts';
import { resume, run } from './run.ts';

const allowed: PermissionPolicy = { decide: () => ({ decision: 'allow', tier: 'mode', reason: 'Allowed.' }) };
const prices: PriceBook = {
  price: ({ input = 0, output = 0 }) => ({ usd: (input + 2 * output) / 1e6, basis: 'catalog', asOf: '2026-01-01' }),
};
const usage = reportUsage({ input: 100, output: 10 });
const explorer = { description: 'Looks around.', system: 'You explore.' };

function tool(name: string, ran: string[] = [], kind: 'read' | 'write' = 'write'): Tool {
  return defineTool({
    name,
    description: `To ${name}.`,
    input: z.object({ n: z.number().default(0) }),
    accessKinds: [kind],
    execute: ({ n }, { idempotencyKey }) => {
      ran.push(idempotencyKey);
      return `${name} ${n} is done`;
    },
  });
}

/** A model that gives the parent's turns to who was asked by the user, and the child's to who has the task. */
function models(parentTurns: Parameters<typeof scriptedModel>[0], childTurns: Parameters<typeof scriptedModel>[0]) {
  return { parent: scriptedModel(parentTurns), child: scriptedModel(childTurns) };
}

function task(prompt = 'Find it.', agent = 'explorer') {
  return call('Task', { agent, prompt });
}

function optionsFor({ parent, child }: ReturnType<typeof models>, others: Partial<RunOptions> = {}) {
  return {
    model: parent,
    agents: { explorer: { ...explorer, model: child } },
    permissions: allowed,
    sessionId: 's',
    ...others,
    session: others.session ?? memoryStore(),
  };
}

function fromChild(messages: readonly Message[]): readonly Message[] {
  return messages.filter(({ parentToolUseId }) => parentToolUseId !== undefined);
}

describe('a task', () => {
  test('is worked on in a session of its own, and its report answers the call', async () => {
    const both = models(
      [
        [task('Find the door.'), usage],
        ['Done.', usage],
      ],
      [
        [call('look'), usage],
        ['It is red.', usage],
      ],
    );
    const options = optionsFor(both, { tools: [tool('look')], prices });
    const { messages, result, toolResults } = await collect(run('Where is it?', options));
    checkStream(messages);
    expect(toolResults.find(({ name }) => name === 'Task')).toMatchObject({
      content: 'It is red.',
      outcome: 'ok',
      display: { stopReason: 'end_turn', turns: 2, toolCalls: 1 },
    });
    expect(both.child.requests[0]).toMatchObject({
      system: 'You explore.',
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Find the door.' }] }],
    });
    expect(both.child.requests[0]?.tools.map(({ name }) => name)).toEqual(['look']);
    expect(both.parent.requests[0]?.tools.map(({ name }) => name)).toEqual(['look', 'Task']);
    expect(result).toMatchObject({ turns: 2, toolCalls: 1, totalTokens: 440 });
    expect(result?.totalCost).toBeCloseTo(480 / 1e6, 12);
    const { byModel } = { byModel: result?.usageByModel ?? {} };
    expect(Object.values(byModel).reduce((sum, { calls }) => sum + calls, 0)).toBe(4);
    const [childId = ''] = (await logOf(options.session, 's')).flatMap((event) =>
      event.type === 'child_granted' ? [event.childSessionId] : [],
    );
    expect((await logOf(options.session, childId)).at(-1)).toMatchObject({
      type: 'run_finished',
      stopReason: 'end_turn',
    });
  });

  test('is shown in the stream, each message with the call that it comes from', async () => {
    const both = models([[task()], 'Done.'], [['Looking.', call('look')], 'It is red.']);
    const { messages } = await collect(run('Go.', optionsFor(both, { tools: [tool('look')] })));
    const shown = fromChild(messages);
    const [use] = messages.filter((message) => message.type === 'tool_use');
    expect(new Set(shown.map(({ parentToolUseId }) => parentToolUseId))).toEqual(new Set([use?.id]));
    expect(new Set(shown.map(({ depth }) => depth))).toEqual(new Set([1]));
    expect(shown.some((message) => message.type === 'text' && message.isPartial)).toBe(true);
    expect(shown.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['text', 'tool_use', 'tool_result', 'system']),
    );
    expect(messages.filter(({ type }) => type === 'result')).toHaveLength(1);
  });

  test('that fails is an error that the parent reads, and its cost counts', async () => {
    const both = models(
      [
        [task(), usage],
        ['So be it.', usage],
      ],
      [[usage, 'Half', fail('invalid_request')]],
    );
    const { result, toolResults } = await collect(run('Go.', optionsFor(both, { prices })));
    expect(toolResults).toMatchObject([{ outcome: 'error', isError: true }]);
    expect(toolResults[0]?.content).toMatch(/did not come to its own end/);
    expect(result).toMatchObject({ stopReason: 'end_turn', text: 'So be it.', totalTokens: 330 });
  });

  test('with an unknown agent or without a prompt is answered with what there is', async () => {
    const both = models([[call('Task', { agent: 'nobody', prompt: '' })], 'Sorry.'], []);
    const { toolResults } = await collect(run('Go.', optionsFor(both)));
    expect(toolResults[0]?.content).toMatch(/agent.*one of explorer[\s\S]*prompt/);
    expect(both.child.calls).toBe(0);
  });

  test('cannot be given by a tool', async () => {
    const delegate = defineTool({
      name: 'delegate',
      description: 'Delegates.',
      input: z.object({}),
      execute: async (_, context) => (await context.invoke('Task', { agent: 'explorer', prompt: 'Do.' })).content,
    });
    const both = models([[call('delegate')], 'Done.'], []);
    const { toolResults } = await collect(run('Go.', optionsFor(both, { tools: [delegate] })));
    expect(toolResults[0]?.content).toContain('the model calls Task itself');
    expect(both.child.calls).toBe(0);
  });

  test('gets the after-tool hook like any call', async () => {
    const both = models([[task()], 'Done.'], ['The password is 123.']);
    const hooks = { afterTool: () => ({ content: 'Withheld.' }) };
    const { toolResults } = await collect(run('Go.', optionsFor(both, { hooks })));
    expect(toolResults).toMatchObject([{ content: 'Withheld.' }]);
  });
});

describe('several tasks', () => {
  test('of one turn are worked on side by side, at most as many as the limit says', async () => {
    let [active, most] = [0, 0];
    const child = scriptedModel(async () => {
      active += 1;
      most = Math.max(most, active);
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
      active -= 1;
      return 'Found.';
    });
    const parent = scriptedModel([Array.from({ length: 5 }, (_, n) => task(`Find ${n}.`)), 'Done.']);
    const options = optionsFor({ parent, child }, { subAgentLimits: { maxParallel: 3 } });
    const { toolResults, messages } = await collect(run('Go.', options));
    checkStream(messages);
    expect(toolResults).toHaveLength(5);
    expect(most).toBe(3);
  });

  test('share what is left of the budget, and give the rest back', async () => {
    const grants: unknown[] = [];
    const both = models(
      [
        [task('1'), task('2'), usage],
        ['Done.', usage],
      ],
      ['One.', 'Two.'].map((text) => [text, usage]),
    );
    const options = optionsFor(both, { prices, budget: { maxCost: 1, maxTokens: 100_000 } });
    const { result, messages } = await collect(run('Go.', options));
    for (const event of await logOf(options.session, 's')) if (event.type === 'child_granted') grants.push(event.grant);
    const left = 1 - 120 / 1e6;
    expect(grants).toEqual([
      { maxCost: expect.closeTo(left / 3, 9), maxTokens: 33_296 },
      { maxCost: expect.closeTo(left / 3, 9), maxTokens: 33_297 },
    ]);
    expect(result).toMatchObject({ stopReason: 'end_turn', totalTokens: 440 });
    expect(messages.filter((message) => message.type === 'system' && message.subtype === 'budget_warning')).toEqual([]);
  });

  test('cannot pass the ceiling of their parent, however much they want', async () => {
    const dear = reportUsage({ input: 2_000, output: 3_000 });
    const parent = scriptedModel([
      [task('1'), task('2'), task('3'), usage],
      ['Done.', usage],
    ]);
    const child = scriptedModel(() => ['More.', call('look', { n: Math.floor(child.calls) }), dear]);
    const options = optionsFor({ parent, child }, { tools: [tool('look')], prices, budget: { maxCost: 0.05 } });
    const { result } = await collect(run('Go.', options));
    expect(result?.totalCost).toBeLessThanOrEqual(0.05);
    expect(child.calls).toBeGreaterThan(0);
  });
});

describe('a sub-agent may do no more than its parent', () => {
  const ran: string[] = [];
  const write = tool('write', ran);

  test('what the parent is denied is denied to it, and its own policy narrows further', async () => {
    ran.length = 0;
    const noWrites: PermissionPolicy = {
      decide: ({ tool: { name } }) => ({ decision: name === 'write' ? 'deny' : 'allow', tier: 'deny', reason: 'No.' }),
    };
    for (const where of ['parent', 'child']) {
      const both = models([[task()], 'Done.'], [[call('write')], 'I could not.']);
      const agents = {
        explorer: { ...explorer, model: both.child, permissions: where === 'child' ? noWrites : allowed },
      };
      const permissions = where === 'parent' ? noWrites : allowed;
      const { messages } = await collect(run('Go.', { ...optionsFor(both, { tools: [write] }), agents, permissions }));
      const results = fromChild(messages).filter((message) => message.type === 'tool_result');
      expect(results).toMatchObject([{ outcome: 'denied' }]);
    }
    expect(ran).toEqual([]);
  });

  test('a policy of its own that fails denies', async () => {
    const broken: PermissionPolicy = {
      decide: () => {
        throw new Error('broken');
      },
    };
    const both = models([[task()], 'Done.'], [[call('write')], 'I could not.']);
    const agents = { explorer: { ...explorer, model: both.child, permissions: broken } };
    const { messages } = await collect(run('Go.', { ...optionsFor(both, { tools: [write] }), agents }));
    expect(fromChild(messages).filter((message) => message.type === 'tool_result')).toMatchObject([
      { outcome: 'denied' },
    ]);
  });

  test('its questions go to who answers those of the parent, and say where they come from; none is put off', async () => {
    const asked: ApprovalRequest[] = [];
    const permissions: PermissionPolicy = {
      decide: ({ tool: { name } }) => ({ decision: name === 'write' ? 'ask' : 'allow', tier: 'ask', reason: 'Sure?' }),
    };
    const both = models([[task()], 'Done.'], [[call('write'), call('write', { n: 1 })], 'Wrote one.']);
    const onApproval = (request: ApprovalRequest) => {
      asked.push(request);
      return asked.length === 1 ? true : 'defer';
    };
    const { messages, result } = await collect(
      run('Go.', { ...optionsFor(both, { tools: [write] }), permissions, onApproval }),
    );
    expect(asked).toMatchObject([
      { name: 'write', depth: 1, parentToolUseId: expect.any(String) },
      { name: 'write', depth: 1 },
    ]);
    const results = fromChild(messages).filter((message) => message.type === 'tool_result');
    expect(results).toMatchObject([{ outcome: 'ok' }, { outcome: 'denied' }]);
    expect(result).toMatchObject({ stopReason: 'end_turn', pendingApprovals: [] });
  });

  test('it has the tools that it is given, and no sub-agents unless the depth allows them', async () => {
    const both = models([[task()], 'Done.'], ['Nothing.']);
    const agents = { explorer: { ...explorer, model: both.child, tools: ['look'] } };
    await collect(run('Go.', { ...optionsFor(both, { tools: [write, tool('look')] }), agents }));
    expect(both.child.requests[0]?.tools.map(({ name }) => name)).toEqual(['look']);

    const deep = scriptedModel([[task('1')], [task('2')], 'Deepest.', 'Middle.', 'Done.']);
    const options = { model: deep, agents: { explorer }, permissions: allowed, subAgentLimits: { maxDepth: 2 } };
    const { messages, result } = await collect(run('Go.', options));
    expect(deep.requests.map(({ tools }) => tools.map(({ name }) => name))).toEqual([
      ['Task'],
      ['Task'],
      [],
      ['Task'],
      ['Task'],
    ]);
    expect(new Set(fromChild(messages).map(({ depth }) => depth))).toEqual(new Set([1, 2]));
    expect(result?.text).toBe('Done.');
  });
});

describe('an end', () => {
  test('by break stops the sub-agent, and no model is called after it', async () => {
    const both = models([[task()], 'Done.'], [['Thinking', hang()]]);
    for await (const message of run('Go.', optionsFor(both))) {
      if (message.parentToolUseId !== undefined && message.type === 'text') break;
    }
    expect([both.parent.calls, both.child.calls]).toEqual([1, 1]);
    expect(both.child.openStreams).toBe(0);
  });

  test('by abort is logged in both sessions, and all is counted', async () => {
    const both = models(
      [[task(), usage]],
      [
        [call('look'), usage],
        ['Thinking', hang()],
      ],
    );
    const options = optionsFor(both, { tools: [tool('look')], prices });
    const running = run('Go.', options);
    const messages: Message[] = [];
    for await (const message of running) {
      messages.push(message);
      if (message.parentToolUseId !== undefined && message.type === 'text') running.abort();
    }
    checkStream(messages);
    expect(messages.at(-1)).toMatchObject({ stopReason: 'aborted', totalTokens: expect.any(Number) });
    const log = await logOf(options.session, 's');
    const returned = log.find((event) => event.type === 'child_returned');
    expect(returned).toMatchObject({ used: { usage: { input: 100, output: 10 } } });
  });
});

describe('a process that dies', () => {
  test('at any event leaves sessions that go on: no call is made twice, and every one is answered', async () => {
    const script = {
      parent: [
        [call('pay'), usage],
        [task('1'), task('2'), usage],
        ['Done.', usage],
      ],
      child: (turn: number) => (turn === 0 ? [call('pay', { n: 1 }), usage] : ['Paid.', usage]),
    };
    const byConversation = () => ({
      parent: scriptedModel(
        ({ messages }) => script.parent[messages.filter(({ role }) => role === 'assistant').length] ?? 'No.',
      ),
      child: scriptedModel(({ messages }) => script.child(messages.filter(({ role }) => role === 'assistant').length)),
    });
    const ran: string[] = [];
    const snapshots: { readonly logs: Map<string, SessionEvent[]>; readonly ran: readonly string[] }[] = [];
    const logs = new Map<string, SessionEvent[]>();
    const inner = memoryStore();
    const watched: SessionStore = {
      ...inner,
      async append(id, expectedSeq, events) {
        await inner.append(id, expectedSeq, events);
        logs.set(id, [...(logs.get(id) ?? []), ...events]);
        snapshots.push({ logs: new Map(logs), ran: [...ran] });
      },
    };
    const first = byConversation();
    const whole = await run('Go.', optionsFor(first, { session: watched, tools: [tool('pay', ran)], prices })).result();
    expect(ran).toHaveLength(3);
    for (const [index, snapshot] of snapshots.entries()) {
      const session = memoryStore();
      for (const [id, events] of snapshot.logs) await session.append(id, 0, events);
      const again: string[] = [...snapshot.ran];
      const both = byConversation();
      const { sessionId: _, ...options } = optionsFor(both, { session, tools: [tool('pay', again)], prices });
      const { messages, result } = await collect(resume('s', options));
      checkStream(messages, { isContinuation: true });
      checkRequests([...both.parent.requests, ...both.child.requests]);
      expect(new Set(again).size, `after event ${index}`).toBe(again.length);
      expect(result, `after event ${index}`).toMatchObject({ stopReason: 'end_turn', text: 'Done.' });
      const log = await logOf(session, 's');
      expect(new Set(log.map(({ key }) => key)).size).toBe(log.length);
      expect(result?.toolCalls).toBe(whole.toolCalls);
    }
  });
});

describe('options', () => {
  const model = scriptedModel([]);
  test.each([
    ['a description is needed', { explorer: {} }, /agents\.explorer\.description/],
    ['an unknown field', { explorer: { ...explorer, prompt: 'x' } }, /no option `agents\.explorer\.prompt`/],
    ['an impossible name', { 'the explorer': explorer }, /name of 1 to 64/],
    ['a tool that the parent does not have', { explorer: { ...explorer, tools: ['loook'] } }, /Did you mean "look"/],
  ])('%s is an error', (_, agents, message) => {
    const wrong = { model, tools: [tool('look')], agents: agents as never };
    expect(() => run('Go.', wrong)).toThrow(OptionError);
    expect(() => run('Go.', wrong)).toThrow(message);
  });

  test('a tool named Task is an error beside agents, and fine without', async () => {
    const own = tool('Task');
    expect(() => run('Go.', { model, tools: [own], agents: { explorer } })).toThrow('the name belongs to the tool');
    expect((await run('Go.', { model: scriptedModel(['Hi.']), tools: [own] }).result()).text).toBe('Hi.');
  });

  test('without agents, or with a depth of 0, there is no Task', async () => {
    const plain = scriptedModel(['Hi.', 'Hi.']);
    await run('Go.', { model: plain, agents: {} }).result();
    await run('Go.', { model: plain, agents: { explorer }, subAgentLimits: { maxDepth: 0 } }).result();
    expect(plain.requests.map(({ tools }) => tools)).toEqual([[], []]);
  });
});
