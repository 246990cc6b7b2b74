import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json, Tool } from '@harness-sdk/core';
import { createWorkspace } from '@harness-sdk/core/node';
import { applyPatch } from 'diff';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { callTool } from '../test/call-tool.ts';
import { makeTree, type Tree } from '../test/make-tree.ts';
import { editTool } from './edit.ts';
import { fsTools } from './fs-tools.ts';
import { readTool } from './read.ts';

let tree: Tree;

afterEach(async () => {
  await tree.remove();
});

function tool(name: string): Tool {
  const found = fsTools({ root: tree.root }).find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no tool ${name}`);
  return found;
}

async function preview(name: string, args: Json): Promise<Json | undefined> {
  return await tool(name).preview?.(args, { cwd: tree.root, signal: new AbortController().signal });
}

test('shows what Edit would change, and changes nothing', async () => {
  tree = await makeTree({ a: 'one\ntwo\n' });
  expect(await preview('Edit', { file_path: 'a', old_string: 'two', new_string: 'three' })).toEqual({
    type: 'diff',
    path: 'a',
    isNew: false,
    diff: '--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n',
  });
  expect(await readFile(join(tree.root, 'a'), 'utf8')).toBe('one\ntwo\n');
});

test('shows what Write would make or replace', async () => {
  tree = await makeTree({ a: 'one\n' });
  expect(await preview('Write', { file_path: 'a', content: 'two\n' })).toMatchObject({
    isNew: false,
    diff: expect.stringMatching(/-one\n\+two/),
  });
  expect(await preview('Write', { file_path: 'new/b', content: 'x\n' })).toMatchObject({ isNew: true, path: 'new/b' });
});

test.each([
  ['Edit', { file_path: 'a', old_string: 'nowhere', new_string: 'x' }, /does not occur/],
  ['Edit', { file_path: 'missing', old_string: 'a', new_string: 'b' }, /does not exist/],
  ['Edit', { file_path: '../outside/secret.txt', old_string: 'SECRET', new_string: 'b' }, /not in the workspace/],
  ['Write', { file_path: '../outside/secret.txt', content: 'x' }, /not in the workspace/],
  ['Write', { file_path: 'a', content: 'one\n' }, /already has this content/],
])('there is none where %s with %j would change nothing', async (name, args, message) => {
  tree = await makeTree({ a: 'one\n' });
  await expect(preview(name, args)).rejects.toThrow(message);
});

const line = fc.stringMatching(/^[ab \té😀]{0,6}$/u);
const format = fc.record({
  mark: fc.constantFrom('', '\ufeff'),
  end: fc.constantFrom('\n', '\r\n'),
  isTerminated: fc.boolean(),
  encoding: fc.constantFrom('utf8', 'utf16le'),
});

test('the diff of an edit, applied to the old text, is the new text, and the format of the file is kept', async () => {
  tree = await makeTree();
  let edits = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { minLength: 1, maxLength: 12 }),
      fc.array(line, { minLength: 1, maxLength: 3 }),
      fc.nat(),
      fc.nat({ max: 2 }),
      format,
      async (lines, replacement, at, count, { mark, end, isTerminated, encoding }) => {
        const start = at % lines.length;
        const [old, fresh] = [lines.slice(start, start + 1 + count).join('\n'), replacement.join('\n')];
        if (old === '' || old === fresh || (encoding === 'utf16le' && mark === '')) return;
        const text = lines.join(end) + (isTerminated ? end : '');
        await writeFile(join(tree.root, 'a'), mark + text, encoding);
        const args = { file_path: 'a', old_string: old, new_string: fresh, replace_all: true };
        const context = { cwd: tree.root };
        const workspace = createWorkspace({ root: tree.root });
        const edit = editTool(workspace);
        const shown = await edit.preview?.(args, { ...context, signal: new AbortController().signal });
        await callTool(readTool(workspace), { file_path: 'a' }, context);
        const output = await callTool(edit, args, context);
        const bytes = await readFile(join(tree.root, 'a'));
        edits++;
        expect(output.display).toEqual(shown);
        // A file without a line end gets plain ones.
        const ends = text.includes(end) ? end : '\n';
        const expected = mark + text.split(old.replaceAll('\n', ends)).join(fresh.replaceAll('\n', ends));
        expect(bytes.toString(encoding)).toBe(expected);
        expect(output.display).toMatchObject({ diff: expect.any(String) });
        // It was just seen to have one.
        const { diff } = output.display as { diff: string };
        expect(applyPatch(text, diff, { autoConvertLineEndings: false })).toBe(expected.slice(mark.length));
      },
    ),
    { numRuns: 200 },
  );
  expect(edits).toBeGreaterThan(50);
});
