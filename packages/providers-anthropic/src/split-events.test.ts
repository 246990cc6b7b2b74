import { describe, expect, test } from 'vitest';
import { FrameReader } from '@harness-sdk/core/adapter';
import { splitEvents } from './message-call.ts';

function bodyOf(text: string, chunkBytes: number): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.slice(at, (at += chunkBytes)));
    },
  });
}

async function framesOf(text: string, chunkBytes: number): Promise<{ frames: string[]; rest: readonly string[] }> {
  const reader = new FrameReader(bodyOf(text, chunkBytes), splitEvents);
  const frames: string[] = [];
  for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) frames.push(...batch);
  return { frames, rest: reader.rest() };
}

describe.for([1, 2, 3, 1000])('in chunks of %s bytes', (chunkBytes) => {
  test.for([
    ['frames with and without a name', 'event: a\ndata: {"a":1}\n\ndata: {"b":2}\n\n', ['{"a":1}', '{"b":2}']],
    ['all three kinds of line end', 'data: 1\r\n\r\ndata: 2\r\rdata: 3\n\n', ['1', '2', '3']],
    ['no space behind the colon', 'data:{"a":1}\n\n', ['{"a":1}']],
    ['data on several lines', 'data: {"a":\ndata: 1}\n\n', ['{"a":\n1}']],
    ['comments as empty frames, ids and retries', ': hello\n\nid: 1\nretry: 5\ndata: 1\n\n', ['', '1']],
    ['a byte order mark', '\uFEFFdata: 1\n\n', ['1']],
    ['characters of several bytes', 'data: "👋 Olá 工具"\n\n', ['"👋 Olá 工具"']],
    ['nothing at all', '', []],
    ['what is no event stream', '<!DOCTYPE html>\n<html></html>\n', []],
  ] as const)('reads %s', async ([, text, frames]) => {
    expect(await framesOf(text, chunkBytes)).toEqual({ frames, rest: [] });
  });

  test('keeps a frame whose closing blank line is missing for the end', async () => {
    expect(await framesOf('data: 1\n\ndata: 2\n', chunkBytes)).toEqual({ frames: ['1'], rest: ['2'] });
    expect(await framesOf('data: 1\n\ndata: 2', chunkBytes)).toEqual({ frames: ['1'], rest: ['2'] });
  });
});

test('says whether anything has arrived', async () => {
  const reader = new FrameReader(bodyOf('x', 1), splitEvents);
  expect(reader.hasBytes).toBe(false);
  await reader.next();
  expect(reader.hasBytes).toBe(true);
});

test('cancels the body when it is closed, and may be closed twice', async () => {
  let cancelled = 0;
  const body = new ReadableStream<Uint8Array>({ cancel: () => void cancelled++ });
  const reader = new FrameReader(body, splitEvents);
  const pending = reader.next();
  reader.close();
  reader.close();
  expect(cancelled).toBe(1);
  expect(await pending).toBeUndefined();
});

test('does not mind being closed when the body has already broken', async () => {
  const body = new ReadableStream<Uint8Array>({ start: (controller) => controller.error(new Error('reset')) });
  const reader = new FrameReader(body, splitEvents);
  await expect(reader.next()).rejects.toThrow('reset');
  expect(() => reader.close()).not.toThrow();
});

test('does work for a byte that does not depend on how long its line already is', async () => {
  const payload = 'x'.repeat(300_000);
  // One line, a byte at a time: joined anew for each byte it would be copied 45 billion characters' worth.
  expect((await framesOf(`data: ${payload}\n\n`, 1)).frames).toEqual([payload]);
});
