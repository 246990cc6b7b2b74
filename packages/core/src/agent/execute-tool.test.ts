import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { logOf } from '../../test/log-of.ts';
import { defineTool } from '../define-tool.ts';
import type { Hooks } from '../hooks.ts';
import type { Json } from '../json.ts';
import type { PermissionPolicy } from '../permission.ts';
import { memoryStore } from '../session/memory-store.ts';
import type { AccessKind, InvokeResult, Tool, ToolContext, ToolReturn } from '../tool.ts';
import { call, checkStream, collect, scriptedModel, virtualClock } from '../testing/index.ts';
import { inProcess } from './in-process-durable.ts';
import type { RunOptions } from './options.ts';
import { run } from './run.ts';

function tool(
  name: string,
  execute: (context: ToolContext, args: Json) => unknown,
  accessKinds: readonly AccessKind[] = [],
): Tool {
  return defineTool({
    name,
    description: name,
    input: z.record(z.string(), z.json()),
    accessKinds,
    // A tool without types may return anything.
    execute: (args, context) => execute(context, args) as ToolReturn,
  });
}

/** Runs one call of the first tool. */
async function runTools(tools: readonly Tool[], options: Partial<RunOptions> = {}) {
  const session = memoryStore();
  const model = scriptedModel([[call(tools[0]?.name ?? '')], 'I see.']);
  const pending = run('Go.', { model, tools, session, ...options });
  const collected = await collect(pending);
  checkStream(collected.messages);
  const log = await logOf(session, pending.sessionId);
  return { ...collected, log, answer: collected.toolResults[0], model };
}

const allowAll: PermissionPolicy = { decide: () => ({ decision: 'allow', tier: 'mode', reason: 'Allowed.' }) };
const image = { type: 'image', mediaType: 'image/png', data: 'aGk=' } as const;

describe('what a tool returns', () => {
  test.each<[string, unknown, object]>([
    ['text', 'fine', { content: 'fine', isError: false, outcome: 'ok' }],
    ['a promise of text', Promise.resolve('fine'), { content: 'fine', outcome: 'ok' }],
    ['empty text', '', { content: '', outcome: 'ok' }],
    ['blocks', [{ type: 'text', text: 'a' }, image], { content: [{ type: 'text', text: 'a' }, image], outcome: 'ok' }],
    ['no blocks', [], { content: [], outcome: 'ok' }],
    [
      'an output',
      { content: 'fine', display: { rows: [1] } },
      { content: 'fine', display: { rows: [1] }, outcome: 'ok' },
    ],
    [
      'a failure',
      { content: 'no such file', isError: true },
      { content: 'no such file', isError: true, outcome: 'error' },
    ],
  ])('%s is its answer', async (_name, returned, answer) => {
    expect((await runTools([tool('t', () => returned)])).answer).toMatchObject(answer);
  });

  const circular: { self?: unknown } = {};
  circular.self = circular;
  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a number', 7],
    ['an object that is no output', { text: 'fine' }],
    ['a content that is none', { content: 7 }],
    ['blocks that are none', [{ type: 'video' }]],
    ['a text block without text', [{ type: 'text' }]],
    ['an image without data', { content: [{ type: 'image', mediaType: 'image/png' }] }],
    ['a function', () => 'fine'],
    ['a symbol', Symbol('fine')],
    ['a display that contains itself', { content: 'fine', display: circular }],
    ['a display with a bigint', { content: 'fine', display: 7n }],
    [
      'a getter that throws',
      {
        get content() {
          throw new Error('trap');
        },
      },
    ],
  ])('%s is an error that the model reads, and the run goes on', async (_name, returned) => {
    const { answer, result } = await runTools([tool('t', () => returned)]);
    expect(answer).toMatchObject({ isError: true, outcome: 'error', content: expect.stringContaining('"t"') });
    expect(result).toMatchObject({ stopReason: 'end_turn', text: 'I see.' });
  });

  test('is kept as JSON has it, whatever else the object can do', async () => {
    const display = { at: new Date(0), run: () => 'no JSON', missing: undefined };
    const { answer, log } = await runTools([tool('t', () => ({ content: 'fine', display }))]);
    expect(answer?.display).toEqual({ at: '1970-01-01T00:00:00.000Z' });
    expect(log.find(({ type }) => type === 'tool_finished')).toMatchObject({
      display: { at: '1970-01-01T00:00:00.000Z' },
    });
  });

  test('of ten megabytes is passed on whole', async () => {
    const text = 'x'.repeat(10_000_000);
    expect((await runTools([tool('t', () => text)])).answer?.content).toBe(text);
  });
});

describe('what a tool throws', () => {
  test.each<[string, unknown, string]>([
    ['an error', new Error('disk full'), 'disk full'],
    ['text', 'disk full', 'disk full'],
    ['undefined', undefined, 'undefined'],
    ['an object without a prototype', Object.create(null), 'cannot be shown'],
  ])('%s is an error that the model reads', async (_name, thrown, text) => {
    const throwing = [
      tool('t', () => {
        throw thrown;
      }),
      tool('t', async () => Promise.reject(thrown)),
    ];
    for (const each of throwing) {
      const { answer, result } = await runTools([each]);
      expect(answer).toMatchObject({ isError: true, outcome: 'error', content: expect.stringContaining(text) });
      expect(result?.stopReason).toBe('end_turn');
    }
  });
});

describe('a tool that is a generator', () => {
  test('shows its progress while it runs, and answers with what it returns', async () => {
    const worker = tool('t', async function* () {
      yield 'half';
      yield { done: 0.9 };
      return 'whole';
    });
    const { messages, answer } = await runTools([worker]);
    const kinds = messages.map((message) => (message.type === 'system' ? message.data : message.type));
    expect(kinds.slice(1, 5)).toEqual([
      'tool_use',
      { toolUseId: 'call_1', name: 't', progress: 'half' },
      { toolUseId: 'call_1', name: 't', progress: { done: 0.9 } },
      'tool_result',
    ]);
    expect(answer?.content).toBe('whole');
  });

  test('that throws half way is an error', async () => {
    const worker = tool('t', async function* () {
      yield 'half';
      throw new Error('broke');
    });
    expect((await runTools([worker])).answer).toMatchObject({
      outcome: 'error',
      content: expect.stringContaining('broke'),
    });
  });

  test('that returns nothing is an error', async () => {
    const worker = tool('t', async function* () {
      yield 'half';
    });
    expect((await runTools([worker])).answer).toMatchObject({ outcome: 'error' });
  });

  test('is held back by a slow consumer', async () => {
    let yielded = 0;
    const worker = tool('t', async function* () {
      while (yielded < 1000) yield yielded++;
      return 'done';
    });
    const pending = run('Go.', { model: scriptedModel([[call('t')], 'Done.']), tools: [worker] });
    for await (const message of pending) {
      if (message.type !== 'system' || message.subtype !== 'tool_progress') continue;
      for (let round = 0; round < 50; round++) await new Promise(setImmediate);
      expect(yielded).toBeLessThan(40);
      break;
    }
  });

  test('is ended by an abort at its next step, and cleans up', async () => {
    let cleaned = false;
    const worker = tool('t', async function* () {
      try {
        for (let step = 0; ; step++) yield step;
      } finally {
        cleaned = true;
      }
    });
    const pending = run('Go.', { model: scriptedModel([[call('t')]]), tools: [worker] });
    for await (const message of pending) {
      if (message.type === 'system' && message.subtype === 'tool_progress') pending.abort();
    }
    expect(cleaned).toBe(true);
    expect(await pending.result()).toMatchObject({ stopReason: 'aborted' });
  });

  test('that never ends its clean-up is abandoned', async () => {
    const clock = virtualClock();
    const worker = tool('t', async function* () {
      try {
        for (;;) yield 'step';
      } finally {
        await new Promise(() => {
          // Never settles.
        });
      }
    });
    const pending = run('Go.', { model: scriptedModel([[call('t')]]), tools: [worker], durable: inProcess({ clock }) });
    const subtypes: string[] = [];
    for await (const message of pending) {
      if (message.type !== 'system') continue;
      if (message.subtype === 'tool_progress') pending.abort();
      subtypes.push(message.subtype);
    }
    expect(subtypes).toContain('tool_abandoned');
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('the context of a tool', () => {
  test('says where and in whose name it runs', async () => {
    let seen: ToolContext | undefined;
    const looking = tool('t', (context) => {
      seen = context;
      return '';
    });
    await runTools([looking], { cwd: '/work', sessionId: 's' });
    expect(seen).toMatchObject({
      cwd: '/work',
      sessionId: 's',
      toolUseId: 'call_1',
      idempotencyKey: 's/1/tool/call_1',
    });
    expect(seen?.signal.aborted).toBe(false);
  });

  test('permits() answers as the policy would for this tool, and asks nobody', async () => {
    const permissions: PermissionPolicy = {
      decide({ access: [first] }) {
        const path = first?.kind === 'read' ? first.path : undefined;
        if (path === undefined || path === 'open') return { decision: 'allow', tier: 'mode', reason: '' };
        return { decision: path === 'closed' ? 'deny' : 'ask', tier: 'mode', reason: '' };
      },
    };
    const answers: boolean[] = [];
    const looking = tool(
      't',
      async (context) => {
        for (const path of ['open', 'closed', 'doubtful']) answers.push(await context.permits({ kind: 'read', path }));
        // Not among the kinds that the tool declares: a call with it would be denied.
        answers.push(await context.permits({ kind: 'write' }));
        return '';
      },
      ['read'],
    );
    const onApproval = () => {
      throw new Error('nobody is to be asked');
    };
    await runTools([looking], { permissions, onApproval });
    expect(answers).toEqual([true, false, false, false]);
  });
});

describe('invoke()', () => {
  function outer(then: (context: ToolContext) => Promise<InvokeResult>): Tool {
    return tool('outer', async (context) => {
      const { outcome, content } = await then(context);
      return `${outcome}: ${typeof content === 'string' ? content : 'blocks'}`;
    });
  }

  test('runs another tool of the agent inside this call, and is no call of the model', async () => {
    const inner = tool('inner', (context, args) => `${context.toolUseId} got ${JSON.stringify(args)}`);
    const { answer, result, toolUses, log } = await runTools([
      outer((context) => context.invoke('inner', { a: 1 })),
      inner,
    ]);
    expect(answer?.content).toBe('ok: call_1/1 got {"a":1}');
    expect(result?.toolCalls).toBe(1);
    expect(toolUses).toHaveLength(1);
    expect(log.filter(({ type }) => type === 'tool_decided')).toHaveLength(2);
    expect(log.filter(({ type }) => type === 'tool_started' || type === 'tool_finished')).toHaveLength(2);
  });

  test('goes past the same judge: what the policy denies does not run', async () => {
    let ran = false;
    const write = tool(
      'write',
      () => {
        ran = true;
        return '';
      },
      ['write'],
    );
    const plan: PermissionPolicy = {
      decide: ({ access }) =>
        access.length === 0
          ? { decision: 'allow', tier: 'mode', reason: '' }
          : { decision: 'deny', tier: 'ceiling', reason: 'plan mode changes nothing' },
    };
    const { answer, result } = await runTools([outer((context) => context.invoke('write', {})), write], {
      permissions: plan,
    });
    expect(answer?.content).toBe('denied: Denied: plan mode changes nothing');
    expect(ran).toBe(false);
    expect(result?.denials).toEqual([expect.objectContaining({ toolUseId: 'call_1/1', name: 'write' })]);
  });

  test('asks in process where the policy asks, and is denied where nobody answers', async () => {
    const write = tool('write', () => 'written', ['write']);
    const permissions: PermissionPolicy = {
      decide: ({ access }) => ({ decision: access.length === 0 ? 'allow' : 'ask', tier: 'mode', reason: 'hm' }),
    };
    const tools = [outer((context) => context.invoke('write', {})), write];
    expect((await runTools(tools, { permissions, onApproval: () => true })).answer?.content).toBe('ok: written');
    expect((await runTools(tools, { permissions })).answer?.content).toMatch(/^denied: Denied: hm Nobody can be asked/);
  });

  test('goes past the hooks too', async () => {
    const seen: string[] = [];
    const hooks: Hooks = {
      beforeTool: ({ call: { name } }) => {
        seen.push(`before ${name}`);
      },
      afterTool: ({ call: { name } }) => {
        seen.push(`after ${name}`);
      },
    };
    await runTools([outer((context) => context.invoke('inner', {})), tool('inner', () => '')], { hooks });
    expect(seen).toEqual(['before outer', 'before inner', 'after inner', 'after outer']);
  });

  test.each<[string, string, Json, RegExp]>([
    ['an unknown tool', 'inber', {}, /^error: There is no tool "inber"\. Did you mean "inner"/],
    ['invalid arguments', 'inner', 'text', /^error: The arguments of "inner" are not valid/],
  ])('of %s is answered, not thrown', async (_name, name, args, content) => {
    const tools = [outer((context) => context.invoke(name, args)), tool('inner', () => '')];
    expect((await runTools(tools)).answer?.content).toMatch(content);
  });

  test('of a tool that throws or returns nonsense is answered, not thrown', async () => {
    const bad = tool('bad', () => {
      throw Object.create(null);
    });
    expect((await runTools([outer((context) => context.invoke('bad', {})), bad])).answer?.content).toMatch(
      /^error: .*"bad"/,
    );
  });

  test('many at once keep their keys apart', async () => {
    const fan = tool('fan', async (context) => {
      const results = await Promise.all(Array.from({ length: 20 }, (_, index) => context.invoke('inner', { index })));
      return JSON.stringify(results.map(({ content }) => content));
    });
    const { answer, log } = await runTools([fan, tool('inner', (_context, args) => JSON.stringify(args))]);
    expect(answer?.content).toBe(JSON.stringify(Array.from({ length: 20 }, (_, index) => JSON.stringify({ index }))));
    expect(new Set(log.map(({ key }) => key)).size).toBe(log.length);
  });

  test('after the call is over starts nothing', async () => {
    let ran = 0;
    const late: Promise<InvokeResult>[] = [];
    const leaving = tool('outer', (context) => {
      setImmediate(() => late.push(context.invoke('inner', {})));
      return 'gone';
    });
    const inner = tool('inner', () => {
      ran++;
      return '';
    });
    const session = memoryStore();
    const pending = run('Go.', { model: scriptedModel([[call('outer')], 'Done.']), tools: [leaving, inner], session });
    await collect(pending);
    const log = await logOf(session, pending.sessionId);
    await new Promise(setImmediate);
    expect(await late[0]).toMatchObject({ outcome: 'not_executed', isError: true });
    expect(ran).toBe(0);
    expect(await logOf(session, pending.sessionId)).toEqual(log);
  });

  test.each<[string, 'hangs' | 'ends']>([
    ['the call', 'hangs'],
    ['the run', 'ends'],
  ])('that is approved after %s is over starts nothing, and nothing is logged behind the end', async (_name, next) => {
    let ran = 0;
    const approved = Promise.withResolvers<boolean>();
    const asked = Promise.withResolvers<void>();
    const late: Promise<InvokeResult>[] = [];
    const leaving = tool('outer', async (context) => {
      late.push(context.invoke('inner', {}));
      await asked.promise;
      return 'gone';
    });
    const inner = tool('inner', () => {
      ran++;
      return '';
    });
    const session = memoryStore();
    const pending = run('Go.', {
      model: scriptedModel([[call('outer')], 'Done.']),
      tools: [leaving, inner],
      permissions: {
        decide: ({ tool: { name } }) => ({ decision: name === 'inner' ? 'ask' : 'allow', tier: 'mode', reason: 'why' }),
      },
      onApproval: () => {
        asked.resolve();
        return approved.promise;
      },
      hooks: {
        onStop: async () => {
          if (next === 'ends') return;
          approved.resolve(true);
          await late[0];
        },
      },
      session,
    });
    const { messages } = await collect(pending);
    checkStream(messages);
    approved.resolve(true);
    expect(await late[0]).toMatchObject({ isError: true });
    expect(ran).toBe(0);
    expect((await logOf(session, pending.sessionId)).at(-1)?.type).toBe('run_finished');
  });

  test('of an abandoned tool starts nothing, and adds nothing to the log of the run that has ended', async () => {
    const clock = virtualClock();
    let ran = 0;
    const gate = Promise.withResolvers<void>();
    const late: InvokeResult[] = [];
    const stubborn = tool('outer', async (context) => {
      pending.abort();
      await gate.promise;
      late.push(await context.invoke('inner', {}));
      return '';
    });
    const inner = tool('inner', () => {
      ran++;
      return '';
    });
    const session = memoryStore();
    const model = scriptedModel([[call('outer')]]);
    const pending = run('Go.', { model, tools: [stubborn, inner], session, durable: inProcess({ clock }) });
    await collect(pending);
    const log = await logOf(session, pending.sessionId);
    gate.resolve();
    await new Promise(setImmediate);
    expect(late).toEqual([expect.objectContaining({ outcome: 'aborted' })]);
    expect(ran).toBe(0);
    expect(await logOf(session, pending.sessionId)).toEqual(log);
  });
});

describe('the afterTool hook', () => {
  const secret = tool('t', () => ({ content: 'the secret', display: 'the secret' }));

  async function after(afterTool: () => unknown, tools: readonly Tool[] = [secret]) {
    return runTools(tools, { hooks: { afterTool: afterTool as () => undefined } });
  }

  test('sees the call and its result', async () => {
    const seen: unknown[] = [];
    await runTools([secret], {
      hooks: {
        afterTool: ({ call: seenCall, result }) => {
          seen.push(seenCall, result);
        },
      },
    });
    expect(seen).toEqual([
      { toolUseId: 'call_1', name: 't', args: {} },
      { content: 'the secret', isError: false, outcome: 'ok' },
    ]);
  });

  test('can replace the result, before the model or anybody else sees it', async () => {
    const { answer, messages, log, model } = await after(() => ({ content: 'redacted' }));
    expect(answer).toMatchObject({ content: 'redacted', isError: false, outcome: 'ok' });
    for (const place of [messages, log, model.requests]) expect(JSON.stringify(place)).not.toContain('the secret');
  });

  test('can make it an error, and mend one', async () => {
    expect((await after(() => ({ content: 'no', isError: true }))).answer).toMatchObject({
      isError: true,
      outcome: 'error',
    });
    const failing = tool('t', () => ({ content: 'no', isError: true }));
    expect((await after(() => ({ content: 'never mind', isError: false }), [failing])).answer).toMatchObject({
      isError: false,
      outcome: 'ok',
    });
  });

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('broken hook');
      },
    ],
    ['answers true', () => true],
    ['answers an empty object', () => ({})],
    ['answers content that is none', () => ({ content: 7 })],
    ['answers blocks that are none', () => ({ content: [{ type: 'video' }] })],
  ])('that %s withholds the result', async (_name, hook) => {
    const { answer, messages, log, model, result } = await after(hook);
    expect(answer).toMatchObject({ isError: true, outcome: 'error', content: expect.stringContaining('withheld') });
    for (const place of [messages, log, model.requests]) expect(JSON.stringify(place)).not.toContain('the secret');
    expect(result?.stopReason).toBe('end_turn');
  });

  test('is not asked about calls that did not run', async () => {
    let asked = 0;
    const hook = () => {
      asked++;
    };
    await after(hook, [tool('t', () => '', ['write'])]);
    expect(asked).toBe(0);
  });
});

describe('batches', () => {
  /** Tools that note when they start and end. */
  function noting(log: string[], name: string, kinds: readonly AccessKind[]): Tool {
    return tool(
      name,
      async (_context, args) => {
        const id = JSON.stringify(args);
        log.push(`+${id}`);
        for (let round = 0; round < 3; round++) await new Promise(setImmediate);
        log.push(`-${id}`);
        return '';
      },
      kinds,
    );
  }

  test('of reads run side by side, at most eight; anything else runs alone, in order', async () => {
    const log: string[] = [];
    const tools = [noting(log, 'read', ['read']), noting(log, 'write', ['read', 'write'])];
    const names = ['read', 'read', 'write', 'write', 'read', 'nobody', 'read'];
    const calls = names.map((name, index) => call(name, { index }));
    const model = scriptedModel([calls, 'Done.']);
    const { messages, toolResults } = await collect(run('Go.', { model, tools, permissions: allowAll }));
    checkStream(messages);
    const steps = log.map((entry) => entry.replace(/\{"index":(\d)\}/, '$1')).join(' ');
    expect(steps).toBe('+0 +1 -0 -1 +2 -2 +3 -3 +4 +6 -4 -6');
    expect(toolResults).toHaveLength(7);
  });

  test('of many reads have at most eight under way', async () => {
    let running = 0;
    let most = 0;
    const read = tool(
      'read',
      async () => {
        most = Math.max(most, ++running);
        await new Promise(setImmediate);
        running--;
        return '';
      },
      ['read'],
    );
    const calls = Array.from({ length: 30 }, (_, index) => call('read', { index }));
    const { toolResults } = await collect(
      run('Go.', { model: scriptedModel([calls, 'Done.']), tools: [read], permissions: allowAll }),
    );
    expect(toolResults.filter(({ outcome }) => outcome === 'ok')).toHaveLength(30);
    expect(most).toBe(8);
  });
});
