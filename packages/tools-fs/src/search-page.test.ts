import { expect, test } from 'vitest';
import { pageOf, parsePaths, type PageOptions } from './search-page.ts';

const whole: PageOptions = { limit: 10, offset: 0, unit: 'path', isIncomplete: () => false };

async function* lines(...all: readonly string[]): AsyncGenerator<string, void, void> {
  yield* all;
}

test('shows all lines where there is room', async () => {
  expect(await pageOf(lines('a', 'b'), { ...whole, limit: 2 })).toBe('a\nb');
});

test('says where it cut, and how to go on', async () => {
  expect(await pageOf(lines('a', 'b', 'c'), { ...whole, limit: 2 })).toBe(
    'a\nb\n[cut after 2 paths; go on with offset 2]',
  );
  expect(await pageOf(lines('a', 'b', 'c'), { ...whole, limit: 1, offset: 1, unit: 'line' })).toBe(
    'b\n[cut after 1 line; go on with offset 2]',
  );
  expect(await pageOf(lines('a', 'b', 'c'), { ...whole, limit: 2, offset: 2 })).toBe('c');
});

test('cuts by characters too, but shows one line in any case', async () => {
  const long = 'x'.repeat(60_000);
  expect(await pageOf(lines(long, long), whole)).toBe(`${long}\n[cut after 1 path; go on with offset 1]`);
  expect(await pageOf(lines(long + long), whole)).toBe(long + long);
});

test('takes one line more than it shows, and closes its source', async () => {
  let taken = 0;
  let isClosed = false;
  async function* endless(): AsyncGenerator<string, void, void> {
    try {
      for (;;) yield String(taken++);
    } finally {
      isClosed = true;
    }
  }
  await pageOf(endless(), { ...whole, limit: 3 });
  expect({ taken, isClosed }).toEqual({ taken: 4, isClosed: true });
});

test('says that nothing was found, and that it may be because something could not be read', async () => {
  expect(await pageOf(lines(), whole)).toBe('[nothing found]');
  expect(await pageOf(lines('a'), { ...whole, offset: 1 })).toBe('[nothing found]');
  expect(await pageOf(lines(), { ...whole, isIncomplete: () => true })).toMatch(/^\[nothing found\]\n\[incomplete: /);
});

test('parsing gives back paths and notes', async () => {
  expect(parsePaths(await pageOf(lines('a', '"new\\nline"', 'b'), { ...whole, limit: 2, offset: 0 }))).toEqual({
    paths: ['a', 'new\nline'],
    nextOffset: 2,
    isIncomplete: false,
  });
  expect(parsePaths(await pageOf(lines(), { ...whole, isIncomplete: () => true }))).toEqual({
    paths: [],
    nextOffset: undefined,
    isIncomplete: true,
  });
});
