import { scriptedModel } from '@harness-sdk/core/testing';
import type { AnthropicSettings } from '@harness-sdk/providers-anthropic';
import type { GoogleSettings } from '@harness-sdk/providers-google';
import type { OllamaSettings } from '@harness-sdk/providers-ollama';
import type { OpenAISettings } from '@harness-sdk/providers-openai';
import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import { createAgent, run, type Agent, type Message, type Result, type Run } from './index.ts';

const model = scriptedModel([]);
const started = run('Hi', { provider: 'anthropic', model: 'claude-opus-5-5', permissionMode: 'plan' });
expectTypeOf(started).toEqualTypeOf<Run>();
expectTypeOf(started.result()).resolves.toEqualTypeOf<Result>();

// The schema gives the output its type.
const output = z.object({ n: z.number() });
expectTypeOf(run('Hi', { model, output }).result()).resolves.toEqualTypeOf<Result<{ n: number }>>();
expectTypeOf(createAgent({ model, output }).run('Hi')).toEqualTypeOf<Run<{ n: number }>>();

/** Compiles only while every type of message has its case. */
export function kindOf(message: Message): string {
  switch (message.type) {
    case 'text':
    case 'thinking':
      return message.isPartial ? 'chunk' : 'whole';
    case 'tool_use':
      return message.name;
    case 'tool_result':
      return message.outcome;
    case 'compaction':
      return message.trigger;
    case 'system':
      return message.subtype;
    case 'result':
      return message.stopReason;
    default:
      return message satisfies never;
  }
}

/** Iterating gives messages, and nothing else. */
export async function texts(): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const message of started) if (message.type === 'text') all.push(message.text);
  return all;
}

run('Hi', { model });
run([{ type: 'text', text: 'Hi' }], { model, allow: ['Read'], budget: { maxTurns: 3 } });
run('Hi', { provider: 'ollama', model: 'llama3.1', providerSettings: { headersTimeoutMs: 1000 } });
/** The settings of a provider's own package. */
export const settings: AnthropicSettings = { baseURL: 'http://127.0.0.1:1', apiKey: 'none', headers: {} };
run('Hi', { provider: 'anthropic', model: 'claude-opus-5-5', providerSettings: settings });
/** The same for the other providers. */
export function runAll(google: GoogleSettings, ollama: OllamaSettings, openai: OpenAISettings): readonly Run[] {
  return [
    run('Hi', { provider: 'google', model: 'gemini-4-argon', providerSettings: google }),
    run('Hi', { provider: 'ollama', model: 'qwen3.6', providerSettings: ollama }),
    run('Hi', { provider: 'openai', model: 'gpt-6-sol', providerSettings: openai }),
  ];
}
// @ts-expect-error: a key is a string.
run('Hi', { provider: 'anthropic', model: 'claude-opus-5-5', providerSettings: { apiKey: 1 } });
// @ts-expect-error: settings are an object.
run('Hi', { provider: 'anthropic', model: 'claude-opus-5-5', providerSettings: 'key' });

// @ts-expect-error: a model id needs its provider.
run('Hi', { model: 'claude-opus-5-5' });
// @ts-expect-error: a provider needs a model.
run('Hi', { provider: 'anthropic' });
// @ts-expect-error: a model of one's own needs no provider.
run('Hi', { provider: 'anthropic', model });
// @ts-expect-error: there is no such provider.
run('Hi', { provider: 'antropic', model: 'claude-opus-5-5' });
// @ts-expect-error: there is no such mode.
run('Hi', { model, permissionMode: 'acceptedits' });
// @ts-expect-error: there is no such option.
run('Hi', { model, permisionMode: 'plan' });
// @ts-expect-error: rules are a list.
run('Hi', { model, allow: 'Read' });
// @ts-expect-error: the options are not optional, because no model is the default.
run('Hi');

const agent = createAgent({ model, permissionMode: 'acceptEdits' });
expectTypeOf(agent).toEqualTypeOf<Agent>();
agent.run('Hi', { sessionId: 'a' });
agent.run('Hi', { model: 'claude-opus-5-5', provider: 'anthropic' });
agent.resume('a');
// @ts-expect-error: a session id belongs to a run.
createAgent({ model, sessionId: 'a' });
