// Run as a process of its own: parts that fail late, when nobody waits for them any more. It ends by itself, and says
// what nobody has handled.
import {
  defineTool,
  jsonSchema,
  memoryStore,
  run,
  type Model,
  type PermissionPolicy,
  type SessionStore,
  type Tool,
} from '../src/index.ts';
import { call, hang, scriptedModel } from '../src/testing/index.ts';

const unhandled: string[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(String(reason)));
process.on('warning', ({ name }) => unhandled.push(name));

/** Rejects or throws after everybody has left. */
async function failLate(what: string): Promise<never> {
  await new Promise((resolve) => {
    setTimeout(resolve, 20);
  });
  throw new Error(`late: ${what}`);
}

function toolOf(name: string, execute: Tool['execute']): Tool {
  const input = jsonSchema<object>({ type: 'object' }, () => ({ value: {} }));
  return defineTool({ name, description: name, input, accessKinds: [], execute });
}

const inner = scriptedModel(() => [hang()]);
const brokenReturn: Model = {
  provider: 'broken',
  id: 'return',
  info: {},
  stream: (request) => {
    const events = inner.stream(request)[Symbol.asyncIterator]();
    const stream = {
      next: () => events.next(),
      return: () => failLate('model.return'),
      [Symbol.asyncIterator]: () => stream,
    };
    return stream;
  },
};
const lateNext: Model = {
  provider: 'late',
  id: 'next',
  info: {},
  stream: () => {
    const stream = { next: () => failLate('model.next'), [Symbol.asyncIterator]: () => stream };
    return stream;
  },
};

/** A store that holds this many appends. */
function lateStore(capacity: number): SessionStore {
  const memory = memoryStore();
  let appends = 0;
  return {
    append: (id, seq, events) => (++appends > capacity ? failLate('store.append') : memory.append(id, seq, events)),
    read: (id) => memory.read(id),
    delete: (id) => memory.delete(id),
  };
}

const caller = () => scriptedModel([[call('late'), call('late', { again: true })], 'Done.']);
const asks: PermissionPolicy = { decide: () => ({ decision: 'ask', tier: 'mode', reason: 'Who knows?' }) };
const runs: Record<string, () => ReturnType<typeof run>> = {
  'model.return': () => run('Go.', { model: brokenReturn, idleTimeoutMs: 30, retry: { maxAttempts: 1 } }),
  'model.next': () => run('Go.', { model: lateNext }),
  tool: () => run('Go.', { model: caller(), tools: [toolOf('late', () => failLate('tool'))] }),
  invoked: () =>
    run('Go.', {
      model: caller(),
      tools: [
        toolOf('late', (_args, context) => {
          void context.invoke('other', {});
          return failLate('invoker');
        }),
        toolOf('other', () => failLate('invoked')),
      ],
    }),
  generator: () =>
    run('Go.', {
      model: caller(),
      tools: [
        toolOf('late', async function* late() {
          yield 'working';
          return failLate('generator');
        }),
      ],
    }),
  approval: () =>
    run('Go.', {
      model: caller(),
      tools: [toolOf('late', () => 'ran')],
      permissions: asks,
      onApproval: () => failLate('approval'),
    }),
  policy: () =>
    run('Go.', {
      model: caller(),
      tools: [toolOf('late', () => 'ran')],
      permissions: { decide: () => failLate('policy') },
    }),
  store: () => run('Go.', { model: caller(), tools: [toolOf('late', () => 'ran')], session: lateStore(3) }),
  'store after a tool that invokes': () => {
    const invoker = toolOf('late', (_args, context) => {
      void context.invoke('other', {});
      return 'gone';
    });
    return run('Go.', { model: caller(), tools: [invoker, toolOf('other', () => 'ran')], session: lateStore(7) });
  },
  hooks: () => run('Go.', { model: caller(), hooks: { beforeModel: () => failLate('hook') } }),
};

/** Ends of a consumer: how many messages it takes, and how it leaves then. */
const ways = ['abort', 'break', 'read on'] as const;
for (const [name, start] of Object.entries(runs)) {
  for (const way of ways) {
    for (const after of [0, 1, 2, 3, 5]) {
      const pending = start();
      const abort = way === 'abort' ? setTimeout(() => pending.abort(), 2 + after * 3) : undefined;
      try {
        let taken = 0;
        for await (const _message of pending) {
          if (taken++ < after) continue;
          if (way === 'break') break;
          if (way === 'abort') pending.abort();
        }
      } catch (error) {
        if (!/late|sent nothing/.test(String(error))) unhandled.push(`${name} ${way} ${after}: ${String(error)}`);
      } finally {
        clearTimeout(abort);
      }
    }
  }
}
process.on('exit', () => process.stdout.write(JSON.stringify(unhandled)));
