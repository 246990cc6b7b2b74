import { writeFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { createPolicy, memoryStore, run, type RunOptions } from 'harness-sdk';
import { findRecording, type RecordingFolder } from './recordings.ts';

/** A request as it left. */
export interface SentRequest {
  readonly scenario: string;
  readonly host: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly redirect: string;
}

/** What one run gave to its caller: its messages, its error and its log, each shown as deep as it goes. */
interface SeenRun {
  readonly scenario: string;
  readonly client: string;
  readonly stopReason: string;
  readonly shown: string;
}

/** What the process did. */
export interface Report {
  readonly requests: readonly SentRequest[];
  readonly runs: readonly SeenRun[];
}

interface Client {
  readonly name: string;
  readonly folder: RecordingFolder;
  readonly recording: string;
  readonly options: Pick<RunOptions, 'provider' | 'model' | 'providerSettings'>;
  /** An error inside of a stream, as this API sends it. */
  streamError(message: string): string;
}

const sseError = (message: string): string =>
  `event: error\ndata: ${JSON.stringify({ type: 'error', code: 503, error: { type: 'api_error', code: 503, message }, message })}\n\n`;

const clients: readonly Client[] = [
  {
    name: 'anthropic',
    folder: 'anthropic',
    recording: 'text-claude-haiku-4-5.sse',
    options: { provider: 'anthropic', model: 'claude-haiku-4-5' },
    streamError: sseError,
  },
  {
    name: 'openai',
    folder: 'openai-responses',
    recording: 'text-gpt-5.5.sse',
    options: { provider: 'openai', model: 'gpt-5.5' },
    streamError: sseError,
  },
  {
    name: 'openai chat',
    folder: 'openai-chat',
    recording: 'text-gpt-4o-mini.sse',
    options: { provider: 'openai', model: 'gpt-4o-mini', providerSettings: { api: 'chat' } },
    streamError: sseError,
  },
  {
    name: 'google',
    folder: 'google',
    recording: 'text-gemini-2.5-flash-lite.sse',
    options: { provider: 'google', model: 'gemini-2.5-flash-lite' },
    streamError: sseError,
  },
  {
    name: 'ollama',
    folder: 'ollama',
    recording: 'text-gemma3.ndjson',
    options: { provider: 'ollama', model: 'gemma3:1b' },
    streamError: (message) => `${JSON.stringify({ error: message })}\n`,
  },
  {
    name: 'ollama cloud',
    folder: 'ollama',
    recording: 'text-gemma3.ndjson',
    options: { provider: 'ollama', model: 'gpt-oss:20b', providerSettings: { baseURL: 'https://ollama.com' } },
    streamError: (message) => `${JSON.stringify({ error: message })}\n`,
  },
  {
    name: 'gateway',
    folder: 'openai-chat',
    recording: 'text-gpt-4o-mini.sse',
    options: {
      provider: 'openai',
      model: 'gpt-4o-mini',
      providerSettings: {
        api: 'chat',
        baseURL: 'https://gateway.example/v1',
        apiKey: process.env['GATEWAY_KEY'] ?? '',
        headers: { 'x-extra': process.env['GATEWAY_EXTRA'] ?? '' },
      },
    },
    streamError: sseError,
  },
];

/** What the servers do; where they fail, they repeat the credentials that they were sent. */
type Answer = (client: Client, credentials: string) => Response;

const json = { 'content-type': 'application/json' };

const scenarios: Readonly<Record<string, Answer>> = {
  'all is well': (client) => streamOf(client, ''),
  'the key is refused': (_client, credentials) => {
    const message = `Incorrect API key provided: ${credentials}`;
    const error = { code: 401, type: 'authentication_error', status: 'UNAUTHENTICATED', message };
    return new Response(JSON.stringify({ type: 'error', error, message }), { status: 401, headers: json });
  },
  'the error is a bare text': (_client, credentials) =>
    new Response(JSON.stringify({ error: `Bad key ${credentials}`, detail: credentials }), {
      status: 400,
      headers: json,
    }),
  'the error is a page': (_client, credentials) => new Response(`<h1>${credentials}</h1>`, { status: 502 }),
  'the answer is a page': (_client, credentials) =>
    new Response(`<h1>${credentials}</h1>`, { headers: { 'content-type': `text/html; key=${credentials}` } }),
  'too many requests': (_client, credentials) => {
    const headers = { ...json, 'retry-after': '0', 'request-id': credentials, 'x-request-id': credentials };
    return new Response(JSON.stringify({ error: { message: `Slow down, ${credentials}` } }), { status: 429, headers });
  },
  'an error inside the stream': (client, credentials) =>
    streamOf(client, client.streamError(`Overloaded: ${credentials}`), 400),
  'a frame that is no JSON': (client, credentials) =>
    streamOf(client, `data: {"${credentials}\n\n{"${credentials}\n`, 0),
  'a redirect': (_client, credentials) =>
    new Response(null, { status: 307, headers: { location: `https://elsewhere.example/?key=${credentials}` } }),
  'no connection': (_client, credentials) => {
    throw new TypeError('fetch failed', { cause: new Error(`connect ECONNREFUSED ${credentials}`) });
  },
};

/** The recording, or so many bytes of it, with something behind. */
function streamOf({ folder, recording }: Client, rest: string, bytes?: number): Response {
  const found = findRecording(folder, [recording]);
  if (found === undefined) throw new Error(`There is no recording ${recording}.`);
  const text = String(found.reply.body);
  const headers = { 'content-type': found.reply.contentType ?? '' };
  return new Response((bytes === undefined ? text : untilFrame(text, bytes)) + rest, { headers });
}

/** The start of the text up to the end of a frame: a blank line, or the end of a line of JSON. */
function untilFrame(text: string, bytes: number): string {
  const end = (text.startsWith('{') ? /\n/ : /\n\r?\n/).exec(text.slice(bytes));
  return bytes === 0 || end === null ? '' : text.slice(0, bytes + end.index + end[0].length);
}

const requests: SentRequest[] = [];
const runs: SeenRun[] = [];
let scenario = '';

/** Everything that goes out of this process by the only way it has. */
globalThis.fetch = (input, init) => {
  const request = new Request(input, init);
  const { host, pathname } = new URL(request.url);
  return request.text().then((body) => {
    const headers = Object.fromEntries(request.headers);
    requests.push({ scenario, host, url: request.url, headers, body, redirect: request.redirect });
    if (pathname === '/api/show') return new Response('{}', { headers: json });
    const client = clientOf(host, pathname);
    const answer = scenarios[scenario];
    if (client === undefined || answer === undefined) throw new TypeError(`fetch failed: ${host}`);
    return answer(client, credentialsIn(headers));
  });
};

function clientOf(host: string, path: string): Client | undefined {
  const names: Readonly<Record<string, string>> = {
    'api.anthropic.com': 'anthropic',
    'api.openai.com': path.endsWith('/chat/completions') ? 'openai chat' : 'openai',
    'generativelanguage.googleapis.com': 'google',
    '127.0.0.1:11434': 'ollama',
    'ollama.com': 'ollama cloud',
    'gateway.example': 'gateway',
  };
  return clients.find(({ name }) => name === names[host]);
}

function credentialsIn(headers: Readonly<Record<string, string>>): string {
  const names = ['authorization', 'x-api-key', 'x-goog-api-key', 'x-extra'];
  const values = names.flatMap((name) => headers[name] ?? []);
  return values.map((value) => value.replace(/^Bearer /, '')).join(' ') || 'nothing';
}

async function seeRun({ name, options }: Client): Promise<void> {
  const session = memoryStore();
  const seen: unknown[] = [];
  // Whatever the options of a client are, its provider and model go together.
  const all = {
    ...options,
    session,
    sessionId: 's',
    tools: [],
    retry: { maxAttempts: 2, baseDelayMs: 0 },
  } as RunOptions;
  const started = run('Hello', { ...all, permissions: createPolicy({ root: process.cwd(), mode: 'plan' }) });
  let stopReason = 'none';
  try {
    for await (const message of started) {
      seen.push(message);
      if (message.type === 'result') stopReason = message.stopReason;
    }
  } catch (error) {
    seen.push(error);
  }
  for await (const event of session.read('s')) seen.push(event);
  const depth = { depth: 20, showHidden: true, maxStringLength: Infinity, maxArrayLength: Infinity };
  const shown = [inspect(seen, depth), inspect(started, depth), ...seen.map(String), JSON.stringify(seen)].join('\n');
  runs.push({ scenario, client: name, stopReason, shown });
}

for (scenario of Object.keys(scenarios)) await Promise.all(clients.map(seeRun));

const report: Report = { requests, runs };
writeFileSync(process.argv[2] ?? '', JSON.stringify(report));
