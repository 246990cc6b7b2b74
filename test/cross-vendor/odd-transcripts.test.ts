import type { AssistantBlock, JsonObject, ToolSpec, TranscriptMessage } from '@harness-sdk/core';
import { createOpenAI } from '@harness-sdk/providers-openai';
import { describe, expect, test } from 'vitest';
import { recordingsOf } from './recordings.ts';
import { cases, endOf, inJson, messagesOf, privateStrings, tell, tellFirst, withEnd } from './transcripts.ts';
import { fetchFrom, serveInTurn, vendors, type Vendor } from './vendors.ts';

/** What a vendor is sent for a history, whatever a run would have made of it. */
async function bodyFor(
  vendor: Vendor,
  messages: readonly TranscriptMessage[],
  tools: readonly ToolSpec[] = [],
): Promise<JsonObject> {
  await using server = await serveInTurn(endOf(vendor).map(({ reply }) => reply));
  const request = { messages, tools, signal: new AbortController().signal };
  for await (const event of vendor.model(server).stream(request)) if (event.type === 'end') break;
  // It was parsed from JSON.
  return server.lastRequest.body as JsonObject;
}

const user = (text: string): TranscriptMessage => ({ role: 'user', content: [{ type: 'text', text }] });
const say = (text: string): AssistantBlock => ({ type: 'text', text });
const call = (id: string, name = 'look', rest: object = { args: {} }): AssistantBlock => ({
  type: 'tool_call',
  id,
  name,
  ...rest,
});
const assistant = (...content: readonly AssistantBlock[]): TranscriptMessage => ({
  role: 'assistant',
  content,
  origin: { provider: 'somebody', model: 'some-model' },
});
const result = (toolCallId: string, { name = 'look', content = 'Seen.', isError = false } = {}): TranscriptMessage => ({
  role: 'tool',
  content: [{ type: 'tool_result', toolCallId, name, content, isError }],
});

const longName = 'look at <it>, '.repeat(20);

const odd: Readonly<Record<string, readonly TranscriptMessage[]>> = {
  'a call without a result': [user('a'), assistant(call('c1'))],
  'a call that the user talks over': [user('a'), assistant(call('c1')), user('b')],
  'results in the wrong order': [user('a'), assistant(call('c1'), call('c2')), result('c2'), result('c1')],
  'two results of one call': [user('a'), assistant(call('c1')), result('c1'), result('c1', { content: 'Again.' })],
  'a result without a call': [user('a'), result('c9'), assistant(say('b')), user('c')],
  'an id that no vendor has': [user('a'), assistant(call('functions.look:0 ✓')), result('functions.look:0 ✓')],
  'a long id': [user('a'), assistant(call('call-'.repeat(30))), result('call-'.repeat(30))],
  'ids that differ in odd characters': [
    user('a'),
    assistant(call('a:b'), call('a.b'), call('a_b')),
    result('a:b'),
    result('a.b'),
    result('a_b'),
  ],
  'a name that no tool can have': [user('a'), assistant(call('c1', longName)), result('c1', { name: longName })],
  'a name that starts with a digit': [user('a'), assistant(call('c1', '7zip')), result('c1', { name: '7zip' })],
  'no name': [user('a'), assistant(call('c1', '')), result('c1', { name: '' })],
  'arguments that do not parse': [
    user('a'),
    assistant(call('c1', 'look', { rawArgs: '{"a', argsError: 'Unexpected end' })),
    result('c1', { content: 'Bad arguments.', isError: true }),
  ],
  'arguments that are no object': [user('a'), assistant(call('c1', 'look', { args: [1] })), result('c1')],
  'an error without a word': [user('a'), assistant(call('c1')), result('c1', { content: '', isError: true })],
  'a result without a word': [user('a'), assistant(call('c1')), result('c1', { content: '' })],
  'texts without a word': [user('a'), assistant(say(''), say(' \n')), user('b')],
  'text that ends in whitespace': [user('a'), assistant(say('b \n')), user('c')],
  'an assistant message without content': [user('a'), assistant(), user('b')],
  'the user twice': [user('a'), user('b')],
  'the assistant twice': [user('a'), assistant(say('b')), assistant(say('c')), user('d')],
  'thinking alone': [user('a'), assistant({ type: 'thinking', text: 'Hm.', native: { signature: 's' } }), user('b')],
  'a block of nobody’s': [user('a'), assistant({ type: 'opaque', kind: 'x', native: { type: 'x' } }), user('b')],
};

describe.for(vendors)('$name', (vendor) => {
  test.for(Object.entries(odd))('takes a history with %s', async ([, messages]) => {
    const body = await bodyFor(vendor, messages);
    expect(vendor.problems(body)).toEqual([]);
    expect(JSON.stringify(await bodyFor(vendor, messages))).toBe(JSON.stringify(body));
  });

  test.for(vendors.filter((first) => first !== vendor))(
    'takes over from $name between calls and answer',
    async (first) => {
      for (const topic of cases.filter((candidate) => candidate.name !== 'plain')) {
        const told = await tellFirst(first, topic);
        if (told === undefined) continue;
        const messages = messagesOf(told.events);
        const afterTools = messages.slice(0, messages.findIndex(({ role }) => role === 'tool') + 1);
        if (afterTools.length === 0) continue;
        const body = await bodyFor(vendor, afterTools, told.tools);
        expect({ topic: topic.name, problems: vendor.problems(body) }).toEqual({ topic: topic.name, problems: [] });
      }
    },
  );
});

/** The other API of OpenAI, which shares its provider, its models and its key with the first one. */
function atOpenAI(name: string, api: 'chat' | 'responses'): Vendor {
  const vendor = vendors.find((candidate) => candidate.name === name);
  if (vendor === undefined) throw new Error(`There is no vendor ${name}.`);
  return {
    ...vendor,
    name: `openai by ${api}`,
    provider: 'openai',
    model: (server) => createOpenAI({ apiKey: 'key-of-the-test', api, fetch: fetchFrom(server) })('gpt-5.5'),
  };
}

describe('the two APIs of one vendor', () => {
  const apis = [atOpenAI('openai', 'responses'), atOpenAI('openai-chat', 'chat')] as const;
  const ways = [apis, apis.toReversed()].flatMap(([first, second]) => {
    if (first === undefined || second === undefined) return [];
    // The id of xAI's call is longer than OpenAI takes one in a chat, and OpenAI makes none that is.
    const recordings = recordingsOf(first.folder).filter(({ name, isWhole }) => isWhole && !name.includes('xai'));
    return recordings.map((recording) => ({ first, second, recording, name: recording.name }));
  });

  test.for(ways)('$first.name, $name, then $second.name', async ({ first, second, recording }) => {
    const given = { prompt: [{ type: 'text', text: 'Go on.' }], output: 'Seen.' } as const;
    const before = await tell({ vendor: first, recordings: withEnd(first, recording), ...given });
    const { requests } = await tell({ vendor: second, before, recordings: endOf(second), ...given });
    const [body] = requests.map((request) => request.body);
    expect(second.problems(body)).toEqual([]);
    const text = JSON.stringify(body);
    for (const secret of privateStrings(before.events)) expect(text).not.toContain(inJson(secret));
  });
});
