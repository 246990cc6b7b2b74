export { createOpenAI, openai } from './openai.ts';
export type { OpenAIFactory, OpenAIModelOptions } from './openai.ts';
export type { OpenAIClient, OpenAISettings } from './create-client.ts';
export type { OpenAIOptions } from './provider-options.ts';
