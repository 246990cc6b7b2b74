// Run as a process of its own: it breaks out of a run whose tool is working, and then has nothing left to wait for.
import { defineTool, jsonSchema, run } from '../src/index.ts';
import { call, scriptedModel } from '../src/testing/index.ts';

const worker = defineTool({
  name: 'worker',
  description: 'Works for an hour, or until its signal fires.',
  input: jsonSchema<object>({ type: 'object' }, () => ({ value: {} })),
  accessKinds: [],
  async *execute(_args, { signal }) {
    yield 'working';
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 3_600_000);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
    return 'stopped';
  },
});

const model = scriptedModel([[call('worker')], 'Never asked for.']);
const { signal } = new AbortController();
for await (const message of run('Go.', { model, tools: [worker], signal, budget: { maxDurationMs: 3_600_000 } })) {
  if (message.type === 'system' && message.subtype === 'tool_progress') break;
}
process.stdout.write(JSON.stringify({ modelCalls: model.calls, openStreams: model.openStreams }));
