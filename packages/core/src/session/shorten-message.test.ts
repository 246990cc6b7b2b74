import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TranscriptMessage } from '../transcript.ts';
import { textTokens } from './estimate-tokens.ts';
import { shortenMessage, shortenText } from './shorten-message.ts';

describe('a text that is shortened', () => {
  test('keeps its beginning and its end, says how long it was, and has no more tokens than it may', () => {
    const text = `START ${'x'.repeat(10_000)} END`;
    const shortened = shortenText(text, 200);
    expect(shortened).toMatch(/^START x+\n\[… cut here: 10010 characters .*\]\nx+ END$/s);
    expect(textTokens(shortened)).toBeLessThanOrEqual(200);
  });

  test('is the same where it fits', () => {
    expect(shortenText('short', 2)).toBe('short');
  });

  test('is never longer than it may be, nor has half a character, whatever it is made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', size: 'large' }), fc.integer({ min: 64, max: 300 }), (text, tokens) => {
        const shortened = shortenText(text, tokens);
        expect(textTokens(shortened)).toBeLessThanOrEqual(tokens);
        expect(shortened.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('a message that is shortened', () => {
  const long = 'y'.repeat(3_000);

  test('has each result cut on its own, and the rest of it as it was', () => {
    const result = { type: 'tool_result', toolCallId: 'a', name: 'Read', isError: true, content: long } as const;
    const message: TranscriptMessage = {
      role: 'tool',
      content: [result, { ...result, toolCallId: 'b', content: 'ok' }],
    };
    const shortened = shortenMessage(message, 100);
    expect(shortened).toMatchObject({ role: 'tool', content: [{ toolCallId: 'a', isError: true }, { content: 'ok' }] });
    expect(JSON.stringify(shortened).length).toBeLessThan(700);
    expect(JSON.stringify(message).length).toBeGreaterThan(3_000);
  });

  test('loses images only where there is hardly any room', () => {
    const image = { type: 'image', mediaType: 'image/png', data: 'AAAA' } as const;
    const message: TranscriptMessage = { role: 'user', content: [image, { type: 'text', text: 'What is it?' }] };
    expect(shortenMessage(message, 5_000)).toBe(message);
    expect(shortenMessage(message, 500).content).toEqual([
      { type: 'text', text: expect.stringContaining('image was left out') },
      { type: 'text', text: 'What is it?' },
    ]);
  });

  test('of the model stays as it is', () => {
    const message: TranscriptMessage = { role: 'assistant', content: [{ type: 'text', text: long }] };
    expect(shortenMessage(message, 64)).toBe(message);
  });
});
