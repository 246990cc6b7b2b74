/**
 * What one delta of an answer costs: this adapter against the iterator of the vendor's own client, on the same answer from
 * the same server on loopback, one after the other in one process, for each of the two APIs. Prints tables; asserts nothing.
 *
 *     node --conditions=@harness-sdk/source packages/providers-openai/bench/delta-cost.ts [deltas] [rounds]
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OpenAI } from 'openai';
import { createOpenAI } from '../src/index.ts';

const deltas = Number(process.argv[2] ?? 50_000);
const rounds = Number(process.argv[3] ?? 7);
const apiKey = 'bench-key';
const modelId = 'gpt-of-bench';
const id = 'msg_00592e63e61b66660169fab1bada8481a28ef92eb62c168ead';

const answers = {
  responses: Buffer.from([...responseFrames()].join('')),
  chat: Buffer.from([...chatFrames()].join('')),
};
const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    const answer = request.url?.endsWith('/responses') ? answers.responses : answers.chat;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    // As a socket would cut it: neither at events nor at lines.
    for (let at = 0; at < answer.length; at += 16_000) response.write(answer.subarray(at, at + 16_000));
    response.end();
  });
});
await new Promise<void>((resolve) => {
  server.listen(0, '127.0.0.1', resolve);
});
// It listens on a port, so it has an address of this kind.
const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;

for (const api of ['responses', 'chat'] as const) {
  const runs = { transport: () => drain(api), adapter: () => runAdapter(api), vendor: () => runVendor(api) };
  const microseconds: Record<keyof typeof runs, number[]> = { transport: [], adapter: [], vendor: [] };
  for (let round = 0; round <= rounds; round++) {
    for (const name of ['transport', 'adapter', 'vendor'] as const) {
      const start = performance.now();
      await runs[name]();
      // The first round warms up.
      if (round > 0) microseconds[name].push(((performance.now() - start) * 1000) / deltas);
    }
  }
  print(api, {
    transport: median(microseconds.transport),
    adapter: median(microseconds.adapter),
    vendor: median(microseconds.vendor),
  });
}
server.close();
server.closeAllConnections();

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[values.length >> 1] ?? Number.NaN;
}

function print(
  api: string,
  cost: { readonly transport: number; readonly adapter: number; readonly vendor: number },
): void {
  console.log(`${api}: ${deltas} deltas, median of ${rounds} rounds, Node ${process.version}`);
  for (const [name, value] of Object.entries(cost)) console.log(`${name.padEnd(10)} ${value.toFixed(2)} µs a delta`);
  console.log(`vendor / adapter                   ${(cost.vendor / cost.adapter).toFixed(2)}`);
  const ownOnly = (cost.vendor - cost.transport) / (cost.adapter - cost.transport);
  console.log(`the same without the transport     ${ownOnly.toFixed(2)}\n`);
}

function* responseFrames(): Generator<string> {
  const frame = (type: string, rest: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
  const response = { id: 'resp_bench', object: 'response', status: 'in_progress', model: modelId, output: [] };
  yield frame('response.created', { response });
  yield frame('response.output_item.added', { output_index: 0, item: { id, type: 'message', content: [] } });
  for (let index = 0; index < deltas; index++) {
    const place = { item_id: id, output_index: 0, content_index: 0, sequence_number: index + 2 };
    const delta = { delta: ` word ${index}`, logprobs: [], obfuscation: 'mZhSFjZXJr0X' };
    yield frame('response.output_text.delta', { ...place, ...delta });
  }
  const text = Array.from({ length: deltas }, (_, index) => ` word ${index}`).join('');
  const item = {
    id,
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text }],
  };
  yield frame('response.output_item.done', { output_index: 0, item });
  const usage = { input_tokens: 10, output_tokens: deltas, total_tokens: deltas + 10 };
  yield frame('response.completed', { response: { ...response, status: 'completed', usage } });
}

function* chatFrames(): Generator<string> {
  const head = { id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1778037177, model: modelId };
  const frame = (rest: object) => `data: ${JSON.stringify({ ...head, ...rest })}\n\n`;
  for (let index = 0; index < deltas; index++) {
    const choice = { index: 0, delta: { content: ` word ${index}` }, logprobs: null, finish_reason: null };
    yield frame({ choices: [choice], usage: null, obfuscation: 'eiSTb37Y5GU0V' });
  }
  yield frame({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  yield frame({ choices: [], usage: { prompt_tokens: 10, completion_tokens: deltas, total_tokens: deltas + 10 } });
  yield 'data: [DONE]\n\n';
}

async function drain(api: 'responses' | 'chat'): Promise<void> {
  const path = api === 'chat' ? 'chat/completions' : 'responses';
  const response = await fetch(`${baseURL}/${path}`, { method: 'POST', body: '{}' });
  const reader = response.body?.getReader();
  while (reader && !(await reader.read()).done);
}

async function runAdapter(api: 'responses' | 'chat'): Promise<void> {
  const model = createOpenAI({ apiKey, baseURL, api })(modelId);
  const { signal } = new AbortController();
  const messages = [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }] as const;
  let count = 0;
  for await (const event of model.stream({ messages, tools: [], signal })) if (event.type === 'text_delta') count++;
  check(count);
}

async function runVendor(api: 'responses' | 'chat'): Promise<void> {
  const client = new OpenAI({ apiKey, baseURL, maxRetries: 0, logLevel: 'off' });
  let count = 0;
  if (api === 'responses') {
    const stream = await client.responses.create({ model: modelId, stream: true, input: 'Hello' });
    for await (const event of stream) if (event.type === 'response.output_text.delta') count++;
  } else {
    const messages = [{ role: 'user', content: 'Hello' } as const];
    const stream = await client.chat.completions.create({ model: modelId, stream: true, messages });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) count++;
  }
  check(count);
}

function check(count: number): void {
  if (count !== deltas) throw new Error(`Expected ${deltas} deltas, got ${count}.`);
}
