import {
  defineTool,
  emptyState,
  evolve,
  jsonSchema,
  memoryStore,
  run,
  type ContentBlock,
  type Json,
  type Result,
  type SessionEvent,
  type SessionStore,
  type Tool,
  type ToolContent,
  type TranscriptMessage,
} from '@harness-sdk/core';
import type { ReceivedRequest } from '@harness-sdk/core/testing';
import { findRecording, type Recording } from './recordings.ts';
import { serveInTurn, type Topic, type Vendor } from './vendors.ts';

/** One pixel. */
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const image: ContentBlock = { type: 'image', mediaType: 'image/png', data: png };

/** What happens in the first turn of a session. */
export interface Case {
  readonly name: string;
  readonly topic: Topic;
  readonly prompt: readonly ContentBlock[];
  /** What the tools give; an error is thrown. */
  readonly output: ToolContent | Error;
  /** Texts that another vendor must get to see, besides what the model said. */
  readonly shows: readonly string[];
}

const words = (text: string): ContentBlock => ({ type: 'text', text });
const prompt = 'Begin with number one.';
const output = 'Result number two.';

export const cases: readonly Case[] = [
  { name: 'plain', topic: 'plain', prompt: [words(prompt)], output, shows: [prompt] },
  { name: 'parallel tools', topic: 'parallel tools', prompt: [words(prompt)], output, shows: [prompt, output] },
  { name: 'thinking', topic: 'thinking', prompt: [words(prompt)], output, shows: [prompt] },
  {
    name: 'error result',
    topic: 'parallel tools',
    prompt: [words(prompt)],
    output: new Error('Broken number three.'),
    shows: [prompt, 'Broken number three.'],
  },
  { name: 'image in the prompt', topic: 'plain', prompt: [words(prompt), image], output, shows: [prompt, png] },
  {
    name: 'image in a result',
    topic: 'parallel tools',
    prompt: [words(prompt)],
    output: [words('See number four.'), image],
    shows: [prompt, 'See number four.', png],
  },
  { name: 'vendor’s own tools', topic: 'vendor’s own tools', prompt: [words(prompt)], output, shows: [prompt] },
];

/** A session with its tools, as one vendor left it. */
export interface Told {
  readonly events: readonly SessionEvent[];
  readonly tools: readonly Tool[];
  readonly requests: readonly ReceivedRequest[];
  readonly result: Result;
}

const sessionId = 'session';

/** What one more run is made of. */
export interface Continuation {
  readonly vendor: Vendor;
  readonly modelId?: string;
  /** Answers, one for each model call. */
  readonly recordings: readonly Recording[];
  readonly prompt: readonly ContentBlock[];
  readonly output: ToolContent | Error;
  readonly before?: Told;
}

/** A run of a vendor's model on recorded answers, in a new session or in one that goes on. */
export async function tell({ vendor, modelId, recordings, output: given, ...rest }: Continuation): Promise<Told> {
  await using server = await serveInTurn(recordings.map(({ reply }) => reply));
  const names = new Set(recordings.flatMap(({ toolNames }) => toolNames));
  for (const { name } of rest.before?.tools ?? []) names.delete(name);
  const tools = [...(rest.before?.tools ?? []), ...[...names].map((name) => toolOf(name, given))];
  const session = await storeOf(rest.before?.events ?? []);
  const model = vendor.model(server, modelId);
  const options = { model, tools, session, sessionId, system: 'You are the system.', retry: { maxAttempts: 1 } };
  const result = await run(rest.prompt, options).result();
  return { events: await eventsOf(session), tools, requests: server.requests, result };
}

/** The first turn of a session; `undefined` where no recording for it is here. */
export async function tellFirst(
  vendor: Vendor,
  { topic, prompt: first, output: given }: Case,
): Promise<Told | undefined> {
  const recordings = turnOf(vendor, topic);
  return recordings && tell({ vendor, recordings, prompt: first, output: given });
}

/** The recordings of a turn; `undefined` where there is none of the topic here. */
export function turnOf(vendor: Vendor, topic: Topic): readonly Recording[] | undefined {
  const recording = findRecording(vendor.folder, vendor.topics[topic]);
  return recording && withEnd(vendor, recording);
}

/** The recording, and where the model is to go on after it, the end behind it. */
export function withEnd(vendor: Vendor, recording: Recording): readonly Recording[] {
  return recording.isEnd ? [recording] : [recording, ...endOf(vendor)];
}

/** The recordings of a turn that only says something. */
export function endOf(vendor: Vendor): readonly Recording[] {
  const text = findRecording(vendor.folder, vendor.topics.plain);
  if (text === undefined) throw new Error(`There is no plain recording of ${vendor.name}.`);
  return [text];
}

/** The messages of a session, as a model gets them. */
export function messagesOf(events: readonly SessionEvent[]): readonly TranscriptMessage[] {
  return events.reduce(evolve, emptyState).messages.toArray();
}

/**
 * Strings that only the vendor that wrote a session may see again: signatures, encrypted reasoning, ids of its items, and
 * its thinking. What is said in the open besides is none of them.
 */
export function privateStrings(events: readonly SessionEvent[]): readonly string[] {
  const blocks = messagesOf(events).flatMap((message) => (message.role === 'assistant' ? message.content : []));
  const open = JSON.stringify(
    blocks.map((block) =>
      block.type === 'thinking' || block.type === 'opaque' ? '' : { ...block, native: undefined },
    ),
  );
  const texts = blocks.flatMap((block) => [
    ...('native' in block && block.native !== undefined ? stringsIn(block.native) : []),
    ...(block.type === 'thinking' ? [block.text] : []),
  ]);
  return [...new Set(texts)].filter((text) => !isFormat.test(text) && !open.includes(inJson(text)));
}

/** Words of a format, such as `reasoning.encrypted`, and what is too short to be anybody's. */
const isFormat = /^([a-z]+([._-][a-z\d]+)*|.{0,9})$/s;

/** How a text looks inside of a string in JSON. */
export function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function stringsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((inner: Json | undefined) => (inner === undefined ? [] : stringsIn(inner)));
}

function toolOf(name: string, given: ToolContent | Error): Tool {
  return defineTool({
    name,
    description: `Does ${name}.`,
    input: jsonSchema({ type: 'object', properties: {} }, (value) => ({ value })),
    accessKinds: [],
    execute: () => {
      if (given instanceof Error) throw given;
      return given;
    },
  });
}

async function storeOf(events: readonly SessionEvent[]): Promise<SessionStore> {
  const store = memoryStore();
  await store.append(sessionId, 0, events);
  return store;
}

async function eventsOf(store: SessionStore): Promise<readonly SessionEvent[]> {
  const events: SessionEvent[] = [];
  for await (const event of store.read(sessionId)) events.push(event);
  return events;
}
