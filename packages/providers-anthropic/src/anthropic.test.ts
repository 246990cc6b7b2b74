import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import Anthropic from '@anthropic-ai/sdk';
import { OptionError } from '@harness-sdk/core';
import type { Model } from '@harness-sdk/core';
import { collect, modelOf, requestOf, testKey } from '../test/collect.ts';
import { ReplayServer } from '@harness-sdk/core/testing';
import { answer } from '../test/sse.ts';
import { anthropic, createAnthropic } from './index.ts';
import type { AnthropicModelOptions, AnthropicSettings } from './index.ts';

let server: ReplayServer;
beforeEach(async () => {
  server = await ReplayServer.start({ body: answer('Hello') });
  const names = ['API_KEY', 'AUTH_TOKEN', 'BASE_URL', 'LOG', 'CUSTOM_HEADERS'];
  for (const name of names) vi.stubEnv(`ANTHROPIC_${name}`, undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server[Symbol.asyncDispose]();
});

/** A request as it would go to the vendor's own host; a `fetch` of ours answers it. */
interface Sent {
  readonly url: string;
  readonly headers: Headers;
  readonly init: RequestInit | undefined;
}

async function sentBy(makeModel: (settings: AnthropicSettings) => Model): Promise<Sent> {
  const sent: Sent[] = [];
  const fetchHere: typeof fetch = (input, init) => {
    const url = input instanceof Request ? input.url : input.toString();
    sent.push({ url, headers: new Headers(init?.headers), init });
    return Promise.resolve(new Response(answer('Hello'), { headers: { 'content-type': 'text/event-stream' } }));
  };
  const { end, error } = await collect(makeModel({ fetch: fetchHere }).stream(requestOf()));
  if (end === undefined || sent[0] === undefined) throw new Error('Expected the call to end.', { cause: error });
  return sent[0];
}

function thrownBy(action: () => unknown): OptionError {
  try {
    action();
  } catch (error) {
    if (OptionError.isInstance(error)) return error;
    throw error;
  }
  throw new Error('Expected an OptionError.');
}

describe('the key', () => {
  test('of the environment is read when a model is made, not before', () => {
    const factory = createAnthropic();
    expect(() => factory('claude-opus-5-5')).toThrow(OptionError);
    vi.stubEnv('ANTHROPIC_API_KEY', ` ${testKey}\n`);
    expect(factory('claude-opus-5-5').id).toBe('claude-opus-5-5');
    expect(anthropic('claude-opus-5-5').provider).toBe('anthropic');
  });

  test('that is missing is an error that names the option and the variable', () => {
    const error = thrownBy(() => anthropic('claude-opus-5-5'));
    expect(error.option).toBe('apiKey');
    expect(error.message).toContain('ANTHROPIC_API_KEY');
    expect(error.message).toContain('`apiKey`');
  });

  test('of the environment is not sent to another host', () => {
    vi.stubEnv('ANTHROPIC_API_KEY', testKey);
    const error = thrownBy(() => createAnthropic({ baseURL: server.url })('claude-opus-5-5'));
    expect(error.option).toBe('apiKey');
    expect(error.message).not.toContain(testKey);
    expect(() => createAnthropic({ baseURL: 'https://api.anthropic.com/' })('claude-opus-5-5')).not.toThrow();
    expect(() => createAnthropic({ baseURL: 'http://api.anthropic.com' })('claude-opus-5-5')).toThrow(OptionError);
    expect(() => createAnthropic({ baseURL: 'https://api.anthropic.com.example.com' })('claude-x')).toThrow(
      OptionError,
    );
  });

  test.for(['', ' ', 'sk ant', 'sk-ant-\n', 'ключ'])('%j is refused without being repeated', (apiKey) => {
    const error = thrownBy(() => createAnthropic({ apiKey })('claude-opus-5-5'));
    expect(error.option).toBe('apiKey');
    expect(error.message).not.toContain('ключ');
  });
});

describe('a request', () => {
  test('goes to the vendor with a bearer token and the API version it was written for', async () => {
    const { url, headers, init } = await sentBy((settings) =>
      createAnthropic({ apiKey: testKey, ...settings })('claude-opus-5-5'),
    );
    expect(url).toBe('https://api.anthropic.com/v1/messages');
    expect(headers.get('authorization')).toBe(`Bearer ${testKey}`);
    expect(headers.get('anthropic-version')).toBe('2026-10-21');
    expect(headers.has('x-api-key')).toBe(false);
    expect(init?.redirect).toBe('manual');
  });

  test('goes to another server the way such servers know', async () => {
    await collect(modelOf(server).stream(requestOf()));
    const { method, path, headers } = server.lastRequest;
    expect([method, path]).toEqual(['POST', '/v1/messages']);
    expect(headers['x-api-key']).toBe(testKey);
    expect(headers['anthropic-version']).toBe('2023-06-01');
    expect(headers.authorization).toBeUndefined();
  });

  test('goes below the path of a base URL', async () => {
    await collect(modelOf(server, { baseURL: `${server.url}/gateway/` }).stream(requestOf()));
    expect(server.lastRequest.path).toBe('/gateway/v1/messages');
  });

  test('carries the headers of the settings, and leaves out those that are null', async () => {
    const headers = { 'Anthropic-Beta': 'context-1m', Authorization: 'Bearer gateway', 'X-Api-Key': null };
    await collect(modelOf(server, { headers }).stream(requestOf()));
    const received = server.lastRequest.headers;
    expect(received['anthropic-beta']).toBe('context-1m');
    expect(received.authorization).toBe('Bearer gateway');
    expect(received).not.toHaveProperty('x-api-key');
  });

  test('is sent once, however it fails', async () => {
    server.reply = { status: 529, headers: { 'retry-after': '0', 'x-should-retry': 'true' } };
    await collect(modelOf(server).stream(requestOf()));
    expect(server.requests).toHaveLength(1);
  });

  test('names the model as it was given', async () => {
    await collect(modelOf(server, {}, 'claude-of-2030').stream(requestOf()));
    expect(server.lastRequest.body).toMatchObject({ model: 'claude-of-2030', stream: true });
  });

  test('prints nothing about models that the vendor has warnings for', async () => {
    // Console output fails a test here.
    const request = requestOf({
      providerOptions: { anthropic: { thinking: { type: 'enabled', budget_tokens: 2000 } } },
    });
    await collect(modelOf(server, {}, 'claude-sonnet-4-5').stream(request));
    await collect(modelOf(server, {}, 'claude-opus-4-6').stream(request));
    expect(server.requests).toHaveLength(2);
  });
});

describe('the environment', () => {
  beforeEach(() => {
    vi.stubEnv('ANTHROPIC_BASE_URL', server.url);
    vi.stubEnv('ANTHROPIC_AUTH_TOKEN', 'token-of-somebody-else');
    vi.stubEnv('ANTHROPIC_CUSTOM_HEADERS', 'X-Gateway-Key: secret\nAuthorization: Bearer other\nAnthropic-Version: 1');
    // Console output fails a test here.
    vi.stubEnv('ANTHROPIC_LOG', 'debug');
  });

  test('chooses neither the host, nor the credentials, nor the headers', async () => {
    const { url, headers } = await sentBy((settings) =>
      createAnthropic({ apiKey: testKey, ...settings })('claude-opus-5-5'),
    );
    expect(url).toBe('https://api.anthropic.com/v1/messages');
    expect(headers.get('authorization')).toBe(`Bearer ${testKey}`);
    expect(headers.get('anthropic-version')).toBe('2026-10-21');
    expect(headers.has('x-gateway-key')).toBe(false);
    expect(server.requests).toEqual([]);
  });

  test('adds no header for another server either, over none of the settings', async () => {
    await collect(modelOf(server, { headers: { 'x-gateway-key': 'mine' } }).stream(requestOf()));
    const { headers } = server.lastRequest;
    expect(headers['x-gateway-key']).toBe('mine');
    expect(headers['x-api-key']).toBe(testKey);
    expect(headers.authorization).toBeUndefined();
  });
});

describe('wrong settings', () => {
  const cases: readonly (readonly [problem: string, settings: unknown, option: string])[] = [
    ['an unknown one', { apikey: testKey }, 'apikey'],
    ['a key that is no string', { apiKey: 1 }, 'apiKey'],
    ['a base URL that is none', { baseURL: 'localhost:8080' }, 'baseURL'],
    ['a base URL of another scheme', { baseURL: 'file:///etc' }, 'baseURL'],
    ['a base URL with a password', { baseURL: `https://user:${testKey}@example.com` }, 'baseURL'],
    ['a base URL with a query', { baseURL: `https://example.com?key=${testKey}` }, 'baseURL'],
    ['headers that are no object', { headers: 'x: y' }, 'headers'],
    ['a header that is no text', { headers: { 'x-a': 1 } }, 'headers.x-a'],
    ['a header with a line end', { headers: { 'x-a': `${testKey}\r\nx-b: 1` } }, 'headers.x-a'],
    ['a header of no valid name', { headers: { 'x a': 'b' } }, 'headers.x a'],
    ['a timeout in words', { headersTimeoutMs: '30s' }, 'headersTimeoutMs'],
    ['a timeout of nothing', { headersTimeoutMs: 0 }, 'headersTimeoutMs'],
    ['a fetch that is no function', { fetch: {} }, 'fetch'],
    ['a client that is none', { client: {} }, 'client'],
    ['something beside a client', { client: new Anthropic({ apiKey: testKey }), apiKey: testKey }, 'apiKey'],
  ];

  test.for(cases)('%s is an error that names the setting and repeats no secret', ([, settings, option]) => {
    // What the types forbid is what is tested.
    const error = thrownBy(() => createAnthropic(settings as AnthropicSettings));
    expect(error.option).toBe(option);
    expect(error.message).not.toContain(testKey);
  });

  test('names the setting that was probably meant', () => {
    expect(() => createAnthropic({ baseUrl: 'https://example.com' } as AnthropicSettings)).toThrow(
      'Did you mean `baseURL`?',
    );
  });
});

describe('wrong options of a model', () => {
  const cases: readonly (readonly [problem: string, modelId: unknown, options: unknown, option: string])[] = [
    ['no id', undefined, {}, 'modelId'],
    ['an empty id', ' ', {}, 'modelId'],
    ['an unknown option', 'claude-x', { apiKey: testKey }, 'apiKey'],
    [
      'options of the provider that the request has',
      'claude-x',
      { providerOptions: { max_tokens: 5 } },
      'providerOptions.max_tokens',
    ],
    [
      'tools of the provider that are no array',
      'claude-x',
      { providerOptions: { tools: {} } },
      'providerOptions.tools',
    ],
  ];

  test.for(cases)('%s is an error that names it', ([, modelId, options, option]) => {
    const factory = createAnthropic({ apiKey: testKey });
    // What the types forbid is what is tested.
    const error = thrownBy(() => factory(modelId as string, options as AnthropicModelOptions));
    expect(error.option).toBe(option);
    expect(error.message).not.toContain(testKey);
  });
});

describe('a client of the caller', () => {
  test('is used as it is, but never retries', async () => {
    server.reply = { status: 500, headers: { 'retry-after': '0' } };
    const client = new Anthropic({ apiKey: 'client-key-123', baseURL: server.url, maxRetries: 3 });
    const { error } = await collect(createAnthropic({ client })('claude-opus-5-5').stream(requestOf()));
    expect(error).toMatchObject({ kind: 'server' });
    expect(server.requests).toHaveLength(1);
    expect(server.lastRequest.headers.authorization).toBe('Bearer client-key-123');
  });

  test('keeps its key out of errors', async () => {
    server.reply = { status: 401, contentType: 'text/plain', body: 'client-key-123 is wrong' };
    const client = new Anthropic({ apiKey: 'client-key-123', baseURL: server.url });
    const { error } = await collect(createAnthropic({ client })('claude-opus-5-5').stream(requestOf()));
    expect(error?.message).toContain('[redacted] is wrong');
  });

  test('that has no credentials makes an error of that kind', async () => {
    const client = new Anthropic({
      apiKey: () => Promise.reject(new Error('the vault is closed')),
      baseURL: server.url,
    });
    const { error } = await collect(createAnthropic({ client })('claude-opus-5-5').stream(requestOf()));
    expect(error).toMatchObject({ kind: 'auth' });
    expect(error?.message).toContain('the vault is closed');
  });
});

describe('facts about a model', () => {
  const factory = createAnthropic({ apiKey: testKey });

  test('are known by its id', () => {
    expect(factory('claude-opus-5-5').info).toMatchObject({ contextWindow: 1_000_000, nativeScope: 'prefix' });
  });

  test('can be given for a model that is not known', () => {
    const model = factory('claude-of-2030', { info: { contextWindow: 5, maxOutputTokens: 4 } });
    expect(model.info).toEqual({ nativeScope: 'prefix', contextWindow: 5, maxOutputTokens: 4 });
  });

  test('that are given bound the output', async () => {
    const model = createAnthropic({ apiKey: testKey, baseURL: server.url })('claude-x', {
      info: { maxOutputTokens: 77 },
    });
    await collect(model.stream(requestOf()));
    expect(server.lastRequest.body).toMatchObject({ max_tokens: 77 });
  });
});

test('sends the provider options of a model with every call, and those of a call over them', async () => {
  const factory = createAnthropic({ apiKey: testKey, baseURL: server.url });
  const model = factory('claude-x', { providerOptions: { service_tier: 'auto', stop_sequences: ['a'] } });
  await collect(model.stream(requestOf({ providerOptions: { anthropic: { stop_sequences: ['b'] } } })));
  expect(server.lastRequest.body).toMatchObject({ service_tier: 'auto', stop_sequences: ['b'] });
});

test('throws what is wrong with a request as a ModelError, before anything is sent', async () => {
  const { error } = await collect(
    modelOf(server).stream(requestOf({ providerOptions: { anthropic: { model: 'other' } } })),
  );
  expect(error).toMatchObject({ kind: 'invalid_request' });
  expect(error?.message).toContain('`model` is set by the id');
  expect(server.requests).toEqual([]);
});
