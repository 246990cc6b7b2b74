import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OpenAI } from 'openai';
import type { ModelError, ModelErrorKind } from '@harness-sdk/core';
import { ReplayServer } from '@harness-sdk/core/testing';
import type { Reply } from '@harness-sdk/core/testing';
import { collect, modelOf, requestOf, testKey } from '../test/collect.ts';
import { createOpenAI } from './index.ts';
import { answer, chatAnswer, chunks, counts, delta, done, sse, start, text } from '../test/sse.ts';

let server: ReplayServer;
beforeAll(async () => {
  server = await ReplayServer.start();
});
afterAll(() => server[Symbol.asyncDispose]());

type Api = 'responses' | 'chat';
const apis = ['responses', 'chat'] as const;

async function errorOf(reply: Reply, api: Api = 'responses'): Promise<ModelError> {
  server.reply = reply;
  const { error } = await collect(modelOf(server, { api }).stream(requestOf()));
  if (error === undefined) throw new Error('Expected the call to fail.');
  return error;
}

function json(body: unknown): Reply {
  return { contentType: 'application/json', body: JSON.stringify(body) };
}

const words = 'words that say nothing';
const rateLimited = 'Rate limit reached for gpt-5 on tokens per min (TPM): Limit 30000. Please try again in 1m2.5s.';

/** Bodies as OpenAI and compatible servers send them. */
const answers: readonly (readonly [status: number, error: unknown, kind: ModelErrorKind])[] = [
  [400, { message: words, type: 'invalid_request_error', code: null }, 'invalid_request'],
  [400, { message: words, code: 'context_length_exceeded' }, 'context_overflow'],
  [400, { message: "This model's maximum context length is 8192 tokens.", code: 400 }, 'context_overflow'],
  [
    400,
    { message: 'the request exceeds the available context size', type: 'exceed_context_size_error' },
    'context_overflow',
  ],
  [
    400,
    { message: "This model's maximum prompt length is 131072 but the request contains 200000" },
    'context_overflow',
  ],
  [400, { message: 'max_tokens is too large: 99999.', code: 'invalid_value' }, 'invalid_request'],
  [400, { message: words, code: 'content_filter' }, 'content_filter'],
  [400, { message: words, code: 'invalid_prompt' }, 'content_filter'],
  [400, { message: words, code: 'bio_policy' }, 'content_filter'],
  [400, { message: words, code: 'content_policy_violation' }, 'content_filter'],
  [400, { message: words, code: 'tool_use_failed', failed_generation: '{' }, 'malformed_output'],
  [400, 'Incorrect API key provided.', 'auth'],
  [401, { message: words, code: 'invalid_api_key' }, 'auth'],
  [401, { message: words }, 'auth'],
  [402, { message: 'Insufficient Balance', type: 'unknown_error' }, 'quota'],
  [403, { message: words }, 'auth'],
  [403, { message: 'Your input was flagged', code: 403 }, 'content_filter'],
  [404, { message: words, code: 'model_not_found' }, 'invalid_request'],
  [413, { message: words }, 'context_overflow'],
  [413, { message: 'Request too large', type: 'tokens', code: 'rate_limit_exceeded' }, 'rate_limit'],
  [422, { message: words }, 'invalid_request'],
  [429, { message: rateLimited, type: 'tokens', code: 'rate_limit_exceeded' }, 'rate_limit'],
  [429, { message: words, type: 'insufficient_quota', code: 'insufficient_quota' }, 'quota'],
  [429, { message: 'You exceeded your current quota, please check your plan' }, 'quota'],
  [429, { message: 'Engine is overloaded' }, 'overloaded'],
  [429, { message: words, code: 429 }, 'rate_limit'],
  [500, { message: words, type: 'server_error' }, 'server'],
  [502, { message: words }, 'server'],
  [503, { message: words }, 'overloaded'],
  [529, { message: words }, 'overloaded'],
];

describe.for(apis)('an error answer of %s', (api) => {
  test.for(answers)('%i %j is %s', async ([status, error, kind]) => {
    const failed = await errorOf({ ...json({ error }), status }, api);
    expect(failed).toMatchObject({ kind, statusCode: status, contentStarted: false, usage: undefined });
    expect(failed.message).toContain(typeof error === 'string' ? error : (error as { message: string }).message);
  });
});

describe('the answer of another server', () => {
  test.for([
    [401, 'text/plain', 'Unauthorized', 'auth', 'Unauthorized'],
    [401, 'application/json', '{"detail":"Invalid API Key"}', 'auth', 'Invalid API Key'],
    [422, 'application/json', '{"detail":[{"msg":"Field required"}]}', 'invalid_request', 'Field required'],
    [400, 'application/json', '[{"error":{"code":400,"message":"bad"}}]', 'invalid_request', 'bad'],
    [403, 'text/html', '<html>Forbidden</html>', 'auth', 'Forbidden'],
    [408, 'text/plain', '', 'timeout', 'no body'],
    [429, 'application/json', '{"message":"slow down"}', 'rate_limit', 'slow down'],
    [502, 'text/html', '<html>Bad Gateway</html>', 'server', 'Bad Gateway'],
    [418, 'application/json', '3', 'invalid_request', '3'],
  ] as const)('%i %s %s is %s', async ([status, contentType, body, kind, said]) => {
    const error = await errorOf({ status, contentType, body });
    expect(error).toMatchObject({ kind, statusCode: status });
    expect(error.message).toContain(said);
  });

  test('of OpenRouter says what the provider behind it had said', async () => {
    const metadata = { provider_name: 'Google', raw: 'acme/wonder:free is temporarily rate-limited upstream.' };
    const body = { error: { code: 429, message: 'Provider returned error', metadata } };
    const error = await errorOf({ ...json(body), status: 429 });
    expect(error.message).toContain('Provider returned error: acme/wonder:free is temporarily rate-limited upstream.');
  });

  test('that is a whole page is cut short in the message', async () => {
    const error = await errorOf({ status: 502, contentType: 'text/html', body: 'x'.repeat(100_000) });
    expect(error.message.length).toBeLessThan(600);
  });

  test('that redirects is not followed', async () => {
    const other = await ReplayServer.start({ body: answer('stolen') });
    try {
      const error = await errorOf({ status: 307, headers: { location: `${other.url}/v1/responses` } });
      expect(error).toMatchObject({ kind: 'protocol', statusCode: 307 });
      expect(error.message).toContain('baseURL');
      expect(other.requests).toHaveLength(0);
    } finally {
      await other[Symbol.asyncDispose]();
    }
  });
});

describe('how long to wait', () => {
  const limited = { ...json({ error: { message: words } }), status: 429 };

  test.for([
    [{ 'retry-after-ms': '1500', 'retry-after': '9' }, words, 1_500],
    [{ 'retry-after': '34' }, rateLimited, 34_000],
    [{}, rateLimited, 62_500],
    [{}, 'Please try again in 20ms. Visit …', 20],
    [{ 'x-ratelimit-reset-requests': '12ms', 'x-ratelimit-remaining-requests': '0' }, words, 12],
    [{}, words, undefined],
  ] as const)('with %o and «%s» is %s ms', async ([headers, message, expected]) => {
    const error = await errorOf({ ...json({ error: { message } }), status: 429, headers });
    expect(error.retryAfterMs).toBe(expected);
  });

  test('comes with the id of the request', async () => {
    const error = await errorOf({ ...limited, headers: { 'x-request-id': 'req_42' } });
    expect(error).toMatchObject({ requestId: 'req_42', isRetryable: true });
  });

  test('is not taken from the rate limits of an answer that failed otherwise', async () => {
    const headers = { 'x-ratelimit-reset-tokens': '6m0s' };
    expect(await errorOf({ status: 500, headers })).toMatchObject({ retryAfterMs: undefined });
  });
});

describe('an error inside a stream', () => {
  const responseErrors: readonly (readonly [name: string, event: Record<string, unknown>, kind: ModelErrorKind])[] = [
    ['an error event', { type: 'error', error: { code: 'rate_limit_exceeded', message: rateLimited } }, 'rate_limit'],
    ['an error event as documented', { type: 'error', code: 'server_error', message: words, param: null }, 'server'],
    ['no type at all', { error: { message: 'upstream died' } }, 'server'],
    [
      'a failed response',
      { type: 'response.failed', response: { error: { code: 'server_error', message: words } } },
      'server',
    ],
    ['a failed response without a reason', { type: 'response.failed', response: { status: 'failed' } }, 'server'],
    [
      'a response of a forbidden kind',
      { type: 'response.failed', response: { error: { code: 'bio_policy', message: words } } },
      'content_filter',
    ],
    ['a cancelled response', { type: 'response.cancelled', response: { status: 'cancelled' } }, 'server'],
  ];

  test.for(responseErrors)('of the Responses API, %s', async ([, event, kind]) => {
    const body = sse(start) + `data: ${JSON.stringify(event)}\n\n`;
    const failed = await errorOf({ body, headers: { 'x-request-id': 'req_7' } });
    expect(failed).toMatchObject({ kind, statusCode: undefined, contentStarted: false, requestId: 'req_7' });
  });

  test('of the Responses API keeps what the failed response had cost', async () => {
    const response = { error: { code: 'server_error', message: words }, usage: { input_tokens: 7, output_tokens: 5 } };
    expect(await errorOf({ body: sse(start, { type: 'response.failed', response }) })).toMatchObject({
      usage: { input: 7, output: 5 },
    });
  });

  const chatErrors: readonly (readonly [name: string, chunk: Record<string, unknown>, kind: ModelErrorKind])[] = [
    ['a code of Groq', { error: { code: 'tool_use_failed', message: words, status_code: 400 } }, 'malformed_output'],
    ['a status', { error: { code: 502, message: words }, choices: [] }, 'server'],
    ['a status of too much', { error: { code: 429, message: rateLimited } }, 'rate_limit'],
    ['a string', { error: 'upstream died' }, 'server'],
    ['an object of its kind', { object: 'error', message: words, code: 400 }, 'invalid_request'],
    ['a finish reason', delta({}, 'error'), 'overloaded'],
    ['another finish reason', delta({}, 'insufficient_system_resource'), 'overloaded'],
  ];

  test.for(chatErrors)('of Chat Completions, %s', async ([, chunk, kind]) => {
    const failed = await errorOf({ body: chunks(delta({ content: 'a' }), counts(), chunk) + done }, 'chat');
    expect(failed).toMatchObject({ kind, statusCode: undefined, contentStarted: true, usage: { input: 7, output: 5 } });
  });

  test('says how long to wait in its words', async () => {
    const error = { code: 'rate_limit_exceeded', message: rateLimited };
    expect(await errorOf({ body: sse(start, { type: 'error', error }) })).toMatchObject({ retryAfterMs: 62_500 });
  });

  test('comes behind the events in front of it', async () => {
    server.reply = { body: sse(start, ...text(0, 'Hel'), { type: 'error', error: { code: 'server_error' } }) };
    const { events, error } = await collect(modelOf(server).stream(requestOf()));
    expect(events.map(({ type }) => type)).toEqual(['text_delta', 'block']);
    expect(error).toMatchObject({ kind: 'server', contentStarted: true });
  });

  test('that only repeats the output limit leaves the answer as it is', async () => {
    const limit = { error: { code: 400, message: 'Token limit reached' }, choices: [] };
    server.reply = { body: chunks(delta({ content: 'a' }), delta({}, 'length'), { ...limit, ...counts() }) + done };
    const { end, error } = await collect(modelOf(server, { api: 'chat' }).stream(requestOf()));
    expect(error).toBeUndefined();
    expect(end).toMatchObject({ stop: 'length', usage: { input: 7 } });
  });

  test('behind any other finish reason is an error', async () => {
    const body = chunks(delta({ content: 'a' }), delta({}, 'stop'), { error: { message: words } }) + done;
    expect(await errorOf({ body }, 'chat')).toMatchObject({ kind: 'server' });
  });
});

describe.for(apis)('an answer of %s that is none', (api) => {
  test.for([
    ['an HTML page', { contentType: 'text/html', body: '<!DOCTYPE html><html>Sign in to the Wi-Fi</html>' }],
    ['an empty body', { body: '' }],
    ['an answer that is not streamed', { contentType: 'application/json', body: '{"object":"response","output":[]}' }],
    ['no content', { status: 204 }],
  ] as const)('%s is a protocol error', async ([, reply]) => {
    const error = await errorOf(reply, api);
    expect(error).toMatchObject({ kind: 'protocol', isRetryable: false, contentStarted: false });
    expect(error.message).toContain('Check `baseURL`');
  });

  test('garbage among the events is a protocol error behind what came before', async () => {
    const [before, after] =
      api === 'chat' ? [chunks(delta({ content: 'a' })), chatAnswer('b')] : [sse(start, ...text(0, 'a')), answer('b')];
    server.reply = { body: `${before}data: {"type":\n\n${after}` };
    const { events, error } = await collect(modelOf(server, { api }).stream(requestOf()));
    expect(events[0]).toEqual({ type: 'text_delta', text: 'a' });
    expect(error).toMatchObject({ kind: 'protocol', contentStarted: true });
  });
});

describe.for(apis)('an answer of %s that is no stream, with the status 200,', (api) => {
  const whole = (body: string): Reply => ({
    contentType: 'application/json',
    headers: { 'content-length': String(Buffer.byteLength(body)) },
    body,
  });

  test.for([
    ['{"error":{"message":"slow down","code":429}}', 'rate_limit', 'slow down'],
    ['{\n  "error": "upstream died"\n}', 'server', 'upstream died'],
    [`{"error":{"message":"key ${testKey}","code":"invalid_api_key"}}`, 'auth', '[redacted]'],
  ] as const)('is the error that it holds: %s', async ([body, kind, said]) => {
    const error = await errorOf(whole(body), api);
    expect(error).toMatchObject({ kind, contentStarted: false });
    expect(error.message).toContain(said);
    expect(error.message).not.toContain(testKey);
  });

  test.for(['{"object":"response","output":[]}', '{"error":null}', '{"error'])(
    'is a protocol error where it holds none: %s',
    async (body) => {
      expect(await errorOf(whole(body), api)).toMatchObject({ kind: 'protocol' });
    },
  );
});

test('an end mark without any chunk is no answer of Chat Completions', async () => {
  expect(await errorOf({ body: done }, 'chat')).toMatchObject({ kind: 'protocol' });
});

describe('a connection that fails', () => {
  test('names what went wrong where nobody listens', async () => {
    const gone = await ReplayServer.start();
    const model = modelOf(gone);
    await gone[Symbol.asyncDispose]();
    const { error } = await collect(model.stream(requestOf()));
    expect(error).toMatchObject({ kind: 'network', contentStarted: false });
    expect(error?.message).toMatch(/ECONNREFUSED/);
  });

  test('is a network error where the transport aborts by itself', async () => {
    const fetchAborted = () => Promise.reject(new DOMException('This operation was aborted', 'AbortError'));
    const { error } = await collect(modelOf(server, { fetch: fetchAborted }).stream(requestOf()));
    expect(['network', 'timeout']).toContain(error?.kind);
  });

  test.for([
    ['UND_ERR_BODY_TIMEOUT', 'timeout'],
    ['UND_ERR_SOCKET', 'network'],
  ])('in the middle of the answer with %s is a %s error', async ([code, kind]) => {
    const cause = Object.assign(new Error('it broke'), { code });
    const fetchBroken = () => {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(new TextEncoder().encode(sse(start, ...text(0, 'a'))));
        },
        pull(controller) {
          controller.error(new TypeError('terminated', { cause }));
        },
      });
      return Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
    };
    const { events, error } = await collect(modelOf(server, { fetch: fetchBroken }).stream(requestOf()));
    expect(events).toHaveLength(2);
    expect(error).toMatchObject({ kind, contentStarted: true });
    expect(error?.message).toContain('it broke');
  });

  test('is a timeout where no headers come in time', async () => {
    server.reply = { isSilent: true };
    const { error } = await collect(modelOf(server, { headersTimeoutMs: 20 }).stream(requestOf()));
    expect(error).toMatchObject({ kind: 'timeout', isRetryable: true });
  });
});

describe.for(apis)('the key, at %s,', (api) => {
  const said = { message: `the key ${testKey} is wrong`, code: 'invalid_api_key' };

  test.for<readonly [string, Reply]>([
    ['the body of an error', { ...json({ error: said }), status: 401 }],
    ['an error of its own kind', { ...json({ detail: `Bearer ${testKey}` }), status: 401 }],
    ['the body of an error of no kind', { status: 500, contentType: 'text/plain', body: `Bearer ${testKey}` }],
    ['an error in the stream', { body: `data: ${JSON.stringify({ type: 'error', error: said })}\n\n` }],
    ['an event of no kind', { body: `data: ${testKey}\n\n` }],
    ['a header', { status: 302, headers: { location: `https://example.com/${testKey}` } }],
    ['the type of a page', { contentType: `text/html; ${testKey}` }],
  ])('is not in the error that a server makes by putting it into %s', async ([, reply]) => {
    const error = await errorOf(reply, api);
    const everything = inspect(error, { depth: Infinity, showHidden: true }) + error.stack + JSON.stringify(error);
    expect(everything).not.toContain(testKey);
  });
});

test('a model that is printed shows no key', () => {
  const model = modelOf(server);
  expect(inspect(model, { depth: Infinity, showHidden: true }) + JSON.stringify(model)).not.toContain(testKey);
});

describe('an error that is long or odd', () => {
  test('is cut short, but not in the middle of the key', async () => {
    const error = await errorOf({ status: 500, contentType: 'text/plain', body: `${'y'.repeat(385)}${testKey}yyy` });
    expect(error.message.length).toBeLessThan(500);
    expect(error.message).not.toContain(testKey.slice(0, 6));
  });

  test('is shown as JSON where its message is no text', async () => {
    const body = JSON.stringify({ error: { type: 5, message: { reason: 'odd' }, code: {} } });
    const error = await errorOf({ status: 400, contentType: 'application/json', body });
    expect(error).toMatchObject({ kind: 'invalid_request' });
    expect(error.message).toContain('{"reason":"odd"}');
  });

  test('may be an empty list', async () => {
    expect(await errorOf({ status: 500, contentType: 'application/json', body: '[]' })).toMatchObject({
      kind: 'server',
    });
    expect(await errorOf({ body: chunks(delta({ content: 'a' }), { error: [] }) }, 'chat')).toMatchObject({
      kind: 'server',
      contentStarted: true,
    });
  });

  test('of a fetch that has a status and no headers is a model error', async () => {
    const failing = () => Promise.reject(Object.assign(new Error('no'), { status: 503, headers: {} }));
    const { error } = await collect(modelOf(server, { fetch: failing }).stream(requestOf()));
    expect(error).toMatchObject({ contentStarted: false });
  });
});

test('the key that a client gets for a call is in no error, and what other servers say is', async () => {
  server.reply = { ...json({ detail: `${testKey} is wrong` }), status: 401 };
  const client = new OpenAI({ apiKey: () => Promise.resolve(testKey), baseURL: server.url });
  const { error } = await collect(createOpenAI({ client })('gpt-x').stream(requestOf()));
  expect(error?.message).toContain('[redacted] is wrong');
});

test('the key of a header is in no error, also without its scheme', async () => {
  server.reply = { status: 401, contentType: 'text/plain', body: 'gateway-key is wrong' };
  const model = modelOf(server, { headers: { authorization: 'Bearer gateway-key' } });
  const { error } = await collect(model.stream(requestOf()));
  expect(error?.message).toContain('[redacted] is wrong');
});

test('a timeout longer than any timer does not fire at once', async () => {
  server.reply = { body: answer('Hello') };
  const { end } = await collect(modelOf(server, { headersTimeoutMs: 2 ** 40 }).stream(requestOf()));
  expect(end).toMatchObject({ stop: 'end' });
});

test('a server that sends no end mark and keeps the connection open does not keep the answer from ending', async () => {
  server.reply = { body: chunks(delta({ content: 'a' }), delta({}, 'stop'), counts()), ending: 'hang' };
  const { end } = await collect(modelOf(server, { api: 'chat' }).stream(requestOf()));
  expect(end).toMatchObject({ stop: 'end', usage: { input: 7, output: 5 } });
  await expect(server.lastRequest.closed).resolves.toBeUndefined();
});

test('an end mark without a blank line behind it ends an answer without a finish reason', async () => {
  const whole = chunks(delta({ content: 'Hi' })) + done.trimEnd();
  server.reply = { body: whole };
  const { events, error } = await collect(modelOf(server, { api: 'chat' }).stream(requestOf()));
  expect(error).toBeUndefined();
  expect(events.map(({ type }) => type)).toEqual(['text_delta', 'block', 'end']);
  server.reply = { body: whole.slice(0, -1) };
  const cut = await collect(modelOf(server, { api: 'chat' }).stream(requestOf()));
  expect(cut.error).toMatchObject({ kind: 'network', contentStarted: true });
});
