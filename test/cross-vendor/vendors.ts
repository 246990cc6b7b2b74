import type { Json, Model } from '@harness-sdk/core';
import { ReplayServer, type Reply } from '@harness-sdk/core/testing';
import { createAnthropic } from '@harness-sdk/providers-anthropic';
import { createGoogle } from '@harness-sdk/providers-google';
import { createOllama } from '@harness-sdk/providers-ollama';
import { createOpenAI } from '@harness-sdk/providers-openai';
import type { RecordingFolder } from './recordings.ts';
import { anthropicProblems } from './schemas/anthropic-body.ts';
import { chatProblems } from './schemas/chat-body.ts';
import { googleProblems } from './schemas/google-body.ts';
import { ollamaProblems } from './schemas/ollama-body.ts';
import { responsesProblems } from './schemas/responses-body.ts';

/** What a first turn is about. */
export type Topic = 'plain' | 'parallel tools' | 'thinking' | 'vendor’s own tools';

/** An API with its adapter, its recordings, and what its requests must be. */
export interface Vendor {
  readonly name: string;
  readonly folder: RecordingFolder;
  /** `provider` of its models. */
  readonly provider: string;
  readonly modelId: string;
  /** Another model of the vendor, which has no claim to what the first one keeps to itself. */
  readonly otherModelId: string;
  /** Another name of `modelId`. */
  readonly sameModelId?: string;
  /** Recordings of each topic; the first one that is here is taken. */
  readonly topics: Readonly<Record<Topic, readonly string[]>>;
  /** A model that believes to call the vendor's own host, and calls the server. */
  model(server: ReplayServer, modelId?: string): Model;
  /** What is wrong with the body of a request; empty where nothing is. */
  problems(body: unknown): readonly string[];
  /** The part of the body that the history becomes. */
  readonly historyField: 'contents' | 'input' | 'messages';
  /** How the result of a tool that failed looks in a body. */
  readonly errorMark: RegExp;
}

const apiKey = 'key-of-the-test';

/** Sends to the server what is meant for the vendor's own host. */
export function fetchFrom(server: ReplayServer): typeof fetch {
  return (input, init) => {
    const { pathname, search } = new URL(input instanceof Request ? input.url : input);
    return fetch(server.url + pathname + search, init);
  };
}

const anthropic: Vendor = {
  name: 'anthropic',
  folder: 'anthropic',
  provider: 'anthropic',
  modelId: 'claude-sonnet-4-6',
  otherModelId: 'claude-opus-5-5',
  sameModelId: 'claude-sonnet-4-6-20260217',
  topics: {
    plain: ['text-claude-haiku-4-5.sse'],
    'parallel tools': ['parallel-tools-claude-haiku-4-5.sse'],
    thinking: ['thinking-tool-claude-sonnet-4.sse', 'cache-thinking-tool-claude-sonnet-4-6.sse'],
    'vendor’s own tools': ['server-tool-search-claude-sonnet-4-6.sse'],
  },
  model: (server, modelId = anthropic.modelId) => createAnthropic({ apiKey, fetch: fetchFrom(server) })(modelId),
  problems: anthropicProblems,
  historyField: 'messages',
  errorMark: /"is_error":true/,
};

const openai: Vendor = {
  name: 'openai',
  folder: 'openai-responses',
  provider: 'openai',
  modelId: 'gpt-5.5',
  otherModelId: 'gpt-6-sol',
  sameModelId: 'gpt-5.5-2026-04-23',
  topics: {
    plain: ['text-gpt-5.4.sse', 'text-gpt-5.5.sse'],
    'parallel tools': ['parallel-tools-gpt-4o.sse'],
    thinking: ['phase-text-tool-reasoning-gpt-5.5.sse'],
    'vendor’s own tools': ['server-tool-search-gpt-5.4.sse', 'server-web-search-gpt-5.2.sse'],
  },
  model: (server, modelId = openai.modelId) => createOpenAI({ apiKey, fetch: fetchFrom(server) })(modelId),
  problems: responsesProblems,
  historyField: 'input',
  errorMark: /"output":"The tool failed: /,
};

const openaiChat: Vendor = {
  name: 'openai-chat',
  folder: 'openai-chat',
  provider: 'openrouter',
  modelId: 'moonshotai/kimi-k2.5',
  otherModelId: 'deepseek/deepseek-v4-pro',
  topics: {
    plain: ['openrouter-text-after-tool-claude-haiku-4-5.sse', 'text-gpt-4o-mini.sse'],
    'parallel tools': ['groq-kimi-parallel-tools.sse'],
    thinking: [
      'openrouter-parallel-tools-reasoning-encrypted-gemini.sse',
      'openrouter-reasoning-details-signature-claude-sonnet-4-5.sse',
    ],
    'vendor’s own tools': [],
  },
  model: (server, modelId = openaiChat.modelId) =>
    createOpenAI({ apiKey, api: 'chat', baseURL: 'https://openrouter.ai/api/v1', fetch: fetchFrom(server) })(modelId),
  problems: chatProblems,
  historyField: 'messages',
  errorMark: /"content":"The tool failed: /,
};

const google: Vendor = {
  name: 'google',
  folder: 'google',
  provider: 'google',
  modelId: 'gemini-3.1-pro-preview',
  otherModelId: 'gemini-4-argon',
  topics: {
    plain: ['text-gemini-2.5-flash-lite.sse'],
    'parallel tools': ['parallel-tools-signature-gemini-3.1-pro.sse'],
    thinking: ['thinking-tool-signature.sse', 'thinking-signature-gemini-3-pro.sse'],
    'vendor’s own tools': ['server-code-execution-gemini-3-flash.sse'],
  },
  model: (server, modelId = google.modelId) => createGoogle({ apiKey, fetch: fetchFrom(server) })(modelId),
  problems: googleProblems,
  historyField: 'contents',
  errorMark: /"response":\{"error":/,
};

const ollama: Vendor = {
  name: 'ollama',
  folder: 'ollama',
  provider: 'ollama',
  modelId: 'qwen3.6',
  otherModelId: 'gpt-oss:20b',
  sameModelId: 'qwen3.6:latest',
  topics: {
    plain: ['text-gemma3.ndjson'],
    'parallel tools': ['two-tools-qwen3-14b.ndjson'],
    thinking: ['tool-thinking-qwen3.6-one-line.ndjson'],
    'vendor’s own tools': [],
  },
  // Without a window it asks the server for the model's facts first.
  model: (server, modelId = ollama.modelId) =>
    createOllama({ fetch: fetchFrom(server) })(modelId, { contextWindow: 65_536 }),
  problems: ollamaProblems,
  historyField: 'messages',
  errorMark: /"content":"Error: /,
};

export const vendors: readonly Vendor[] = [anthropic, openai, openaiChat, google, ollama];

/** A server that answers one request after the other, and all further ones like the last. */
export async function serveInTurn(replies: readonly Reply[]): Promise<ReplayServer> {
  const server = await ReplayServer.start(replies[0]);
  void advance(server, replies.slice(1));
  return server;
}

/** A request is announced before it is answered, so that what is set then is for the next one. */
async function advance(server: ReplayServer, replies: readonly Reply[]): Promise<void> {
  for (const reply of replies) {
    await server.arrival();
    server.reply = reply;
  }
}

/** A body without the marks that say where a prefix ends, which move on with each call. */
export function withoutCacheMarks(value: Json): Json {
  const text = JSON.stringify(value, (key, inner: unknown) =>
    key === 'cache_control' || key === 'prompt_cache_breakpoint' ? undefined : inner,
  );
  // What was JSON is JSON.
  return JSON.parse(text) as Json;
}
