import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelError, ModelErrorKind } from '@harness-sdk/core';
import { ReplayServer } from '@harness-sdk/core/testing';
import type { Reply } from '@harness-sdk/core/testing';
import { collect, modelOf, requestOf, testKey, testWindow } from '../test/collect.ts';
import { answer, call, finish, piece, reply, say } from '../test/lines.ts';
import { createOllama } from './index.ts';

let server: ReplayServer;
beforeAll(async () => {
  server = await ReplayServer.start();
});
afterAll(() => server[Symbol.asyncDispose]());

async function errorOf(answered: Reply): Promise<ModelError> {
  server.reply = answered;
  const { error } = await collect(modelOf(server, { apiKey: testKey }).stream(requestOf()));
  if (error === undefined) throw new Error('Expected the call to fail.');
  return error;
}

function errorBody(status: number, error: unknown): Reply {
  return { status, contentType: 'application/json; charset=utf-8', body: JSON.stringify({ error }) };
}

const words = 'words that say nothing';
const tooLong = 'request (351 tokens) exceeds the available context size (256 tokens), try increasing it';
/** As the server passes it on from what runs the model. */
const nested = JSON.stringify({ error: { code: 400, message: tooLong, type: 'exceed_context_size_error' } });

const answers: readonly (readonly [status: number, words: string, kind: ModelErrorKind])[] = [
  [400, words, 'invalid_request'],
  [400, '"gemma3:1b" does not support tools', 'invalid_request'],
  [400, 'the input length exceeds the context length', 'context_overflow'],
  [
    400,
    'the prompt is longer than the context length currently available to the model; shorten the prompt',
    'context_overflow',
  ],
  [400, tooLong, 'context_overflow'],
  [401, 'unauthorized', 'auth'],
  [402, words, 'quota'],
  [403, words, 'auth'],
  [403, 'this model requires a subscription, upgrade for access: https://ollama.com/upgrade', 'quota'],
  [404, "model 'nonexistent-model:latest' not found", 'invalid_request'],
  [408, words, 'timeout'],
  [413, words, 'context_overflow'],
  [429, words, 'rate_limit'],
  [429, "you've reached your hourly usage limit, please wait or upgrade to continue", 'quota'],
  [429, 'you (somebody) have reached your weekly usage limit, upgrade for higher limits', 'quota'],
  [499, 'request canceled', 'network'],
  [500, words, 'server'],
  [500, 'model runner has unexpectedly stopped, this may be due to resource limitations', 'server'],
  [500, 'model requires more system memory (5.6 GiB) than is available (3.1 GiB)', 'invalid_request'],
  [500, "error parsing tool call: raw='ls -R', err=invalid character 'l'", 'malformed_output'],
  [500, 'prediction aborted, token repeat limit reached', 'malformed_output'],
  [502, words, 'server'],
  [503, 'server busy, please try again.  maximum pending requests exceeded', 'overloaded'],
];

test.for(answers)('%i «%s» is %s', async ([status, message, kind]) => {
  const error = await errorOf(errorBody(status, message));
  expect(error).toMatchObject({ kind, statusCode: status, contentStarted: false, usage: undefined });
  expect(error.message).toContain(`Ollama answered ${status}: ${message}`);
});

test('an error inside an error is taken out', async () => {
  const error = await errorOf(errorBody(400, nested));
  expect(error).toMatchObject({ kind: 'context_overflow' });
  expect(error.message).toBe(`Ollama answered 400: ${tooLong} A larger window is asked for with \`contextWindow\`.`);
});

describe('what to do', () => {
  test('is said where the server has no such model', async () => {
    const error = await errorOf(errorBody(404, "model 'qwen3' not found"));
    expect(error.message).toContain('Get the model with `ollama pull qwen3`.');
  });

  test('is said where nobody is signed in', async () => {
    const url = 'https://ollama.com/connect?name=my-machine&key=abc';
    const body = JSON.stringify({ error: 'unauthorized', signin_url: url });
    const error = await errorOf({ status: 401, contentType: 'application/json', body });
    expect(error.message).toContain('`ollama signin`');
    expect(error.message).not.toContain('my-machine');
  });

  test.for([
    [401, '`apiKey` or in OLLAMA_API_KEY'],
    [404, 'not found'],
  ] as const)('is something else in the cloud: %i', async ([status, hint]) => {
    const fetchNothing = () => Promise.resolve(Response.json({ error: 'not found' }, { status }));
    const model = createOllama({ apiKey: testKey, fetch: fetchNothing })('gpt-oss:20b', { contextWindow: 5 });
    const { error } = await collect(model.stream(requestOf()));
    expect(error?.message).toContain(hint);
    expect(error?.message).not.toMatch(/ollama (pull|signin)/);
  });
});

describe('the answer of a gateway', () => {
  test.for([
    [401, 'text/plain', 'Unauthorized', 'auth', 'Unauthorized'],
    [404, 'text/plain', '404 page not found', 'invalid_request', '404 page not found'],
    [413, 'text/html', 'Request Entity Too Large', 'context_overflow', 'Too Large'],
    [429, 'application/json', '{"detail":"slow down"}', 'rate_limit', 'slow down'],
    [400, 'application/json', '{"error":{"message":"no such field"}}', 'invalid_request', 'no such field'],
    [400, 'application/json', '{"of_2030":true}', 'invalid_request', '{"of_2030":true}'],
    [400, 'application/json', '{"error": ', 'invalid_request', '{"error":'],
    [500, 'text/plain', '', 'server', 'no message'],
    [502, 'text/html', '<html>Bad Gateway</html>', 'server', 'Bad Gateway'],
    [503, 'application/json', '{"message":"no healthy upstream"}', 'overloaded', 'no healthy upstream'],
  ] as const)('%i %s %s is %s', async ([status, contentType, body, kind, expected]) => {
    const error = await errorOf({ status, contentType, body });
    expect(error).toMatchObject({ kind, statusCode: status });
    expect(error.message).toContain(expected);
  });

  test('that is a whole page is cut short', async () => {
    const error = await errorOf({ status: 502, contentType: 'text/html', body: 'x'.repeat(100_000) });
    expect(error.message.length).toBeLessThan(500);
  });

  test('that redirects is not followed', async () => {
    const other = await ReplayServer.start(answer('stolen'));
    try {
      const error = await errorOf({ status: 307, headers: { location: `${other.url}/api/chat` } });
      expect(error).toMatchObject({ kind: 'protocol', statusCode: 307 });
      expect(error.message).toContain('baseURL');
      expect(other.requests).toHaveLength(0);
    } finally {
      await other[Symbol.asyncDispose]();
    }
  });
});

test('how long to wait is read from the answer', async () => {
  const error = await errorOf({ ...errorBody(429, words), headers: { 'retry-after': '34' } });
  expect(error).toMatchObject({ retryAfterMs: 34_000, isRetryable: true });
});

describe('an error inside the stream', () => {
  const cases: readonly (readonly [error: unknown, kind: ModelErrorKind])[] = [
    ['an error was encountered while running the model', 'server'],
    ["error parsing tool call: raw='ls -R', err=invalid character 'l'", 'malformed_output'],
    [nested, 'context_overflow'],
    [{ message: tooLong }, 'context_overflow'],
    [null, 'server'],
  ];

  test.for(cases)('%j is %s', async ([error, kind]) => {
    const failed = await errorOf(reply({ error }));
    expect(failed).toMatchObject({ kind, statusCode: undefined, contentStarted: false });
  });

  test('under a name of its own is one too', async () => {
    const failed = await errorOf(reply({ 'error parsing tool call': 'invalid character' }));
    expect(failed).toMatchObject({ kind: 'malformed_output' });
  });

  test('comes behind the events in front of it', async () => {
    server.reply = reply(say('Hel'), { error: 'it broke' }, say('lo'), finish());
    const { events, error } = await collect(modelOf(server).stream(requestOf()));
    expect(events).toEqual([{ type: 'text_delta', text: 'Hel' }]);
    expect(error).toMatchObject({ kind: 'server', contentStarted: true });
    expect(error?.message).toContain('it broke');
  });
});

describe('an answer that is no answer', () => {
  test.for([
    ['an HTML page', { contentType: 'text/html', body: '<!DOCTYPE html>\n<html>Sign in to the Wi-Fi</html>' }],
    ['a page in one line', { contentType: 'text/html', body: '<html></html>' }],
    ['an empty page', { contentType: 'text/html', body: '' }],
    ['JSON under another name', { contentType: 'text/plain', body: '{"choices":[]}\n' }],
    ['no content', { status: 204 }],
  ] as const)('%s is a protocol error that names the base URL', async ([, answered]) => {
    const error = await errorOf(answered);
    expect(error).toMatchObject({ kind: 'protocol', isRetryable: false, contentStarted: false });
    expect(error.message).toContain('Check `baseURL`');
    expect(error.message).not.toContain('Wi-Fi');
  });

  test.for([
    ['lines that are no JSON', 'hello\n'],
    ['an answer of another API', '{"choices":[]}\n'],
    ['a call without a name', `${JSON.stringify(piece({ tool_calls: [call('', {})] }))}\n`],
  ])('%s is a protocol error behind what came before', async ([, line]) => {
    server.reply = { contentType: 'application/x-ndjson', body: `${JSON.stringify(say('a'))}\n${line}` };
    const { events, error } = await collect(modelOf(server).stream(requestOf()));
    expect(events).toMatchObject([{ type: 'text_delta', text: 'a' }]);
    expect(error).toMatchObject({ kind: 'protocol', contentStarted: true });
    expect(error?.message).toContain('none of its API');
    expect(error?.message).not.toContain('hello');
  });

  test.for(['load', 'unload'])('an end with the reason %s is an error', async (done_reason) => {
    const error = await errorOf(reply({ done: true, done_reason, message: { role: 'assistant', content: '' } }));
    expect(error).toMatchObject({ kind: 'invalid_request' });
    expect(error.message).toContain(done_reason);
  });
});

test('a stream of lines under another name is read as what it is', async () => {
  server.reply = { ...answer('Hello'), contentType: 'application/octet-stream' };
  expect((await collect(modelOf(server).stream(requestOf()))).end).toMatchObject({ stop: 'end' });
  expect(await errorOf({ ...reply(say('Hello')), contentType: 'text/plain' })).toMatchObject({ kind: 'network' });
});

describe('a prompt that was cut silently', () => {
  const long = requestOf({ system: 'word '.repeat(testWindow + 1) });

  test('is an overflow of the window, with the counts, behind the answer', async () => {
    server.reply = reply(say('Hello'), finish({ prompt_eval_count: 2_050 }));
    const { events, error } = await collect(modelOf(server).stream(long));
    expect(events).toEqual([{ type: 'text_delta', text: 'Hello' }]);
    expect(error).toMatchObject({
      kind: 'context_overflow',
      isRetryable: false,
      contentStarted: true,
      usage: { input: 2_050, output: 5 },
    });
    expect(error?.message).toContain('Ollama read 2050 tokens of a prompt of at least 4098');
    expect(error?.message).toContain('`contextWindow`');
  });

  test('is none where the server read all of it, or does not say', async () => {
    server.reply = reply(say('Hello'), finish({ prompt_eval_count: testWindow + 900 }));
    expect((await collect(modelOf(server).stream(long))).end).toMatchObject({ stop: 'end' });
    server.reply = reply(say('Hello'), finish({ prompt_eval_count: null }));
    expect((await collect(modelOf(server).stream(long))).end).toMatchObject({ stop: 'end' });
  });
});

describe('a connection that fails', () => {
  test('says what to do where nobody listens', async () => {
    const gone = await ReplayServer.start();
    const { url } = gone;
    const model = modelOf(gone);
    await gone[Symbol.asyncDispose]();
    const { error } = await collect(model.stream(requestOf()));
    expect(error).toMatchObject({ kind: 'network', isRetryable: true, contentStarted: false });
    expect(error?.message).toBe(`There is no server at ${url} (ECONNREFUSED). Is \`ollama serve\` running?`);
  });

  test('says so too where a name has several addresses', async () => {
    const cause = Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' });
    const fetchNothing = () => Promise.reject(new TypeError('fetch failed', { cause }));
    const { error } = await collect(modelOf(server, { fetch: fetchNothing }).stream(requestOf()));
    expect(error?.message).toContain('Is `ollama serve` running?');
  });

  test('is a network error where the socket breaks before the headers', async () => {
    const fetchNothing = () => Promise.reject(new TypeError('fetch failed', { cause: new Error('read ECONNRESET') }));
    const { error } = await collect(modelOf(server, { fetch: fetchNothing }).stream(requestOf()));
    expect(error).toMatchObject({ kind: 'network' });
    expect(error?.message).toContain('read ECONNRESET');
  });

  test('is a network error where the transport aborts by itself', async () => {
    const fetchAborted = () => Promise.reject(new DOMException('This operation was aborted', 'AbortError'));
    const { error } = await collect(modelOf(server, { fetch: fetchAborted }).stream(requestOf()));
    expect(error).toMatchObject({ kind: 'network' });
  });

  test.for([
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
    ['UND_ERR_SOCKET', 'network'],
  ])('with %s is a %s error', async ([code, kind]) => {
    const cause = Object.assign(new Error('it broke'), { code });
    const fetchBroken = () => Promise.reject(new TypeError('fetch failed', { cause }));
    const { error } = await collect(modelOf(server, { fetch: fetchBroken }).stream(requestOf()));
    expect(error).toMatchObject({ kind, contentStarted: false });
    expect(error?.message).toContain('it broke');
  });
});

describe('the key', () => {
  test.for([290, 298])('is not cut in the middle, %i letters into a page', async (letters) => {
    const body = 'y'.repeat(letters) + testKey;
    expect((await errorOf({ status: 500, contentType: 'text/plain', body })).message).not.toContain(
      testKey.slice(0, 2),
    );
    expect((await errorOf(reply({ error: body }))).message).not.toContain(testKey.slice(0, 2));
  });

  test.for([
    ['the body of an error', errorBody(401, `the key ${testKey} is wrong`)],
    ['the body of an error of no kind', { status: 500, contentType: 'text/plain', body: `Bearer ${testKey}` }],
    ['an error in the stream', reply({ error: `key=${testKey}` })],
    ['a line of no kind', { contentType: 'application/x-ndjson', body: `${testKey}\n` }],
    ['a header', { status: 302, headers: { location: `https://example.com/${testKey}` } }],
    ['the type of a page', { contentType: `text/html; ${testKey}`, body: '<html>' }],
  ] as const)('is not in the error that a server makes by putting it into %s', async ([, answered]) => {
    const error = await errorOf(answered);
    const everything = inspect(error, { depth: Infinity, showHidden: true }) + error.stack + JSON.stringify(error);
    expect(everything).not.toContain(testKey);
  });

  test('is not in what a model prints', () => {
    const model = modelOf(server, { apiKey: testKey });
    expect(inspect(model, { depth: Infinity, showHidden: true }) + JSON.stringify(model)).not.toContain(testKey);
  });
});
