import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AzureOpenAI, OpenAI } from 'openai';
import { OptionError } from '@harness-sdk/core';
import type { Model } from '@harness-sdk/core';
import { ReplayServer } from '@harness-sdk/core/testing';
import { collect, modelOf, requestOf, testKey } from '../test/collect.ts';
import { answer, chatAnswer } from '../test/sse.ts';
import { createOpenAI, openai } from './index.ts';
import type { OpenAIModelOptions, OpenAISettings } from './index.ts';

let server: ReplayServer;
beforeEach(async () => {
  server = await ReplayServer.start({ body: answer('Hello') });
  const names = ['API_KEY', 'ADMIN_KEY', 'BASE_URL', 'LOG', 'CUSTOM_HEADERS', 'ORG_ID', 'PROJECT_ID'];
  for (const name of names) vi.stubEnv(`OPENAI_${name}`, undefined);
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

async function sentBy(makeModel: (settings: OpenAISettings) => Model): Promise<Sent> {
  const sent: Sent[] = [];
  const fetchHere: typeof fetch = (input, init) => {
    const url = input instanceof Request ? input.url : input.toString();
    sent.push({ url, headers: new Headers(init?.headers), init });
    const body = url.endsWith('/responses') ? answer('Hello') : chatAnswer('Hello');
    return Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
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
    const factory = createOpenAI();
    expect(() => factory('gpt-5.5')).toThrow(OptionError);
    vi.stubEnv('OPENAI_API_KEY', ` ${testKey}\n`);
    expect(factory('gpt-5.5').id).toBe('gpt-5.5');
    expect(openai('gpt-5.5').provider).toBe('openai');
  });

  test('that is missing is an error that names the option and the variable', () => {
    const error = thrownBy(() => openai('gpt-5.5'));
    expect(error.option).toBe('apiKey');
    expect(error.message).toContain('OPENAI_API_KEY');
  });

  test.for([
    'https://openrouter.ai/api/v1',
    'http://localhost:8000/v1',
    'http://api.openai.com/v1',
    'https://api.openai.com.example.com/v1',
    'https://acme.openai.azure.com/openai/v1',
  ])('of the environment is not sent to %s', (baseURL) => {
    vi.stubEnv('OPENAI_API_KEY', testKey);
    const error = thrownBy(() => createOpenAI({ baseURL, api: 'chat' })('gpt-5.5'));
    expect(error.option).toBe('apiKey');
    expect(error.message).not.toContain(testKey);
  });

  test('of the environment may go to the regional hosts of the vendor', () => {
    vi.stubEnv('OPENAI_API_KEY', testKey);
    expect(() => createOpenAI({ baseURL: 'https://eu.api.openai.com/v1' })('gpt-5.5')).not.toThrow();
  });

  test.for(['', ' ', 'sk ant', 'sk-\n', 'ключ'])('%j is refused without being repeated', (apiKey) => {
    const error = thrownBy(() => createOpenAI({ apiKey })('gpt-5.5'));
    expect(error.option).toBe('apiKey');
    expect(error.message).not.toContain('ключ');
  });
});

describe('a request', () => {
  test.for([
    [undefined, 'https://api.openai.com/v1/responses'],
    ['responses', 'https://api.openai.com/v1/responses'],
    ['chat', 'https://api.openai.com/v1/chat/completions'],
  ] as const)('of the API %s goes to %s with a bearer token', async ([api, expected]) => {
    const { url, headers, init } = await sentBy((settings) =>
      createOpenAI({ apiKey: testKey, ...(api && { api }), ...settings })('gpt-5.5'),
    );
    expect(url).toBe(expected);
    expect(headers.get('authorization')).toBe(`Bearer ${testKey}`);
    expect(init?.redirect).toBe('manual');
  });

  test('goes below the path of a base URL', async () => {
    await collect(modelOf(server, { baseURL: `${server.url}/gateway/v1/` }).stream(requestOf()));
    const { method, path, headers } = server.lastRequest;
    expect([method, path]).toEqual(['POST', '/gateway/v1/responses']);
    expect(headers.authorization).toBe(`Bearer ${testKey}`);
  });

  test('carries the headers of the settings, and leaves out those that are null', async () => {
    const headers = { 'HTTP-Referer': 'https://example.com', Authorization: null, 'Api-Key': 'azure-key-123' };
    await collect(modelOf(server, { headers }).stream(requestOf()));
    const received = server.lastRequest.headers;
    expect(received['http-referer']).toBe('https://example.com');
    expect(received['api-key']).toBe('azure-key-123');
    expect(received).not.toHaveProperty('authorization');
  });

  test('is sent once, however it fails', async () => {
    server.reply = { status: 503, headers: { 'retry-after': '0', 'x-should-retry': 'true' } };
    await collect(modelOf(server).stream(requestOf()));
    expect(server.requests).toHaveLength(1);
  });

  test('names the model as it was given', async () => {
    await collect(modelOf(server, {}, 'gpt-of-2030').stream(requestOf()));
    expect(server.lastRequest.body).toMatchObject({ model: 'gpt-of-2030', stream: true, store: false });
  });
});

describe('the environment', () => {
  beforeEach(() => {
    vi.stubEnv('OPENAI_BASE_URL', server.url);
    vi.stubEnv('OPENAI_ADMIN_KEY', 'admin-key-of-somebody');
    vi.stubEnv('OPENAI_ORG_ID', 'org-of-somebody');
    vi.stubEnv('OPENAI_PROJECT_ID', 'project-of-somebody');
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'X-Gateway-Key: secret\nAuthorization: Bearer other');
    // Console output fails a test here.
    vi.stubEnv('OPENAI_LOG', 'debug');
  });

  test('chooses neither the host, nor the credentials, nor the headers', async () => {
    const { url, headers } = await sentBy((settings) => createOpenAI({ apiKey: testKey, ...settings })('gpt-5.5'));
    expect(url).toBe('https://api.openai.com/v1/responses');
    expect(headers.get('authorization')).toBe(`Bearer ${testKey}`);
    const names = ['x-gateway-key', 'openai-organization', 'openai-project'];
    expect(names.filter((name) => headers.has(name))).toEqual([]);
    expect(server.requests).toEqual([]);
  });

  test('sends nothing of somebody to another server either', async () => {
    await collect(modelOf(server, { headers: { 'x-gateway-key': 'mine' } }).stream(requestOf()));
    const { headers } = server.lastRequest;
    expect(headers['x-gateway-key']).toBe('mine');
    expect(JSON.stringify(headers)).not.toMatch(/somebody|other|secret/);
  });
});

describe('the provider of a model', () => {
  const providerOf = (settings: OpenAISettings) => createOpenAI({ apiKey: testKey, ...settings })('gpt-5.5').provider;

  test('is that of its host, or the name that was given', () => {
    expect(providerOf({})).toBe('openai');
    expect(providerOf({ baseURL: 'https://openrouter.ai/api/v1' })).toBe('openrouter');
    expect(providerOf({ baseURL: 'http://localhost:1234/v1' })).toBe('localhost:1234');
    expect(providerOf({ baseURL: 'http://localhost:1234/v1', name: 'lm-studio' })).toBe('lm-studio');
  });

  test('says whose provider options are sent', async () => {
    const model = modelOf(server, { name: 'acme' });
    await collect(model.stream(requestOf({ providerOptions: { acme: { seed: 1 }, openai: { seed: 2 } } })));
    expect(server.lastRequest.body).toMatchObject({ seed: 1 });
  });

  test('says in errors who failed', async () => {
    server.reply = { status: 500 };
    const { error } = await collect(modelOf(server, { name: 'acme' }).stream(requestOf()));
    expect(error?.message).toContain('acme answered 500');
  });
});

describe('wrong settings', () => {
  const cases: readonly (readonly [problem: string, settings: unknown, option: string])[] = [
    ['an unknown one', { apikey: testKey }, 'apikey'],
    ['a key that is no string', { apiKey: 1 }, 'apiKey'],
    ['an API that there is not', { api: 'completions' }, 'api'],
    ['an empty name', { name: ' ' }, 'name'],
    ['a base URL that is none', { baseURL: 'localhost:8080' }, 'baseURL'],
    ['a base URL with a password', { baseURL: `https://user:${testKey}@example.com` }, 'baseURL'],
    ['a base URL with a query', { baseURL: `https://example.com?key=${testKey}` }, 'baseURL'],
    ['headers that are no object', { headers: 'x: y' }, 'headers'],
    ['a header with a line end', { headers: { 'x-a': `${testKey}\r\nx-b: 1` } }, 'headers.x-a'],
    ['a timeout in words', { headersTimeoutMs: '30s' }, 'headersTimeoutMs'],
    ['a fetch that is no function', { fetch: {} }, 'fetch'],
    ['a client that is none', { client: {} }, 'client'],
    ['something beside a client', { client: new OpenAI({ apiKey: testKey }), apiKey: testKey }, 'apiKey'],
  ];

  test.for(cases)('%s is an error that names the setting and repeats no secret', ([, settings, option]) => {
    // What the types forbid is what is tested.
    const error = thrownBy(() => createOpenAI(settings as OpenAISettings));
    expect(error.option).toBe(option);
    expect(error.message).not.toContain(testKey);
  });
});

describe('wrong options of a model', () => {
  const cases: readonly (readonly [problem: string, modelId: unknown, options: unknown, option: string])[] = [
    ['no id', undefined, {}, 'modelId'],
    ['an empty id', ' ', {}, 'modelId'],
    ['an unknown option', 'gpt-x', { apiKey: testKey }, 'apiKey'],
    ['options that the request has', 'gpt-x', { providerOptions: { max_tokens: 5 } }, 'providerOptions.max_tokens'],
    ['tools that are no array', 'gpt-x', { providerOptions: { tools: {} } }, 'providerOptions.tools'],
    ['an include that is no array', 'gpt-x', { providerOptions: { include: 'a' } }, 'providerOptions.include'],
  ];

  test.for(cases)('%s is an error that names it', ([, modelId, options, option]) => {
    const factory = createOpenAI({ apiKey: testKey });
    // What the types forbid is what is tested.
    const error = thrownBy(() => factory(modelId as string, options as OpenAIModelOptions));
    expect(error.option).toBe(option);
    expect(error.message).not.toContain(testKey);
  });
});

describe('a client of the caller', () => {
  test('is used as it is, but never retries', async () => {
    server.reply = { status: 500, headers: { 'retry-after': '0' } };
    const client = new OpenAI({ apiKey: 'client-key-123', baseURL: server.url, maxRetries: 3 });
    const { error } = await collect(createOpenAI({ client })('gpt-5.5').stream(requestOf()));
    expect(error).toMatchObject({ kind: 'server' });
    expect(server.requests).toHaveLength(1);
    expect(server.lastRequest.headers.authorization).toBe('Bearer client-key-123');
  });

  test('may be one for Azure', async () => {
    const client = new AzureOpenAI({
      apiKey: 'azure-key-123',
      baseURL: `${server.url}/openai`,
      apiVersion: '2026-01-01-preview',
    });
    server.reply = { body: chatAnswer('Hello') };
    const model = createOpenAI({ client, api: 'chat', name: 'azure' })('my-deployment');
    const { end } = await collect(model.stream(requestOf()));
    expect(end).toMatchObject({ stop: 'end' });
    expect(server.lastRequest.path).toBe(
      '/openai/deployments/my-deployment/chat/completions?api-version=2026-01-01-preview',
    );
    expect(server.lastRequest.headers['api-key']).toBe('azure-key-123');
  });

  test('keeps its key out of errors', async () => {
    server.reply = { status: 401, contentType: 'text/plain', body: 'client-key-123 is wrong' };
    const client = new OpenAI({ apiKey: 'client-key-123', baseURL: server.url });
    const { error } = await collect(createOpenAI({ client })('gpt-5.5').stream(requestOf()));
    expect(error?.message).toContain('[redacted] is wrong');
  });

  test('that has no credentials makes an error of that kind', async () => {
    const apiKey = () => Promise.reject(new Error('the vault is closed'));
    const client = new OpenAI({ apiKey, baseURL: server.url });
    const { error } = await collect(createOpenAI({ client })('gpt-5.5').stream(requestOf()));
    expect(error).toMatchObject({ kind: 'auth' });
    expect(error?.message).toContain('the vault is closed');
    expect(server.requests).toEqual([]);
  });
});

describe('facts about a model', () => {
  test('are known by its id at the vendor, and can be given', () => {
    const factory = createOpenAI({ apiKey: testKey });
    expect(factory('gpt-5.5').info).toMatchObject({ contextWindow: 1_000_000, nativeScope: 'model' });
    expect(factory('gpt-of-2030', { info: { contextWindow: 5 } }).info).toEqual({
      nativeScope: 'model',
      contextWindow: 5,
    });
  });
});

test('sends the provider options of a model with every call, and those of a call over them', async () => {
  const factory = createOpenAI({ apiKey: testKey, baseURL: server.url, name: 'acme' });
  const model = factory('gpt-x', { providerOptions: { service_tier: 'flex', top_p: 0.5 } });
  await collect(model.stream(requestOf({ providerOptions: { acme: { top_p: 0.9 } } })));
  expect(server.lastRequest.body).toMatchObject({ service_tier: 'flex', top_p: 0.9 });
});

test('throws what is wrong with a request as a ModelError, before anything is sent', async () => {
  const { error } = await collect(
    modelOf(server, { name: 'acme' }).stream(requestOf({ providerOptions: { acme: { model: 'other' } } })),
  );
  expect(error).toMatchObject({ kind: 'invalid_request' });
  expect(error?.message).toContain('`model` is set by the id');
  expect(server.requests).toEqual([]);
});

describe.for(['responses', 'chat'] as const)('through %s,', (api) => {
  test('no half of a surrogate pair is sent', async () => {
    server.reply = { body: api === 'chat' ? chatAnswer('Hello') : answer('Hello') };
    await collect(modelOf(server, { api }).stream(requestOf({ system: 'cut \uD83D' })));
    expect(JSON.stringify(server.lastRequest.body)).toContain('cut \uFFFD');
  });

  test('a request that is no JSON is an invalid request', async () => {
    const schema: Record<string, unknown> = {};
    schema['self'] = schema;
    // What the types forbid is what is tested.
    const output = { name: 'a', schema: schema as never };
    const { error } = await collect(modelOf(server, { api }).stream(requestOf({ output })));
    expect(error).toMatchObject({ kind: 'invalid_request' });
    expect(server.requests).toEqual([]);
  });
});
