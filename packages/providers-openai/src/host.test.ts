import { expect, test } from 'vitest';
import { hostFacts } from './host.ts';

test.for([
  ['https://api.openai.com/v1', 'openai', true, true],
  ['https://eu.api.openai.com/v1', 'openai', true, true],
  ['http://api.openai.com/v1', 'api.openai.com', false, false],
  ['https://api.openai.com.example.com/v1', 'api.openai.com.example.com', false, false],
  ['https://notapi.openai.com/v1', 'notapi.openai.com', false, false],
  ['https://acme.openai.azure.com/openai/v1', 'azure', false, true],
  ['https://acme.services.ai.azure.com/openai/v1', 'azure', false, true],
  ['https://openrouter.ai/api/v1', 'openrouter', false, false],
  ['https://api.groq.com/openai/v1', 'groq', false, false],
  ['https://api.mistral.ai/v1', 'mistral', false, false],
  ['http://localhost:8000/v1', 'localhost:8000', false, false],
] as const)('%s is %s', ([baseURL, provider, isVendor, hasOpenAIModels]) => {
  expect(hostFacts(baseURL, undefined)).toMatchObject({ provider, isVendor, hasOpenAIModels });
});

test('takes the name that it is given, for itself too', () => {
  expect(hostFacts('http://localhost:8000/v1', 'vllm')).toMatchObject({ provider: 'vllm', vendor: 'vllm' });
  expect(hostFacts('https://api.openai.com/v1', 'mine')).toMatchObject({ provider: 'mine', vendor: 'OpenAI' });
});
