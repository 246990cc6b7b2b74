export type { OllamaSettings } from './create-client.ts';
export { createOllama, ollama } from './ollama.ts';
export type { OllamaFactory, OllamaModelOptions } from './ollama.ts';
export type { OllamaModelParameters, OllamaOptions } from './provider-options.ts';
