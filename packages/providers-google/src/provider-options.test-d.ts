import { expectTypeOf, test } from 'vitest';
import type { Json, JsonObject, ModelRequest } from '@harness-sdk/core';
import type { GoogleOptions } from './provider-options.ts';

test('options of this provider go where a request has them', () => {
  const options = {
    generationConfig: { temperature: 0, thinkingConfig: { thinkingLevel: 'HIGH' } },
    tools: [{ googleSearch: {} }],
    toolConfig: { functionCallingConfig: { mode: 'VALIDATED' } },
    safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
    serviceTier: 'flex',
    of_2030: [1],
  } satisfies GoogleOptions;
  expectTypeOf(options).toExtend<JsonObject>();
  expectTypeOf({ google: options }).toExtend<NonNullable<ModelRequest['providerOptions']>>();
  expectTypeOf<GoogleOptions>().toExtend<Json>();
});

test('values that the API does not have are refused', () => {
  expectTypeOf<{ serviceTier: 'fast' }>().not.toExtend<GoogleOptions>();
  expectTypeOf<{ generationConfig: { thinkingConfig: { thinkingLevel: 'EXTREME' } } }>().not.toExtend<GoogleOptions>();
  expectTypeOf<{ of_2030: () => number }>().not.toExtend<GoogleOptions>();
});
