/**
 * What one delta of an answer costs: this adapter against the iterator of the vendor's own client, on the same answer from
 * the same server on loopback, one after the other in one process. Prints a table; asserts nothing.
 *
 *     node --conditions=@harness-sdk/source packages/providers-anthropic/bench/delta-cost.ts [deltas] [rounds]
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Anthropic from '@anthropic-ai/sdk';
import { createAnthropic } from '../src/index.ts';

const deltas = Number(process.argv[2] ?? 50_000);
const rounds = Number(process.argv[3] ?? 7);
const apiKey = 'bench-key';
const modelId = 'claude-haiku-4-5';

const answer = Buffer.from([...frames()].join(''));
const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
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
const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const runs = { transport: drain, adapter: runAdapter, vendor: runVendor };
const microseconds: Record<keyof typeof runs, number[]> = { transport: [], adapter: [], vendor: [] };
for (let round = 0; round <= rounds; round++) {
  for (const name of ['transport', 'adapter', 'vendor'] as const) {
    const start = performance.now();
    await runs[name]();
    // The first round warms up.
    if (round > 0) microseconds[name].push(((performance.now() - start) * 1000) / deltas);
  }
}
server.close();
server.closeAllConnections();

const median = (values: number[]) => values.toSorted((left, right) => left - right)[values.length >> 1] ?? Number.NaN;
const cost = {
  transport: median(microseconds.transport),
  adapter: median(microseconds.adapter),
  vendor: median(microseconds.vendor),
};
console.log(`${deltas} deltas, median of ${rounds} rounds, Node ${process.version}`);
for (const [name, value] of Object.entries(cost)) console.log(`${name.padEnd(10)} ${value.toFixed(2)} µs a delta`);
console.log(`vendor / adapter                   ${(cost.vendor / cost.adapter).toFixed(2)}`);
const ownOnly = (cost.vendor - cost.transport) / (cost.adapter - cost.transport);
console.log(`the same without the transport     ${ownOnly.toFixed(2)}`);

function* frames(): Generator<string> {
  const frame = (type: string, rest: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
  const usage = { input_tokens: 10, output_tokens: 1 };
  yield frame('message_start', {
    message: { id: 'msg_bench', type: 'message', role: 'assistant', content: [], model: modelId, usage },
  });
  yield frame('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
  for (let index = 0; index < deltas; index++) {
    yield frame('content_block_delta', { index: 0, delta: { type: 'text_delta', text: ` word ${index}` } });
  }
  yield frame('content_block_stop', { index: 0 });
  yield frame('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: deltas } });
  yield frame('message_stop', {});
}

async function drain(): Promise<void> {
  const response = await fetch(`${baseURL}/v1/messages`, { method: 'POST', body: '{}' });
  const reader = response.body?.getReader();
  while (reader && !(await reader.read()).done);
}

async function runAdapter(): Promise<void> {
  const model = createAnthropic({ apiKey, baseURL })(modelId);
  const { signal } = new AbortController();
  let count = 0;
  for await (const event of model.stream({ messages: [userMessage()], tools: [], signal })) {
    if (event.type === 'text_delta') count++;
  }
  check(count);
}

function userMessage() {
  return { role: 'user', content: [{ type: 'text', text: 'Hello' }] } as const;
}

async function runVendor(): Promise<void> {
  const client = new Anthropic({ apiKey, baseURL, maxRetries: 0, openTelemetry: false, logLevel: 'off' });
  const stream = await client.messages.create({
    model: modelId,
    max_tokens: 1024,
    stream: true,
    messages: [{ role: 'user', content: 'Hello' }],
  });
  let count = 0;
  for await (const event of stream) if (event.type === 'content_block_delta') count++;
  check(count);
}

function check(count: number): void {
  if (count !== deltas) throw new Error(`Expected ${deltas} deltas, got ${count}.`);
}
