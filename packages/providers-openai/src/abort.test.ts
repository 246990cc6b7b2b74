import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ModelEvent } from '@harness-sdk/core';
import { ReplayServer } from '@harness-sdk/core/testing';
import type { Reply } from '@harness-sdk/core/testing';
import { collect, modelOf, requestOf } from '../test/collect.ts';
import { isFull } from '../test/recordings.ts';
import { answer, chatAnswer, chunks, counts, delta, sse, start, text } from '../test/sse.ts';

let server: ReplayServer;
beforeEach(async () => {
  server = await ReplayServer.start();
});
afterEach(() => server[Symbol.asyncDispose]());

/** Bodies of one API: a whole answer, and one that says something and then nothing more. */
const apis = {
  responses: {
    whole: { body: answer('Hello') },
    stalled: { body: sse(start, ...text(0, 'Hel', 'lo').slice(0, -1)), ending: 'hang' },
    usage: undefined,
  },
  chat: {
    whole: { body: chatAnswer('Hello') },
    stalled: { body: chunks(delta({ content: 'Hel' }), delta({ content: 'lo' }), counts()), ending: 'hang' },
    usage: { input: 7, output: 5 },
  },
} as const satisfies Record<string, { whole: Reply; stalled: Reply; usage: object | undefined }>;

describe.for(['responses', 'chat'] as const)('with %s,', (api) => {
  const { whole, stalled, usage } = apis[api];

  function open(signal: AbortSignal = new AbortController().signal): AsyncIterator<ModelEvent> {
    return modelOf(server, { api }).stream(requestOf({ signal }))[Symbol.asyncIterator]();
  }

  test('an abort before the first event is asked for sends nothing', async () => {
    const request = requestOf({ signal: AbortSignal.abort('why') });
    const { events, error } = await collect(modelOf(server, { api }).stream(request));
    expect(events).toEqual([]);
    expect(error).toMatchObject({ kind: 'aborted', cause: 'why', contentStarted: false, usage: undefined });
    expect(server.requests).toEqual([]);
  });

  test('an abort before the headers closes the socket', async () => {
    server.reply = { isSilent: true };
    const controller = new AbortController();
    const arrival = server.arrival();
    const pending = open(controller.signal).next();
    const request = await arrival;
    controller.abort();
    await expect(pending).rejects.toMatchObject({ kind: 'aborted', contentStarted: false, usage: undefined });
    await expect(request.closed).resolves.toBeUndefined();
  });

  test('an abort in the body of an error closes the socket', async () => {
    server.reply = { status: 500, contentType: 'application/json', body: '{"error":', ending: 'hang' };
    const controller = new AbortController();
    const arrival = server.arrival();
    const pending = open(controller.signal).next();
    const request = await arrival;
    controller.abort();
    await expect(pending).rejects.toMatchObject({ kind: 'aborted' });
    await expect(request.closed).resolves.toBeUndefined();
  });

  test('an abort in the middle of the answer closes the socket and keeps the token counts', async () => {
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
      cause: { message: 'enough' },
      ...(usage && { usage }),
    });
    await expect(server.lastRequest.closed).resolves.toBeUndefined();
  });

  test('an abort while nobody asks for events closes the socket, and none comes out any more', async () => {
    server.reply = stalled;
    const controller = new AbortController();
    const iterator = open(controller.signal);
    await iterator.next();
    controller.abort();
    await expect(server.lastRequest.closed).resolves.toBeUndefined();
    await expect(iterator.next()).rejects.toMatchObject({ kind: 'aborted' });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  test('an abort after the last event changes nothing', async () => {
    server.reply = whole;
    const controller = new AbortController();
    const events: ModelEvent[] = [];
    for await (const event of modelOf(server, { api }).stream(requestOf({ signal: controller.signal }))) {
      events.push(event);
      if (event.type === 'end') controller.abort();
    }
    expect(events.at(-1)).toMatchObject({ type: 'end', stop: 'end' });
  });

  test('a server that keeps the connection open after the end does not keep the answer from ending', async () => {
    server.reply = { ...whole, ending: 'hang' };
    const { end } = await collect(modelOf(server, { api }).stream(requestOf()));
    expect(end).toMatchObject({ stop: 'end' });
    await expect(server.lastRequest.closed).resolves.toBeUndefined();
  });

  test('a loop that is left closes the socket', async () => {
    server.reply = stalled;
    for await (const _ of modelOf(server, { api }).stream(requestOf())) break;
    await expect(server.lastRequest.closed).resolves.toBeUndefined();
  });

  test('an iterator that is returned before the headers ends its pending read', async () => {
    server.reply = { isSilent: true };
    const arrival = server.arrival();
    const iterator = open();
    const pending = iterator.next();
    const request = await arrival;
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
    expect(await pending).toEqual({ done: true, value: undefined });
    await expect(request.closed).resolves.toBeUndefined();
  });

  test('many calls of all kinds leave no listener and no socket behind', async () => {
    const shared = new AbortController();
    const request = requestOf({ signal: shared.signal });
    const closed: Promise<void>[] = [];
    const model = modelOf(server, { api });
    const ways = [readToEnd, breakOff, failInTheMiddle, refuse, abortBeforeHeaders, abortInTheMiddle];
    for (let index = 0; index < (isFull ? 1_000 : 120); index++) {
      await ways[index % ways.length]?.();
      expect(getEventListeners(shared.signal, 'abort')).toHaveLength(0);
    }
    await Promise.all(closed);
    // What is left are connections that wait for the next call, not one for each.
    expect(server.openSockets).toBeLessThan(5);

    async function readToEnd(): Promise<void> {
      server.reply = whole;
      expect((await collect(model.stream(request))).end).toBeDefined();
    }

    async function breakOff(): Promise<void> {
      server.reply = stalled;
      for await (const _ of model.stream(request)) break;
      closed.push(server.lastRequest.closed);
    }

    async function failInTheMiddle(): Promise<void> {
      server.reply = { ...stalled, ending: 'destroy' };
      expect((await collect(model.stream(request))).error).toMatchObject({ kind: 'network' });
      closed.push(server.lastRequest.closed);
    }

    async function refuse(): Promise<void> {
      server.reply = { status: 429 };
      expect((await collect(model.stream(request))).error).toMatchObject({ kind: 'rate_limit' });
    }

    async function abortBeforeHeaders(): Promise<void> {
      server.reply = { isSilent: true };
      const controller = new AbortController();
      const arrival = server.arrival();
      const pending = collect(model.stream({ ...request, signal: controller.signal }));
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
