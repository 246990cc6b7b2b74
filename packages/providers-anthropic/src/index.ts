export { anthropic, createAnthropic } from './anthropic.ts';
export type { AnthropicFactory, AnthropicModelOptions } from './anthropic.ts';
export type { AnthropicClient, AnthropicSettings } from './create-client.ts';
export type { AnthropicOptions, AnthropicThinking } from './provider-options.ts';
