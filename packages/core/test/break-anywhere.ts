// Run as a process of its own: it breaks out of a run at each of its messages in turn, and then has nothing left to
// wait for. Every timer in it is an hour long.
import { defineTool, jsonSchema, run, type Message } from '../src/index.ts';
import { call, fail, say, scriptedModel, think } from '../src/testing/index.ts';

const hourMs = 3_600_000;

function start() {
  const worker = defineTool({
    name: 'worker',
    description: 'Shows progress, and works for an hour the second time, or until its signal fires.',
    input: jsonSchema<{ long?: boolean }>({ type: 'object' }, (value) => ({ value: value as { long?: boolean } })),
    accessKinds: ['execute'],
    async *execute({ long = false }, { signal }) {
      yield 'working';
      if (!long) return 'done';
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, hourMs);
        signal.addEventListener('abort', () => {
          clearTimeout(timer);
          resolve();
        });
      });
      return 'stopped';
    },
  });
  const model = scriptedModel([
    [think('Hm.', { chunkSize: 1 }), say('Let me see.', { chunkSize: 4 }), call('worker'), call('nobody')],
    [fail('overloaded', { retryAfterMs: 1 })],
    [call('worker', { long: true })],
  ]);
  const pending = run('Go.', {
    model,
    tools: [worker],
    permissions: { decide: () => ({ decision: 'ask', tier: 'mode', reason: 'Asked for each call.' }) },
    onApproval: () => true,
    budget: { maxDurationMs: hourMs, maxTurns: 3, maxTokens: 1_000_000 },
    retry: { baseDelayMs: hourMs },
    signal: new AbortController().signal,
  });
  return { model, pending };
}

const kindOf = (message: Message): string => (message.type === 'system' ? message.subtype : message.type);
const kinds = new Set<string>();
const left: string[] = [];
for (let at = 0, isOver = false; !isOver; at++) {
  const { model, pending } = start();
  let taken = 0;
  let calls = 0;
  let last: Message | undefined;
  for await (const message of pending) {
    last = message;
    calls = model.calls;
    if (taken++ === at) break;
  }
  if (last !== undefined) kinds.add(kindOf(last));
  if (model.calls !== calls) left.push(`message ${at}: a model was called after the break`);
  if (model.openStreams !== 0) left.push(`message ${at}: ${model.openStreams} open streams`);
  const resources = process.getActiveResourcesInfo().filter((name) => name === 'Timeout');
  if (resources.length > 0) left.push(`message ${at}: ${resources.length} timers`);
  // What the long call is waiting for comes no more; breaking at its progress is the last way out.
  isOver = last?.type === 'system' && last.subtype === 'tool_progress' && model.calls === 3;
}
process.on('exit', () => process.stdout.write(JSON.stringify({ kinds: [...kinds].toSorted(), left })));
