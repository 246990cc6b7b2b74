import { describe, expect, test } from 'vitest';
import { endThinking, newTagState, splitThinking } from './think-tags.ts';
import type { TaggedText } from './think-tags.ts';

/** Text and thinking of an answer that comes in these pieces. */
function read(pieces: readonly string[]): { readonly thinking: string; readonly text: string } {
  const state = newTagState();
  const found = [...pieces.flatMap((piece) => splitThinking(piece, state)), ...endThinking(state)];
  const all = (type: TaggedText['type']) => found.map((piece) => (piece.type === type ? piece.text : '')).join('');
  return { thinking: all('thinking'), text: all('text') };
}

const answers: readonly (readonly [what: string, content: string, thinking: string, text: string])[] = [
  ['no tags', 'Hello', '', 'Hello'],
  ['nothing', '', '', ''],
  ['whitespace only', ' \n', '', ' \n'],
  ['whitespace in front', '\n\n Hello \n', '', '\n\n Hello \n'],
  ['thinking and text', '<think>Hm.</think>So.', 'Hm.', 'So.'],
  ['whitespace around the thinking', ' \n<think>\n Hm. \n</think>\n\n So. \n', 'Hm. \n', 'So. \n'],
  ['thinking of nothing', '<think>\n\n</think>\n\nSo.', '', 'So.'],
  ['thinking alone', '<think>Hm.</think>', 'Hm.', ''],
  ['thinking that does not end', '<think>Hm. </thin', 'Hm. </thin', ''],
  ['half a tag', '<thi', '', '<thi'],
  ['half a tag and then something else', '<thin air>', '', '<thin air>'],
  ['another tag', '<thinking>Hm.</thinking>', '', '<thinking>Hm.</thinking>'],
  ['tags behind text', 'Use <think>a</think> here.', '', 'Use <think>a</think> here.'],
  ['tags behind thinking', '<think>a</think>b<think>c</think>', 'a', 'b<think>c</think>'],
  ['what looks like the end', '<think>a < b </ c </thin d</think>e', 'a < b </ c </thin d', 'e'],
  ['the start of the end twice', '<think>a<</think>b', 'a<', 'b'],
  ['another start inside', '<think>a<think>b</think>c', 'a<think>b', 'c'],
];

describe.for(answers)('%s', ([, content, thinking, text]) => {
  test('is told whole', () => {
    expect(read([content])).toEqual({ thinking, text });
  });

  test('is told letter by letter', () => {
    expect(read(content.split(''))).toEqual({ thinking, text });
  });

  test('is told wherever it is cut, once or twice', () => {
    for (let first = 0; first <= content.length; first++) {
      for (let second = first; second <= content.length; second++) {
        const pieces = [content.slice(0, first), content.slice(first, second), content.slice(second)];
        expect(read(pieces), `cut at ${first} and ${second}`).toEqual({ thinking, text });
      }
    }
  });
});

test('gives thinking as it comes, except for what may be a tag', () => {
  const state = newTagState();
  expect(splitThinking('<think>Hm', state)).toEqual([{ type: 'thinking', text: 'Hm' }]);
  expect(splitThinking(', so</', state)).toEqual([{ type: 'thinking', text: ', so' }]);
  expect(splitThinking('think>Yes', state)).toEqual([{ type: 'text', text: 'Yes' }]);
});
