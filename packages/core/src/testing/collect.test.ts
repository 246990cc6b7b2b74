import { expect, test } from 'vitest';
import { AgentError } from '../errors.ts';
import type { Message } from '../message.ts';
import { collect } from './collect.ts';

const base = { sessionId: 's', eventSeq: 1 };

const messages: readonly Message[] = [
  { type: 'thinking', text: 'Hm', isPartial: false, ...base },
  { type: 'text', text: 'a', isPartial: true, chunk: 0, attempt: 1, ...base },
  { type: 'text', text: 'ab', isPartial: false, ...base },
  { type: 'tool_use', id: '1', name: 'Read', args: {}, ...base },
  { type: 'tool_result', toolUseId: '1', name: 'Read', content: 'c', isError: false, outcome: 'ok', ...base },
];

async function* runOf(error?: Error): AsyncGenerator<Message> {
  yield* messages;
  if (error !== undefined) throw error;
}

test('gives the messages, and views of them', async () => {
  const run = await collect(runOf());
  expect(run.messages).toEqual(messages);
  expect(run.texts).toEqual(['ab']);
  expect(run.chunks).toEqual(['a']);
  expect(run.thinking).toEqual(['Hm']);
  expect(run.toolUses).toEqual([messages[3]]);
  expect(run.toolResults).toEqual([messages[4]]);
  expect(run.ofType('text')).toEqual(messages.slice(1, 3));
  expect(run.result).toBeUndefined();
  expect(run.error).toBeUndefined();
});

test('gives a typed failure with what came before it', async () => {
  const error = new AgentError('store_failed', 'full');
  const run = await collect(runOf(error));
  expect(run.error).toBe(error);
  expect(run.messages).toHaveLength(messages.length);
});

test('rejects with anything else', async () => {
  await expect(collect(runOf(new TypeError('a defect')))).rejects.toThrow('a defect');
});
