import { describe, expect, test } from 'vitest';
import { EventSplitter } from './split-events.ts';

function split(
  text: string,
  size: number = text.length,
): { readonly frames: string[]; readonly splitter: EventSplitter } {
  const frames: string[] = [];
  const splitter = new EventSplitter((frame) => frames.push(frame));
  for (let at = 0; at < text.length; at += size) splitter.feed(text.slice(at, at + size));
  return { frames, splitter };
}

const error = { error: { code: 503, message: 'a } b', status: 'UNAVAILABLE', details: [{ a: [1] }] } };
const whole = JSON.stringify(error);

describe.for([1, 2, 7, 10_000])('in pieces of %i characters', (size) => {
  test.for([
    ['\n', 'a line feed'],
    ['\r\n', 'a carriage return too'],
  ])('gives the data of each event and an empty frame for a comment, where lines end with %j', ([end]) => {
    const lines = [
      'data: {"a":1}',
      '',
      ': comment',
      'event: x',
      'id: 7',
      'data:{"b":',
      'data: 2}',
      '',
      '',
      'data: c',
      '',
    ];
    expect(split(lines.join(end) + end, size).frames).toEqual(['{"a":1}', '', '{"b":\n2}', 'c']);
  });

  test.for([
    ['on one line', `${whole}\n`],
    ['over several lines', `${JSON.stringify(error, null, 2)}\n`],
    ['in a list', `${JSON.stringify([error], null, 2)}\r\n`],
    ['without an end of its line', `${JSON.stringify(error, null, 1)}\n\n`],
  ])('gives an error between the events %s', ([, text]) => {
    const { frames, splitter } = split(`data: 1\n\n${text}`, size);
    expect(frames).toEqual(['1', whole]);
    expect(splitter.isInsideError).toBe(false);
  });
});

test('holds an event back until it is whole', () => {
  expect(split('data: {"a":1}').frames).toEqual([]);
  expect(split('data: {"a":1}\n').frames).toEqual([]);
  expect(split('data: {"a":1}\n\n').frames).toEqual(['{"a":1}']);
});

test('says that it is inside an error until that is whole', () => {
  const { frames, splitter } = split(JSON.stringify(error, null, 2).slice(0, -3));
  splitter.feed('\n');
  expect(splitter.isInsideError).toBe(true);
  expect(frames).toEqual([]);
  splitter.feed('}\n}\n');
  expect(splitter.isInsideError).toBe(false);
  expect(frames).toEqual([whole]);
});

test.for<readonly [string, string]>([
  ['JSON that is no error', '{"type":"message"}\n'],
  ['a list that is no error', '[1]\n'],
])('gives nothing for %s', ([, text]) => {
  expect(split(text).frames).toEqual([]);
});

test('passes by what is neither an event nor JSON', () => {
  const { frames, splitter } = split('<!DOCTYPE html>\n}\nhello: world\n\ndata: a\n\n');
  expect(frames).toEqual(['a']);
  expect(splitter.isInsideError).toBe(false);
});

test('does not keep text without end', () => {
  const { frames, splitter } = split(`{\n${'  "a": "b",\n'.repeat(20_000)}}\n`);
  expect(frames).toEqual([]);
  expect(splitter.isInsideError).toBe(true);
});
