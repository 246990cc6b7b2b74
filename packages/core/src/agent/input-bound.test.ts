import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AssistantBlock } from '../transcript.ts';
import { inputBound, messageBound } from './input-bound.ts';

/** What a recorded answer holds, and what its provider counted for it. */
interface Recorded {
  readonly file: string;
  readonly expected?: {
    readonly text?: string | null;
    readonly thinking?: { readonly textLength?: number } | null;
    readonly toolCalls?: readonly { readonly id?: string; readonly name?: string; readonly args?: unknown }[] | null;
    readonly serverToolCalls?: readonly unknown[] | null;
    readonly usage?: { readonly output?: number | null; readonly reasoning?: number | null } | null;
    readonly complete?: boolean;
    readonly error?: unknown;
  } | null;
}

const manifest = new URL('../../../../../shared/recordings/manifest.json', import.meta.url);
const hasRecordings = existsSync(manifest);
// Written by the same hand as this test reads it.
const entries = hasRecordings
  ? (JSON.parse(readFileSync(manifest, 'utf8')) as { entries: readonly Recorded[] }).entries
  : [];

/** Answers whose counts are of something that the recording does not hold as text, or that somebody made up. */
const others: ReadonlySet<string> = new Set([
  // A count that the author of the recording wrote.
  'anthropic/proxy-duplicate-message-start.sse',
  // An image was made.
  'google/empty-parts.sse',
  // The template took the model's thinking away, and counted it.
  'ollama/two-tools-qwen3-14b.ndjson',
]);

/** An answer whose every counted token is in the recording: nothing thought or run out of sight. */
const visible = entries.flatMap(({ file, expected }) => {
  const output = expected?.usage?.output;
  const isSeen = (expected?.thinking?.textLength ?? 0) === 0 && !(expected?.usage?.reasoning ?? 0);
  if (others.has(file) || expected?.complete !== true || !isSeen) return [];
  if (typeof output !== 'number' || output === 0) return [];
  if ((expected.serverToolCalls ?? []).length > 0) return [];
  const content: AssistantBlock[] = [{ type: 'text', text: expected.text ?? '' }];
  for (const { id = '', name = '', args } of expected.toolCalls ?? []) {
    content.push({ type: 'tool_call', id, name, rawArgs: JSON.stringify(args ?? {}) });
  }
  return [{ file, output, content }];
});

describe.skipIf(!hasRecordings)('the rule of a token a byte', () => {
  test('bounds what providers counted for recorded answers', () => {
    expect(visible.length).toBeGreaterThan(30);
    const short = visible.filter(({ output, content }) => messageBound({ role: 'assistant', content }) < output);
    expect(short).toEqual([]);
  });
});

test.skipIf(hasRecordings)(
  'the recordings are not here: the rule of a token a byte was not compared with real counts',
  () => {
    expect(visible).toEqual([]);
  },
);

describe('an image', () => {
  const image = { type: 'image', mediaType: 'image/png', data: 'AAAA' } as const;
  const request = { messages: [{ role: 'user', content: [image, image] } as const], tools: [] };

  test('counts as the largest there is, or as the model says', () => {
    const unknown = inputBound(request, { info: {} });
    // A large image at high detail on gpt-4o-mini: 2 833 and 8 tiles of 5 667.
    expect(unknown).toBeGreaterThan(2 * (2_833 + 8 * 5_667));
    expect(unknown - inputBound(request, { info: { maxImageTokens: 1_000 } })).toBe(98_000);
  });

  test('in a result of a tool counts, too', () => {
    const content = [{ type: 'tool_result', toolCallId: '1', name: 'see', content: [image], isError: false }] as const;
    expect(messageBound({ role: 'tool', content })).toBeGreaterThan(50_000);
  });
});
