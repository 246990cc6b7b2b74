import { expectTypeOf, test } from 'vitest';
import type { Json, JsonObject, ModelRequest } from '@harness-sdk/core';
import type { AnthropicOptions } from './provider-options.ts';

test('options of this provider go where a request has them', () => {
  const options = {
    thinking: { type: 'adaptive', display: 'summarized' },
    output_config: { effort: 'xhigh' },
    tools: [{ type: 'web_search_20260318', name: 'web_search', max_uses: 3 }],
    of_2030: [1],
  } satisfies AnthropicOptions;
  expectTypeOf(options).toExtend<JsonObject>();
  expectTypeOf({ anthropic: options }).toExtend<NonNullable<ModelRequest['providerOptions']>>();
  expectTypeOf<AnthropicOptions>().toExtend<Json>();
});

test('values that the API does not have are refused', () => {
  expectTypeOf<{ output_config: { effort: 'extreme' } }>().not.toExtend<AnthropicOptions>();
  expectTypeOf<{ thinking: { type: 'enabled' } }>().not.toExtend<AnthropicOptions>();
  expectTypeOf<{ of_2030: () => number }>().not.toExtend<AnthropicOptions>();
});
