import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { ModelError, OptionError } from '../errors.ts';
import type { Model, ModelEvent, ModelRequest } from '../model.ts';
import {
  atEvent,
  call,
  callRaw,
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
  stopWith,
  think,
  waitFor,
} from './script-part.ts';
import { scriptedModel } from './scripted-model.ts';
import { virtualClock } from './virtual-clock.ts';

function requestOf(text: string = 'Hi', signal: AbortSignal = new AbortController().signal): ModelRequest {
  return { messages: [{ role: 'user', content: [{ type: 'text', text }] }], tools: [], signal };
}

async function play(model: Model, request: ModelRequest = requestOf()) {
  const events: ModelEvent[] = [];
  try {
    for await (const event of model.stream(request)) events.push(event);
  } catch (error) {
    return { events, error };
  }
  return { events, error: undefined };
}

const endless = 'x'.repeat(100);

describe('scriptedModel', () => {
  test('streams text in deltas, the block, and the end', async () => {
    const { events } = await play(scriptedModel([[say('Hello', { chunkSize: 2 })]]));
    expect(events).toEqual([
      { type: 'text_delta', text: 'He' },
      { type: 'text_delta', text: 'll' },
      { type: 'text_delta', text: 'o' },
      { type: 'block', block: { type: 'text', text: 'Hello' } },
      { type: 'end', stop: 'end', usage: { input: expect.any(Number), output: 2 } },
    ]);
  });

  test('takes plain strings as turns and as parts', async () => {
    const model = scriptedModel(['one', ['two', 'three']]);
    const first = await play(model);
    const second = await play(model);
    expect(first.events.filter(({ type }) => type === 'block')).toHaveLength(1);
    expect(second.events.filter(({ type }) => type === 'block')).toEqual([
      { type: 'block', block: { type: 'text', text: 'two' } },
      { type: 'block', block: { type: 'text', text: 'three' } },
    ]);
  });

  test('never splits a surrogate pair', async () => {
    const { events } = await play(scriptedModel([[say('a😀b', { chunkSize: 2 })]]));
    expect(events.flatMap((event) => (event.type === 'text_delta' ? [event.text] : []))).toEqual(['a😀', 'b']);
  });

  test('gives parallel calls ids that count on over the turns, and stops with tool_calls', async () => {
    const model = scriptedModel([
      [call('Read', { file_path: 'a' }), call('Read', { file_path: 'b' })],
      [call('Glob'), call('Grep', {}, { id: 'mine' })],
    ]);
    const ids = [];
    for (const { events } of [await play(model), await play(model)]) {
      expect(events.at(-1)).toMatchObject({ type: 'end', stop: 'tool_calls' });
      for (const event of events) if (event.type === 'block') ids.push(event.block);
    }
    expect(ids).toEqual([
      { type: 'tool_call', id: 'call_1', name: 'Read', args: { file_path: 'a' } },
      { type: 'tool_call', id: 'call_2', name: 'Read', args: { file_path: 'b' } },
      { type: 'tool_call', id: 'call_3', name: 'Glob', args: {} },
      { type: 'tool_call', id: 'mine', name: 'Grep', args: {} },
    ]);
  });

  test('gives no id that the request already has', async () => {
    const model = scriptedModel([[call('Read')]]);
    const messages: ModelRequest['messages'] = [
      { role: 'assistant', content: [{ type: 'tool_call', id: 'call_1', name: 'Read', args: {} }] },
    ];
    const { events } = await play(model, { ...requestOf(), messages });
    expect(events[0]).toMatchObject({ type: 'tool_call_delta', id: 'call_2' });
  });

  test('streams arguments that do not parse as a block with the raw text and why', async () => {
    const { events } = await play(scriptedModel([[callRaw('Read', '{"file_path": ')]]));
    expect(events.slice(0, 2)).toEqual([
      { type: 'tool_call_delta', id: 'call_1', name: 'Read', json: '{"file_path": ' },
      {
        type: 'block',
        block: {
          type: 'tool_call',
          id: 'call_1',
          name: 'Read',
          rawArgs: '{"file_path": ',
          argsError: expect.stringContaining('JSON'),
        },
      },
    ]);
    expect(() => callRaw('Read', '{}')).toThrow(OptionError);
  });

  test('streams thinking and opaque blocks with what is native to them', async () => {
    const { events } = await play(
      scriptedModel([[think('Hm', { native: { signature: 's' } }), opaque('search', { hits: 1 }), 'ok']]),
    );
    expect(events.slice(0, 3)).toEqual([
      { type: 'thinking_delta', text: 'Hm' },
      { type: 'block', block: { type: 'thinking', text: 'Hm', native: { signature: 's' } } },
      { type: 'block', block: { type: 'opaque', kind: 'search', native: { hits: 1 } } },
    ]);
    expect(events.at(-1)).toMatchObject({ usage: { output: 2, reasoning: 1 } });
  });

  test('ends as the script says', async () => {
    const turn = ['cut o', stopWith('length', 'max_tokens'), reportUsage({ input: 7 }), endWith({ responseId: 'r' })];
    const { events } = await play(scriptedModel([turn]));
    expect(events.at(-1)).toEqual({
      type: 'end',
      stop: 'length',
      rawStop: 'max_tokens',
      usage: { input: 7 },
      responseId: 'r',
    });
  });

  test('counts more input the longer the request is, and the same for the same request', async () => {
    const model = scriptedModel(() => 'ok');
    const inputs = [];
    for (const text of ['Hi', 'Hi there, how are you?', 'Hi']) {
      const { events } = await play(model, requestOf(text));
      const end = events.at(-1);
      inputs.push(end?.type === 'end' ? (end.usage.input ?? 0) : 0);
    }
    const [short = 0, long = 0, again = 0] = inputs;
    expect(short).toBeGreaterThan(0);
    expect(long).toBeGreaterThan(short);
    expect(again).toBe(short);
  });

  test('asks a function for the turn, with the request and the number of the call', async () => {
    const model = scriptedModel((request, callIndex) => [`${callIndex}: ${JSON.stringify(request.messages)}`]);
    await play(model, requestOf('first'));
    const { events } = await play(model, requestOf('second'));
    expect(events[0]).toMatchObject({ text: expect.stringMatching(/^1: .*second/) });
  });

  test('says loudly that the script is over', async () => {
    const model = scriptedModel(['only']);
    await play(model);
    const { events, error } = await play(model);
    expect(events).toEqual([]);
    expect(error).toMatchObject({
      kind: 'protocol',
      message: expect.stringContaining('has 1 turns, but this is call 2'),
    });
  });

  test('records requests as they were when they came, with the signal itself', async () => {
    const messages = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'before' }] }];
    const request = { messages, tools: [], signal: new AbortController().signal };
    const model = scriptedModel(['ok']);
    await play(model, request);
    messages[0]!.content[0]!.text = 'after';
    expect(model.calls).toBe(1);
    expect(model.requests[0]?.messages).toEqual([{ role: 'user', content: [{ type: 'text', text: 'before' }] }]);
    expect(model.requests[0]?.signal).toBe(request.signal);
  });

  test('refuses wrong options and scripts', () => {
    // A caller without types can do this.
    expect(() => scriptedModel([], { clok: 1 } as object)).toThrow('Did you mean `clock`?');
    expect(() => scriptedModel([], { chunkSize: 0 })).toThrow(OptionError);
    expect(() => scriptedModel('hello' as unknown as [])).toThrow(OptionError);
  });
});

describe('failures in a script', () => {
  test('a cut stream is a network error with what had arrived', async () => {
    const { events, error } = await play(scriptedModel([['Hello', cut()]]));
    expect(events).toHaveLength(2);
    expect(ModelError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ kind: 'network', contentStarted: true, usage: { output: 2 } });
  });

  test('a cut before anything arrived has neither content nor usage', async () => {
    const { error } = await play(scriptedModel([[cut()]]));
    expect(error).toMatchObject({ kind: 'network', contentStarted: false, usage: undefined });
  });

  test('an error is of the kind asked for, with its details', async () => {
    const { error } = await play(scriptedModel([[fail('rate_limit', { retryAfterMs: 50, statusCode: 429 })]]));
    expect(error).toMatchObject({ kind: 'rate_limit', retryAfterMs: 50, statusCode: 429, isRetryable: true });
  });

  test.each([new TypeError('a bug'), 'a string', undefined])('raise throws %s as it is', async (value) => {
    const model = scriptedModel([[raise(value)]]);
    await expect(model.stream(requestOf())[Symbol.asyncIterator]().next()).rejects.toBe(value);
    expect(model.openStreams).toBe(0);
  });

  test('a dropped end just ends', async () => {
    const { events, error } = await play(scriptedModel([['Hello', dropEnd(), 'never said']]));
    expect(events.map(({ type }) => type)).toEqual(['text_delta', 'block']);
    expect(error).toBeUndefined();
  });

  test('any event can be emitted, right or wrong', async () => {
    const end: ModelEvent = { type: 'end', stop: 'end', usage: {} };
    const { events } = await play(scriptedModel([[emit(end), emit({ type: 'text_delta', text: 'late' })]]));
    expect(events.map(({ type }) => type)).toEqual(['end', 'text_delta', 'end']);
  });

  test.each([0, 1, 2, 3, 4])('an act at event %i comes after that many events', async (count) => {
    const { events, error } = await play(scriptedModel([[atEvent(count, cut()), say('abc', { chunkSize: 2 })]]));
    expect(events).toHaveLength(count);
    expect(error).toMatchObject({ kind: 'network' });
  });

  test('an act at an event that the turn does not have is an error of the script', async () => {
    const { error } = await play(scriptedModel([['Hello', atEvent(4, cut())]]));
    expect(error).toMatchObject({ message: expect.stringContaining('after event 4, but this turn has 3 events') });
  });
});

describe('waiting in a script', () => {
  test('pause lets time pass on the clock', async () => {
    const clock = virtualClock({ startAt: 0 });
    const model = scriptedModel([['a', pause(1000), 'b']], { clock });
    const { events } = await play(model);
    expect(events).toHaveLength(5);
    expect(clock.now()).toBe(1000);
  });

  test('pause without a clock names the option', async () => {
    const { error } = await play(scriptedModel([[pause(1)]]));
    expect(error).toMatchObject({ option: 'clock' });
  });

  test('waitFor waits for a promise, and throws its rejection', async () => {
    const gate = Promise.withResolvers<void>();
    const order: string[] = [];
    const played = play(
      scriptedModel([[waitFor(() => order.push('asked')), waitFor(gate.promise), waitFor(() => order.push('open'))]]),
    );
    await new Promise(setImmediate);
    order.push('opening');
    gate.resolve();
    await played;
    expect(order).toEqual(['asked', 'opening', 'open']);
    const { error } = await play(scriptedModel([[waitFor(() => Promise.reject(new TypeError('shut')))]]));
    expect(error).toEqual(new TypeError('shut'));
  });
});

describe('the end of a stream', () => {
  test.each([
    ['hanging', hang()],
    ['waiting', waitFor(() => new Promise(() => {}))],
    ['pausing', pause(1000)],
  ])('an abort while %s throws at once, with the usage so far, and leaves nothing', async (_name, act) => {
    const clock = virtualClock({ autoAdvance: false });
    const model = scriptedModel([['Hello', act]], { clock });
    const controller = new AbortController();
    const played = play(model, requestOf('Hi', controller.signal));
    await new Promise(setImmediate);
    expect(model.openStreams).toBe(1);
    controller.abort(new Error('enough'));
    const { events, error } = await played;
    expect(events).toHaveLength(2);
    expect(error).toMatchObject({
      kind: 'aborted',
      contentStarted: true,
      usage: { output: 2 },
      cause: { message: 'enough' },
    });
    expect(model.openStreams).toBe(0);
    expect(clock.pendingTimers).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  test('an abort before the first event opens nothing', async () => {
    const model = scriptedModel(['Hello']);
    const { events, error } = await play(model, requestOf('Hi', AbortSignal.abort()));
    expect(events).toEqual([]);
    expect(error).toMatchObject({ kind: 'aborted', contentStarted: false, usage: undefined });
    expect(model.openStreams).toBe(0);
  });

  test('an abort between two events shows at the next one', async () => {
    const model = scriptedModel([[say(endless, { chunkSize: 1 })]]);
    const controller = new AbortController();
    const stream = model.stream(requestOf('Hi', controller.signal))[Symbol.asyncIterator]();
    await stream.next();
    controller.abort();
    await expect(stream.next()).rejects.toMatchObject({ kind: 'aborted', contentStarted: true });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test('an abort after the end changes nothing', async () => {
    const controller = new AbortController();
    const stream = scriptedModel([[]]).stream(requestOf('Hi', controller.signal))[Symbol.asyncIterator]();
    expect(await stream.next()).toMatchObject({ value: { type: 'end' } });
    controller.abort();
    expect(await stream.next()).toMatchObject({ done: true });
  });

  test('return ends a pending next and closes the stream', async () => {
    const model = scriptedModel([[hang()]]);
    const stream = model.stream(requestOf())[Symbol.asyncIterator]();
    const pending = stream.next();
    await new Promise(setImmediate);
    expect(model.openStreams).toBe(1);
    await stream.return?.();
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(model.openStreams).toBe(0);
  });

  test('a slow turn maker can be aborted', async () => {
    const model = scriptedModel(() => new Promise(() => {}));
    const controller = new AbortController();
    const played = play(model, requestOf('Hi', controller.signal));
    await new Promise(setImmediate);
    controller.abort();
    expect((await played).error).toMatchObject({ kind: 'aborted' });
    expect(model.openStreams).toBe(0);
  });

  test('a hang that ignores the abort settles neither next nor return', async () => {
    const model = scriptedModel([[hang({ ignoresAbort: true })]]);
    const controller = new AbortController();
    const stream = model.stream(requestOf('Hi', controller.signal))[Symbol.asyncIterator]();
    const settled: string[] = [];
    void stream.next().then(() => settled.push('next'));
    await new Promise(setImmediate);
    controller.abort();
    void stream.return?.().then(() => settled.push('return'));
    await new Promise(setImmediate);
    expect(settled).toEqual([]);
    expect(model.openStreams).toBe(1);
  });

  test('every stream that ends by itself, fails or is left is closed', async () => {
    const model = scriptedModel(['done', ['broken', cut()], 'left', [dropEnd()]]);
    await play(model);
    await play(model);
    for await (const event of model.stream(requestOf())) {
      expect(event.type).toBe('text_delta');
      expect(model.openStreams).toBe(1);
      break;
    }
    await play(model);
    expect(model.calls).toBe(4);
    expect(model.openStreams).toBe(0);
  });

  test('calls of next that overlap are answered in order', async () => {
    const stream = scriptedModel([[say('abc', { chunkSize: 1 })]])
      .stream(requestOf())
      [Symbol.asyncIterator]();
    const results = await Promise.all([stream.next(), stream.next(), stream.next()]);
    expect(results).toMatchObject(['a', 'b', 'c'].map((text) => ({ value: { text } })));
    await stream.return?.();
  });
});
