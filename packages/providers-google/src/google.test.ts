import { GoogleGenAI as NodeGoogleGenAI } from '@google/genai';
import { GoogleGenAI } from '@google/genai/web';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { OptionError } from '@harness-sdk/core';
import type { Model } from '@harness-sdk/core';
import { ReplayServer } from '@harness-sdk/core/testing';
import { collect, modelOf, requestOf, testKey } from '../test/collect.ts';
import { answer } from '../test/sse.ts';
import { createGoogle, google } from './index.ts';
import type { GoogleClient, GoogleModelOptions, GoogleSettings } from './index.ts';

const variables = [
  'GOOGLE_API_KEY',
  'GEMINI_API_KEY',
  'GOOGLE_GEMINI_BASE_URL',
  'GOOGLE_VERTEX_BASE_URL',
  'GOOGLE_GENAI_API_VERSION',
  'GOOGLE_GENAI_USE_VERTEXAI',
  'GOOGLE_GENAI_USE_ENTERPRISE',
  'GOOGLE_CLOUD_PROJECT',
  'GOOGLE_CLOUD_LOCATION',
];

let server: ReplayServer;
beforeEach(async () => {
  server = await ReplayServer.start({ body: answer('Hello') });
  for (const name of variables) vi.stubEnv(name, undefined);
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

async function sentBy(makeModel: (settings: GoogleSettings) => Model): Promise<Sent> {
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

const vendorUrl = 'https://generativelanguage.googleapis.com/v1/models/gemini-3.8-flash:streamGenerateContent?alt=sse';

describe('the key', () => {
  test('of the environment is read when a model is made, not before', () => {
    const factory = createGoogle();
    expect(() => factory('gemini-3.8-flash')).toThrow(OptionError);
    vi.stubEnv('GEMINI_API_KEY', ` ${testKey}\n`);
    expect(factory('gemini-3.8-flash').id).toBe('gemini-3.8-flash');
    expect(google('gemini-3.8-flash').provider).toBe('google');
  });

  test.for([
    [{ GEMINI_API_KEY: 'gemini-key' }, 'gemini-key'],
    [{ GOOGLE_API_KEY: 'google-key' }, 'google-key'],
    [{ GEMINI_API_KEY: 'gemini-key', GOOGLE_API_KEY: 'google-key' }, 'google-key'],
    [{ GEMINI_API_KEY: 'gemini-key', GOOGLE_API_KEY: ' ' }, 'gemini-key'],
  ] as const)('is, of %j, %s', async ([environment, expected]) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const { headers } = await sentBy((settings) => createGoogle(settings)('gemini-3.8-flash'));
    expect(headers.get('x-goog-api-key')).toBe(expected);
  });

  test('that is missing is an error that names the option and the variable', () => {
    const error = thrownBy(() => google('gemini-3.8-flash'));
    expect(error.option).toBe('apiKey');
    expect(error.message).toContain('GEMINI_API_KEY');
    expect(error.message).toContain('`apiKey`');
  });

  test.for(['GOOGLE_API_KEY', 'GEMINI_API_KEY'])('of %s is not sent to another host', (name) => {
    vi.stubEnv(name, testKey);
    const error = thrownBy(() => createGoogle({ baseURL: server.url })('gemini-3.8-flash'));
    expect(error.option).toBe('apiKey');
    expect(error.message).not.toContain(testKey);
    const make = (baseURL: string) => () => createGoogle({ baseURL })('gemini-3.8-flash');
    expect(make('https://generativelanguage.googleapis.com/')).not.toThrow();
    expect(make('http://generativelanguage.googleapis.com')).toThrow(OptionError);
    expect(make('https://generativelanguage.googleapis.com.example.com')).toThrow(OptionError);
  });

  test.for(['', ' ', 'AIza x', 'AIza-\n', 'ключ'])('%j is refused without being repeated', (apiKey) => {
    const error = thrownBy(() => createGoogle({ apiKey })('gemini-3.8-flash'));
    expect(error.option).toBe('apiKey');
    expect(error.message).not.toContain('ключ');
  });
});

describe('a request', () => {
  const factory = (settings: GoogleSettings) => createGoogle({ apiKey: testKey, ...settings });

  test('goes to the vendor with the key in a header and the stable version', async () => {
    const { url, headers, init } = await sentBy((settings) => factory(settings)('gemini-3.8-flash'));
    expect(url).toBe(vendorUrl);
    expect(headers.get('x-goog-api-key')).toBe(testKey);
    expect(headers.has('authorization')).toBe(false);
    expect(init?.redirect).toBe('manual');
  });

  test('asks another version where it is told to', async () => {
    const { url } = await sentBy((settings) => factory({ ...settings, apiVersion: 'v1beta' })('gemini-flash-latest'));
    expect(url).toContain('/v1beta/models/gemini-flash-latest:streamGenerateContent');
  });

  test('goes below the path of a base URL', async () => {
    await collect(modelOf(server, { baseURL: `${server.url}/gateway/` }, 'gemini-x').stream(requestOf()));
    const { method, path } = server.lastRequest;
    expect([method, path]).toEqual(['POST', '/gateway/v1/models/gemini-x:streamGenerateContent?alt=sse']);
  });

  test('has the body that was made for it, and nothing of the client', async () => {
    const providerOptions = { google: { of2030: { a: null } } };
    await collect(modelOf(server).stream(requestOf({ system: 'Be brief.', providerOptions })));
    expect(server.lastRequest.body).toEqual({
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      contents: [{ role: 'user', parts: [{ text: 'Hello' }] }],
      generationConfig: { thinkingConfig: { includeThoughts: true } },
      of2030: { a: null },
    });
  });

  test('carries the headers of the settings, and leaves out those that are null', async () => {
    const headers = { 'X-Gateway': 'team-7', 'User-Agent': 'mine', 'X-Goog-Api-Key': null };
    await collect(modelOf(server, { headers }).stream(requestOf()));
    const received = server.lastRequest.headers;
    expect(received['x-gateway']).toBe('team-7');
    expect(received['user-agent']).toBe('mine');
    expect(received).not.toHaveProperty('x-goog-api-key');
  });

  test('is sent once, however it fails', async () => {
    server.reply = { status: 503, headers: { 'retry-after': '0' } };
    await collect(modelOf(server).stream(requestOf()));
    expect(server.requests).toHaveLength(1);
  });

  test('is sent once for a segment of a long answer, which ends it', async () => {
    const last = { finishReason: 'CONTINUATION', continuationToken: 'abc' };
    server.reply = { body: `data: ${JSON.stringify({ candidates: [last] })}\n\n` };
    const { end } = await collect(modelOf(server).stream(requestOf()));
    expect(end).toMatchObject({ stop: 'length', rawStop: 'CONTINUATION' });
    expect(server.requests).toHaveLength(1);
  });
});

describe('the environment', () => {
  beforeEach(() => {
    vi.stubEnv('GOOGLE_GEMINI_BASE_URL', server.url);
    vi.stubEnv('GOOGLE_VERTEX_BASE_URL', server.url);
    vi.stubEnv('GOOGLE_GENAI_API_VERSION', 'v1alpha');
    vi.stubEnv('GOOGLE_GENAI_USE_VERTEXAI', 'true');
    vi.stubEnv('GOOGLE_GENAI_USE_ENTERPRISE', 'true');
    vi.stubEnv('GOOGLE_CLOUD_PROJECT', 'somebody-else');
    vi.stubEnv('GOOGLE_CLOUD_LOCATION', 'nowhere');
    vi.stubEnv('GOOGLE_API_KEY', 'key-of-somebody-else');
    vi.stubEnv('GEMINI_API_KEY', 'key-of-another');
  });

  test('chooses neither the host, nor the version, nor the credentials of a key that was given', async () => {
    // Console output, such as the vendor's about two keys, fails a test here.
    const { url, headers } = await sentBy((settings) =>
      createGoogle({ apiKey: testKey, ...settings })('gemini-3.8-flash'),
    );
    expect(url).toBe(vendorUrl);
    expect(headers.get('x-goog-api-key')).toBe(testKey);
    expect(server.requests).toEqual([]);
  });

  test('chooses nothing but the key without one', async () => {
    const { url, headers } = await sentBy((settings) => createGoogle(settings)('gemini-3.8-flash'));
    expect(url).toBe(vendorUrl);
    expect(headers.get('x-goog-api-key')).toBe('key-of-somebody-else');
  });
});

describe('wrong settings', () => {
  const client: GoogleClient = new GoogleGenAI({ apiKey: testKey });
  const cases: readonly (readonly [problem: string, settings: unknown, option: string])[] = [
    ['an unknown one', { apikey: testKey }, 'apikey'],
    ['a key that is no string', { apiKey: 1 }, 'apiKey'],
    ['a base URL that is none', { baseURL: 'localhost:8080' }, 'baseURL'],
    ['a base URL with a password', { baseURL: `https://user:${testKey}@example.com` }, 'baseURL'],
    ['a version with a path', { apiVersion: '../v1' }, 'apiVersion'],
    ['headers that are no object', { headers: 'x: y' }, 'headers'],
    ['a header with a line end', { headers: { 'x-a': `${testKey}\r\nx-b: 1` } }, 'headers.x-a'],
    ['a timeout in words', { headersTimeoutMs: '30s' }, 'headersTimeoutMs'],
    ['a timeout of nothing', { headersTimeoutMs: 0 }, 'headersTimeoutMs'],
    ['a fetch that is no function', { fetch: {} }, 'fetch'],
    ['a client that is none', { client: {} }, 'client'],
    ['a client that is none, with models', { client: { models: {} } }, 'client'],
    ['a key beside a client', { client, apiKey: testKey }, 'apiKey'],
    ['a host beside a client', { client, baseURL: 'https://example.com' }, 'baseURL'],
    ['a version beside a client', { client, apiVersion: 'v1' }, 'apiVersion'],
    [
      'a client with a fetch that cannot be used',
      { client: new GoogleGenAI({ apiKey: testKey, httpOptions: { fetch } }) },
      'fetch',
    ],
  ];

  test.for(cases)('%s is an error that names the setting and repeats no secret', ([, settings, option]) => {
    // What the types forbid is what is tested.
    const error = thrownBy(() => createGoogle(settings as GoogleSettings));
    expect(error.option).toBe(option);
    expect(error.message).not.toContain(testKey);
  });

  test('names the setting that was probably meant', () => {
    expect(() => createGoogle({ baseUrl: 'https://example.com' } as GoogleSettings)).toThrow('Did you mean `baseURL`?');
  });
});

describe('wrong options of a model', () => {
  const cases: readonly (readonly [problem: string, modelId: unknown, options: unknown, option: string])[] = [
    ['no id', undefined, {}, 'modelId'],
    ['an empty id', ' ', {}, 'modelId'],
    ['an id that leads elsewhere', '../../v1/files', {}, 'modelId'],
    ['an id with a query', 'gemini-x?key=a', {}, 'modelId'],
    ['an unknown option', 'gemini-x', { apiKey: testKey }, 'apiKey'],
    ['options that the request has', 'gemini-x', { providerOptions: { contents: [] } }, 'providerOptions.contents'],
    [
      'tools of the provider that are no array',
      'gemini-x',
      { providerOptions: { tools: {} } },
      'providerOptions.tools',
    ],
  ];

  test.for(cases)('%s is an error that names it', ([, modelId, options, option]) => {
    const factory = createGoogle({ apiKey: testKey });
    // What the types forbid is what is tested.
    const error = thrownBy(() => factory(modelId as string, options as GoogleModelOptions));
    expect(error.option).toBe(option);
    expect(error.message).not.toContain(testKey);
  });
});

describe('a client of the caller', () => {
  const apiKey = 'client-key-123';

  test('is used as it is, but never retries', async () => {
    server.reply = { status: 503 };
    const retryOptions = { attempts: 3, initialDelay: 0.001 };
    const client = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: server.url, retryOptions, timeout: 5_000 } });
    const model = createGoogle({ client })('gemini-3.8-flash');
    expect((await collect(model.stream(requestOf()))).error).toMatchObject({ kind: 'overloaded' });
    expect(server.requests).toHaveLength(1);
    expect(server.lastRequest.headers['x-goog-api-key']).toBe(apiKey);
    expect(server.lastRequest.headers).not.toHaveProperty('x-server-timeout');
  });

  test('does not try again where nobody listens', async () => {
    const gone = await ReplayServer.start();
    const client = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: gone.url, retryOptions: { attempts: 50 } } });
    await gone[Symbol.asyncDispose]();
    const { error } = await collect(createGoogle({ client })('gemini-3.8-flash').stream(requestOf()));
    expect(error).toMatchObject({ kind: 'network' });
  });

  test('can be one for Vertex AI', async () => {
    const client = new NodeGoogleGenAI({ enterprise: true, apiKey, httpOptions: { baseUrl: server.url } });
    const { end } = await collect(createGoogle({ client })('gemini-3.8-flash').stream(requestOf()));
    expect(end).toMatchObject({ stop: 'end' });
    const { path, body } = server.lastRequest;
    expect(path).toBe('/v1beta1/publishers/google/models/gemini-3.8-flash:streamGenerateContent?alt=sse');
    expect(body).toMatchObject({ contents: [{ parts: [{ text: 'Hello' }] }] });
  });

  test('takes headers and a fetch beside it', async () => {
    const client = new GoogleGenAI({ apiKey });
    const { url, headers } = await sentBy((settings) =>
      createGoogle({ ...settings, client, headers: { 'x-gateway': 'a' } })('gemini-3.8-flash'),
    );
    expect(url).toBe(vendorUrl);
    expect(headers.get('x-gateway')).toBe('a');
  });

  test('keeps its key out of errors, also where it is behind a scheme', async () => {
    server.reply = { status: 401, contentType: 'text/plain', body: `${apiKey} and bearer-token-1 are wrong` };
    const headers = { authorization: 'Bearer bearer-token-1' };
    const client = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: server.url, headers } });
    const { error } = await collect(createGoogle({ client })('gemini-3.8-flash').stream(requestOf()));
    expect(error?.message).toContain('[redacted] and [redacted] are wrong');
  });

  test('that has no credentials makes an error of that kind', async () => {
    const closed = (error: Error): GoogleClient => ({ models: { generateContentStream: () => Promise.reject(error) } });
    const error = await failureOf(closed(new Error('Could not load the default credentials.')));
    expect(error).toMatchObject({ kind: 'auth' });
    expect(error?.message).toContain('Could not load the default credentials.');
    const unreachable = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    expect(await failureOf(closed(unreachable))).toMatchObject({ kind: 'network' });
  });

  test('that sends nothing is an error', async () => {
    const silent: GoogleClient = { models: { generateContentStream: () => Promise.resolve() } };
    expect((await failureOf(silent))?.message).toContain('It sent nothing.');
  });

  test('does not keep an aborted call waiting for its credentials', async () => {
    const pending: GoogleClient = { models: { generateContentStream: () => Promise.withResolvers<void>().promise } };
    const controller = new AbortController();
    const model = createGoogle({ client: pending })('gemini-3.8-flash');
    const call = collect(model.stream(requestOf({ signal: controller.signal })));
    controller.abort();
    expect((await call).error).toMatchObject({ kind: 'aborted' });
  });

  async function failureOf(client: GoogleClient) {
    return (await collect(createGoogle({ client })('gemini-3.8-flash').stream(requestOf()))).error;
  }
});

describe('facts about a model', () => {
  const factory = createGoogle({ apiKey: testKey });

  test('are known by its id', () => {
    expect(factory('gemini-3.8-flash').info).toMatchObject({ contextWindow: 1_048_576, nativeScope: 'model' });
  });

  test('can be given for a model that is not known', () => {
    const model = factory('gemini-of-2030', { info: { contextWindow: 5, maxOutputTokens: 4 } });
    expect(model.info).toEqual({ nativeScope: 'model', contextWindow: 5, maxOutputTokens: 4 });
  });

  test('that are given bound the output', async () => {
    const model = createGoogle({ apiKey: testKey, baseURL: server.url })('gemini-x', { info: { maxOutputTokens: 77 } });
    await collect(model.stream(requestOf()));
    expect(server.lastRequest.body).toMatchObject({ generationConfig: { maxOutputTokens: 77 } });
  });
});

test('sends the provider options of a model with every call, and those of a call over them', async () => {
  const factory = createGoogle({ apiKey: testKey, baseURL: server.url });
  const model = factory('gemini-x', { providerOptions: { serviceTier: 'flex', labels: { a: 'b' } } });
  await collect(model.stream(requestOf({ providerOptions: { google: { serviceTier: 'priority' } } })));
  expect(server.lastRequest.body).toMatchObject({ serviceTier: 'priority', labels: { a: 'b' } });
});

test('throws what is wrong with a request as a ModelError, before anything is sent', async () => {
  const { error } = await collect(modelOf(server).stream(requestOf({ providerOptions: { google: { contents: [] } } })));
  expect(error).toMatchObject({ kind: 'invalid_request' });
  expect(error?.message).toContain('`contents` is set by the transcript');
  expect(server.requests).toEqual([]);
});

test('a comment in the stream shows that the provider is alive, and no cut where it stands at the end', async () => {
  server.reply = { body: `: PROCESSING\n\n${answer('Hi')}: PROCESS` };
  const { events, end } = await collect(modelOf(server).stream(requestOf()));
  expect(events.map(({ type }) => type).slice(0, 2)).toEqual(['ping', 'text_delta']);
  expect(end).toMatchObject({ stop: 'end' });
});
