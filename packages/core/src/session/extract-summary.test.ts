import { describe, expect, test } from 'vitest';
import type { Json } from '../json.ts';
import type { AssistantBlock, TranscriptMessage } from '../transcript.ts';
import { textTokens } from './estimate-tokens.ts';
import { completeSummary, extractSummary } from './extract-summary.ts';
import { lastTurnPrompt } from './state.ts';
import { readSections, summarySections } from './summary.ts';

const user = (text: string): TranscriptMessage => ({ role: 'user', content: [{ type: 'text', text }] });
const called = (name: string, args: Json, text = ''): TranscriptMessage => {
  const said: readonly AssistantBlock[] = text === '' ? [] : [{ type: 'text', text }];
  return { role: 'assistant', content: [...said, { type: 'tool_call', id: 'a', name, args }] };
};
const failed = (name: string, content: string): TranscriptMessage => ({
  role: 'tool',
  content: [{ type: 'tool_result', toolCallId: 'a', name, content, isError: true }],
});

describe('a summary that is put together from the messages', () => {
  test('says what the user said, what was done to which file, and what failed', () => {
    const messages = [
      user('Never push to main.'),
      called('Read', { file_path: 'src/a.ts' }, 'I begin with a.'),
      called('Edit', { file_path: 'src/a.ts', old_string: 'x', new_string: 'y' }),
      called('Move', { files: [{ path: 'b.md' }], target: 'not/a/named/path' }),
      failed('Bash', 'exit 1:\n  two tests failed'),
    ];
    expect(extractSummary(messages, '', 2_000)).toBe(`## Goal
As in the prompts, which are kept as they were.

## Constraints
- Never push to main.

## Decisions
- I begin with a.

## Files touched
- src/a.ts (Read, Edit)
- b.md (Move)

## Open items
- Calls made so far: Read ×1, Edit ×1, Move ×1
- Bash failed: exit 1: two tests failed`);
  });

  test('takes over what an earlier summary said', () => {
    const earlier = '## Goal\nShip it.\n## Files touched\n- old.ts (Read)\n## Open items\nTests.';
    const sections = readSections(extractSummary([called('Read', { path: 'new.ts' })], earlier, 2_000));
    expect(sections.get('Goal')).toBe('Ship it.');
    expect(sections.get('Files touched')).toBe('- old.ts (Read)\n- new.ts (Read)');
    expect(sections.get('Open items')).toContain('Tests.');
  });

  test('has all sections and keeps to its length, with the latest of each', () => {
    const messages = Array.from({ length: 500 }, (_, index) => [
      user(`Note ${index}. ${'n'.repeat(500)}`),
      called('Read', { file_path: `f/${index}.ts` }, `Step ${index}. ${'s'.repeat(500)}`),
    ]).flat();
    const summary = extractSummary(messages, '', 600);
    expect(textTokens(summary)).toBeLessThanOrEqual(600);
    expect([...readSections(summary).keys()]).toEqual(summarySections);
    expect(summary).toContain('f/499.ts');
    expect(summary).not.toContain('f/1.ts');
  });

  test('takes the notice of the last turn for nothing that the user said', () => {
    expect(readSections(extractSummary([lastTurnPrompt], '', 600)).get('Constraints')).toBe('As in the prompts.');
  });
});

describe('a summary of a model', () => {
  const extract = extractSummary([called('Read', { path: 'a' })], '', 600);

  test('that has all sections is left as it is', () => {
    const whole = summarySections.map((name) => `## ${name}\nSomething.`).join('\n');
    expect(completeSummary(whole, extract)).toBe(whole);
  });

  test('has missing and empty sections filled in', () => {
    const completed = readSections(completeSummary('### goal:\nMine.\n## Files touched\n\n', extract));
    expect(completed.get('Goal')).toBe('Mine.');
    expect(completed.get('Files touched')).toBe('- a (Read)');
    expect([...completed.keys()].toSorted()).toEqual([...summarySections].toSorted());
  });
});
