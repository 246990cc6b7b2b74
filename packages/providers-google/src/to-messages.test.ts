import { describe, expect, test } from 'vitest';
import type {
  AssistantBlock,
  AssistantMessage,
  ToolMessage,
  ToolResultBlock,
  TranscriptMessage,
} from '@harness-sdk/core';
import { toGoogleContents } from './to-messages.ts';

const modelId = 'gemini-3.8-flash';
const own = { provider: 'google', model: modelId };
const other = { provider: 'openai', model: 'gpt-6-sol' };
const skip = 'skip_thought_signature_validator';

function user(...texts: readonly string[]): TranscriptMessage {
  return { role: 'user', content: texts.map((text) => ({ type: 'text', text })) };
}

function assistant(content: readonly AssistantBlock[], origin: AssistantMessage['origin'] = own): AssistantMessage {
  return { role: 'assistant', content, ...(origin && { origin }) };
}

function say(text: string): AssistantBlock {
  return { type: 'text', text };
}

/** A call as the API sent it, without an id of its own. */
function call(id: string, args: object = {}): AssistantBlock {
  return { type: 'tool_call', id, name: 'read', args: { ...args }, native: { functionCall: {} } };
}

function result(toolCallId: string, content: ToolResultBlock['content'] = 'ok', isError = false): ToolResultBlock {
  return { type: 'tool_result', toolCallId, name: 'read', content, isError };
}

function results(...content: readonly ToolResultBlock[]): ToolMessage {
  return { role: 'tool', content };
}

function convert(messages: readonly TranscriptMessage[], model: string = modelId): unknown {
  return toGoogleContents(messages, model);
}

function response(output: string): object {
  return { functionResponse: { name: 'read', response: { output } } };
}

const image = { type: 'image', mediaType: 'image/png', data: 'aGk=' } as const;
const theirImage = { inlineData: { mimeType: 'image/png', data: 'aGk=' } };

test('gives a conversation with a tool as contents', () => {
  const messages = [
    user('Read a'),
    assistant([say('Sure.'), call('1', { path: 'a' })]),
    results(result('1', 'A')),
    assistant([say('It says A.')]),
  ];
  expect(convert(messages)).toEqual([
    { role: 'user', parts: [{ text: 'Read a' }] },
    { role: 'model', parts: [{ text: 'Sure.' }, { functionCall: { name: 'read', args: { path: 'a' } } }] },
    { role: 'user', parts: [{ functionResponse: { name: 'read', response: { output: 'A' } } }] },
    { role: 'model', parts: [{ text: 'It says A.' }] },
  ]);
});

describe('the user', () => {
  test('shows images, and says nothing without content', () => {
    expect(convert([{ role: 'user', content: [{ type: 'text', text: 'See' }, image] }])).toEqual([
      { role: 'user', parts: [{ text: 'See' }, theirImage] },
    ]);
    expect(convert([user('', 'a'), user('')])).toEqual([{ role: 'user', parts: [{ text: 'a' }] }]);
  });

  test('speaks behind the responses, which stand alone', () => {
    const messages = [user('a'), assistant([call('1')]), results(result('1')), user('go on')];
    expect(convert(messages)).toMatchObject([
      {},
      {},
      { role: 'user', parts: [response('ok')] },
      { role: 'user', parts: [{ text: 'go on' }] },
    ]);
  });
});

describe('the response to a call', () => {
  const asked = [user('a'), assistant([call('1')])];

  test.for<readonly [string, ToolResultBlock, object]>([
    ['text', result('1', 'A'), { response: { output: 'A' } }],
    ['an error', result('1', 'no such file', true), { response: { error: 'no such file' } }],
    ['nothing', result('1', ''), { response: { output: '' } }],
    ['an empty list', result('1', []), { response: { output: '' } }],
    ['an error without a word', result('1', '', true), { response: { error: 'The tool failed without saying why.' } }],
    [
      'blocks',
      result('1', [{ type: 'text', text: 'A' }, image, { type: 'text', text: 'B' }]),
      { response: { output: 'A\nB' }, parts: [theirImage] },
    ],
    ['an image alone', result('1', [image]), { response: { output: '' }, parts: [theirImage] }],
  ])('can be %s', ([, block, expected]) => {
    expect(convert([...asked, results(block)])).toMatchObject([
      {},
      {},
      { role: 'user', parts: [{ functionResponse: { name: 'read', ...expected } }] },
    ]);
  });

  test('shows its images behind it to models that take none in it', () => {
    expect(convert([...asked, results(result('1', [image]))], 'gemini-2.5-flash')).toEqual([
      { role: 'user', parts: [{ text: 'a' }] },
      { role: 'model', parts: [{ functionCall: { name: 'read', args: {} } }] },
      { role: 'user', parts: [{ functionResponse: { name: 'read', response: { output: '' } } }] },
      { role: 'user', parts: [theirImage] },
    ]);
  });

  test('stands where its call stood, in one content with all others, however the results came', () => {
    const calls = assistant([call('1'), call('2'), call('3')]);
    const messages = [user('a'), calls, results(result('3', 'C')), results(result('1', 'A'), result('2', 'B'))];
    expect(convert(messages)).toMatchObject([{}, {}, { parts: [response('A'), response('B'), response('C')] }]);
  });

  test.for<readonly [string, readonly TranscriptMessage[]]>([
    ['at the end', asked],
    ['in front of the user', [...asked, user('b')]],
    ['in front of the next answer', [...asked, assistant([say('b')])]],
  ])('is made up for a call without one %s', ([, messages]) => {
    const [, , answered] = toGoogleContents(messages, modelId);
    expect(answered?.role).toBe('user');
    expect(JSON.stringify(answered?.parts)).toContain('"error":"Outcome unknown');
  });

  test('is left out where there was no such call, and where it is the second', () => {
    const messages = [...asked, results(result('9', 'nine'), result('1', 'first'), result('1', 'second'))];
    expect(convert(messages)).toMatchObject([{}, {}, { parts: [response('first')] }]);
    expect(JSON.stringify(convert(messages))).not.toMatch(/nine|second/);
    expect(convert([user('a'), results(result('1'))])).toEqual([{ role: 'user', parts: [{ text: 'a' }] }]);
  });
});

describe('the arguments of a call', () => {
  test.for<readonly [string, Partial<Extract<AssistantBlock, { type: 'tool_call' }>>, unknown]>([
    ['arguments', { args: { a: [1] } }, { a: [1] }],
    ['no arguments', {}, {}],
    ['arguments that are no object', { args: [1] }, { value: [1] }],
    ['null', { args: null }, { value: null }],
    ['text that does not parse', { rawArgs: '{"a', argsError: 'Unexpected end' }, { unparsed_input: '{"a' }],
  ])('are an object for %s', ([, fields, args]) => {
    const block = { type: 'tool_call', id: '1', name: 'read', ...fields } as AssistantBlock;
    expect(convert([user('a'), assistant([block]), results(result('1'))])).toMatchObject([
      {},
      { parts: [{ functionCall: { args } }] },
      {},
    ]);
  });
});

describe('what the model wrote before', () => {
  const parts = [
    { text: 'Hm', thought: true },
    { text: 'Hm', thought: true, thoughtSignature: 's0' },
    { text: 'Sure.' },
    { executableCode: { code: '1' }, thoughtSignature: 's1' },
    { functionCall: { id: 'sent1', name: 'read', args: { a: 1 }, of2030: true }, thoughtSignature: 's2' },
    { functionCall: { name: 'read', args: {} } },
    { text: '', thoughtSignature: 's3' },
  ];
  const content: readonly AssistantBlock[] = [
    { type: 'thinking', text: 'Hm', native: { thought: true } },
    { type: 'thinking', text: 'Hm', native: { thought: true, thoughtSignature: 's0' } },
    say('Sure.'),
    { type: 'opaque', kind: 'executableCode', native: { executableCode: { code: '1' }, thoughtSignature: 's1' } },
    {
      type: 'tool_call',
      id: 'sent1',
      name: 'read',
      args: { a: 1 },
      native: { functionCall: { id: 'sent1', of2030: true }, thoughtSignature: 's2' },
    },
    call('made'),
    { type: 'text', text: '', native: { thoughtSignature: 's3' } },
    { type: 'opaque', kind: 'groundingMetadata', native: { groundingChunks: [] } },
  ];
  const answers = results(result('made', 'B'), result('sent1', 'A'));

  test('goes back as it came, each part in its place, with its signature and no other', () => {
    expect(convert([user('a'), assistant(content), answers])).toEqual([
      { role: 'user', parts: [{ text: 'a' }] },
      { role: 'model', parts },
      {
        role: 'user',
        parts: [{ functionResponse: { id: 'sent1', name: 'read', response: { output: 'A' } } }, response('B')],
      },
    ]);
  });

  test('has the id that the core gave to a call, where the session had that of the API before', () => {
    const renamed: AssistantBlock = { ...call('abc_2'), native: { functionCall: { id: 'abc' } } };
    expect(convert([user('a'), assistant([renamed]), results(result('abc_2'))])).toMatchObject([
      {},
      { parts: [{ functionCall: { id: 'abc_2' } }] },
      { parts: [{ functionResponse: { id: 'abc_2' } }] },
    ]);
  });

  test('goes back to the same model under another of its names', () => {
    const message = assistant(content, { provider: 'google', model: `models/${modelId}` });
    expect(convert([user('a'), message, answers])).toMatchObject([{}, { parts }, {}]);
  });

  test('goes to another model of the vendor without thoughts and signatures, and without ids', () => {
    const message = assistant(content, { provider: 'google', model: 'gemini-3.1-pro-preview' });
    const [, sent, answered] = toGoogleContents([user('a'), message, answers], modelId);
    expect(sent?.parts).toEqual([
      { text: 'Sure.' },
      { executableCode: { code: '1' } },
      { functionCall: { name: 'read', args: { a: 1 }, of2030: true }, thoughtSignature: skip },
      { functionCall: { name: 'read', args: {} } },
    ]);
    expect(answered?.parts).toEqual([response('A'), response('B')]);
  });

  test.for([
    ['another provider', other],
    ['nobody', undefined],
  ] as const)('goes without anything native when it was written by %s', ([, origin]) => {
    const message: AssistantMessage = { role: 'assistant', content, ...(origin && { origin }) };
    const [, sent] = toGoogleContents([user('a'), message, answers], modelId);
    expect(sent?.parts).toEqual([
      { text: 'Sure.' },
      { functionCall: { name: 'read', args: { a: 1 } }, thoughtSignature: skip },
      { functionCall: { name: 'read', args: {} } },
    ]);
  });

  test('goes without the word for a missing signature to models that ask for none', () => {
    const sent = toGoogleContents([user('a'), assistant(content, other), answers], 'gemini-2.5-pro');
    expect(JSON.stringify(sent)).not.toContain('thoughtSignature');
  });

  test('says that signatures are missing where what was native has been taken away', () => {
    const stripped: readonly AssistantBlock[] = [{ type: 'tool_call', id: '1', name: 'read', args: {} }];
    expect(convert([user('a'), assistant(stripped), results(result('1'))])).toMatchObject([
      {},
      { parts: [{ functionCall: {}, thoughtSignature: skip }] },
      {},
    ]);
  });

  test('has names that the API takes, the same for a call and its response', () => {
    const odd: AssistantBlock = { type: 'tool_call', id: '1', name: 'functions read/file', args: {} };
    expect(convert([user('a'), assistant([odd], other), results(result('1'))])).toMatchObject([
      {},
      { parts: [{ functionCall: { name: 'functions_read_file' } }] },
      { parts: [{ functionResponse: { name: 'functions_read_file' } }] },
    ]);
  });

  test('is left out where nothing of it can be sent', () => {
    const thought: AssistantBlock = { type: 'thinking', text: 'Hm' };
    expect(convert([user('a'), assistant([thought], other), assistant([say('')])])).toEqual([
      { role: 'user', parts: [{ text: 'a' }] },
    ]);
  });
});

test('gives the same contents for a history, whatever follows it', () => {
  const history = [user('a'), assistant([call('1')]), results(result('1')), assistant([say('b')])];
  const longer = toGoogleContents([...history, user('c')], modelId);
  expect(longer.slice(0, -1)).toEqual(toGoogleContents(history, modelId));
});

describe('native data that says something else than its block', () => {
  const sentOf = (...content: readonly AssistantBlock[]) =>
    toGoogleContents([user('a'), assistant(content)], modelId)[1]?.parts;

  test('does not change a text or a thought', () => {
    const native = { text: 'other', thought: true, functionCall: { name: 'rm' }, thoughtSignature: 's' };
    expect(sentOf({ type: 'text', text: 'mine', native })).toEqual([{ text: 'mine', thoughtSignature: 's' }]);
    expect(sentOf({ type: 'thinking', text: 'mine', native: { ...native, thought: false } })).toEqual([
      { text: 'mine', thought: true, thoughtSignature: 's' },
    ]);
  });

  test('does not change a call', () => {
    const functionCall = { id: 'x', name: 'rm', args: { path: '/' } };
    const native = { text: 'other', functionResponse: { name: 'b' }, functionCall, thoughtSignature: 's' };
    expect(sentOf({ type: 'tool_call', id: '1', name: 'read', args: {}, native })).toEqual([
      { thoughtSignature: 's', functionCall: { id: '1', name: 'read', args: {} } },
    ]);
  });

  test.for([{ functionCall: { name: 'rm' } }, { functionResponse: { name: 'rm' } }, { text: 'other' }])(
    'brings in no part that a block stands for: %j',
    (native) => {
      expect(sentOf({ type: 'opaque', kind: 'executableCode', native }, say('b'))).toEqual([{ text: 'b' }]);
    },
  );

  test('that is null is none, so that the missing signature is said', () => {
    expect(sentOf({ type: 'tool_call', id: '1', name: 'read', args: {}, native: null })).toEqual([
      { functionCall: { name: 'read', args: {} }, thoughtSignature: skip },
    ]);
  });
});
