import { describe, expect, test } from 'vitest';
import { FrameReader, splitLines } from './frame-reader.ts';

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

describe.for([1, 2, 3, 1000])('lines in chunks of %s bytes', (chunkBytes) => {
  test.for([
    ['lines', '{"a":1}\n{"b":2}\n', ['{"a":1}', '{"b":2}'], []],
    ['line ends of Windows and blank lines', '1\r\n\r\n\n2\n', ['1', '2'], []],
    ['characters of several bytes', '"👋 工具"\n', ['"👋 工具"'], []],
    ['a last line without its end, which is left for the end', '1\n2', ['1'], ['2']],
    ['nothing at all', '', [], []],
  ] as const)('are read: %s', async ([, text, frames, rest]) => {
    const reader = new FrameReader(bodyOf(text, chunkBytes), splitLines);
    const read: string[] = [];
    for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) read.push(...batch);
    expect({ read, rest: reader.rest() }).toEqual({ read: frames, rest });
  });
});

test('closing ends a read that waits', async () => {
  const reader = new FrameReader(
    new ReadableStream<Uint8Array>({ pull: () => Promise.withResolvers<void>().promise }),
    splitLines,
  );
  const pending = reader.next();
  reader.close();
  expect(await pending).toBeUndefined();
});
