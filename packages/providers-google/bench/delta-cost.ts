/**
 * What one delta of an answer costs: this adapter against the iterator of the vendor's own client, on the same answer from
 * the same server on loopback, one after the other in one process. Prints a table; asserts nothing.
 *
 *     node --conditions=@harness-sdk/source packages/providers-google/bench/delta-cost.ts [deltas] [rounds]
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GoogleGenAI } from '@google/genai/web';
import { createGoogle } from '../src/index.ts';

const deltas = Number(process.argv[2] ?? 20_000);
const rounds = Number(process.argv[3] ?? 7);
const apiKey = 'bench-key';
const modelId = 'gemini-2.5-flash';

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
  const frame = (text: string, finish: object) => {
    const candidate = { content: { parts: [{ text }], role: 'model' }, index: 0, ...finish };
    const usageMetadata = { promptTokenCount: 10, candidatesTokenCount: 1, totalTokenCount: 11 };
    const event = { candidates: [candidate], usageMetadata, modelVersion: modelId, responseId: 'bench' };
    return `data: ${JSON.stringify(event)}\r\n\r\n`;
  };
  for (let index = 1; index < deltas; index++) yield frame(` word ${index}`, {});
  yield frame(' end', { finishReason: 'STOP' });
}

async function drain(): Promise<void> {
  const response = await fetch(`${baseURL}/v1/models`, { method: 'POST', body: '{}' });
  const reader = response.body?.getReader();
  while (reader && !(await reader.read()).done);
}

async function runAdapter(): Promise<void> {
  const model = createGoogle({ apiKey, baseURL })(modelId);
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
  const client = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: baseURL } });
  const config = { automaticContinuation: false };
  let count = 0;
  for await (const event of await client.models.generateContentStream({ model: modelId, contents: 'Hello', config })) {
    if (event.candidates?.[0]?.content?.parts?.[0]?.text) count++;
  }
  check(count);
}

function check(count: number): void {
  if (count !== deltas) throw new Error(`Expected ${deltas} deltas, got ${count}.`);
}
