import { expectTypeOf, test } from 'vitest';
import type { Json, JsonObject, ModelRequest } from '@harness-sdk/core';
import type { OllamaOptions } from './provider-options.ts';

test('options of this provider go where a request has them', () => {
  const options = {
    think: 'high',
    keep_alive: '10m',
    options: { temperature: 0, stop: ['\n'], of_2030: 1 },
    of_2030: [1],
  } satisfies OllamaOptions;
  expectTypeOf(options).toExtend<JsonObject>();
  expectTypeOf({ ollama: options }).toExtend<NonNullable<ModelRequest['providerOptions']>>();
  expectTypeOf<OllamaOptions>().toExtend<Json>();
});

test('values that the API does not have are refused', () => {
  expectTypeOf<{ think: number }>().not.toExtend<OllamaOptions>();
  expectTypeOf<{ options: { temperature: 'hot' } }>().not.toExtend<OllamaOptions>();
  expectTypeOf<{ of_2030: () => number }>().not.toExtend<OllamaOptions>();
});
