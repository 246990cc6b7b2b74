import { describe, expect, test } from 'vitest';
import { logOf } from '../../test/log-of.ts';
import { AgentError, ModelError, type ModelErrorKind } from '../errors.ts';
import type { Hooks } from '../hooks.ts';
import type { Model, ModelEvent, ModelRequest } from '../model.ts';
import type { PriceBook } from '../price.ts';
import { memoryStore } from '../session/memory-store.ts';
import {
  call,
  checkStream,
  collect,
  cut,
  dropEnd,
  emit,
  endWith,
  fail,
  hang,
  opaque,
  pause,
  raise,
  reportUsage,
  say,
  scriptedModel,
  stopWith,
  think,
  virtualClock,
  type Script,
} from '../testing/index.ts';
import { inProcess } from './in-process-durable.ts';
import type { RunOptions } from './options.ts';
import { run } from './run.ts';

const clock = virtualClock();

const forever = (): Promise<never> =>
  new Promise(() => {
    // Never settles.
  });

/** Runs a script on virtual time. */
async function play(script: Script, options: Partial<RunOptions> = {}) {
  const session = memoryStore();
  const model = scriptedModel(script, { clock });
  const pending = run('Go.', { model, session, durable: inProcess({ clock }), ...options });
  const collected = await collect(pending);
  const replacesAnswers = options.hooks?.afterModel !== undefined;
  checkStream(collected.messages, { replacesAnswers });
  const retries = collected.messages.flatMap((message) =>
    message.type === 'system' && message.subtype === 'retry' ? [message.data] : [],
  );
  return { ...collected, model, retries, log: await logOf(session, pending.sessionId) };
}

const prices: PriceBook = {
  price: ({ input = 0, output = 0 }) => ({ usd: input + 10 * output, basis: 'catalog', asOf: '2026-01-01' }),
};

describe('the request', () => {
  test('has what the options say, and nothing of what they leave out', async () => {
    const { model } = await play(['Hi.'], {
      system: 'Be brief.',
      maxOutputTokens: 100,
      effort: 'low',
      cache: '1h',
      providerOptions: { scripted: { seed: 7 } },
    });
    expect(model.requests[0]).toEqual({
      system: 'Be brief.',
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Go.' }] }],
      tools: [],
      maxOutputTokens: 100,
      effort: 'low',
      cache: '1h',
      providerOptions: { scripted: { seed: 7 } },
      signal: expect.any(AbortSignal),
    });
    const bare = await play(['Hi.']);
    expect(Object.keys(bare.model.requests[0] ?? {}).toSorted()).toEqual(['cache', 'messages', 'signal', 'tools']);
  });

  test('keeps every block of an answer in its place, native data too', async () => {
    const turn = [
      think('hm', { native: { signature: 'abc' } }),
      opaque('search', { id: 1 }),
      'Look.',
      call('nobody', { a: 1 }),
    ];
    const { model } = await play([turn, 'Done.']);
    expect(model.requests[1]?.messages[1]).toEqual({
      role: 'assistant',
      content: [
        { type: 'thinking', text: 'hm', native: { signature: 'abc' } },
        { type: 'opaque', kind: 'search', native: { id: 1 } },
        { type: 'text', text: 'Look.' },
        { type: 'tool_call', id: 'call_1', name: 'nobody', args: { a: 1 } },
      ],
      origin: { provider: 'scripted', model: 'scripted-1' },
    });
  });

  test('begins with all that the one before had, so that a cached prefix holds', async () => {
    const { model } = await play([[call('nobody', { n: 1 })], [call('nobody', { n: 2 })], 'Done.'], { system: 'S' });
    for (const [index, request] of model.requests.entries()) {
      const before = model.requests[index - 1];
      if (before === undefined) continue;
      expect(request.messages.slice(0, before.messages.length)).toEqual(before.messages);
      expect([request.system, request.tools]).toEqual([before.system, before.tools]);
    }
  });
});

describe('how a turn ends', () => {
  test('a refusal ends the run, and is not sent back', async () => {
    const session = memoryStore();
    const options = { session, sessionId: 's' };
    const refused = await play([['I will not.', call('nobody'), stopWith('refusal')]], options);
    expect(refused.result).toMatchObject({ stopReason: 'refusal', text: 'I will not.', toolCalls: 0 });
    expect(refused.toolUses).toEqual([]);
    const { model } = await play(['Sure.'], options);
    expect(model.requests[0]?.messages.map(({ role }) => role)).toEqual(['user', 'user']);
  });

  test('a pause goes on where it left off', async () => {
    const { result, model } = await play([['Searching', opaque('search', 1), stopWith('pause')], 'Found it.']);
    expect(result).toMatchObject({ stopReason: 'end_turn', turns: 2, text: 'Found it.' });
    expect(model.requests[1]?.messages.at(-1)?.role).toBe('assistant');
  });

  test('a pause that left nothing does not come again for ever', async () => {
    const { result, model } = await play(() => [stopWith('pause')]);
    expect(result?.stopReason).toBe('end_turn');
    expect(model.calls).toBe(1);
  });

  test('an empty answer is no message', async () => {
    const session = memoryStore();
    const options = { session, sessionId: 's' };
    const { result } = await play([[]], options);
    expect(result).toMatchObject({ stopReason: 'end_turn', text: '', turns: 1 });
    const { model } = await play(['Hi.'], options);
    expect(model.requests[0]?.messages.map(({ role }) => role)).toEqual(['user', 'user']);
  });

  test('calls are run whatever the provider says the stop was', async () => {
    const { result, toolResults } = await play([[call('nobody'), stopWith('end')], 'Done.']);
    expect(toolResults).toHaveLength(1);
    expect(result?.turns).toBe(2);
  });
});

describe('a model that breaks its contract', () => {
  const broken = (...events: readonly unknown[]): Script => [
    events.map((event) => emit(event as ModelEvent)),
    'Never.',
  ];

  test.each<[string, Script]>([
    ['yields null', broken(null)],
    ['yields undefined as an event', broken(undefined)],
    ['yields text', broken('text')],
    ['yields a block that is none', broken({ type: 'block', block: { type: 'text' } })],
    ['yields no block', broken({ type: 'block' })],
    ['yields a call without a name', broken({ type: 'block', block: { type: 'tool_call', id: 'a' } })],
    ['ends without a usage', broken({ type: 'end', stop: 'end' })],
  ])('that %s fails the run, and leaves a log that can be read', async (_name, script) => {
    const { result, log, model } = await play(script, { retry: { maxAttempts: 1 } });
    expect(result).toMatchObject({ stopReason: 'error', error: { code: 'model_failed' } });
    expect(log.at(-1)?.type).toBe('run_finished');
    expect(model.openStreams).toBe(0);
  });

  test('by events of a kind we do not know, or after its end, changes nothing', async () => {
    const model: Model = {
      ...scriptedModel([]),
      async *stream(): AsyncGenerator<ModelEvent> {
        yield { type: 'heartbeat' } as unknown as ModelEvent;
        yield { type: 'block', block: { type: 'text', text: 'Hi.' } };
        yield { type: 'end', stop: 'end', usage: {} };
        yield { type: 'block', block: { type: 'text', text: 'late' } };
      },
    };
    const { result } = await collect(run('Go.', { model }));
    expect(result).toMatchObject({ stopReason: 'end_turn', text: 'Hi.' });
  });

  test.each<[string, () => unknown]>([
    [
      'throws out of stream()',
      () => {
        throw new TypeError('no stream');
      },
    ],
    ['returns nothing from stream()', () => undefined],
    ['returns a promise from stream()', async () => undefined],
    ['returns a list from stream()', () => []],
    ['throws out of next()', () => ({ [Symbol.asyncIterator]: () => ({ next: () => undefined }) })],
  ])('that %s fails the run', async (_name, stream) => {
    const model = { ...scriptedModel([]), stream } as unknown as Model;
    const { messages, result } = await collect(run('Go.', { model }));
    checkStream(messages);
    expect(result?.error).toMatchObject({ code: 'model_failed', kind: 'protocol' });
  });

  test('whose return() throws or never settles ends all the same', async () => {
    for (const ending of [() => Promise.reject(new Error('no')), forever, () => undefined]) {
      const events = ['Hi.', undefined].values();
      const stream = {
        async next(): Promise<IteratorResult<ModelEvent>> {
          const text = events.next().value;
          if (text === undefined) return { done: false, value: { type: 'end', stop: 'end', usage: {} } };
          return { done: false, value: { type: 'text_delta', text } };
        },
        return: ending as () => Promise<IteratorResult<ModelEvent>>,
        [Symbol.asyncIterator]: () => stream,
      };
      const model: Model = { ...scriptedModel([]), stream: () => stream };
      const durable = inProcess({ clock: virtualClock() });
      expect(await run('Go.', { model, durable }).result()).toMatchObject({ stopReason: 'end_turn' });
    }
  });
});

describe('retries', () => {
  test('replay the whole call with a rising attempt, and each is seen', async () => {
    const { retries, result, log, model } = await play([
      ['half', fail('overloaded', { statusCode: 529 })],
      [fail('server', { statusCode: 500 })],
      'whole',
    ]);
    expect(retries.map(({ turn, attempt, error }) => [turn, attempt, error.kind])).toEqual([
      [1, 1, 'overloaded'],
      [1, 2, 'server'],
    ]);
    expect(model.requests[2]?.messages).toEqual(model.requests[0]?.messages);
    expect(log.flatMap((event) => (event.type === 'model_started' ? [event.attempt] : []))).toEqual([1, 2, 3]);
    expect(result).toMatchObject({ stopReason: 'end_turn', text: 'whole', turns: 1 });
  });

  test('wait longer each time, by no chance, up to the longest wait', async () => {
    const script = Array.from({ length: 6 }, () => [fail('overloaded')]);
    const options = { retry: { maxAttempts: 6, baseDelayMs: 1_000, maxDelayMs: 4_000 }, sessionId: 's' };
    const first = await play(script, options);
    const second = await play(script, options);
    const delays = first.retries.map(({ delayMs }) => delayMs);
    expect(second.retries.map(({ delayMs }) => delayMs)).toEqual(delays);
    for (const [index, most] of [1_000, 2_000, 4_000, 4_000, 4_000].entries()) {
      expect(delays[index]).toBeGreaterThanOrEqual(most / 2);
      expect(delays[index]).toBeLessThanOrEqual(most);
    }
    const elsewhere = await play(script, { ...options, sessionId: 'other' });
    expect(elsewhere.retries.map(({ delayMs }) => delayMs)).not.toEqual(delays);
  });

  test('wait as long as the provider asks, on the clock', async () => {
    const before = clock.now();
    const { retries } = await play([[fail('rate_limit', { retryAfterMs: 12_345 })], 'Hi.']);
    expect(retries[0]?.delayMs).toBe(12_345);
    expect(clock.now() - before).toBe(12_345);
  });

  test('do not wait longer than the caller allows: the run ends', async () => {
    const { retries, result } = await play([[fail('rate_limit', { retryAfterMs: 60_001 })], 'Hi.']);
    expect(retries).toEqual([]);
    expect(result?.error).toMatchObject({ kind: 'rate_limit' });
  });

  test('end after the last attempt, whose error says how many there were', async () => {
    const { error, result, model } = await play(() => [fail('server')], { retry: { maxAttempts: 3 } });
    expect(model.calls).toBe(3);
    expect(result?.error?.message).toBe('The script fails here with "server". (attempt 3, the last)');
    expect(error).toMatchObject({ kind: 'server' });
  });

  test('of an answer that could not be parsed are one, not more', async () => {
    expect((await play(() => [fail('malformed_output')])).model.calls).toBe(2);
  });

  test.each<ModelErrorKind>([
    'auth',
    'quota',
    'context_overflow',
    'invalid_request',
    'content_filter',
    'aborted',
    'protocol',
  ])('are not made after %s', async (kind) => {
    const { model, result } = await play(() => [fail(kind)]);
    expect(model.calls).toBe(1);
    expect(result).toMatchObject({ stopReason: 'error', error: { kind } });
  });

  test('are off with maxAttempts 1, and an option left undefined is left out', async () => {
    expect((await play(() => [fail('server')], { retry: { maxAttempts: 1 } })).model.calls).toBe(1);
    // What plain JavaScript passes, and what a spread of optional fields gives.
    const retry = { maxAttempts: undefined, baseDelayMs: undefined } as unknown as NonNullable<RunOptions['retry']>;
    expect((await play(() => [fail('server')], { retry })).model.calls).toBe(4);
  });

  test('never run a tool again', async () => {
    const { toolResults, result } = await play([[call('nobody')], [fail('network')], 'Done.']);
    expect(toolResults).toHaveLength(1);
    expect(result).toMatchObject({ turns: 2, toolCalls: 1 });
  });
});

describe('usage and cost', () => {
  const usage = { input: 10, cacheRead: 5, cacheWrites: [{ ttl: '5m', tokens: 3 }], output: 2 };

  test('are the sums of all turns', async () => {
    const { result } = await play(
      [
        [call('nobody'), reportUsage(usage)],
        ['Done.', reportUsage(usage)],
      ],
      { prices },
    );
    expect(result).toMatchObject({
      usage: { input: 20, cacheRead: 10, cacheWrites: [{ ttl: '5m', tokens: 6 }], output: 4 },
      totalTokens: 40,
      totalCost: 60,
      cost: { usd: 60, basis: 'catalog', asOf: '2026-01-01' },
      usageByModel: { 'scripted/scripted-1': { calls: 2, cost: { usd: 60 } } },
    });
  });

  test('of failed attempts are in them', async () => {
    const { result } = await play(
      [
        ['half', fail('server', { usage: { input: 7 } })],
        ['Done.', reportUsage(usage)],
      ],
      { prices },
    );
    expect(result).toMatchObject({ usage: { input: 17, output: 2 }, totalCost: 37 });
    expect(result?.usageByModel['scripted/scripted-1']?.calls).toBe(2);
  });

  test('of an attempt that failed before anything came is nothing, and that is known', async () => {
    const { result } = await play([[fail('rate_limit')], ['Done.', reportUsage(usage)]], { prices });
    expect(result?.totalCost).toBe(30);
  });

  test.each<[string, Script]>([
    ['is cut after a chunk', [['half', dropEnd()], 'Done.']],
    ['breaks without a count', [['half', fail('server', { usage: undefined })], 'Done.']],
    ['throws something odd', [['half', raise(new Error('odd'))]]],
  ])('of a stream that %s are unknown, not 0', async (_name, script) => {
    const { result } = await play(script, { prices });
    expect(result?.totalCost).toBeUndefined();
    expect(result?.cost).toBeUndefined();
    expect(result?.usageByModel['scripted/scripted-1']?.cost).toBeUndefined();
  });

  test('of a run that was aborted in the middle of an answer are unknown where the model does not say', async () => {
    const model: Model = {
      ...scriptedModel([]),
      async *stream({ signal }: ModelRequest): AsyncGenerator<ModelEvent> {
        yield { type: 'text_delta', text: 'half' };
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
        });
      },
    };
    const pending = run('Go.', { model, prices });
    for await (const message of pending) if (message.type === 'text') pending.abort();
    expect(await pending.result()).toMatchObject({ stopReason: 'aborted', totalCost: undefined });
  });

  test('of an answer whose end arrives after the abort are counted', async () => {
    const model: Model = {
      ...scriptedModel([]),
      async *stream({ signal }: ModelRequest): AsyncGenerator<ModelEvent> {
        yield { type: 'block', block: { type: 'text', text: 'Whole.' } };
        yield { type: 'text_delta', text: 'Whole.' };
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
        });
        yield { type: 'end', stop: 'end', usage };
      },
    };
    const pending = run('Go.', { model, prices });
    for await (const message of pending) if (message.type === 'text') pending.abort();
    expect(await pending.result()).toMatchObject({ stopReason: 'aborted', totalCost: 30, turns: 1, text: 'Whole.' });
  });

  test('of a local model are 0, whatever breaks', async () => {
    const model = scriptedModel([['half', cut()], ['half', dropEnd()], 'Done.'], { info: { local: true } });
    const { result } = await play([], { model });
    expect(result).toMatchObject({ totalCost: 0, cost: { usd: 0, basis: 'local' } });
  });

  test('that the provider sends itself are taken as they are', async () => {
    const { result } = await play([['Hi.', endWith({ costUsd: 0.5 })]], { prices });
    expect(result?.cost).toEqual({ usd: 0.5, basis: 'provider' });
  });

  test('without prices are unknown', async () => {
    expect((await play(['Hi.'])).result?.totalCost).toBeUndefined();
  });

  test('of an answer that a hook threw away are counted', async () => {
    const hooks: Hooks = { afterModel: () => ({ block: 'no' }) };
    const { result } = await play([['Hi.', reportUsage(usage), endWith({ costUsd: 0.5 })]], { prices, hooks });
    expect(result).toMatchObject({ stopReason: 'error', usage: { input: 10 }, cost: { usd: 0.5, basis: 'provider' } });
  });

  test('of an answer that could not be logged are unknown', async () => {
    const session = memoryStore();
    const append: typeof session.append = async (id, seq, events) => {
      if (events.some(({ type }) => type === 'model_finished')) throw new Error('disk full');
      await session.append(id, seq, events);
    };
    const { result } = await play([['Hi.', reportUsage(usage)]], { prices, session: { ...session, append } });
    expect(result).toMatchObject({ stopReason: 'error', error: { code: 'store_failed' }, totalCost: undefined });
  });
});

describe('the beforeModel hook', () => {
  test('sees each attempt, and may replace parts of the request', async () => {
    const attempts: number[] = [];
    const hooks: Hooks = {
      beforeModel: ({ attempt, request }) => {
        attempts.push(attempt);
        return { request: { system: `attempt ${attempt}`, messages: request.messages } };
      },
    };
    const { model } = await play([[fail('server')], 'Hi.'], { hooks });
    expect(attempts).toEqual([1, 2]);
    expect(model.requests.map(({ system }) => system)).toEqual(['attempt 1', 'attempt 2']);
  });

  test('during which the run is aborted sends nothing, and leaves no attempt', async () => {
    const controller = new AbortController();
    const hooks: Hooks = {
      beforeModel: () => {
        controller.abort();
        return forever();
      },
    };
    const { log, model, result } = await play(['Hi.'], { hooks, signal: controller.signal });
    expect(log.map(({ type }) => type)).toEqual(['run_started', 'prompt_added', 'run_finished']);
    expect(model.calls).toBe(0);
    expect(result).toMatchObject({ stopReason: 'aborted', totalCost: 0 });
  });

  test('changes one request, not the history', async () => {
    let calls = 0;
    const hooks: Hooks = {
      beforeModel: ({ request }) =>
        calls++ === 0 ? { request: { messages: [...request.messages, ...request.messages] } } : undefined,
    };
    const { model } = await play([[call('nobody')], 'Done.'], { hooks });
    expect(model.requests.map(({ messages }) => messages.length)).toEqual([2, 3]);
  });

  test('may end the run before anything is sent', async () => {
    const hooks: Hooks = { beforeModel: () => ({ block: 'over quota' }) };
    const { result, error, model } = await play(['Hi.'], { hooks });
    expect(result).toMatchObject({ stopReason: 'error', error: { code: 'hook_blocked' }, totalCost: 0 });
    expect(result?.error?.message).toContain('over quota');
    expect(error).toMatchObject({ code: 'hook_blocked' });
    expect(model.calls).toBe(0);
    expect(result?.usageByModel).toEqual({});
  });

  test('does not make a call that it stopped count among those that were made', async () => {
    let turns = 0;
    const hooks: Hooks = { beforeModel: () => (++turns === 2 ? { block: 'enough' } : undefined) };
    const { result, model } = await play([[call('nobody')], 'Done.'], { hooks });
    expect(Object.values(result?.usageByModel ?? {}).map(({ calls }) => calls)).toEqual([1]);
    expect(model.calls).toBe(1);
  });

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('broken hook');
      },
    ],
    ['answers text', () => 'stop'],
    ['answers an empty object', () => ({})],
    ['answers a request that is none', () => ({ request: 'stop' })],
  ])('that %s fails the run before anything is sent', async (_name, hook) => {
    const { result, model } = await play(['Hi.'], { hooks: { beforeModel: hook as () => undefined } });
    expect(result?.error).toMatchObject({ code: 'hook_failed', message: expect.stringContaining('beforeModel') });
    expect(model.calls).toBe(0);
  });
});

describe('the afterModel hook', () => {
  test('sees the answer, and may replace it before anybody else sees it whole', async () => {
    const seen: unknown[] = [];
    const hooks: Hooks = {
      afterModel: ({ content, stop, usage: { input } }) => {
        seen.push(content, stop, typeof input);
        return { content: [{ type: 'text', text: 'Redacted.' }] };
      },
    };
    const { result, texts, log } = await play([['The key is 7.', call('nobody')]], { hooks });
    expect(seen).toEqual([
      [{ type: 'text', text: 'The key is 7.' }, expect.objectContaining({ type: 'tool_call' })],
      'tool_calls',
      'number',
    ]);
    expect(texts).toEqual(['Redacted.']);
    expect(result).toMatchObject({ text: 'Redacted.', toolCalls: 0, stopReason: 'end_turn' });
    expect(JSON.stringify(log)).not.toContain('The key');
  });

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('broken hook');
      },
    ],
    ['answers true', () => true],
    ['answers text as content', () => ({ content: 'Redacted.' })],
    ['answers blocks that are none', () => ({ content: [null] })],
  ])('that %s fails the run, and the answer is dropped', async (_name, hook) => {
    const hooks = { afterModel: hook as () => undefined };
    const { result, texts, log } = await play([[say('The key is 7.')]], { hooks });
    expect(result?.error).toMatchObject({ code: 'hook_failed', message: expect.stringContaining('afterModel') });
    expect(texts).toEqual([]);
    expect(JSON.stringify(log)).not.toContain('The key');
  });
});

test('an abort during the afterModel hook drops the answer, and counts what it cost', async () => {
  const controller = new AbortController();
  const hooks: Hooks = {
    afterModel: () => {
      controller.abort();
      return forever();
    },
  };
  const { log, result } = await play([['Hi.', reportUsage({ input: 3, output: 1 })]], {
    hooks,
    prices,
    signal: controller.signal,
  });
  expect(log.find(({ type }) => type === 'model_failed')).toMatchObject({
    error: { code: 'model_failed', kind: 'aborted', message: 'The run was aborted.' },
    wasBilled: true,
  });
  expect(result).toMatchObject({ stopReason: 'aborted', text: '', totalCost: 13, turns: 0 });
});

describe('the onStop hook', () => {
  test('may go on with one more prompt', async () => {
    const stops: string[] = [];
    const hooks: Hooks = {
      onStop: ({ stopReason, text }) => {
        stops.push(`${stopReason}: ${text}`);
        return stops.length < 3 ? { continueWith: `more ${stops.length}` } : undefined;
      },
    };
    const { result, model, log } = await play(['one', 'two', 'three'], { hooks });
    expect(stops).toEqual(['end_turn: one', 'end_turn: two', 'end_turn: three']);
    expect(model.requests[2]?.messages.flatMap(({ role, content }) => (role === 'user' ? [content] : []))).toEqual([
      [{ type: 'text', text: 'Go.' }],
      [{ type: 'text', text: 'more 1' }],
      [{ type: 'text', text: 'more 2' }],
    ]);
    expect(log.flatMap((event) => (event.type === 'prompt_added' ? [event.source] : []))).toEqual([
      'user',
      'hook',
      'hook',
    ]);
    expect(result).toMatchObject({ stopReason: 'end_turn', turns: 3, text: 'three' });
  });

  test('is asked only where the model has ended its turn for good', async () => {
    let asked = 0;
    const hooks: Hooks = {
      onStop: () => {
        asked++;
      },
    };
    await play([['no', stopWith('refusal')]], { hooks });
    await play([['cut', stopWith('length')]], { hooks });
    await play([[fail('auth')]], { hooks });
    await play([[call('nobody')], 'so far'], { hooks, budget: { maxTurns: 2 } });
    expect(asked).toBe(0);
    await play(['Done.'], { hooks });
    expect(asked).toBe(1);
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
    ['goes on with no text', () => ({ continueWith: 7 })],
  ])('that %s fails the run', async (_name, hook) => {
    const { result, error } = await play(['Hi.'], { hooks: { onStop: hook as () => undefined } });
    expect(result).toMatchObject({ stopReason: 'error', text: 'Hi.', error: { code: 'hook_failed' } });
    expect(AgentError.isInstance(error)).toBe(true);
  });
});

test('an error that cannot be written to is thrown as it is', async () => {
  const frozen = Object.freeze(new ModelError('auth', 'no key'));
  const { error, result } = await play([[raise(frozen)]]);
  expect(error).toBe(frozen);
  expect(result?.stopReason).toBe('error');
});

test('time passes on the clock of the run alone', async () => {
  const before = clock.now();
  const { result, log } = await play([['a', pause(5_000), 'b']]);
  expect(result?.durationMs).toBe(5_000);
  expect(log[0]?.at).toBe(before);
});

test('a model that hangs without an end is given up after the last attempt', async () => {
  const { result, model } = await play(() => [hang()], { idleTimeoutMs: 100, retry: { maxAttempts: 2 } });
  expect(result?.error).toMatchObject({ kind: 'timeout' });
  expect(model.calls).toBe(2);
  expect(clock.pendingTimers).toBe(0);
});
