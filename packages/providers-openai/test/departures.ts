import type { Usage } from '@harness-sdk/core';
import { isObject, itemsOf, objectOf, textOf } from '../src/wire.ts';
import type { ExpectedFacts, Recording } from './recordings.ts';

/** Where we read a recording otherwise than its manifest, on purpose. */
interface Departure {
  readonly reason: string;
  readonly facts?: (recording: Recording) => Partial<ExpectedFacts>;
  /** Counts in our shape, without the raw ones. */
  readonly usage?: Usage;
}

/** By the file's name. */
export const departures: Readonly<Record<string, Departure | undefined>> = {
  'openai-responses/reasoning-encrypted-tool.sse': {
    reason: 'It is the bodies of four answers one behind the other; an answer ends with its own end.',
    facts: () => ({
      text: '',
      responseId: 'resp_01830d662ab3856501693c321345c88190b0de00f3b9975691',
      toolCalls: [{ id: 'call_AB6AaRZ1FYZB2RwS6A5vbdqn', name: 'calculator', args: { a: 12, b: 7, op: 'add' } }],
      usage: { input: 134, output: 28, cacheRead: 0, cacheWrite: null, reasoning: 0 },
      usageRaw: {
        input_tokens: 134,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: 28,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 162,
      },
    }),
  },
  'openai-responses/phase-gpt.sse': {
    reason:
      'Whoever kept it left out most of its deltas; the finished items have the whole text, and nothing of that is lost.',
    facts: ({ body }) => ({ text: textOfItems(body.toString()) }),
  },
  'openai-chat/snowflake-claude-no-finish-reason.sse': {
    reason: 'The reasoning comes in `reasoning_details` alone, where the manifest does not look for its text.',
    facts: () => ({
      thinking: {
        textLength: '15 * 27 = 405'.length,
        textSha256: '5c09ab60563e9932187ac225858bcb70abbe19c66666c590033200825cefe4f9',
        signatures: 0,
        encryptedItems: 0,
      },
    }),
  },
  'openai-chat/openrouter-error-mid-stream-minimax.sse': {
    reason:
      'The error says a second time what the finish reason `length` had said: the answer stands, cut off. Its reasoning is a ' +
      'part of its output, so it cannot be more.',
    facts: () => ({ error: null }),
    usage: { input: 43, output: 10, cacheRead: 0, reasoning: 10 },
  },
  'openai-chat/azure-grok-text.sse': {
    reason: 'It reports 161 cached tokens of 7, and a total of 15: the count of cached tokens cannot be.',
    usage: { input: 7, output: 8, reasoning: 0 },
  },
};

function textOfItems(body: string): string {
  const items = body.split('\n').flatMap((line) => {
    const event: unknown = line.startsWith('data: {') ? JSON.parse(line.slice(6)) : undefined;
    return isObject(event) && event['type'] === 'response.output_item.done' ? [objectOf(event['item'])] : [];
  });
  return items.flatMap(({ content }) => itemsOf(content).map((part) => textOf(objectOf(part)['text']))).join('');
}
