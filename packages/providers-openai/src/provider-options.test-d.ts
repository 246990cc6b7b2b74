import { expectTypeOf, test } from 'vitest';
import type { Json, JsonObject, ModelRequest } from '@harness-sdk/core';
import type { OpenAIOptions } from './provider-options.ts';

test('options of this provider go where a request has them', () => {
  const options = {
    reasoning: { effort: 'xhigh', summary: 'auto' },
    text: { verbosity: 'low' },
    tools: [{ type: 'web_search' }],
    of_2030: [1],
  } satisfies OpenAIOptions;
  expectTypeOf(options).toExtend<JsonObject>();
  expectTypeOf({ openai: options }).toExtend<NonNullable<ModelRequest['providerOptions']>>();
  expectTypeOf<OpenAIOptions>().toExtend<Json>();
});

test('values that the API does not have are refused', () => {
  expectTypeOf<{ reasoning: { effort: 'extreme' } }>().not.toExtend<OpenAIOptions>();
  expectTypeOf<{ of_2030: () => number }>().not.toExtend<OpenAIOptions>();
});
