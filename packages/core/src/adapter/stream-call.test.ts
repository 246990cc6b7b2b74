import { expect, test } from 'vitest';
import { connectionError } from './call-error.ts';
import { splitLines } from './frame-reader.ts';
import { StreamCall } from './stream-call.ts';
import type { WireCall } from './stream-call.ts';

/** A provider whose frames are words; `stop` looks like the end, and the end itself is that of the body. */
function callOf(body: ReadableStream<Uint8Array>, wire: Partial<WireCall> = {}): StreamCall {
  let hasStopped = false;
  let isComplete = false;
  const { signal } = new AbortController();
  const call: WireCall = {
    makeSplitter: splitLines,
    contentType: /^text\/plain/,
    send: () => Promise.resolve(new Response(body, { headers: { 'content-type': 'text/plain' } })),
    convert(frame) {
      hasStopped ||= frame === '"stop"';
      return [{ type: 'text_delta', text: frame }];
    },
    isComplete: () => isComplete,
    finish() {
      isComplete = hasStopped;
      return hasStopped ? [{ type: 'end', stop: 'end', usage: {} }] : [];
    },
    patienceMs: () => (hasStopped ? 1 : undefined),
    toModelError: connectionError,
    facts: () => ({ vendor: 'Words', signal, secrets: [] }),
    ...wire,
  };
  return new StreamCall(call, signal);
}

/** A body that stays open behind its lines, and tells when it is let go. */
function openBody(text: string): { readonly body: ReadableStream<Uint8Array>; readonly closed: Promise<void> } {
  const closed = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(text)),
    cancel: () => closed.resolve(),
  });
  return { body, closed: closed.promise };
}

async function eventsOf(call: StreamCall): Promise<readonly string[]> {
  const types: string[] = [];
  for (let events = await call.next(); events !== undefined; events = await call.next()) {
    types.push(...events.map(({ type }) => type));
  }
  return types;
}

test('takes a body for over that looks over and stays open, and lets it go', async () => {
  const { body, closed } = openBody('"a"\n"stop"\n');
  expect(await eventsOf(callOf(body))).toEqual(['text_delta', 'text_delta', 'end']);
  await expect(closed).resolves.toBeUndefined();
});

test('reads on where more comes behind what looks like the end', async () => {
  const lines = ['"stop"\n', '"more"\n'].map((line) => new TextEncoder().encode(line));
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const line = lines.shift();
      if (line === undefined) controller.close();
      else controller.enqueue(line);
    },
  });
  const call = callOf(body, { patienceMs: () => 60_000 });
  expect(await eventsOf(call)).toEqual(['text_delta', 'text_delta', 'end']);
});

test('waits as long as it takes for a body that does not look over', async () => {
  const { body } = openBody('"a"\n');
  const call = callOf(body);
  await call.next();
  const read = call.next();
  const moment = new Promise((resolve) => {
    setTimeout(resolve, 20, 'still reading');
  });
  expect(await Promise.race([read, moment])).toBe('still reading');
  call.close();
  await expect(read).rejects.toMatchObject({ kind: 'network' });
});

/** A provider whose last frame is the word END. */
function endingWithMark(text: string): StreamCall {
  let isComplete = false;
  return callOf(new Response(text).body ?? new ReadableStream(), {
    endMark: 'END',
    convert(frame) {
      isComplete = frame === 'END';
      return isComplete ? [{ type: 'end', stop: 'end', usage: {} }] : [{ type: 'text_delta', text: frame }];
    },
    isComplete: () => isComplete,
    finish: () => [],
  });
}

test('takes an end mark that is no JSON for the end also where nothing closes its line', async () => {
  expect(await eventsOf(endingWithMark('"a"\nEND'))).toEqual(['text_delta', 'end']);
});

test.for(['"a"\n', '"a"\nEN', '"a"\nENDI', '"a"\n"b'])(
  'does not take %j for an answer with its end mark',
  async (text) => {
    await expect(eventsOf(endingWithMark(text))).rejects.toMatchObject({ kind: 'network' });
  },
);
