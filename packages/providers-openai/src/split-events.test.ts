import { expect, test } from 'vitest';
import { splitEvents } from './split-events.ts';

function framesOf(...pieces: readonly string[]): readonly string[] {
  const frames: string[] = [];
  const splitter = splitEvents((frame) => frames.push(frame));
  for (const piece of pieces) splitter.feed(piece);
  return frames;
}

test('gives the data of each event', () => {
  expect(framesOf('event: a\ndata: {"a"', ':1}\n', '\ndata: [DONE]\r\n\r\n')).toEqual(['{"a":1}', '[DONE]']);
});

test('gives an empty frame for a comment', () => {
  expect(framesOf(': OPENROUTER PROCESSING\n\ndata: 1\n\n')).toEqual(['', '1']);
});
