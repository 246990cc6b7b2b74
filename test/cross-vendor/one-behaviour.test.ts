import {
  AgentError,
  defineTool,
  jsonSchema,
  run,
  type Message,
  type Run,
  type RunOptions,
  type Tool,
} from 'harness-sdk';
import type { ReplayServer, Reply } from '@harness-sdk/core/testing';
import { checkStream } from '@harness-sdk/core/testing';
import { describe, expect, test } from 'vitest';
import { findRecording, type Recording, type RecordingFolder } from './recordings.ts';
import { fetchFrom, serveInTurn } from './vendors.ts';

/** A provider by its name, as users have it, and what its API says. */
interface Client {
  readonly name: string;
  readonly folder: RecordingFolder;
  readonly provider: 'anthropic' | 'google' | 'ollama' | 'openai';
  readonly model: string;
  readonly settings?: object;
  readonly text: string;
  readonly parallelTools: string;
  /** The body of an error, as the vendor documents it. */
  readonly refused: object;
  readonly limited: object;
}

const openaiErrors = {
  refused: {
    error: { message: 'Incorrect API key provided.', type: 'invalid_request_error', code: 'invalid_api_key' },
  },
  limited: { error: { message: 'Rate limit reached.', type: 'requests', code: 'rate_limit_exceeded' } },
};

const clients: readonly Client[] = [
  {
    name: 'anthropic',
    folder: 'anthropic',
    provider: 'anthropic',
    model: 'claude-haiku-4-5',
    text: 'text-claude-haiku-4-5.sse',
    parallelTools: 'parallel-tools-claude-haiku-4-5.sse',
    refused: { type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } },
    limited: { type: 'error', error: { type: 'rate_limit_error', message: 'Too many requests.' } },
  },
  {
    name: 'openai',
    folder: 'openai-responses',
    provider: 'openai',
    model: 'gpt-4o',
    text: 'text-gpt-5.5.sse',
    parallelTools: 'parallel-tools-gpt-4o.sse',
    ...openaiErrors,
  },
  {
    name: 'openai, chat',
    folder: 'openai-chat',
    provider: 'openai',
    model: 'gpt-4o-mini',
    settings: { api: 'chat' },
    text: 'text-gpt-4o-mini.sse',
    parallelTools: 'parallel-tools-gpt-4o-mini.sse',
    ...openaiErrors,
  },
  {
    name: 'google',
    folder: 'google',
    provider: 'google',
    model: 'gemini-3.1-pro-preview',
    text: 'text-gemini-2.5-flash-lite.sse',
    parallelTools: 'parallel-tools-signature-gemini-3.1-pro.sse',
    refused: { error: { code: 401, status: 'UNAUTHENTICATED', message: 'Invalid credentials.' } },
    limited: { error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'Resource has been exhausted.' } },
  },
  {
    name: 'ollama',
    folder: 'ollama',
    provider: 'ollama',
    model: 'qwen3:14b',
    text: 'text-gemma3.ndjson',
    parallelTools: 'two-tools-qwen3-14b.ndjson',
    refused: { error: 'unauthorized' },
    limited: { error: 'too many requests' },
  },
];

function recordingOf({ folder }: Client, name: string): Recording {
  const found = findRecording(folder, [name]);
  if (found === undefined) throw new Error(`There is no recording ${name}.`);
  return found;
}

function errorReply(status: number, body: object, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, contentType: 'application/json', body: JSON.stringify(body), headers };
}

/** The recording up to the end of a frame behind its first text, and then what `ending` says. */
function cut({ reply, text }: Recording, ending: NonNullable<Reply['ending']>): Reply {
  const body = String(reply.body);
  const shown =
    [...body.matchAll(/"(?:text|delta|content)": ?"(.)/g)].find(([, first]) => first === text[0])?.index ?? -1;
  const separator = /\n\r?\n/.test(body) ? /\n\r?\n/ : /\n/;
  const frame = separator.exec(body.slice(shown));
  if (shown === -1 || frame === null) throw new Error('The recording cannot be cut behind its first text.');
  return { ...reply, body: body.slice(0, shown + frame.index + frame[0].length), ending };
}

function toolOf(name: string): Tool {
  return defineTool({
    name,
    description: `Does ${name}.`,
    input: jsonSchema({ type: 'object', properties: {} }, (value) => ({ value })),
    accessKinds: [],
    execute: () => 'Done.',
  });
}

function start(client: Client, server: ReplayServer, recording: Recording): Run {
  const { provider, model, settings } = client;
  const options: RunOptions = {
    provider,
    model,
    providerSettings: { apiKey: 'key-of-the-test', fetch: fetchToVendor(client, server), ...settings },
    tools: recording.toolNames.map(toolOf),
    retry: { maxAttempts: 3, baseDelayMs: 1 },
  };
  return run('Hello', options);
}

/** Ollama is asked for facts about its model first, which is no call of a model. */
function fetchToVendor({ provider }: Client, server: ReplayServer): typeof fetch {
  const send = fetchFrom(server);
  if (provider !== 'ollama') return send;
  return (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    return pathname === '/api/show' ? Promise.resolve(Response.json({})) : send(input, init);
  };
}

/** What a run did: its messages without what differs from model to model, and how it ended. */
interface Behaviour {
  readonly steps: readonly string[];
  readonly thrown: unknown;
}

async function behaviourOf(started: Run, onMessage: (message: Message) => void = () => undefined): Promise<Behaviour> {
  const messages: Message[] = [];
  let thrown: unknown;
  try {
    for await (const message of started) {
      messages.push(message);
      onMessage(message);
    }
  } catch (error) {
    thrown = error;
  }
  checkStream(messages);
  const steps = messages.map(stepOf);
  return { steps: steps.filter((step, index) => step !== steps[index - 1] || !step.startsWith('chunk')), thrown };
}

function stepOf(message: Message): string {
  switch (message.type) {
    case 'text':
    case 'thinking':
      return message.isPartial ? `chunk of ${message.type}, attempt ${message.attempt}` : `${message.type}`;
    case 'system':
      return message.subtype === 'retry'
        ? `retry after ${message.data.error.kind} ${message.data.error.statusCode ?? ''}, ${waitOf(message.data.delayMs)}`
        : message.subtype;
    case 'tool_result':
      return `tool_result ${message.outcome}`;
    case 'result':
      return `result ${message.stopReason} ${message.error?.kind ?? ''} after ${message.turns} turns`;
    case 'tool_use':
    case 'compaction':
      return message.type;
  }
}

/** What the provider asks for is exact; what we choose ourselves is short here. */
function waitOf(delayMs: number): string {
  return delayMs === 50 ? '50 ms' : delayMs < 5 ? 'at once' : `${delayMs} ms`;
}

describe.for(clients)('$name', (client) => {
  const text = recordingOf(client, client.text);
  const tools = recordingOf(client, client.parallelTools);

  test('says a text', async () => {
    await using server = await serveInTurn([text.reply]);
    const { steps, thrown } = await behaviourOf(start(client, server, text));
    expect(steps).toEqual(['session_start', 'chunk of text, attempt 1', 'text', 'result end_turn  after 1 turns']);
    expect(thrown).toBeUndefined();
  });

  test('calls two tools side by side, and goes on', async () => {
    await using server = await serveInTurn([tools.reply, text.reply]);
    const { steps } = await behaviourOf(start(client, server, tools));
    expect(steps).toEqual([
      'session_start',
      'tool_use',
      'tool_use',
      'tool_result ok',
      'tool_result ok',
      'chunk of text, attempt 1',
      'text',
      'result end_turn  after 2 turns',
    ]);
  });

  test('fails where its key is refused, and does not try again', async () => {
    await using server = await serveInTurn([errorReply(401, client.refused)]);
    const { steps, thrown } = await behaviourOf(start(client, server, text));
    expect(steps).toEqual(['session_start', 'result error auth after 0 turns']);
    expect(AgentError.isInstance(thrown)).toBe(true);
    expect(thrown).toMatchObject({ code: 'model_failed', kind: 'auth', statusCode: 401, isRetryable: false });
    expect(server.requests).toHaveLength(1);
  });

  test('waits as long as it is asked to, and tries again', async () => {
    const limited = errorReply(429, client.limited, { 'retry-after': '0.05' });
    await using server = await serveInTurn([limited, text.reply]);
    const { steps } = await behaviourOf(start(client, server, text));
    expect(steps).toEqual([
      'session_start',
      'retry after rate_limit 429, 50 ms',
      'chunk of text, attempt 2',
      'text',
      'result end_turn  after 1 turns',
    ]);
  });

  test.for(['end', 'destroy'] as const)('tries again where the stream is cut (%s)', async (ending) => {
    await using server = await serveInTurn([cut(text, ending), text.reply]);
    const { steps } = await behaviourOf(start(client, server, text));
    expect(steps).toEqual([
      'session_start',
      'chunk of text, attempt 1',
      'retry after network , at once',
      'chunk of text, attempt 2',
      'text',
      'result end_turn  after 1 turns',
    ]);
  });

  test('stops where it is aborted, and closes the socket', async () => {
    await using server = await serveInTurn([cut(text, 'hang')]);
    const started = start(client, server, text);
    const { steps, thrown } = await behaviourOf(started, (message) => {
      if (message.type === 'text') started.abort();
    });
    expect(steps).toEqual(['session_start', 'chunk of text, attempt 1', 'result aborted  after 0 turns']);
    expect(thrown).toBeUndefined();
    await expect(server.lastRequest.closed).resolves.toBeUndefined();
  });
});
