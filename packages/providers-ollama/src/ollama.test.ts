import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { OptionError } from '@harness-sdk/core';
import type { JsonObject, Model } from '@harness-sdk/core';
import { ReplayServer } from '@harness-sdk/core/testing';
import { collect, modelOf, requestOf, testKey } from '../test/collect.ts';
import { answer } from '../test/lines.ts';
import { createOllama, ollama } from './index.ts';
import type { OllamaModelOptions, OllamaSettings } from './index.ts';

let server: ReplayServer;
beforeEach(async () => {
  server = await ReplayServer.start(answer('Hello'));
  vi.stubEnv('OLLAMA_HOST', undefined);
  vi.stubEnv('OLLAMA_API_KEY', undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server[Symbol.asyncDispose]();
});

/** A request as it would go out; a `fetch` of ours answers it. */
interface Sent {
  readonly url: string;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
  readonly init: RequestInit | undefined;
}

type Answers = Readonly<Record<string, () => Response>>;

function chatResponse(): Response {
  return new Response(String(answer('Hello').body), { headers: { 'content-type': 'application/x-ndjson' } });
}

/** A `fetch` that answers by path, and what it was asked. */
function fetchHere(answers: Answers = {}): { readonly fetch: typeof fetch; readonly sent: Sent[] } {
  const sent: Sent[] = [];
  const fetchOf: typeof fetch = (input, init) => {
    const url = input instanceof Request ? input.url : input.toString();
    // The adapter sends JSON objects only, as text.
    const body = JSON.parse(init?.body as string) as Record<string, unknown>;
    sent.push({ url, headers: new Headers(init?.headers), body, init });
    return Promise.resolve((answers[new URL(url).pathname] ?? chatResponse)());
  };
  return { fetch: fetchOf, sent };
}

async function sentBy(makeModel: (settings: OllamaSettings) => Model): Promise<Sent> {
  const { fetch, sent } = fetchHere();
  const { end, error } = await collect(makeModel({ fetch }).stream(requestOf()));
  const last = sent.at(-1);
  if (end === undefined || last === undefined) throw new Error('Expected the call to end.', { cause: error });
  return last;
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

const window = { contextWindow: 4_096 };

describe('the server', () => {
  test('is the one on this machine, without any key', async () => {
    vi.stubEnv('OLLAMA_API_KEY', testKey);
    const { url, headers, init } = await sentBy((settings) => createOllama(settings)('qwen3', window));
    expect(new URL(url).href).toBe('http://127.0.0.1:11434/api/chat');
    expect(headers.has('authorization')).toBe(false);
    expect(init?.redirect).toBe('manual');
    expect(ollama('qwen3').info).toEqual({ local: true });
  });

  test.for([
    ['gpu.example.com', 'http://gpu.example.com:11434'],
    ['gpu.example.com:80', 'http://gpu.example.com'],
    ['gpu.example.com:9999', 'http://gpu.example.com:9999'],
    [':9999', 'http://127.0.0.1:9999'],
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['0.0.0.0:9999', 'http://127.0.0.1:9999'],
    ['http://0.0.0.0:9999', 'http://127.0.0.1:9999'],
    ['[::]:9999', 'http://[::1]:9999'],
    ['[::1]', 'http://[::1]:11434'],
    ['http://gpu.example.com', 'http://gpu.example.com'],
    ['https://gpu.example.com/ollama/', 'https://gpu.example.com/ollama'],
    [' "http://127.0.0.1:9999" ', 'http://127.0.0.1:9999'],
    ['', 'http://127.0.0.1:11434'],
  ] as const)('is the one in OLLAMA_HOST: %j', async ([host, baseURL]) => {
    vi.stubEnv('OLLAMA_HOST', host);
    vi.stubEnv('OLLAMA_API_KEY', testKey);
    const { url, headers } = await sentBy((settings) => createOllama(settings)('qwen3', window));
    expect(new URL(url).href).toBe(`${baseURL}/api/chat`);
    expect(headers.has('authorization')).toBe(false);
  });

  test.for(['http://', 'a b', 'ftp://example.com', `http://user:${testKey}@example.com`, 'example.com?a=b'])(
    'is none in an OLLAMA_HOST that names none: %j',
    (host) => {
      vi.stubEnv('OLLAMA_HOST', host);
      const error = thrownBy(() => ollama('qwen3'));
      expect(error.option).toBe('baseURL');
      expect(error.message).toContain('OLLAMA_HOST');
      expect(error.message).not.toContain(testKey);
      expect(() => createOllama({ baseURL: server.url })('qwen3')).not.toThrow();
    },
  );

  test('is read from the environment when a model is made, not before', async () => {
    const { fetch, sent } = fetchHere();
    const factory = createOllama({ fetch });
    vi.stubEnv('OLLAMA_HOST', 'gpu.example.com');
    await collect(factory('qwen3', window).stream(requestOf()));
    expect(sent[0]?.url).toContain('gpu.example.com');
  });

  test('is the one of the settings, below its path', async () => {
    vi.stubEnv('OLLAMA_HOST', 'gpu.example.com');
    await collect(modelOf(server, { baseURL: `${server.url}/gateway/` }).stream(requestOf()));
    expect(server.lastRequest).toMatchObject({ method: 'POST', path: '/gateway/api/chat' });
  });
});

describe('the key', () => {
  test('without a base URL goes to the cloud, whatever OLLAMA_HOST says', async () => {
    vi.stubEnv('OLLAMA_HOST', 'gpu.example.com');
    const { url, headers } = await sentBy((settings) =>
      createOllama({ apiKey: testKey, ...settings })('gpt-oss:120b', window),
    );
    expect(new URL(url).href).toBe('https://ollama.com/api/chat');
    expect(headers.get('authorization')).toBe(`Bearer ${testKey}`);
  });

  test('goes to the server that it is given with', async () => {
    await collect(modelOf(server, { apiKey: testKey }).stream(requestOf()));
    expect(server.lastRequest.headers.authorization).toBe(`Bearer ${testKey}`);
  });

  test.for([
    ['OLLAMA_HOST', 'https://ollama.com', {}],
    ['the settings', undefined, { baseURL: 'https://ollama.com/' }],
  ] as const)('of the environment goes to the cloud that %s name', async ([, host, settings]) => {
    vi.stubEnv('OLLAMA_HOST', host);
    vi.stubEnv('OLLAMA_API_KEY', ` ${testKey}\n`);
    const { url, headers } = await sentBy((more) => createOllama({ ...settings, ...more })('gpt-oss:120b', window));
    expect(new URL(url).origin).toBe('https://ollama.com');
    expect(headers.get('authorization')).toBe(`Bearer ${testKey}`);
  });

  test.for(['http://ollama.com', 'https://ollama.com.example.com', 'https://example.com/https://ollama.com'])(
    'of the environment does not go to %s',
    async (baseURL) => {
      vi.stubEnv('OLLAMA_API_KEY', testKey);
      const { headers } = await sentBy((settings) => createOllama({ baseURL, ...settings })('gpt-oss:120b', window));
      expect([...headers.values()].join()).not.toContain(testKey);
    },
  );

  test('that is missing for the cloud is an error that names the option and the variable', () => {
    const error = thrownBy(() => createOllama({ baseURL: 'https://ollama.com' })('gpt-oss:120b'));
    expect(error.option).toBe('apiKey');
    expect(error.message).toContain('OLLAMA_API_KEY');
  });

  test.for(['', ' ', 'a b', 'key\n', 'ключ'])('%j is refused without being repeated', (apiKey) => {
    const error = thrownBy(() => createOllama({ apiKey })('gpt-oss:120b'));
    expect(error.option).toBe('apiKey');
    expect(error.message).not.toContain('ключ');
  });

  test('is not the one that the vendor finds by itself, where a header was left out', async () => {
    vi.stubEnv('OLLAMA_API_KEY', testKey);
    const { headers } = await sentBy((settings) =>
      createOllama({ apiKey: 'another-key', headers: { Authorization: null }, ...settings })('gpt-oss:120b', window),
    );
    expect(headers.has('authorization')).toBe(false);
  });
});

describe('a request', () => {
  test('carries the headers of the settings over those of the client, and leaves out those that are null', async () => {
    const headers = { 'User-Agent': 'mine', 'X-Gateway': 'a', Accept: null };
    await collect(modelOf(server, { apiKey: testKey, headers }).stream(requestOf()));
    const received = server.lastRequest.headers;
    expect(received).toMatchObject({ 'user-agent': 'mine', 'x-gateway': 'a', 'content-type': 'application/json' });
    // The transport's own, which says nothing.
    expect(received.accept).toBe('*/*');
  });

  test('is sent once, however it fails', async () => {
    server.reply = { status: 503, headers: { 'retry-after': '0' } };
    await collect(modelOf(server).stream(requestOf()));
    expect(server.requests).toHaveLength(1);
  });

  test('names the model as it was given', async () => {
    await collect(createOllama({ baseURL: server.url })('hf.co/a/b:Q4_K_M', window).stream(requestOf()));
    expect(server.lastRequest.body).toMatchObject({ model: 'hf.co/a/b:Q4_K_M', stream: true });
  });

  test('reads no file that the data of an image names', async () => {
    const image = { type: 'image', mediaType: 'image/png', data: import.meta.filename } as const;
    await collect(modelOf(server).stream(requestOf({ messages: [{ role: 'user', content: [image] }] })));
    expect(server.lastRequest.body['messages']).toMatchObject([{ images: [import.meta.filename] }]);
  });

  test('prints nothing about answers that are none', async () => {
    // Console output fails a test here.
    server.reply = { contentType: 'application/x-ndjson', body: 'hello\n' };
    await collect(modelOf(server).stream(requestOf()));
    server.reply = { status: 500, contentType: 'text/plain', body: 'it broke' };
    await collect(modelOf(server).stream(requestOf()));
    await collect(modelOf(server, {}, {}).stream(requestOf()));
    expect(server.requests).toHaveLength(3);
  });

  test('that is wrong is an error before anything is sent', async () => {
    const request = requestOf({ providerOptions: { ollama: { options: { num_ctx: 5 } } } });
    const { error } = await collect(modelOf(server, {}, {}).stream(request));
    expect(error).toMatchObject({ kind: 'invalid_request' });
    expect(error?.message).toContain('`num_ctx` is set by the option `contextWindow`');
    expect((await collect(modelOf(server).stream(requestOf({ messages: [] })))).error?.kind).toBe('invalid_request');
    expect(server.requests).toEqual([]);
  });
});

describe('the window', () => {
  const show = {
    model_info: { 'general.architecture': 'qwen3', 'qwen3.context_length': 16_384 },
    capabilities: ['completion', 'tools', 'thinking'],
    thinking: { values: ['low', 'high'] },
  };

  function modelWith(answers: Answers, options: OllamaModelOptions = {}) {
    const { fetch, sent } = fetchHere(answers);
    const model = createOllama({ fetch })('qwen3', options);
    const chats = (): readonly Sent[] => sent.filter(({ url }) => url.endsWith('/api/chat'));
    return {
      model,
      paths: () => sent.map(({ url }) => new URL(url).pathname),
      windows: () => chats().map(({ body }) => (body['options'] as { num_ctx: number }).num_ctx),
      chats,
    };
  }

  test('is asked for at the first call, once, at the same server', async () => {
    const { model, paths, windows } = modelWith({ '/api/show': () => Response.json(show) });
    expect(model.info).toEqual({ local: true });
    await collect(model.stream(requestOf()));
    await collect(model.stream(requestOf({ effort: 'high' })));
    expect(paths()).toEqual(['/api/show', '/api/chat', '/api/chat']);
    expect(windows()).toEqual([16_384, 16_384]);
  });

  test('is a fact about the model from then on, with what it can do', async () => {
    const { model } = modelWith({ '/api/show': () => Response.json(show) }, { info: { maxOutputTokens: 9 } });
    await collect(model.stream(requestOf()));
    expect(model.info).toEqual({
      local: true,
      contextWindow: 16_384,
      capabilities: { images: false, tools: true, thinking: true },
      maxOutputTokens: 9,
    });
  });

  test.for([
    ['`contextWindow`', { contextWindow: 5_000 }],
    ['`info`', { info: { contextWindow: 5_000 } }],
    ['both', { contextWindow: 5_000, info: { contextWindow: 9_000 } }],
  ] as const)('of %s is taken without asking', async ([, options]) => {
    const { model, paths, windows } = modelWith({}, options);
    expect(model.info.contextWindow).toBe(5_000);
    await collect(model.stream(requestOf()));
    expect(paths()).toEqual(['/api/chat']);
    expect(windows()).toEqual([5_000]);
  });

  test('that was given stays, where the server is asked how hard it can think', async () => {
    const { model, paths, windows, chats } = modelWith({ '/api/show': () => Response.json(show) }, window);
    await collect(model.stream(requestOf({ effort: 'max' })));
    expect(paths()).toEqual(['/api/show', '/api/chat']);
    expect(windows()).toEqual([4_096]);
    expect(chats()[0]?.body['think']).toBe('high');
    expect(model.info).toMatchObject({ contextWindow: 4_096, capabilities: { thinking: true } });
  });

  test('is not asked for by a model that is only made, nor by one that is only looked at', () => {
    const { model, paths } = modelWith({});
    expect([model.id, model.provider, model.info.contextWindow]).toEqual(['qwen3', 'ollama', undefined]);
    expect(paths()).toEqual([]);
  });

  test.for<readonly [what: string, respond: () => Response]>([
    ['has no such question', () => new Response('404 page not found', { status: 404 })],
    ['has no such question, and says so', () => new Response('', { status: 501 })],
    ['does not know the model', () => Response.json({ error: "model 'qwen3' not found" }, { status: 404 })],
    ['answers with a page', () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
  ])('is the default where the server %s, and the next call asks again', async ([, respond]) => {
    const { model, paths, windows } = modelWith({ '/api/show': respond });
    expect((await collect(model.stream(requestOf()))).end).toBeDefined();
    expect(model.info).toEqual({ local: true });
    await collect(model.stream(requestOf()));
    expect(paths()).toEqual(['/api/show', '/api/chat', '/api/show', '/api/chat']);
    expect(windows()).toEqual([32_768, 32_768]);
  });

  test.for([429, 500, 503])('is an error where the server has no time to say it: %i', async (status) => {
    const { model, paths } = modelWith({ '/api/show': () => Response.json({ error: 'busy' }, { status }) });
    const { error } = await collect(model.stream(requestOf()));
    expect(error).toMatchObject({ statusCode: status, isRetryable: true });
    expect(paths()).toEqual(['/api/show']);
  });

  test('is all of it in the cloud, which gets the key for the question too', async () => {
    const big = { model_info: { 'general.architecture': 'a', 'a.context_length': 262_144 } };
    const { fetch, sent } = fetchHere({ '/api/show': () => Response.json(big) });
    await collect(createOllama({ apiKey: testKey, fetch })('gpt-oss:120b').stream(requestOf()));
    expect(sent.map(({ headers }) => headers.get('authorization'))).toEqual(Array(2).fill(`Bearer ${testKey}`));
    expect(sent[1]?.body).toMatchObject({ options: { num_ctx: 262_144 }, truncate: false });
  });

  test('is asked for by each of two calls side by side, which get the same', async () => {
    const { model, windows } = modelWith({ '/api/show': () => Response.json(show) });
    await Promise.all([collect(model.stream(requestOf())), collect(model.stream(requestOf()))]);
    expect(windows()).toEqual([16_384, 16_384]);
  });
});

describe('wrong settings', () => {
  const cases: readonly (readonly [problem: string, settings: unknown, option: string])[] = [
    ['an unknown one', { host: 'localhost' }, 'host'],
    ['a key that is no string', { apiKey: 1 }, 'apiKey'],
    ['a base URL that is none', { baseURL: 'localhost:8080' }, 'baseURL'],
    ['a base URL with a password', { baseURL: `https://user:${testKey}@example.com` }, 'baseURL'],
    ['a base URL with a query', { baseURL: `https://example.com?key=${testKey}` }, 'baseURL'],
    ['headers that are no object', { headers: 'x: y' }, 'headers'],
    ['a header that is no text', { headers: { 'x-a': 1 } }, 'headers.x-a'],
    ['a header with a line end', { headers: { 'x-a': `${testKey}\r\nx-b: 1` } }, 'headers.x-a'],
    ['a fetch that is no function', { fetch: {} }, 'fetch'],
  ];

  test.for(cases)('%s is an error that names the setting and repeats no secret', ([, settings, option]) => {
    // What the types forbid is what is tested.
    const error = thrownBy(() => createOllama(settings as OllamaSettings));
    expect(error.option).toBe(option);
    expect(error.message).not.toContain(testKey);
  });

  test('names the setting that was probably meant', () => {
    expect(() => createOllama({ baseUrl: 'https://example.com' } as OllamaSettings)).toThrow('Did you mean `baseURL`?');
  });
});

describe('wrong options of a model', () => {
  const cases: readonly (readonly [problem: string, modelId: unknown, options: unknown, option: string])[] = [
    ['no id', undefined, {}, 'modelId'],
    ['an empty id', ' ', {}, 'modelId'],
    ['an unknown option', 'qwen3', { apiKey: testKey }, 'apiKey'],
    ['a window in words', 'qwen3', { contextWindow: '32k' }, 'contextWindow'],
    ['a window of nothing', 'qwen3', { contextWindow: 0 }, 'contextWindow'],
    ['options that the request has', 'qwen3', { providerOptions: { stream: false } }, 'providerOptions.stream'],
    [
      'a parameter that the window has',
      'qwen3',
      { providerOptions: { options: { num_ctx: 5 } } },
      'providerOptions.options.num_ctx',
    ],
  ];

  test.for(cases)('%s is an error that names it', ([, modelId, options, option]) => {
    // What the types forbid is what is tested.
    const error = thrownBy(() => createOllama()(modelId as string, options as OllamaModelOptions));
    expect(error.option).toBe(option);
    expect(error.message).not.toContain(testKey);
  });
});

test('sends the provider options of a model with every call, and those of a call over them', async () => {
  const options = { ...window, providerOptions: { keep_alive: '1h', options: { seed: 1, temperature: 1 } } };
  const model = modelOf(server, {}, options);
  await collect(model.stream(requestOf({ providerOptions: { ollama: { options: { temperature: 0 } } } })));
  expect(server.lastRequest.body).toMatchObject({
    keep_alive: '1h',
    options: { seed: 1, temperature: 0, num_ctx: 4_096 },
  });
});

test('numbers calls without ids through the conversation', async () => {
  server.reply = {
    contentType: 'application/x-ndjson',
    body: '{"message":{"tool_calls":[{"function":{"name":"read","arguments":{}}}]},"done":true}\n',
  };
  const asked = { role: 'assistant', content: [{ type: 'tool_call', id: 'x', name: 'read', args: {} }] } as const;
  const { blocks } = await collect(modelOf(server).stream(requestOf({ messages: [asked, asked] })));
  expect(blocks).toMatchObject([{ id: 'call_3' }]);
});

describe('a request that JSON cannot hold', () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;

  test.for([circle, { count: 1n }])('is an error of the request and not of the connection: %#', async (args) => {
    // What the types forbid is what is tested.
    const content = [{ type: 'tool_call', id: 'a', name: 'b', args: args as JsonObject }] as const;
    const request = requestOf({ messages: [{ role: 'assistant', content }] });
    const { error } = await collect(modelOf(server).stream(request));
    expect(error).toMatchObject({ kind: 'invalid_request', isRetryable: false });
    expect(server.requests).toHaveLength(0);
  });

  test('goes out with U+FFFD for halves of surrogate pairs', async () => {
    await collect(modelOf(server).stream(requestOf({ system: 'half \ud83d' })));
    expect(server.lastRequest.body).toMatchObject({ messages: [{ content: 'half \ufffd' }, {}] });
  });
});
