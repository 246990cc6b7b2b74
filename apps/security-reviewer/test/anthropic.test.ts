import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Json } from '@harness-sdk/core';
import { createAnthropic } from '@harness-sdk/providers-anthropic';
import { expect, test } from 'vitest';
import { parseReport } from './json-report.ts';
import { runWithModel } from './run-scripted.ts';
import { TemporaryTree } from './temporary-tree.ts';

const modelId = 'claude-sonnet-4-6';
const usage = { input_tokens: 1_000, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1 };

/** One event, as the API sends it. */
function event(type: string, fields: { readonly [name: string]: Json }): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

/** An answer of the API: one block, then its end. */
function reply(
  block: { readonly [name: string]: Json },
  delta: { readonly [name: string]: Json },
  stop: string,
): string {
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: modelId, content: [] };
  return [
    event('message_start', { message: { ...message, stop_reason: null, stop_sequence: null, usage } }),
    event('content_block_start', { index: 0, content_block: block }),
    event('content_block_delta', { index: 0, delta }),
    event('content_block_stop', { index: 0 }),
    event('message_delta', { delta: { stop_reason: stop, stop_sequence: null }, usage: { output_tokens: 50 } }),
    event('message_stop', {}),
  ].join('');
}

function toolUse(id: string, name: string, input: { readonly [name: string]: Json }): string {
  const delta = { type: 'input_json_delta', partial_json: JSON.stringify(input) };
  return reply({ type: 'tool_use', id, name, input: {} }, delta, 'tool_use');
}

function says(words: string): string {
  return reply({ type: 'text', text: '' }, { type: 'text_delta', text: words }, 'end_turn');
}

/** Answers requests on the loopback interface, one reply each, and keeps what was asked. */
async function serve(replies: readonly { readonly status: number; readonly body: string }[]) {
  const requests: string[] = [];
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requests.push(await text(request));
    const { status, body } = replies[requests.length - 1] ?? { status: 500, body: '{}' };
    response.writeHead(status, { 'content-type': status === 200 ? 'text/event-stream' : 'application/json' });
    response.end(body);
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => response.destroy(error));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new TypeError('A server on a port has an address.');
  const model = createAnthropic({ apiKey: 'sk-test-loopback', baseURL: `http://127.0.0.1:${address.port}` })(modelId);
  return {
    model,
    requests,
    async [Symbol.asyncDispose](): Promise<void> {
      server.closeAllConnections();
      await new Promise((done) => {
        server.close(done);
      });
    },
  };
}

const ok = (body: string) => ({ status: 200, body });

test('a model of Anthropic reviews a file over HTTP, and its cost is in the report', async () => {
  using tree = new TemporaryTree({ 'a.rb': 'def run(expression):\n    return eval(expression)\n' });
  await using server = await serve([
    ok(toolUse('toolu_1', 'Read', { file_path: 'a.rb' })),
    ok(
      toolUse('toolu_2', 'ReportFinding', {
        file_path: 'a.rb',
        line: '2',
        severity: 'Critical',
        kind: 'Code Injection',
        cwe: 'CWE-94',
        title: 'eval of a parameter',
        evidence: 'return eval(expression)',
        explanation: 'The expression is whatever the caller passes.',
        recommendation: 'Use `ast.literal_eval`.',
      }),
    ),
    ok(says('One weakness was reported.')),
  ]);
  const { code, stdout, stderr } = await runWithModel(server.model, tree.root);
  expect([code, stderr]).toEqual([1, '']);
  const { reviewer, coverage, findings, usage: used } = parseReport(stdout);
  expect(reviewer).toEqual({ provider: 'anthropic', model: modelId, isLanguageModel: true });
  expect(coverage).toMatchObject({ reviewed: ['a.rb'], isComplete: true });
  expect(findings).toMatchObject([{ ruleId: 'llm/code-injection', severity: 'critical', location: { startLine: 2 } }]);
  // Three calls of 1,000 tokens in, at 3 dollars a million, and 50 out, at 15.
  expect(used).toEqual({ tokens: 3_150, costUsd: expect.closeTo(3 * (0.003 + 0.00075), 10) });
  expect(server.requests[1]).toContain('1\\tdef run(expression):');
});

test('a refused key ends with 4, and is not in the report', async () => {
  using tree = new TemporaryTree({ 'a.rb': 'x = 1\n' });
  const body = '{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}';
  await using server = await serve([{ status: 401, body }]);
  const { code, stdout } = await runWithModel(server.model, tree.root, { parameters: ['.'] });
  expect(code).toBe(4);
  expect(server.requests).toHaveLength(1);
  expect(stdout).toContain('**This review is incomplete:** the provider failed');
  expect(stdout).toContain('Nothing was reviewed.');
  expect(stdout).not.toContain('sk-test-loopback');
});
