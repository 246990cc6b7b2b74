import type { AssistantBlock, ToolSpec, TranscriptMessage } from '@harness-sdk/core';
import { knownModel } from '../src/model-info.ts';
import type { RequestModel } from '../src/request-model.ts';
import { assistant, call, result, results, say, user } from './transcript.ts';

/** Two tools, one with a schema that does not say that it is of an object. */
export const tools: readonly ToolSpec[] = [
  { name: 'write', description: 'Writes', inputSchema: { type: 'object', properties: { path: { type: 'string' } } } },
  { name: 'read', description: 'Reads', inputSchema: { properties: {} } },
];

/** A model at OpenAI. */
export function requestModel(id: string): RequestModel {
  return { id, provider: 'openai', ...knownModel(id, true), hasOpenAIModels: true, options: {} };
}

/** A conversation with a tool and reasoning, as it is sent turn after turn. */
export function prefixesOf(): readonly (readonly TranscriptMessage[])[] {
  const origin = { provider: 'openai', model: 'gpt-5.5' };
  const reasoning = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAA' };
  const thought: AssistantBlock = { type: 'thinking', text: '', native: reasoning };
  const all: readonly TranscriptMessage[] = [
    user('Read a'),
    assistant([thought, call('1'), call('2')], origin),
    results(result('1', 'A'), result('2', 'no such file', true)),
    assistant([say('A. ')], origin),
    user('And', 'b?'),
    assistant([thought, say('B.')], origin),
    user('c'),
  ];
  return [1, 3, 5, 7].map((length) => all.slice(0, length));
}
