import { describe, expect, test } from 'vitest';
import type { ModelEnd, ModelEvent } from '../model.ts';
import { BatchIterator } from './batch-iterator.ts';
import { connectionError, type CallFacts } from './call-error.ts';
import { splitLines } from './frame-reader.ts';
import { StreamCall, type WireCall } from './stream-call.ts';

const end: ModelEnd = { type: 'end', stop: 'end', usage: {} };

/** A call of an API that sends texts as JSON, one a line, and `null` as its end. */
function open(send: WireCall['send'], wire: Partial<WireCall> = {}, signal = new AbortController().signal) {
  const facts: CallFacts = { vendor: 'Acme', signal, secrets: [] };
  let isComplete = false;
  const call: WireCall = {
    makeSplitter: splitLines,
    contentType: /^application\/x-ndjson/,
    send,
    convert(frame) {
      isComplete = frame === 'null';
      return [isComplete ? end : { type: 'text_delta', text: frame }];
    },
    isComplete: () => isComplete,
    toModelError: connectionError,
    facts: () => facts,
    ...wire,
  };
  return new BatchIterator(new StreamCall(call, signal));
}

/** A body of given chunks; what comes after them is for `next` to say. */
function bodyOf(chunks: readonly string[], next: (controller: ReadableStreamDefaultController<Uint8Array>) => void) {
  const cancelled = Promise.withResolvers<'cancelled'>();
  const waiting = chunks.map((chunk) => new TextEncoder().encode(chunk));
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = waiting.shift();
      if (chunk === undefined) next(controller);
      else controller.enqueue(chunk);
    },
    cancel: () => cancelled.resolve('cancelled'),
  });
  const response = new Response(body, { headers: { 'content-type': 'application/x-ndjson' } });
  return { response, cancelled: cancelled.promise };
}

const hang = () => undefined;

describe('a fetch that does not mind its signal', () => {
  /** A call whose request has been sent. */
  async function sent(signal?: AbortSignal) {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<Response>();
    const send = () => {
      asked.resolve();
      return answer.promise;
    };
    const iterator = open(send, {}, signal);
    const pending = iterator.next();
    await asked.promise;
    return { iterator, pending, answer };
  }

  test('does not keep a read waiting for its answer after an abort', async () => {
    const controller = new AbortController();
    const { pending } = await sent(controller.signal);
    controller.abort(new Error('enough'));
    await expect(pending).rejects.toMatchObject({ cause: { message: 'enough' } });
  });

  test('does not keep a read waiting for its answer after the iterator was returned', async () => {
    const { iterator, pending } = await sent();
    await iterator.return();
    expect(await pending).toEqual({ done: true, value: undefined });
  });

  test('has the body of an answer closed that comes when nobody waits any more', async () => {
    const { iterator, pending, answer } = await sent();
    const { response, cancelled } = bodyOf([], hang);
    await iterator.return();
    answer.resolve(response);
    expect(await cancelled).toBe('cancelled');
    expect(await pending).toEqual({ done: true, value: undefined });
  });

  test('has the body of an answer closed that comes in the same moment as the return', async () => {
    const { iterator, pending, answer } = await sent();
    const { response, cancelled } = bodyOf([], hang);
    answer.resolve(response);
    await iterator.return();
    expect(await cancelled).toBe('cancelled');
    expect(await pending).toEqual({ done: true, value: undefined });
  });

  test('may fail after the return without anybody noticing', async () => {
    const { iterator, pending, answer } = await sent();
    await iterator.return();
    answer.reject(new Error('late'));
    expect(await pending).toEqual({ done: true, value: undefined });
  });
});

test('a request that cannot be made fails the call, and nothing else', async () => {
  const iterator = open(() => {
    throw new TypeError('no request');
  });
  await expect(iterator.next()).rejects.toThrow('no request');
  expect(await iterator.next()).toEqual({ done: true, value: undefined });
});

describe('behind the terminal event', () => {
  async function readAll(response: Response): Promise<void> {
    const read: ModelEvent[] = [];
    for await (const event of open(() => Promise.resolve(response))) read.push(event);
    expect(read).toEqual([{ type: 'text_delta', text: '"a"' }, end]);
  }

  test('a body that ends is not broken off, so that its connection can be used again', async () => {
    const ended = Promise.withResolvers<'ended'>();
    const { response, cancelled } = bodyOf(['"a"\nnull\n', '\n'], (controller) => {
      controller.close();
      ended.resolve('ended');
    });
    await readAll(response);
    expect(await Promise.race([ended.promise, cancelled])).toBe('ended');
  });

  test('a body that says nothing more is closed', async () => {
    const { response, cancelled } = bodyOf(['"a"\nnull\n'], hang);
    await readAll(response);
    expect(await cancelled).toBe('cancelled');
  });

  test('a body that never ends is closed', async () => {
    const { response, cancelled } = bodyOf(['"a"\nnull\n'], (controller) => controller.enqueue(new Uint8Array(10)));
    await readAll(response);
    expect(await cancelled).toBe('cancelled');
  });

  test('a body that breaks does no harm', async () => {
    const { response } = bodyOf(['"a"\nnull\n'], (controller) => controller.error(new Error('reset')));
    await expect(readAll(response)).resolves.toBeUndefined();
  });
});

test('a frame without an end is an error before it fills the memory, and its body is closed', async () => {
  const chunk = new Uint8Array(1024 * 1024).fill(0x20);
  const { response, cancelled } = bodyOf(['"a"\n'], (controller) => controller.enqueue(chunk));
  const iterator = open(() => Promise.resolve(response));
  expect(await iterator.next()).toMatchObject({ value: { text: '"a"' } });
  await expect(iterator.next()).rejects.toThrow('Acme sent 67108864 bytes that complete no event.');
  expect(await cancelled).toBe('cancelled');
});

test('a frame that is nested too deep is none of the API, and no failure of the connection', async () => {
  const convert = () => {
    throw new RangeError('Maximum call stack size exceeded');
  };
  const iterator = open(() => Promise.resolve(bodyOf(['"a"\n'], hang).response), { convert });
  await expect(iterator.next()).rejects.toThrow('Acme sent an event that is none of its API');
});

test('the connection is closed also where the error cannot be made', async () => {
  const facts = () => {
    throw new TypeError('no facts');
  };
  const { response, cancelled } = bodyOf(['"a"\n'], (controller) => controller.enqueue(new Uint8Array(70_000_000)));
  const iterator = open(() => Promise.resolve(response), { facts });
  await iterator.next();
  await expect(iterator.next()).rejects.toThrow('no facts');
  expect(await cancelled).toBe('cancelled');
});
