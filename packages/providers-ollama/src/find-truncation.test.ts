import { describe, expect, test } from 'vitest';
import { findTruncation } from './find-truncation.ts';
import type { OllamaRequest } from './to-request.ts';

function sent(text: string, window = 100): Pick<OllamaRequest, 'messages' | 'options'> {
  return { messages: [{ role: 'user', content: text }], options: { num_ctx: window } };
}

const words = (count: number) => Array.from({ length: count }, (_, index) => `word${'s'.repeat(index % 3)}`).join(' ');

test('finds a prompt of more words than the window has tokens, of which fewer were read', () => {
  expect(findTruncation(sent(words(150)), { prompt_eval_count: 52 }, false)).toBe(
    'Ollama read 52 tokens of a prompt of at least 150, which its window (num_ctx 100) cannot hold.',
  );
});

test('finds a prompt that fills the window to the last token', () => {
  expect(findTruncation(sent(words(60)), { prompt_eval_count: 100 }, false)).toMatch(/all that its window/);
});

describe('says nothing', () => {
  test.for<readonly [why: string, text: string, read: number | null | undefined, isCloud?: boolean]>([
    ['where the count is not reported', words(500), undefined],
    ['where the count is null', words(500), null],
    ['of a prompt that was read whole', words(60), 80],
    ['of a small count for a prompt that fits: the rest was in the cache', words(99), 3],
    ['of a small count for a prompt as large as the window', words(100), 3],
    ['where more was read than the window holds: it is another one', words(150), 400],
    ['where that is less than there are words, as of a template that leaves some out', words(500), 400],
    ['of a count that meets the window of a model in the cloud by chance', words(60), 100, true],
    ['of long words, which may be one token each', 'Donaudampfschifffahrt '.repeat(90), 95],
    ['of one long word', 'a'.repeat(10_000), 50],
    ['of a wall of whitespace and signs', `${' '.repeat(5_000)}${'='.repeat(5_000)}${'\n'.repeat(500)}`, 50],
    ['of a long number', '1'.repeat(10_000), 50],
    ['of words with apostrophes', "don't it’s ".repeat(45), 91],
  ])('%s', ([, text, read, isCloud = false]) => {
    expect(findTruncation(sent(text), read === undefined ? {} : { prompt_eval_count: read }, isCloud)).toBeUndefined();
  });
});

test('counts the words of code and of marks on letters as tokenizers must', () => {
  const code = 'const fooBar = read("src/a.ts", 42); // e\u0301te\u0301\n'.repeat(12);
  // const, fooBar, read, src, a, ts, 42 and été: 8 a line.
  expect(findTruncation(sent(code, 95), { prompt_eval_count: 50 }, false)).toContain('at least 96,');
});

test('leaves out what templates may leave out', () => {
  const request = {
    messages: [
      { role: 'assistant', content: '', thinking: words(500), tool_calls: [] },
      { role: 'tool', content: 'a b', tool_name: 'read', tool_call_id: '1' },
    ],
    options: { num_ctx: 100 },
  } as const;
  expect(
    findTruncation({ ...request, messages: [...request.messages] }, { prompt_eval_count: 9 }, false),
  ).toBeUndefined();
});
