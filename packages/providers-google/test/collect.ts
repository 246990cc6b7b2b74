import { createHash } from 'node:crypto';
import { ModelError } from '@harness-sdk/core';
import type { AssistantBlock, Model, ModelEnd, ModelEvent, ModelRequest } from '@harness-sdk/core';
import type { ReplayServer } from '@harness-sdk/core/testing';
import { createGoogle } from '../src/index.ts';
import type { GoogleSettings } from '../src/index.ts';

/** Everything that came out of a call. */
export interface Collected {
  readonly events: readonly ModelEvent[];
  readonly blocks: readonly AssistantBlock[];
  readonly end: ModelEnd | undefined;
  readonly error: ModelError | undefined;
}

/** A key that no text of a test contains by chance. */
export const testKey = 'AIzaTest0123456789abcdef';

/** A model that calls the server. */
export function modelOf(server: ReplayServer, settings: GoogleSettings = {}, modelId = 'gemini-2.5-flash'): Model {
  return createGoogle({ apiKey: testKey, baseURL: server.url, ...settings })(modelId);
}

/** A request with one short prompt. */
export function requestOf(request: Partial<ModelRequest> = {}): ModelRequest {
  return {
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
    tools: [],
    signal: new AbortController().signal,
    ...request,
  };
}

/** Reads a stream to its end, also where that is an error. */
export async function collect(stream: AsyncIterable<ModelEvent>): Promise<Collected> {
  const events: ModelEvent[] = [];
  let error: ModelError | undefined;
  try {
    for await (const event of stream) events.push(event);
  } catch (thrown) {
    if (!ModelError.isInstance(thrown)) throw thrown;
    error = thrown;
  }
  return {
    events,
    blocks: events.flatMap((event) => (event.type === 'block' ? [event.block] : [])),
    end: events.find((event) => event.type === 'end'),
    error,
  };
}

/** The text of all deltas of a kind. */
export function deltaText(events: readonly ModelEvent[], type: 'text_delta' | 'thinking_delta'): string {
  return events.map((event) => (event.type === type ? event.text : '')).join('');
}

/** The text of all finished blocks of a kind. */
export function blockText(blocks: readonly AssistantBlock[], type: 'text' | 'thinking'): string {
  return blocks.map((block) => (block.type === type ? block.text : '')).join('');
}

/** SHA-256 of the UTF-8 text, in hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
