import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelError, ModelErrorKind } from '@harness-sdk/core';
import { ReplayServer } from '@harness-sdk/core/testing';
import type { Reply } from '@harness-sdk/core/testing';
import { collect, modelOf, requestOf, testKey } from '../test/collect.ts';
import { answer, finish, fragment, sse, text } from '../test/sse.ts';

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

function errorBody(code: number, status: string, message: string, details?: readonly object[]): Reply {
  const error = { code, message, status, ...(details && { details }) };
  return { status: code, contentType: 'application/json; charset=UTF-8', body: JSON.stringify({ error }) };
}

const words = 'words that say nothing';

const answers: readonly (readonly [code: number, status: string, message: string, kind: ModelErrorKind])[] = [
  [400, 'INVALID_ARGUMENT', words, 'invalid_request'],
  [400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', 'auth'],
  [400, 'INVALID_ARGUMENT', 'API key expired. Please renew the API key.', 'auth'],
  [
    400,
    'INVALID_ARGUMENT',
    'The input token count (1048577) exceeds the maximum number of tokens allowed (1048576).',
    'context_overflow',
  ],
  [
    400,
    'INVALID_ARGUMENT',
    'The input token count exceeds the maximum number of tokens allowed 1048576.',
    'context_overflow',
  ],
  [400, 'INVALID_ARGUMENT', 'Request payload size exceeds the limit: 20971520 bytes.', 'context_overflow'],
  [400, 'FAILED_PRECONDITION', 'User location is not supported for the API use.', 'invalid_request'],
  [
    400,
    'FAILED_PRECONDITION',
    'Gemini API free tier is not available in your country. Please enable billing on your project.',
    'quota',
  ],
  [401, 'UNAUTHENTICATED', words, 'auth'],
  [403, 'PERMISSION_DENIED', words, 'auth'],
  [404, 'NOT_FOUND', words, 'invalid_request'],
  [429, 'RESOURCE_EXHAUSTED', words, 'rate_limit'],
  [499, 'CANCELLED', words, 'server'],
  [500, 'INTERNAL', words, 'server'],
  [503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.', 'overloaded'],
  [504, 'DEADLINE_EXCEEDED', words, 'timeout'],
  [418, 'toString', words, 'invalid_request'],
];

test.for(answers)('%i %s «%s» is %s', async ([code, status, message, kind]) => {
  const error = await errorOf(errorBody(code, status, message));
  expect(error).toMatchObject({ kind, statusCode: code, contentStarted: false, usage: undefined });
  expect(error.message).toContain(`Google answered ${code} (${status}): ${message}`);
});

describe('the details of an error', () => {
  const info = (reason: string) => ({ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason });

  test.for([
    [400, 'INVALID_ARGUMENT', 'API_KEY_INVALID', 'auth'],
    [403, 'PERMISSION_DENIED', 'BILLING_DISABLED', 'quota'],
    [400, 'INVALID_ARGUMENT', 'of_2030', 'invalid_request'],
  ] as const)('%i %s with the reason %s is %s', async ([code, status, reason, kind]) => {
    expect(await errorOf(errorBody(code, status, words, [info(reason)]))).toMatchObject({ kind });
  });

  test.for([
    ['GenerateContentInputTokensPerModelPerMinute-FreeTier', 'rate_limit'],
    ['GenerateRequestsPerDayPerProjectPerModel-FreeTier', 'quota'],
    ['GenerateRequestsPerMonthPerProject', 'quota'],
  ] as const)('a violation of %s is %s', async ([quotaId, kind]) => {
    const failure = { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [{ quotaId }] };
    const retry = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.4s' };
    const error = await errorOf(errorBody(429, 'RESOURCE_EXHAUSTED', words, [failure, retry]));
    expect(error).toMatchObject({ kind, retryAfterMs: 34_400, isRetryable: kind === 'rate_limit' });
  });

  test.for([
    ['48s', {}, 48_000],
    ['0.0005s', {}, 1],
    ['soon', {}, undefined],
    ['soon', { 'retry-after': '7' }, 7_000],
    ['3s', { 'retry-after': '7' }, 3_000],
  ] as const)('say to wait %s, with the headers %j: %s ms', async ([retryDelay, headers, expected]) => {
    const error = await errorOf({ ...errorBody(503, 'UNAVAILABLE', words, [{ retryDelay }]), headers });
    expect(error.retryAfterMs).toBe(expected);
  });

  test('can be anything', async () => {
    const reply = errorBody(429, 'RESOURCE_EXHAUSTED', words);
    for (const details of ['x', [1, null], [{ violations: 1 }, { violations: [null] }], {}]) {
      const body = JSON.stringify({ error: { code: 429, status: 'RESOURCE_EXHAUSTED', details } });
      expect(await errorOf({ ...reply, body })).toMatchObject({ kind: 'rate_limit' });
    }
  });
});

describe('the answer of a gateway', () => {
  test.for([
    [401, 'text/plain', 'Unauthorized', 'auth', 'Unauthorized'],
    [403, 'text/html', '<html>Forbidden</html>', 'auth', 'Forbidden'],
    [408, 'text/plain', '', 'timeout', 'no body'],
    [413, 'text/html', 'Request Entity Too Large', 'context_overflow', 'Too Large'],
    [429, 'application/json', '{"detail":"slow down"}', 'rate_limit', 'slow down'],
    [400, 'application/json', '{"error":"API key not valid here"}', 'auth', 'not valid here'],
    [502, 'text/html', '<html>Bad Gateway</html>', 'server', 'Bad Gateway'],
    [503, 'application/json', '{"message":"no healthy upstream"}', 'overloaded', 'no healthy upstream'],
    [418, 'application/json', '[]', 'invalid_request', '[]'],
    [400, 'application/json', '[{"error":{"status":"UNAUTHENTICATED","message":"who?"}}]', 'auth', 'who?'],
    [400, 'text/event-stream', 'data: {"error":{"status":"UNAUTHENTICATED","message":"who?"}}\n\n', 'auth', 'who?'],
  ] as const)('%i %s %s is %s', async ([status, contentType, body, kind, said]) => {
    const error = await errorOf({ status, contentType, body });
    expect(error).toMatchObject({ kind, statusCode: status });
    expect(error.message).toContain(said);
  });

  test('that is a whole page is cut short in the message', async () => {
    const error = await errorOf({ status: 502, contentType: 'text/html', body: 'x'.repeat(100_000) });
    expect(error.message.length).toBeLessThan(1_000);
  });

  test('that redirects is not followed', async () => {
    const other = await ReplayServer.start({ body: answer('stolen') });
    try {
      const error = await errorOf({ status: 307, headers: { location: `${other.url}/v1/models` } });
      expect(error).toMatchObject({ kind: 'protocol', statusCode: 307 });
      expect(error.message).toContain('baseURL');
      expect(other.requests).toHaveLength(0);
    } finally {
      await other[Symbol.asyncDispose]();
    }
  });
});

describe('an error with fields of the wrong kind', () => {
  test.for([
    { code: 500, status: { a: 1 }, message: { text: 'it broke' } },
    { code: 'E500', status: 5, message: ['it broke'] },
    { code: {}, details: 'it broke' },
    ['it broke'],
  ])('is shown as it came: %j', async (error) => {
    const body = JSON.stringify({ error });
    for (const reply of [{ status: 500, contentType: 'application/json', body }, { body: `data: ${body}\n\n` }]) {
      const failed = await errorOf(reply);
      expect(failed.kind).toBe('server');
      expect(failed.message).toContain('it broke');
      expect(failed.message).not.toContain('[object Object]');
    }
  });

  test('that is long is cut short in the message', async () => {
    const error = await errorOf(errorBody(500, 'INTERNAL', 'x'.repeat(100_000)));
    expect(error.message.length).toBeLessThan(1_000);
  });
});

test('an id of an answer that is no text keeps no error from being told', async () => {
  const reply = { body: sse({ ...text('a'), responseId: 5 }, { error: { code: 503, message: words } }) };
  expect(await errorOf(reply)).toMatchObject({ kind: 'overloaded', requestId: undefined });
});

describe('an error inside the stream', () => {
  const cases: readonly (readonly [error: object | string, kind: ModelErrorKind])[] = [
    [{ code: 503, status: 'UNAVAILABLE', message: 'Overloaded' }, 'overloaded'],
    [{ code: 429, status: 'RESOURCE_EXHAUSTED', message: words }, 'rate_limit'],
    [{ code: 500, message: words }, 'server'],
    [
      { code: 400, message: 'The input token count exceeds the maximum number of tokens allowed 5.' },
      'context_overflow',
    ],
    [{ message: words }, 'server'],
    ['upstream died', 'server'],
  ];

  test.for(cases)('%j is %s', async ([error, kind]) => {
    const failed = await errorOf({ body: sse(text('a'), { error }) });
    expect(failed).toMatchObject({ kind, statusCode: undefined, contentStarted: true, requestId: 'response1' });
    expect(failed.usage).toMatchObject({ input: 7, output: 1 });
    expect(failed.message).toContain(typeof error === 'string' ? error : 'message' in error ? error.message : '');
  });

  test('comes behind the events in front of it, and says how long to wait', async () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '2s' }];
    server.reply = {
      body: sse(text('Hel'), text('lo'), { error: { code: 429, status: 'RESOURCE_EXHAUSTED', details } }),
    };
    const { events, error } = await collect(modelOf(server).stream(requestOf()));
    expect(events.map(({ type }) => type)).toEqual(['text_delta', 'text_delta']);
    expect(error).toMatchObject({ kind: 'rate_limit', retryAfterMs: 2_000, contentStarted: true });
  });

  test('is one too where the API puts it between the events, as it does', async () => {
    const bare = JSON.stringify({ error: { code: 503, status: 'UNAVAILABLE', message: 'Gone' } }, null, 2);
    for (const body of [sse(text('a')) + bare, `${bare}\n`, `[${bare}\n]`, sse(finish('STOP', { text: 'a' })) + bare]) {
      expect(await errorOf({ body })).toMatchObject({ kind: 'overloaded' });
    }
  });
});

describe('an answer that the API could not read itself', () => {
  test('is an error that says what it was, behind what came before, with its cost', async () => {
    const last = finish('MALFORMED_FUNCTION_CALL');
    const [candidate] = last['candidates'] as readonly object[];
    const body = sse(text('a'), { ...last, candidates: [{ ...candidate, finishMessage: 'print(default_' }] });
    server.reply = { body };
    const { events, error } = await collect(modelOf(server).stream(requestOf()));
    expect(events).toEqual([{ type: 'text_delta', text: 'a' }]);
    expect(error).toMatchObject({
      kind: 'malformed_output',
      isRetryable: true,
      contentStarted: true,
      usage: { input: 7, output: 5 },
    });
    expect(error?.message).toContain('(MALFORMED_FUNCTION_CALL): print(default_');
  });
});

describe('an answer that is no answer', () => {
  test.for([
    ['an HTML page', { contentType: 'text/html', body: '<!DOCTYPE html><html>Sign in to the Wi-Fi</html>' }],
    ['an empty body', { body: '' }],
    ['an answer that is not streamed', { contentType: 'application/json', body: '{"candidates":[]}' }],
    ['an answer streamed as a list', { contentType: 'application/json', body: '[{"candidates":[]}\n,\n{}]' }],
    ['no content', { status: 204 }],
  ] as const)('%s is a protocol error', async ([, reply]) => {
    const error = await errorOf(reply);
    expect(error).toMatchObject({ kind: 'protocol', isRetryable: false, contentStarted: false });
    expect(error.message).toContain('Check `baseURL`');
  });

  test.for([
    ['garbage', 'data: {"candidates":\n\n'],
    ['an event of another API', 'data: {"type":"message_start"}\n\n'],
    ['a call that never began', sse(fragment({ functionCall: { args: { a: 1 } } }))],
  ])('%s among the events is a protocol error behind what came before', async ([, garbage]) => {
    server.reply = { body: sse(text('a')) + garbage + answer('b') };
    const { events, error } = await collect(modelOf(server).stream(requestOf()));
    expect(events.map(({ type }) => type)).toEqual(['text_delta']);
    expect(error).toMatchObject({ kind: 'protocol', contentStarted: true, usage: { input: 7 } });
  });
});

test('a stream of events under another name is read as what it is', async () => {
  const whole = { contentType: 'application/octet-stream', body: answer('Hello') };
  server.reply = whole;
  expect((await collect(modelOf(server).stream(requestOf()))).end).toMatchObject({ stop: 'end' });
  expect(await errorOf({ ...whole, body: sse(text('Hello')) })).toMatchObject({ kind: 'network' });
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
    expect(error).toMatchObject({ kind: 'network' });
  });

  test.for([
    ['UND_ERR_BODY_TIMEOUT', 'timeout'],
    ['UND_ERR_SOCKET', 'network'],
  ])('in the middle of the answer with %s is a %s error', async ([code, kind]) => {
    const cause = Object.assign(new Error('it broke'), { code });
    const fetchBroken = () => {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(new TextEncoder().encode(sse(text('a'))));
        },
        pull(controller) {
          controller.error(new TypeError('terminated', { cause }));
        },
      });
      return Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
    };
    const { events, error } = await collect(modelOf(server, { fetch: fetchBroken }).stream(requestOf()));
    expect(events).toHaveLength(1);
    expect(error).toMatchObject({ kind, contentStarted: true, usage: { input: 7 } });
    expect(error?.message).toContain('it broke');
  });

  test('is a timeout where no headers come in time, and its socket is closed', async () => {
    server.reply = { isSilent: true };
    const { error } = await collect(modelOf(server, { headersTimeoutMs: 20 }).stream(requestOf()));
    expect(error).toMatchObject({ kind: 'timeout', isRetryable: true });
    await expect(server.lastRequest.closed).resolves.toBeUndefined();
  });
});

describe('the key', () => {
  test.for([
    ['the body of an error', errorBody(400, 'INVALID_ARGUMENT', `the key ${testKey} is wrong`)],
    ['the body of an error of no kind', { status: 500, contentType: 'text/plain', body: `key=${testKey}` }],
    ['an error in the stream', { body: sse(text('a'), { error: { code: 500, message: `key=${testKey}` } }) }],
    ['an error between the events', { body: JSON.stringify({ error: { code: 500, message: `key=${testKey}` } }) }],
    ['an event of no kind', { body: `data: ${testKey}\n\n` }],
    ['the id of an answer', { body: sse({ ...text('a'), responseId: testKey }) }],
    ['what the model wrote', { body: sse({ candidates: [{ finishReason: 'OTHER', finishMessage: testKey }] }) }],
    ['a header', { status: 302, headers: { location: `https://example.com/${testKey}` } }],
    ['the type of a page', { contentType: `text/html; ${testKey}` }],
  ] as const)('is not in the error that a server makes by putting it into %s', async ([, reply]) => {
    const error = await errorOf(reply);
    const everything = inspect(error, { depth: Infinity, showHidden: true }) + error.stack + JSON.stringify(error);
    expect(everything).not.toContain(testKey);
  });

  test.for([690, 698])('is not cut in the middle, %i letters into a text', async (letters) => {
    const said = 'y'.repeat(letters) + testKey;
    const finishMessage = { candidates: [{ finishReason: 'OTHER', finishMessage: said }] };
    for (const reply of [
      { status: 500, contentType: 'text/plain', body: said },
      errorBody(500, 'INTERNAL', said),
      { body: sse(finishMessage) },
      { body: sse(text('a'), { error: { code: 500, message: said } }) },
    ]) {
      const { message } = await errorOf(reply);
      expect(message).toContain('yyy');
      expect(message).not.toContain(testKey.slice(0, 2));
    }
  });

  test('is not in what a model prints', () => {
    const model = modelOf(server);
    expect(inspect(model, { depth: Infinity, showHidden: true }) + JSON.stringify(model)).not.toContain(testKey);
  });
});
