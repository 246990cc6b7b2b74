import type Anthropic from '@anthropic-ai/sdk';
import type { Model, ModelInfo } from '@harness-sdk/core';
import { expectTypeOf, test } from 'vitest';
import { anthropic, createAnthropic } from './index.ts';
import type { AnthropicFactory, AnthropicModelOptions, AnthropicOptions, AnthropicSettings } from './index.ts';

test('a model is made of an id, with options or without', () => {
  expectTypeOf(anthropic).parameter(0).toEqualTypeOf<string>();
  expectTypeOf(anthropic).parameter(1).toEqualTypeOf<AnthropicModelOptions | undefined>();
  expectTypeOf(anthropic).returns.toEqualTypeOf<Model>();
  expectTypeOf(anthropic).toExtend<AnthropicFactory>();
  expectTypeOf<AnthropicModelOptions>().toEqualTypeOf<{
    readonly info?: ModelInfo;
    readonly providerOptions?: AnthropicOptions;
  }>();
});

test('a factory is made of settings, with a client of the vendor or without', () => {
  expectTypeOf(createAnthropic).parameter(0).toEqualTypeOf<AnthropicSettings | undefined>();
  expectTypeOf(createAnthropic).returns.toEqualTypeOf<AnthropicFactory>();
  expectTypeOf<{ client: Anthropic }>().toExtend<AnthropicSettings>();
  expectTypeOf<{ headers: { 'x-a': string; 'x-b': null } }>().toExtend<AnthropicSettings>();
});

test('settings of another shape are refused', () => {
  expectTypeOf<{ apiKey: number }>().not.toExtend<AnthropicSettings>();
  expectTypeOf<{ headers: { 'x-a': number } }>().not.toExtend<AnthropicSettings>();
  expectTypeOf<{ client: object }>().not.toExtend<AnthropicSettings>();
  expectTypeOf<{ apiKey: undefined }>().not.toExtend<AnthropicSettings>();
});
