import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createWorkspace, type CheckedFile } from '@harness-sdk/core/node';
import { afterEach, expect, test } from 'vitest';
import { makeTree, type Tree } from '../test/make-tree.ts';
import { lineReader } from './line-reader.ts';

let tree: Tree;
let file: CheckedFile;

async function open(content: string | Uint8Array): Promise<CheckedFile> {
  tree = await makeTree({ file: content });
  file = await createWorkspace({ root: tree.root }).open('file');
  return file;
}

afterEach(async () => {
  await file.close();
  await tree.remove();
});

test('reads the line that starts at a position', async () => {
  const read = await lineReader(await open('one\ntwo\r\nthree'));
  expect(await read({ line: 2, offset: 4, column: 1 })).toBe('two');
  expect(await read({ line: 3, offset: 9, column: 3 })).toBe('three');
  expect(await read({ line: 1, offset: 0, column: 1 })).toBe('one');
});

test('counts positions behind a byte order mark, as ripgrep does', async () => {
  const read = await lineReader(await open('\ufeffone\ntwo\n'));
  expect(await read({ line: 1, offset: 0, column: 1 })).toBe('one');
  expect(await read({ line: 2, offset: 4, column: 1 })).toBe('two');
});

test('shows the start of a long line', async () => {
  const read = await lineReader(await open(`${'x'.repeat(1000)}\n`));
  expect(await read({ line: 1, offset: 0, column: 10 })).toBe(`${'x'.repeat(500)}…`);
});

test('shows a match far to the right, with what stands around it', async () => {
  const read = await lineReader(await open(`${'x'.repeat(100_000)}needle${'y'.repeat(100_000)}\n`));
  expect(await read({ line: 1, offset: 0, column: 100_001 })).toBe(`…${'x'.repeat(100)}needle${'y'.repeat(394)}…`);
});

test('does not show halves of characters where it cuts', async () => {
  const read = await lineReader(await open(`${'é'.repeat(10_000)}\n`));
  const shown = await read({ line: 1, offset: 0, column: 10_000 });
  expect(shown).toMatch(/^…é+…$/u);
  expect(await read({ line: 1, offset: 0, column: 1 })).toMatch(/^é{250}…$/u);
});

test('reads lines of UTF-16 by their number', async () => {
  const read = await lineReader(await open(Buffer.from(`\ufeffone\ntwo\n${'x'.repeat(600)}`, 'utf16le')));
  expect(await read({ line: 2, offset: 4, column: 1 })).toBe('two');
  expect(await read({ line: 3, offset: 8, column: 1 })).toBe(`${'x'.repeat(500)}…`);
});

test('shows nothing where a file has become shorter, and what is there where it has grown', async () => {
  const read = await lineReader(await open('one\n'));
  expect(await read({ line: 9, offset: 400, column: 1 })).toBe('');
  await appendFile(join(tree.root, 'file'), 'two\n');
  expect(await read({ line: 2, offset: 4, column: 1 })).toBe('two');
});
