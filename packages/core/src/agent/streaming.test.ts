import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import type { Model, ModelEvent, ModelRequest } from '../model.ts';
import { checkStream, collect, fail, hang, pause, say, scriptedModel, think, virtualClock } from '../testing/index.ts';
import { inProcess } from './in-process-durable.ts';
import { run } from './run.ts';

const isFull = process.env['HARNESS_FULL'] === '1';

/** A model that makes its deltas one by one, as they are asked for. */
function countingModel(deltas: number, asked: { count: number } = { count: 0 }): Model {
  return {
    provider: 'test',
    id: 'counting',
    info: {},
    async *stream({ signal }: ModelRequest): AsyncGenerator<ModelEvent> {
      for (; asked.count < deltas && !signal.aborted; asked.count++) yield { type: 'text_delta', text: 'x' };
      yield { type: 'block', block: { type: 'text', text: 'whole' } };
      yield { type: 'end', stop: 'end', usage: { input: 1, output: deltas } };
    },
  };
}

const round = (): Promise<unknown> => new Promise(setImmediate);

describe('chunks', () => {
  test('are handed over as they are received: each is seen before the model makes the next', async () => {
    const clock = virtualClock();
    const model = scriptedModel([['one', pause(1_000), 'two', pause(1_000), 'three']], { clock });
    const startedAt = clock.now();
    const seen: [string, number][] = [];
    for await (const message of run('Go.', { model, durable: inProcess({ clock }) })) {
      if (message.type === 'text' && message.isPartial) seen.push([message.text, clock.now() - startedAt]);
    }
    expect(seen).toEqual([
      ['one', 0],
      ['two', 1_000],
      ['three', 2_000],
    ]);
  });

  test('keep their boundaries, also empty ones and halves of a surrogate pair', async () => {
    const texts = ['a', '', '\ud83d', '\ude00', '\n\n', 'b'];
    const model: Model = {
      ...countingModel(0),
      async *stream(): AsyncGenerator<ModelEvent> {
        for (const text of texts) yield { type: 'text_delta', text };
        yield { type: 'block', block: { type: 'text', text: texts.join('') } };
        yield { type: 'end', stop: 'end', usage: {} };
      },
    };
    const { messages, chunks } = await collect(run('Go.', { model }));
    checkStream(messages);
    expect(chunks).toEqual(texts);
  });

  test('of text and of thinking are numbered apart, from 0 in each attempt', async () => {
    const clock = virtualClock();
    const turn = [think('hmmm', { chunkSize: 2 }), say('well', { chunkSize: 2 }), think('ok'), say('.')];
    const model = scriptedModel([[...turn, fail('overloaded')], turn]);
    const { messages } = await collect(run('Go.', { model, durable: inProcess({ clock }) }));
    checkStream(messages);
    const partial = messages.flatMap((message) =>
      (message.type === 'text' || message.type === 'thinking') && message.isPartial
        ? [`${message.attempt} ${message.type} ${message.chunk} ${message.text}`]
        : [],
    );
    const once = ['thinking 0 hm', 'thinking 1 mm', 'text 0 we', 'text 1 ll', 'thinking 2 ok', 'text 2 .'];
    expect(partial).toEqual([...once.map((each) => `1 ${each}`), ...once.map((each) => `2 ${each}`)]);
  });

  test('are followed by the whole text of the turn, thinking first', async () => {
    const model = scriptedModel([[think('hm'), 'a', 'b']]);
    const { messages } = await collect(run('Go.', { model }));
    const whole = messages.flatMap((message) =>
      (message.type === 'text' || message.type === 'thinking') && !message.isPartial ? [message.text] : [],
    );
    expect(whole).toEqual(['hm', 'ab']);
  });
});

describe('backpressure', () => {
  test('a consumer that stops for a while holds the model back', async () => {
    const asked = { count: 0 };
    const pending = run('Go.', { model: countingModel(10_000, asked) });
    let chunks = 0;
    for await (const message of pending) {
      if (message.type !== 'text' || !message.isPartial) continue;
      if (++chunks % 100 !== 0) continue;
      for (let times = 0; times < 20; times++) await round();
      // What the queue holds, and the one on its way into it.
      expect(asked.count - chunks).toBeLessThanOrEqual(18);
      if (chunks === 500) break;
    }
    expect(chunks).toBe(500);
    expect(asked.count).toBeLessThan(530);
  });

  test('a consumer that comes for one message at a time gets each of them once, in order', async () => {
    const pending = run('Go.', { model: scriptedModel([[say('abcdefghijklmnopqrstuvwxyz', { chunkSize: 1 })]]) });
    let text = '';
    for (;;) {
      const { done, value } = await pending.next();
      if (done === true) break;
      if (value.type === 'text' && value.isPartial) text += value.text;
      for (let times = 0; times < 3; times++) await round();
    }
    expect(text).toBe('abcdefghijklmnopqrstuvwxyz');
  });

  test('time that the consumer takes is not the model’s idle time', async () => {
    const clock = virtualClock();
    const model = scriptedModel([[say('x'.repeat(60), { chunkSize: 1 })]]);
    const pending = run('Go.', { model, idleTimeoutMs: 1_000, durable: inProcess({ clock }) });
    for await (const message of pending) {
      if (message.type !== 'text') continue;
      await new Promise<void>((resolve) => {
        clock.timer(5_000, resolve);
      });
    }
    expect(await pending.result()).toMatchObject({ stopReason: 'end_turn', text: 'x'.repeat(60) });
    expect(model.calls).toBe(1);
  });

  test('a model that says nothing for too long is timed out, and tried again', async () => {
    const clock = virtualClock();
    const model = scriptedModel([['half', hang()], 'whole']);
    const { messages, result } = await collect(
      run('Go.', { model, idleTimeoutMs: 1_000, durable: inProcess({ clock }) }),
    );
    checkStream(messages);
    const retries = messages.flatMap((message) =>
      message.type === 'system' && message.subtype === 'retry' ? [message.data] : [],
    );
    expect(retries).toEqual([expect.objectContaining({ error: expect.objectContaining({ kind: 'timeout' }) })]);
    expect(retries[0]?.error.message).toContain('1000 ms');
    expect(result?.stopReason).toBe('end_turn');
    expect(model.openStreams).toBe(0);
  });
});

describe('a long stream', () => {
  const deltas = isFull ? 1_000_000 : 100_000;
  // The flag makes `gc` a global of contexts that are made after it.
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;

  /** Bytes in use once everything that can be freed is freed. */
  function heapBytes(): number {
    collectGarbage();
    return process.memoryUsage().heapUsed;
  }

  test(`of ${deltas} deltas keeps no more than a few of them`, { timeout: 300_000 }, async () => {
    const heap: number[] = [];
    let chunks = 0;
    let misplaced = 0;
    for await (const message of run('Go.', { model: countingModel(deltas) })) {
      if (message.type !== 'text' || !message.isPartial) continue;
      if (message.chunk !== chunks++) misplaced++;
      if (chunks === deltas / 10 || chunks === deltas) heap.push(heapBytes());
    }
    expect({ chunks, misplaced }).toEqual({ chunks: deltas, misplaced: 0 });
    const [early = 0, late = 0] = heap;
    // A copy of the text, or the messages themselves, would take a byte and more a delta.
    expect(late - early).toBeLessThan(deltas / 2);
  });
});
