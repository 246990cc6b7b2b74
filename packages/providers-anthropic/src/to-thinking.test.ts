import { describe, expect, test } from 'vitest';
import type { AssistantBlock, Effort, ModelRequest, TranscriptMessage } from '@harness-sdk/core';
import { knownModel } from './model-info.ts';
import { toThinking } from './to-thinking.ts';

function params(modelId: string, request: Partial<ModelRequest>, maxTokens = 64_000): unknown {
  return toThinking({ messages: [], ...request }, knownModel(modelId).thinking, maxTokens);
}

describe.for<readonly [model: string, expected: Readonly<Record<Effort, unknown>>]>([
  [
    'claude-opus-5-5',
    {
      none: { effort: 'low' },
      minimal: { effort: 'low', thinking: { type: 'adaptive' } },
      low: { effort: 'low', thinking: { type: 'adaptive' } },
      medium: { effort: 'medium', thinking: { type: 'adaptive' } },
      high: { effort: 'high', thinking: { type: 'adaptive' } },
      max: { effort: 'max', thinking: { type: 'adaptive' } },
    },
  ],
  [
    'claude-haiku-4-5',
    {
      none: {},
      minimal: { thinking: { type: 'enabled', budget_tokens: 1_024 } },
      low: { thinking: { type: 'enabled', budget_tokens: 4_096 } },
      medium: { thinking: { type: 'enabled', budget_tokens: 8_192 } },
      high: { thinking: { type: 'enabled', budget_tokens: 16_384 } },
      max: { thinking: { type: 'enabled', budget_tokens: 32_000 } },
    },
  ],
  [
    'claude-opus-4-5',
    {
      none: {},
      minimal: { effort: 'low', thinking: { type: 'enabled', budget_tokens: 1_024 } },
      low: { effort: 'low', thinking: { type: 'enabled', budget_tokens: 4_096 } },
      medium: { effort: 'medium', thinking: { type: 'enabled', budget_tokens: 8_192 } },
      high: { effort: 'high', thinking: { type: 'enabled', budget_tokens: 16_384 } },
      max: { effort: 'high', thinking: { type: 'enabled', budget_tokens: 32_000 } },
    },
  ],
  [
    'claude-of-2030',
    {
      none: { effort: 'low' },
      minimal: { effort: 'low' },
      low: { effort: 'low' },
      medium: { effort: 'medium' },
      high: { effort: 'high' },
      max: { effort: 'max' },
    },
  ],
])('for %s', ([modelId, expected]) => {
  test.for(Object.entries(expected))('effort %s', ([effort, wanted]) => {
    // The keys are efforts, says the type of the table.
    expect(params(modelId, { effort: effort as Effort })).toEqual(wanted);
  });

  test('without an effort nothing is said', () => {
    expect(params(modelId, {})).toEqual({});
  });
});

test.for([
  ['claude-sonnet-5-5', { thinking: { type: 'between_tools' } }],
  ['claude-haiku-5-5', { thinking: { type: 'disabled' } }],
  ['claude-opus-4-8', { thinking: { type: 'disabled' } }],
  ['claude-fable-5-1', { effort: 'low' }],
] as const)('thinking of %s is turned off the way it can be', ([modelId, expected]) => {
  expect(params(modelId, { effort: 'none' })).toEqual(expected);
});

test.for(['required', { name: 'read' }] as const)('nobody thinks who must call a tool: %o', (toolChoice) => {
  expect(params('claude-sonnet-4-6', { effort: 'high', toolChoice })).toEqual({ effort: 'high' });
  expect(params('claude-opus-4-5', { effort: 'high', toolChoice })).toEqual({ effort: 'high' });
  expect(params('claude-haiku-4-5', { effort: 'high', toolChoice })).toEqual({});
});

describe('a budget', () => {
  test('leaves half of the output for the answer', () => {
    expect(params('claude-haiku-4-5', { effort: 'high' }, 6_000)).toEqual({
      thinking: { type: 'enabled', budget_tokens: 3_000 },
    });
  });

  test('that would be smaller than the API takes is none', () => {
    expect(params('claude-haiku-4-5', { effort: 'high' }, 2_000)).toEqual({});
  });

  const asked = (first: AssistantBlock, provider: string): readonly TranscriptMessage[] => [
    { role: 'user', content: [{ type: 'text', text: 'a' }] },
    {
      role: 'assistant',
      content: [first, { type: 'tool_call', id: '1', name: 'read', args: {} }],
      origin: { provider, model: 'x' },
    },
    { role: 'tool', content: [{ type: 'tool_result', toolCallId: '1', name: 'read', content: 'A', isError: false }] },
  ];
  const thought: AssistantBlock = { type: 'thinking', text: 'Hm', native: { type: 'thinking', signature: 'abc' } };

  test('is given in the middle of a turn that began with thinking', () => {
    expect(params('claude-haiku-4-5', { effort: 'low', messages: asked(thought, 'anthropic') })).toHaveProperty(
      'thinking',
    );
  });

  test.for([
    ['with text', { type: 'text', text: 'Sure.' }, 'anthropic'],
    ['with thinking of another provider', thought, 'openai'],
  ] as const)('is not given in the middle of a turn that began %s', ([, first, provider]) => {
    expect(params('claude-haiku-4-5', { effort: 'low', messages: asked(first, provider) })).toEqual({});
  });

  test('is given again in the next turn', () => {
    const messages: readonly TranscriptMessage[] = [
      ...asked({ type: 'text', text: 'Sure.' }, 'openai'),
      { role: 'assistant', content: [{ type: 'text', text: 'A.' }] },
      { role: 'user', content: [{ type: 'text', text: 'b' }] },
    ];
    expect(params('claude-haiku-4-5', { effort: 'low', messages })).toHaveProperty('thinking');
  });
});
