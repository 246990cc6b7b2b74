import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../session/memory-store.ts';
import { run } from '../../agent/run.ts';
import { z } from 'zod';
import { logOf } from '../../../test/log-of.ts';
import { defineTool } from '../../define-tool.ts';
import type { SessionStore } from '../../session/store.ts';
import { call, scriptedModel } from '../../testing/index.ts';
import { AgentError } from '../../errors.ts';
import { exportSession } from './export-session.ts';
import { importSession, type ImportOptions } from './import-session.ts';

const isFull = process.env['HARNESS_FULL'] === '1';

async function finishedSession(): Promise<SessionStore> {
  const session = memoryStore();
  const add = defineTool({
    name: 'Add',
    description: 'Adds.',
    input: z.object({}),
    accessKinds: [],
    access: () => [],
    execute: () => 'é\u2028\ufffd\ud800 "4"',
  });
  const model = scriptedModel([[call('Add', {})], 'It is four.\n']);
  await run('What is 2 + 2? 😀', { model, tools: [add], session, sessionId: 'sums' }).result();
  return session;
}

async function fileOf(store: SessionStore, sessionId = 'sums'): Promise<string> {
  let file = '';
  for await (const line of exportSession(store, sessionId)) file += line;
  return file;
}

/** What an import of these bytes comes to: the events that are then in the store, and the reason of a refusal. */
async function imported(bytes: Uint8Array, options: ImportOptions = {}) {
  const store = memoryStore();
  const refusal = await importSession(store, [bytes], options).then(
    () => 'none',
    (error: unknown) => (AgentError.isInstance(error) ? `${error.code}: ${error.message}` : String(error)),
  );
  return { refusal, events: await logOf(store, 'sums') };
}

test('what is exported comes back equal, in pieces of any size', async () => {
  const store = await finishedSession();
  const file = Buffer.from(await fileOf(store));
  const bytes = Array.from(file, (byte) => Uint8Array.of(byte));
  for (const source of [[file], bytes, [file.toString()]]) {
    const other = memoryStore();
    const { length } = await logOf(store, 'sums');
    expect(await importSession(other, source)).toEqual({ sessionId: 'sums', events: length });
    expect(await logOf(other, 'sums')).toEqual(await logOf(store, 'sums'));
  }
});

test('every line is JSON, with what it holds beside its checksum', async () => {
  const lines = (await fileOf(await finishedSession())).trimEnd().split('\n');
  const [first, ...others] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(first).toEqual({ sum: expect.stringMatching(/^[0-9a-f]{64}$/), session: { format: 1, sessionId: 'sums' } });
  expect(others.at(-1)).toMatchObject({ end: { events: others.length - 1 } });
});

describe('a file that was cut', () => {
  test('at any byte is refused, and taken up to the cut where that is asked for', { timeout: 60_000 }, async () => {
    const store = await finishedSession();
    const all = await logOf(store, 'sums');
    const file = Buffer.from(await fileOf(store));
    // Without its last newline it is still whole.
    for (let length = 0; length < file.length - 1; length += isFull ? 1 : 7) {
      const cut = file.subarray(0, length);
      const { refusal, events } = await imported(cut);
      expect(refusal).toMatch(/^session_corrupt: .*(cut off|not a line|not what was exported|is empty|not UTF-8)/);
      expect(events).toEqual([]);
      const partial = await imported(cut, { allowPartial: true });
      expect(partial.refusal).toMatch(/^none$|Nothing of it can be imported/);
      expect(partial.events).toEqual(all.slice(0, partial.events.length));
    }
    expect(await imported(file.subarray(0, -1))).toEqual({ refusal: 'none', events: all });
  });
});

describe('a file that was changed', () => {
  test('at any byte is refused, and taken up to the change where that is asked for', { timeout: 120_000 }, async () => {
    const store = await finishedSession();
    const all = await logOf(store, 'sums');
    const file = Buffer.from(await fileOf(store));
    for (let index = 0; index < file.length; index += isFull ? 1 : 11) {
      const original = file[index] ?? 0;
      for (const value of [original ^ 1, original ^ 0x80, 0x0a, 0x22, 0]) {
        if (value === original) continue;
        const changed = Buffer.from(file);
        changed[index] = value;
        const { refusal, events } = await imported(changed);
        expect(refusal, `byte ${index} as ${value}`).toMatch(/^session_corrupt: .*(Line \d+|not UTF-8|cut off)/);
        expect(events).toEqual([]);
        const partial = await imported(changed, { allowPartial: true });
        expect(partial.events).toEqual(all.slice(0, partial.events.length));
      }
    }
  });

  test('by lines that are left out, swapped or added is refused', async () => {
    const lines = (await fileOf(await finishedSession())).trimEnd().split('\n');
    const [head = '', first = '', second = '', ...rest] = lines;
    for (const changed of [
      [head, second, ...rest],
      [head, second, first, ...rest],
      [head, first, first, second, ...rest],
      [first, second, ...rest],
      [...lines, first],
      [...lines, ''],
    ]) {
      const source = [`${changed.join('\n')}\n`];
      await expect(importSession(memoryStore(), source)).rejects.toMatchObject({ code: 'session_corrupt' });
    }
  });
});

test('a file of a later format is refused with what to do', async () => {
  const { ChecksumChain } = await import('./checksum-chain.ts');
  const { writeLine } = await import('./session-line.ts');
  const file = writeLine(new ChecksumChain(), 'session', { format: 2, sessionId: 'sums' });
  await expect(importSession(memoryStore(), [file])).rejects.toThrow('format 2; this version reads format 1');
});

test('a session that is there is not overwritten', async () => {
  const store = await finishedSession();
  const file = await fileOf(store);
  await expect(importSession(store, [file])).rejects.toMatchObject({ code: 'session_conflict' });
  expect(await importSession(store, [file], { sessionId: 'copy' })).toMatchObject({ sessionId: 'copy' });
  expect(await logOf(store, 'copy')).toEqual(await logOf(store, 'sums'));
});

test('a session that is not there cannot be exported', async () => {
  await expect(fileOf(memoryStore())).rejects.toMatchObject({ code: 'session_not_found' });
});

test('an unknown option is an error', async () => {
  // @ts-expect-error: there is no such option.
  const options: ImportOptions = { partial: true };
  await expect(importSession(memoryStore(), [''], options)).rejects.toMatchObject({ code: 'invalid_option' });
});
