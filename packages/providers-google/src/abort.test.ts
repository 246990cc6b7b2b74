import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ModelEvent } from '@harness-sdk/core';
import { collect, modelOf, requestOf } from '../test/collect.ts';
import { isFull, recording } from '../test/recordings.ts';
import { ReplayServer } from '@harness-sdk/core/testing';
import type { Reply } from '@harness-sdk/core/testing';
import { answer, sse, text } from '../test/sse.ts';

let server: ReplayServer;
beforeEach(async () => {
  server = await ReplayServer.start();
});
afterEach(() => server[Symbol.asyncDispose]());

/** Says something, and then nothing more. */
const stalled: Reply = { body: sse(text('Hel'), text('lo')), ending: 'hang' };

function open(signal: AbortSignal = new AbortController().signal): AsyncIterator<ModelEvent> {
  return modelOf(server).stream(requestOf({ signal }))[Symbol.asyncIterator]();
}

describe('an abort', () => {
  test('before the first event is asked for sends nothing', async () => {
    const { events, error } = await collect(modelOf(server).stream(requestOf({ signal: AbortSignal.abort('why') })));
    expect(events).toEqual([]);
    expect(error).toMatchObject({ kind: 'aborted', cause: 'why', contentStarted: false, usage: undefined });
    expect(server.requests).toEqual([]);
  });

  test('before the headers closes the socket', async () => {
    server.reply = { isSilent: true };
    const controller = new AbortController();
    const arrival = server.arrival();
    const pending = open(controller.signal).next();
    const request = await arrival;
    controller.abort();
    await expect(pending).rejects.toMatchObject({ kind: 'aborted', contentStarted: false, usage: undefined });
    await expect(request.closed).resolves.toBeUndefined();
  });

  test('in the middle of the answer closes the socket and keeps the token counts', async () => {
    server.reply = stalled;
    const controller = new AbortController();
    const iterator = open(controller.signal);
    expect(await iterator.next()).toMatchObject({ value: { text: 'Hel' } });
    expect(await iterator.next()).toMatchObject({ value: { text: 'lo' } });
    const pending = iterator.next();
    controller.abort(new Error('enough'));
    await expect(pending).rejects.toMatchObject({
      kind: 'aborted',
      isRetryable: false,
      contentStarted: true,
      usage: { input: 7, output: 1 },
      cause: { message: 'enough' },
    });
    await expect(server.lastRequest.closed).resolves.toBeUndefined();
  });

  test('while nobody asks for events closes the socket, and none comes out any more', async () => {
    server.reply = stalled;
    const controller = new AbortController();
    const iterator = open(controller.signal);
    await iterator.next();
    controller.abort();
    await expect(server.lastRequest.closed).resolves.toBeUndefined();
    await expect(iterator.next()).rejects.toMatchObject({ kind: 'aborted', usage: { input: 7 } });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  test('after the last event changes nothing', async () => {
    server.reply = { body: answer('Hello') };
    const controller = new AbortController();
    const events: ModelEvent[] = [];
    for await (const event of modelOf(server).stream(requestOf({ signal: controller.signal }))) {
      events.push(event);
      if (event.type === 'end') controller.abort();
    }
    expect(events.at(-1)).toMatchObject({ type: 'end', stop: 'end' });
  });

  test('between the last events keeps the end from coming out', async () => {
    server.reply = { body: answer('Hello') };
    const controller = new AbortController();
    const iterator = open(controller.signal);
    await iterator.next();
    controller.abort();
    await expect(iterator.next()).rejects.toMatchObject({ kind: 'aborted', usage: { input: 7, output: 5 } });
  });
});

describe('a fetch that does not mind its signal', () => {
  const body = () =>
    new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode(sse(text('a'), text('b')))),
    });
  const deafFetch = () => Promise.resolve(new Response(body(), { headers: { 'content-type': 'text/event-stream' } }));

  function openDeaf(signal: AbortSignal): AsyncIterator<ModelEvent> {
    return modelOf(server, { fetch: deafFetch }).stream(requestOf({ signal }))[Symbol.asyncIterator]();
  }

  test('does not keep a read waiting after an abort', async () => {
    const controller = new AbortController();
    const iterator = openDeaf(controller.signal);
    await iterator.next();
    await iterator.next();
    const pending = iterator.next();
    controller.abort();
    await expect(pending).rejects.toMatchObject({ kind: 'aborted', usage: { input: 7 } });
  });

  test('does not keep a read waiting after the iterator was returned', async () => {
    const iterator = openDeaf(new AbortController().signal);
    await iterator.next();
    await iterator.next();
    const pending = iterator.next();
    await iterator.return?.();
    expect(await pending).toEqual({ done: true, value: undefined });
  });
});

describe('a gateway that keeps the connection open after the end', () => {
  test('does not keep the answer from ending, and its socket is closed', async () => {
    server.reply = { body: answer('Hello'), ending: 'hang' };
    const { end } = await collect(modelOf(server).stream(requestOf()));
    expect(end).toMatchObject({ stop: 'end' });
    await expect(server.lastRequest.closed).resolves.toBeUndefined();
  });
});

describe('the iterator', () => {
  test('closes the socket when the loop is left', async () => {
    server.reply = stalled;
    for await (const _ of modelOf(server).stream(requestOf())) break;
    await expect(server.lastRequest.closed).resolves.toBeUndefined();
  });

  test('closes the socket when the loop throws', async () => {
    server.reply = stalled;
    const failing = async () => {
      for await (const _ of modelOf(server).stream(requestOf())) throw new Error('mine');
    };
    await expect(failing()).rejects.toThrow('mine');
    await expect(server.lastRequest.closed).resolves.toBeUndefined();
  });

  test('ends a pending read when it is returned, before the headers too', async () => {
    server.reply = { isSilent: true };
    const arrival = server.arrival();
    const iterator = open();
    const pending = iterator.next();
    const request = await arrival;
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    await expect(request.closed).resolves.toBeUndefined();
  });

  test('sends nothing when it is returned before it is read', async () => {
    const iterator = open();
    await iterator.return?.();
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(server.requests).toEqual([]);
  });

  test('can be returned twice, and after the end', async () => {
    server.reply = { body: answer('Hello') };
    const iterator = open();
    while (!(await iterator.next()).done);
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
  });

  test('gives every event once, in order, to reads that do not wait for each other', async () => {
    server.reply = recording('text-gemini-2.5-flash-lite.sse');
    const { events } = await collect(modelOf(server).stream(requestOf()));
    const iterator = open();
    const reads = await Promise.all(Array.from({ length: events.length + 2 }, () => iterator.next()));
    expect(reads.map(({ value }) => value as unknown)).toEqual([...events, undefined, undefined]);
  });

  test('throws once and is over then', async () => {
    server.reply = { status: 500 };
    const iterator = open();
    await expect(iterator.next()).rejects.toMatchObject({ kind: 'server' });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });
});

describe('many calls one after the other', () => {
  const calls = isFull ? 1_000 : 200;

  test(`${calls} of all kinds leave no listener and no socket behind`, async () => {
    const shared = new AbortController();
    const request = requestOf({ signal: shared.signal });
    const closed: Promise<void>[] = [];
    const ways = [readToEnd, breakOff, failInTheMiddle, refuse, abortBeforeHeaders, abortInTheMiddle];
    for (let index = 0; index < calls; index++) {
      await ways[index % ways.length]?.();
      expect(getEventListeners(shared.signal, 'abort')).toHaveLength(0);
    }
    await Promise.all(closed);
    // What is left are connections that wait for the next call, not one for each.
    expect(server.openSockets).toBeLessThan(5);

    async function readToEnd(): Promise<void> {
      server.reply = { body: answer('Hello') };
      expect((await collect(modelOf(server).stream(request))).end).toBeDefined();
    }

    async function breakOff(): Promise<void> {
      server.reply = stalled;
      for await (const _ of modelOf(server).stream(request)) break;
      closed.push(server.lastRequest.closed);
    }

    async function failInTheMiddle(): Promise<void> {
      server.reply = { body: sse(text('a')), ending: 'destroy' };
      expect((await collect(modelOf(server).stream(request))).error).toMatchObject({ kind: 'network' });
      closed.push(server.lastRequest.closed);
    }

    async function refuse(): Promise<void> {
      server.reply = { status: 429 };
      expect((await collect(modelOf(server).stream(request))).error).toMatchObject({ kind: 'rate_limit' });
    }

    async function abortBeforeHeaders(): Promise<void> {
      server.reply = { isSilent: true };
      const controller = new AbortController();
      const arrival = server.arrival();
      const pending = collect(modelOf(server).stream({ ...request, signal: controller.signal }));
      closed.push((await arrival).closed);
      controller.abort();
      expect((await pending).error).toMatchObject({ kind: 'aborted' });
      expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    }

    async function abortInTheMiddle(): Promise<void> {
      server.reply = stalled;
      const controller = new AbortController();
      const iterator = open(controller.signal);
      await iterator.next();
      closed.push(server.lastRequest.closed);
      controller.abort();
      await expect(iterator.next()).rejects.toMatchObject({ kind: 'aborted' });
      expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    }
  });
});
