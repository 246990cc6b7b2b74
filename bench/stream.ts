// What the loop adds to a model's stream, in microseconds a delta: the same deltas are read from the model alone and
// through run(), in turn, in this one process.
//
//     node --conditions=@harness-sdk/source bench/stream.ts [deltas] [rounds]
import { run, type Model, type ModelEvent, type ModelRequest } from '@harness-sdk/core';
import { say, scriptedModel } from '@harness-sdk/core/testing';

const deltas = Number(process.argv[2] ?? 200_000);
const rounds = Number(process.argv[3] ?? 9);

const request: ModelRequest = {
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Go.' }] }],
  tools: [],
  signal: new AbortController().signal,
};

/** The leanest model there can be: what is left is the loop. */
const leanModel: Model = {
  provider: 'bench',
  id: 'lean',
  info: {},
  async *stream(): AsyncGenerator<ModelEvent> {
    const delta = { type: 'text_delta', text: 'x' } as const;
    for (let count = 0; count < deltas; count++) yield delta;
    yield { type: 'end', stop: 'end', usage: {} };
  },
};

const scripted = (): Model => scriptedModel([[say('x'.repeat(deltas), { chunkSize: 1 })]]);

/** Microseconds a delta of the first and of the second half, as the consumer sees them come. */
interface Halves {
  readonly first: number;
  readonly second: number;
}

async function timeOf<T>(stream: AsyncIterable<T>, isDelta: (item: T) => boolean): Promise<Halves> {
  const start = performance.now();
  let middle = start;
  let count = 0;
  for await (const item of stream) if (isDelta(item) && ++count === deltas / 2) middle = performance.now();
  if (count !== deltas) throw new Error(`Expected ${deltas} deltas, got ${count}.`);
  const perDelta = (ms: number): number => (ms * 1_000) / (deltas / 2);
  return { first: perDelta(middle - start), second: perDelta(performance.now() - middle) };
}

async function compare(name: string, makeModel: () => Model): Promise<void> {
  const direct: Halves[] = [];
  const looped: Halves[] = [];
  for (let round = 0; round < rounds; round++) {
    direct.push(await timeOf(makeModel().stream(request), ({ type }) => type === 'text_delta'));
    const messages = run('Go.', { model: makeModel() });
    looped.push(await timeOf(messages, (message) => message.type === 'text' && message.isPartial));
  }
  const alone = median(direct.map(whole));
  const through = median(looped.map(whole));
  const drift = median(looped.map(({ first, second }) => second / first));
  const figures = [
    `the model alone ${alone.toFixed(3)} µs`,
    `through run() ${through.toFixed(3)} µs`,
    `ratio ${(through / alone).toFixed(2)}`,
    `second half to first ${drift.toFixed(2)}`,
  ];
  console.log(`${name}: ${figures.join(', ')}`);
}

function whole({ first, second }: Halves): number {
  return (first + second) / 2;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

console.log(`${deltas} deltas, median of ${rounds} rounds`);
await compare('scripted model', scripted);
await compare('lean model    ', () => leanModel);
