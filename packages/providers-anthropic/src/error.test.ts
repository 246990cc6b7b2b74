import { inspect } from 'node:util';
import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelError, ModelErrorKind } from '@harness-sdk/core';
import { collect, modelOf, requestOf, testKey } from '../test/collect.ts';
import { ReplayServer } from '@harness-sdk/core/testing';
import type { Reply } from '@harness-sdk/core/testing';
import { answer, sse, start, text } from '../test/sse.ts';
import { createAnthropic } from './index.ts';

let server: ReplayServer;
beforeAll(async () => {
  server = await ReplayServer.start();
});
afterAll(() => server[Symbol.asyncDispose]());

async function errorOf(reply: Reply): Promise<ModelError> {
  server.reply = reply;
  const { error } = await collect(modelOf(server).stream(requestOf()));
  if (error === undefined) throw new Error('Expected the call to fail.');
  return error;
}

function errorBody(type: string, message: string, errorCode?: string): Reply {
  const details = errorCode === undefined ? {} : { details: { error_code: errorCode } };
  const error = { type, message, ...details };
  return { contentType: 'application/json', body: JSON.stringify({ type: 'error', error, request_id: 'req_1' }) };
}

const words = 'words that say nothing';

const answers: readonly (readonly [
  status: number,
  type: string,
  message: string,
  kind: ModelErrorKind,
  code?: string,
])[] = [
  [400, 'invalid_request_error', words, 'invalid_request'],
  [400, 'invalid_request_error', 'prompt is too long: 3333404 tokens > 200000 maximum', 'context_overflow'],
  [
    400,
    'invalid_request_error',
    'input length and `max_tokens` exceed context limit: 199758 + 21333 > 200000',
    'context_overflow',
  ],
  [400, 'invalid_request_error', 'Your credit balance is too low to access the Anthropic API.', 'quota'],
  [400, 'invalid_request_error', 'Output blocked by content filtering policy', 'content_filter'],
  [400, 'invalid_request_error', words, 'quota', 'enforced_spend_limit_reached'],
  [401, 'authentication_error', 'invalid x-api-key', 'auth'],
  [402, 'billing_error', words, 'quota'],
  [403, 'permission_error', words, 'auth'],
  [403, 'permission_error', words, 'quota', 'organization_on_hold'],
  [404, 'not_found_error', 'model: claude-x', 'invalid_request'],
  [413, 'request_too_large', words, 'context_overflow'],
  [422, 'invalid_request_error', words, 'invalid_request'],
  [429, 'rate_limit_error', words, 'rate_limit'],
  [429, 'rate_limit_error', words, 'rate_limit', 'ramp_limit_exceeded'],
  [429, 'rate_limit_error', words, 'quota', 'contract_spend_limit_reached'],
  [500, 'api_error', words, 'server'],
  [504, 'timeout_error', words, 'server'],
  [529, 'overloaded_error', 'Overloaded', 'overloaded'],
];

test.for(answers)('%i %s «%s» is %s (%s)', async ([status, type, message, kind, code]) => {
  const error = await errorOf({ ...errorBody(type, message, code), status });
  expect(error).toMatchObject({ kind, statusCode: status, contentStarted: false, usage: undefined });
  expect(error.message).toContain(`Anthropic answered ${status} (${code ?? type}): ${message}`);
});

describe('the answer of a gateway', () => {
  test.for([
    [401, 'text/plain', 'Unauthorized', 'auth', 'Unauthorized'],
    [403, 'text/html', '<html>Forbidden</html>', 'auth', 'Forbidden'],
    [408, 'text/plain', '', 'timeout', 'no body'],
    [413, 'text/html', 'Request Entity Too Large', 'context_overflow', 'Too Large'],
    [429, 'application/json', '{"detail":"slow down"}', 'rate_limit', 'slow down'],
    [
      429,
      'application/json',
      '{"error":{"type":"invalid_request_error","message":"slow down"}}',
      'rate_limit',
      'slow down',
    ],
    [400, 'application/json', '{"error":"prompt is too long for us"}', 'context_overflow', 'too long'],
    [502, 'text/html', '<html>Bad Gateway</html>', 'server', 'Bad Gateway'],
    [503, 'application/json', '{"message":"no healthy upstream"}', 'overloaded', 'no healthy upstream'],
    [418, 'application/json', '[]', 'invalid_request', '[]'],
  ] as const)('%i %s %s is %s', async ([status, contentType, body, kind, said]) => {
    const error = await errorOf({ status, contentType, body });
    expect(error).toMatchObject({ kind, statusCode: status });
    expect(error.message).toContain(said);
  });

  test('that is a whole page is cut short in the message', async () => {
    const error = await errorOf({ status: 502, contentType: 'text/html', body: 'x'.repeat(100_000) });
    expect(error.message.length).toBeLessThan(500);
  });

  test('that redirects is not followed', async () => {
    const other = await ReplayServer.start({ body: answer('stolen') });
    try {
      const error = await errorOf({ status: 307, headers: { location: `${other.url}/v1/messages` } });
      expect(error).toMatchObject({ kind: 'protocol', statusCode: 307 });
      expect(error.message).toContain('baseURL');
      expect(other.requests).toHaveLength(0);
    } finally {
      await other[Symbol.asyncDispose]();
    }
  });
});

describe('how long to wait', () => {
  test('is read from the answer, with the id of the request', async () => {
    const headers = { 'retry-after': '34', 'request-id': 'req_42' };
    const error = await errorOf({ ...errorBody('rate_limit_error', words), status: 429, headers });
    expect(error).toMatchObject({ retryAfterMs: 34_000, requestId: 'req_42', isRetryable: true });
  });
});

describe('an error inside the stream', () => {
  const cases: readonly (readonly [type: string | undefined, message: string, kind: ModelErrorKind])[] = [
    ['overloaded_error', 'Overloaded', 'overloaded'],
    ['api_error', 'Internal server error', 'server'],
    ['rate_limit_error', words, 'rate_limit'],
    ['invalid_request_error', 'prompt is too long: 2 tokens > 1 maximum', 'context_overflow'],
    ['invalid_request_error', 'Output blocked by content filtering policy', 'content_filter'],
    ['of_2030', words, 'server'],
    [undefined, 'upstream died', 'server'],
  ];

  test.for(cases)('%s «%s» is %s', async ([type, message, kind]) => {
    const error = { ...(type === undefined ? {} : { type }), message };
    const failed = await errorOf({ body: sse(start, { type: 'error', error }), headers: { 'request-id': 'req_7' } });
    expect(failed).toMatchObject({ kind, statusCode: undefined, contentStarted: false, requestId: 'req_7' });
    expect(failed.usage).toMatchObject({ input: 7, output: 1 });
    expect(failed.message).toContain(message);
  });

  test('comes behind the events in front of it', async () => {
    server.reply = { body: sse(start, ...text(0, 'Hel'), { type: 'error', error: { type: 'overloaded_error' } }) };
    const { events, error } = await collect(modelOf(server).stream(requestOf()));
    expect(events.map(({ type }) => type)).toEqual(['text_delta', 'block']);
    expect(error).toMatchObject({ kind: 'overloaded', contentStarted: true });
  });

  test('of a gateway that sends no types is told from its words', async () => {
    const failed = await errorOf({ body: `data: {"error":{"message":"upstream died"}}\n\n` });
    expect(failed).toMatchObject({ kind: 'server' });
    expect(failed.message).toContain('upstream died');
  });
});

describe('an answer that is no answer', () => {
  test.for([
    ['an HTML page', { contentType: 'text/html', body: '<!DOCTYPE html><html>Sign in to the Wi-Fi</html>' }],
    ['an empty body', { body: '' }],
    ['an answer that is not streamed', { contentType: 'application/json', body: '{"type":"message","content":[]}' }],
    ['no content', { status: 204 }],
  ] as const)('%s is a protocol error', async ([, reply]) => {
    const error = await errorOf(reply);
    expect(error).toMatchObject({ kind: 'protocol', isRetryable: false, contentStarted: false });
    expect(error.message).toContain('Check `baseURL`');
  });

  test.for([
    ['garbage', 'data: {"type":\n\n'],
    ['a block out of nowhere', `data: {"type":"content_block_stop","index":4}\n\n`],
  ])('%s among the events is a protocol error behind what came before', async ([, garbage]) => {
    server.reply = { body: sse(start, ...text(0, 'a')) + garbage + answer('b') };
    const { events, error } = await collect(modelOf(server).stream(requestOf()));
    expect(events.map(({ type }) => type)).toEqual(['text_delta', 'block']);
    expect(error).toMatchObject({ kind: 'protocol', contentStarted: true, usage: { input: 7 } });
  });
});

test('a stream of events under another name is read as what it is', async () => {
  const whole = { contentType: 'application/octet-stream', body: answer('Hello') };
  server.reply = whole;
  expect((await collect(modelOf(server).stream(requestOf()))).end).toMatchObject({ stop: 'end' });
  expect(await errorOf({ ...whole, body: whole.body.slice(0, 400) })).toMatchObject({ kind: 'network' });
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

  test('is a network error where the socket breaks before the headers', async () => {
    const fetchNothing = () => Promise.reject(new TypeError('fetch failed', { cause: new Error('read ECONNRESET') }));
    const { error } = await collect(modelOf(server, { fetch: fetchNothing }).stream(requestOf()));
    expect(error).toMatchObject({ kind: 'network' });
    expect(error?.message).toContain('read ECONNRESET');
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
    expect(error).toMatchObject({ kind, contentStarted: true, usage: { input: 7 } });
    expect(error?.message).toContain('it broke');
  });

  test('is a timeout where no headers come in time', async () => {
    server.reply = { isSilent: true };
    const { error } = await collect(modelOf(server, { headersTimeoutMs: 20 }).stream(requestOf()));
    expect(error).toMatchObject({ kind: 'timeout', isRetryable: true });
  });
});

describe('the key', () => {
  const echo = (status: number): Reply => ({
    ...errorBody('authentication_error', `the key ${testKey} is wrong`),
    status,
  });

  test.for([
    ['the body of an error', echo(401)],
    ['the body of an error of no kind', { status: 500, contentType: 'text/plain', body: `Bearer ${testKey}` }],
    [
      'an error in the stream',
      { body: sse(start, { type: 'error', error: { type: 'api_error', message: `key=${testKey}` } }) },
    ],
    ['an event of no kind', { body: `data: ${testKey}\n\n` }],
    ['a header', { status: 302, headers: { location: `https://example.com/${testKey}` } }],
    ['the type of a page', { contentType: `text/html; ${testKey}` }],
  ] as const)('is not in the error that a server makes by putting it into %s', async ([, reply]) => {
    const error = await errorOf(reply);
    const everything = inspect(error, { depth: Infinity, showHidden: true }) + error.stack + JSON.stringify(error);
    expect(everything).not.toContain(testKey);
  });

  test('is not in what a model prints', () => {
    const model = modelOf(server);
    expect(inspect(model, { depth: Infinity, showHidden: true }) + JSON.stringify(model)).not.toContain(testKey);
  });
});

describe('an error that is long or odd', () => {
  test.for([
    ['in a body', { ...errorBody('api_error', 'x'.repeat(100_000)), status: 500 }],
    ['in the stream', { body: sse({ type: 'error', error: { type: 'api_error', message: 'x'.repeat(100_000) } }) }],
  ] as const)('is cut short %s', async ([, reply]) => {
    expect((await errorOf(reply)).message.length).toBeLessThan(400);
  });

  test('is not cut in the middle of the key', async () => {
    const error = await errorOf({ status: 500, contentType: 'text/plain', body: `${'y'.repeat(290)}${testKey}` });
    expect(error.message).not.toContain(testKey.slice(0, 6));
  });

  test('is shown as JSON where its message is no text', async () => {
    const body = JSON.stringify({ error: { type: 5, message: { reason: 'odd' }, details: 'x' } });
    const error = await errorOf({ status: 400, contentType: 'application/json', body });
    expect(error).toMatchObject({ kind: 'invalid_request', message: 'Anthropic answered 400: {"reason":"odd"}' });
  });

  test('of a fetch that has a status and no headers is a model error', async () => {
    const client = new Anthropic({
      apiKey: testKey,
      baseURL: server.url,
      middleware: [() => Promise.reject(Object.assign(new Error('no'), { status: 503, headers: {} }))],
    });
    const { error } = await collect(createAnthropic({ client })('claude-x').stream(requestOf()));
    expect(error).toMatchObject({ kind: 'overloaded', statusCode: 503 });
  });
});

test('the key that a client gets for a call is in no error', async () => {
  server.reply = { status: 401, contentType: 'text/plain', body: `${testKey} is wrong` };
  const client = new Anthropic({ apiKey: () => Promise.resolve(testKey), baseURL: server.url });
  const { error } = await collect(createAnthropic({ client })('claude-x').stream(requestOf()));
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

test('a comment in the stream shows that the provider is alive', async () => {
  server.reply = { body: `: PROCESSING\n\n${answer('Hi')}` };
  const { events, end } = await collect(modelOf(server).stream(requestOf()));
  expect(events.map(({ type }) => type).slice(0, 2)).toEqual(['ping', 'text_delta']);
  expect(end).toMatchObject({ stop: 'end' });
});
