import { describe, expect, test } from 'vitest';
import type { AssistantMessage, ToolMessage, TranscriptMessage, UserMessage } from '../transcript.ts';
import { repairHistory } from './repair-history.ts';

const user: UserMessage = { role: 'user', content: [{ type: 'text', text: 'Go.' }] };
const asks = (...ids: readonly string[]): AssistantMessage => ({
  role: 'assistant',
  content: ids.map((id) => ({ type: 'tool_call', id, name: 'look', args: {} })),
});
const answers = (...results: readonly (readonly [string, string])[]): ToolMessage => ({
  role: 'tool',
  content: results.map(([toolCallId, content]) => ({
    type: 'tool_result',
    toolCallId,
    name: 'look',
    content,
    isError: false,
  })),
});

/** Roles, and for tool messages what they say. */
function shape(history: readonly TranscriptMessage[]): readonly string[] {
  return repairHistory(history).map((message) =>
    message.role === 'tool'
      ? message.content
          .map(
            ({ toolCallId, content, isError }) =>
              `${toolCallId}=${isError ? 'unknown' : JSON.stringify(content).slice(1, -1)}`,
          )
          .join(' ')
      : message.role,
  );
}

describe('repairHistory', () => {
  test.each<[string, readonly TranscriptMessage[], readonly string[]]>([
    ['nothing', [], []],
    [
      'a whole history',
      [user, asks('a', 'b'), answers(['a', 'A'], ['b', 'B']), user],
      ['user', 'assistant', 'a=A b=B', 'user'],
    ],
    ['a call without a result', [user, asks('a')], ['user', 'assistant', 'a=unknown']],
    ['one of two without a result', [asks('a', 'b'), answers(['b', 'B'])], ['assistant', 'a=unknown b=B']],
    ['results in another order', [asks('a', 'b'), answers(['b', 'B'], ['a', 'A'])], ['assistant', 'a=A b=B']],
    [
      'results in several messages',
      [asks('a', 'b'), answers(['a', 'A']), answers(['b', 'B'])],
      ['assistant', 'a=A b=B'],
    ],
    ['a result that comes late', [asks('a'), user, answers(['a', 'A'])], ['assistant', 'a=A', 'user']],
    ['a result without a call', [user, answers(['x', 'X']), user], ['user', 'user']],
    ['a result before its call', [answers(['a', 'A']), asks('a')], ['assistant', 'a=unknown']],
    ['two results for a call', [asks('a'), answers(['a', 'A'], ['a', 'again'])], ['assistant', 'a=A']],
    [
      'an id that comes again in a later turn',
      [asks('a'), answers(['a', 'one']), asks('a'), answers(['a', 'two'])],
      ['assistant', 'a=one', 'assistant', 'a_2=two'],
    ],
    [
      'an id that comes again, first without a result',
      [asks('a'), user, asks('a'), answers(['a', 'two'])],
      ['assistant', 'a=unknown', 'user', 'assistant', 'a_2=two'],
    ],
    [
      'an id twice in one message',
      [asks('a', 'a'), answers(['a', 'one'], ['a', 'two'])],
      ['assistant', 'a=one a_2=two'],
    ],
    ['an empty message of the model', [user, asks(), user], ['user', 'user']],
  ])('makes %s whole', (_name, history, expected) => {
    expect(shape(history)).toEqual(expected);
  });

  test('gives each call an id of its own', () => {
    const ids = repairHistory([asks('a', 'a'), asks('a'), asks('a_2')]).flatMap((message) =>
      message.role === 'assistant'
        ? message.content.flatMap((block) => (block.type === 'tool_call' ? [block.id] : []))
        : [],
    );
    expect(new Set(ids).size).toBe(4);
  });

  test('leaves a whole history as it is, and its argument in any case', () => {
    const history = [user, asks('a'), answers(['a', 'A'])];
    const copy = structuredClone(history);
    expect(repairHistory(history)).toEqual(history);
    repairHistory([asks('a')]);
    expect(history).toEqual(copy);
  });
});
