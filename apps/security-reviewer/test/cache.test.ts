import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Json, Model } from '@harness-sdk/core';
import { scriptedModel } from '@harness-sdk/core/testing';
import { createPriceBook } from '@harness-sdk/pricing';
import { createAnthropic } from '@harness-sdk/providers-anthropic';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readAssignment } from '../src/assignment.ts';
import { exitCodeOf } from '../src/cli/exit-code.ts';
import { review, type ReviewOptions } from '../src/review.ts';
import { createRulesEngine } from '../src/rules/engine.ts';
import { scriptedReviewer } from './scripted-reviewer.ts';
import { TemporaryTree } from './temporary-tree.ts';

const rules = await createRulesEngine();
const weak = 'def run(expression)\n  eval(expression)\nend\n';
const found = {
  line: 2,
  severity: 'high',
  kind: 'code-injection',
  evidence: 'eval(expression)',
  explanation: 'The expression is a parameter.',
  recommendation: 'Look it up in a list.',
} as const;

let tree: TemporaryTree;
let store: TemporaryTree;

beforeEach(() => {
  tree = new TemporaryTree();
  store = new TemporaryTree();
});

afterEach(() => {
  tree[Symbol.dispose]();
  store[Symbol.dispose]();
});

function reviewer() {
  return scriptedModel(scriptedReviewer({ report: () => [found] }), { provider: 'anthropic', id: 'claude-sonnet-4-6' });
}

function reviewTree(model: Model, changes: Partial<ReviewOptions> = {}) {
  return review({ paths: ['.'], rules, model, cwd: tree.root, cache: store.path('cache'), ...changes });
}

describe('a second review', () => {
  test('of the same files asks the model nothing, and says the same', async () => {
    for (const path of ['a.rb', 'b.rb']) tree.write(path, weak);
    const first = await reviewTree(reviewer());
    const model = reviewer();
    const second = await reviewTree(model);
    expect(model.calls).toBe(0);
    expect(second.tokens).toBe(0);
    expect(second.findings).toEqual(first.findings);
    expect(second.findings).toHaveLength(2);
    expect(second.stages.find(({ name }) => name === 'model')?.note).toContain('came from the cache');
  });

  test('asks about what has changed, and about what imports it', async () => {
    tree.write('a.js', "import { b } from './b.js';\nb(1);\n");
    tree.write('b.js', 'export const b = eval;\n');
    tree.write('c.js', 'let c = 1;\n');
    const silent = () => scriptedModel(scriptedReviewer({}), { provider: 'anthropic', id: 'claude-sonnet-4-6' });
    await reviewTree(silent(), { verify: 'code' });
    tree.write('b.js', 'export const b = String;\n');
    const model = silent();
    await reviewTree(model, { verify: 'code' });
    const [message] = model.requests[0]?.messages ?? [];
    const block = message?.role === 'user' ? message.content[0] : undefined;
    expect(readAssignment(block?.type === 'text' ? block.text : '')?.files).toEqual(['a.js', 'b.js']);
  });

  test('asks again with another model', async () => {
    tree.write('a.rb', weak);
    await reviewTree(reviewer());
    const other = scriptedModel(scriptedReviewer({}), { provider: 'anthropic', id: 'claude-opus-4-6' });
    await reviewTree(other);
    expect(other.calls).toBeGreaterThan(0);
  });
});

describe('what is kept', () => {
  test('can be read by its owner alone, and holds no secret', async () => {
    const secret = 'hunter2-hunter2-hunter2';
    tree.write('a.rb', `password = "${secret}"\n`);
    const report = () => [
      {
        ...found,
        line: 1,
        kind: 'hardcoded-credentials',
        evidence: `password = "${secret}"`,
        explanation: `It is ${secret}.`,
      },
    ];
    const verdict = () => ({ verdict: 'weakness', reason: `It holds ${secret}.` });
    const model = scriptedModel(scriptedReviewer({ report, verdict }), {
      provider: 'anthropic',
      id: 'claude-sonnet-4-6',
    });
    await reviewTree(model);
    const directory = store.path('cache');
    const names = readdirSync(directory);
    expect(names).toHaveLength(2);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    for (const name of names) {
      expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
      expect(readFileSync(join(directory, name), 'utf8')).not.toContain(secret);
    }
  });

  test('counts for nothing where it is damaged, or says what no reviewer could', async () => {
    tree.write('a.rb', weak);
    const first = await reviewTree(reviewer(), { verify: 'code' });
    const [name = ''] = readdirSync(store.path('cache'));
    const kept = readFileSync(join(store.path('cache'), name), 'utf8');
    for (const damaged of [
      '',
      '{',
      '[1]',
      '{"a":1}',
      kept.replace('"startLine":2', '"startLine":99'),
      kept.replace('a.rb', '../x.rb'),
    ]) {
      writeFileSync(join(store.path('cache'), name), damaged);
      const model = reviewer();
      expect((await reviewTree(model, { verify: 'code' })).findings).toEqual(first.findings);
      expect(model.calls).toBeGreaterThan(0);
    }
  });

  test('is nothing of a file that was not reviewed to its end', async () => {
    tree.write('a.rb', weak);
    await reviewTree(scriptedModel(['Fine.'], { provider: 'anthropic', id: 'claude-sonnet-4-6' }));
    expect(readdirSync(store.path('cache'))).toEqual([]);
  });
});

describe('the directory of a cache', () => {
  test('stays as it is where it is there, and what is kept in it is for its owner alone', async () => {
    tree.write('a.rb', weak);
    mkdirSync(store.path('cache'));
    chmodSync(store.path('cache'), 0o755);
    await reviewTree(reviewer());
    expect(statSync(store.path('cache')).mode & 0o777).toBe(0o755);
    const names = readdirSync(store.path('cache'));
    expect(names).not.toEqual([]);
    for (const name of names) expect(statSync(join(store.path('cache'), name)).mode & 0o777).toBe(0o600);
  });

  test('is refused where everybody could write answers into it', async () => {
    tree.write('a.rb', weak);
    mkdirSync(store.path('cache'));
    chmodSync(store.path('cache'), 0o777);
    const model = reviewer();
    await expect(reviewTree(model)).rejects.toThrow('everybody can write into it');
    expect(model.calls).toBe(0);
  });

  test('is made with those above it, for their owner alone', async () => {
    tree.write('a.rb', weak);
    await reviewTree(reviewer(), { cache: store.path('one/two') });
    expect(statSync(store.path('one')).mode & 0o777).toBe(0o700);
    expect(statSync(store.path('one/two')).mode & 0o777).toBe(0o700);
  });

  test.runIf(process.platform === 'linux')('is an error where none can be made, below /proc too', async () => {
    tree.write('a.rb', weak);
    await expect(reviewTree(reviewer(), { cache: '/proc/none/cache' })).rejects.toThrow('as a cache');
  });
});

test('a cache that cannot be used is an error before anything is spent', async () => {
  tree.write('a.rb', weak);
  store.write('file', '');
  const model = reviewer();
  await expect(reviewTree(model, { cache: store.path('file/cache') })).rejects.toThrow('as a cache');
  expect(model.calls).toBe(0);
});

test('a provider that fails in the middle of file 7 of 20: what there was, the bill, and the rest the next time', async () => {
  const size = `${`# ${'x'.repeat(47)}\n`.repeat(500)}`;
  const names = Array.from({ length: 20 }, (_, index) => `f${String(index + 1).padStart(2, '0')}.py`);
  for (const name of names) tree.write(name, `def run(expression):\n    return eval(expression)\n${size}`);
  await using server = await serve();
  server.failAt = 'f07.py';
  const model = createAnthropic({ apiKey: 'sk-test-loopback', baseURL: server.url })('claude-sonnet-4-6');
  const options = { concurrency: 1, verify: 'code', prices: createPriceBook() } as const;
  const first = await reviewTree(model, options);
  expect(first.coverage.notByModel.map(({ file }) => file)).toEqual(names.slice(6));
  expect(first.coverage).toMatchObject({ reviewed: names, failed: [], isComplete: false });
  expect(first.findings).toHaveLength(20);
  expect(first.findings.filter(({ origin }) => origin.includes('llm'))).toHaveLength(6);
  expect(first.providerFailure).toBeDefined();
  expect(exitCodeOf(first, 'none')).toBe(3);
  // Six files of three calls, then a whole call, and one that was cut off after its first words.
  expect(first.tokens).toBe(19 * 1_050 + 1_001);
  expect(first.costUsd).toBeCloseTo(20 * 0.003 + (19 * 50 + 1) * 0.000_015, 10);
  server.failAt = undefined;
  server.seen.clear();
  const second = await reviewTree(model, options);
  expect([...server.seen]).toEqual(names.slice(6));
  expect(second.coverage.isComplete).toBe(true);
  expect(second.findings.every(({ origin }) => origin.length === 2)).toBe(true);
}, 60_000);

/** One event, as the API sends it. */
function event(type: string, fields: { readonly [name: string]: Json }): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

const usage = { input_tokens: 1_000, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1 };
const start = event('message_start', {
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-6',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage,
  },
});

function reply(
  block: { readonly [name: string]: Json },
  delta: { readonly [name: string]: Json },
  stop: string,
): string {
  return [
    start,
    event('content_block_start', { index: 0, content_block: block }),
    event('content_block_delta', { index: 0, delta }),
    event('content_block_stop', { index: 0 }),
    event('message_delta', { delta: { stop_reason: stop, stop_sequence: null }, usage: { output_tokens: 50 } }),
    event('message_stop', {}),
  ].join('');
}

/** What a request of the adapter holds. */
interface Body {
  readonly messages: readonly { readonly role: string; readonly content: readonly { readonly text?: string }[] }[];
}

/** A reviewer behind the API's own wire: it reads, reports, ends; and breaks off in the middle of one file. */
async function serve() {
  const state = { failAt: undefined as string | undefined, seen: new Set<string>(), isDown: false };
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // The adapter sends what its vendor documents.
    const { messages } = JSON.parse(await text(request)) as Body;
    const [name = ''] =
      readAssignment(messages[0]?.content.map(({ text: words = '' }) => words).join('') ?? '')?.files ?? [];
    const turn = messages.filter(({ role }) => role === 'assistant').length;
    state.seen.add(name);
    if (state.failAt === name && state.isDown) {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end('{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (state.failAt === name && turn === 1) {
      state.isDown = true;
      response.write(start, () => setImmediate(() => response.destroy()));
      return;
    }
    if (turn > 1) {
      response.end(reply({ type: 'text', text: '' }, { type: 'text_delta', text: 'Done.' }, 'end_turn'));
      return;
    }
    const input = turn === 0 ? { file_path: name } : { ...found, file_path: name, evidence: 'return eval(expression)' };
    const block = { type: 'tool_use', id: `toolu_${turn}`, name: turn === 0 ? 'Read' : 'ReportFinding', input: {} };
    response.end(reply(block, { type: 'input_json_delta', partial_json: JSON.stringify(input) }, 'tool_use'));
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => response.destroy(error));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new TypeError('A server on a port has an address.');
  return Object.assign(state, {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose](): Promise<void> {
      server.closeAllConnections();
      await new Promise((done) => {
        server.close(done);
      });
    },
  });
}
