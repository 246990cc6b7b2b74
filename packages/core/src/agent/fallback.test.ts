import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { logOf } from '../../test/log-of.ts';
import { defineTool } from '../define-tool.ts';
import type { ModelErrorKind } from '../errors.ts';
import type { Model } from '../model.ts';
import type { PermissionPolicy } from '../permission.ts';
import type { PriceBook } from '../price.ts';
import { memoryStore } from '../session/memory-store.ts';
import {
  atEvent,
  call,
  checkStream,
  collect,
  cut,
  fail,
  hang,
  reportUsage,
  say,
  scriptedModel,
  stopWith,
  think,
  virtualClock,
  type CollectedRun,
  type Script,
  type ScriptedModelOptions,
} from '../testing/index.ts';
import { inProcess } from './in-process-durable.ts';
import type { RunOptions } from './options.ts';
import { resume, run } from './run.ts';

const add = defineTool({
  name: 'add',
  description: 'Adds.',
  input: z.object({ a: z.number(), b: z.number() }),
  accessKinds: [],
  execute: ({ a, b }) => String(a + b),
});
const retry = { maxAttempts: 2, baseDelayMs: 10 };
const down = (kind: ModelErrorKind = 'overloaded') => [fail(kind)];

function model(id: string, script: Script, options: ScriptedModelOptions = {}) {
  return scriptedModel(script, { id, ...options });
}

async function play(choice: RunOptions['model'], options: Partial<RunOptions> = {}) {
  const clock = virtualClock();
  const durable = inProcess({ clock });
  const collected = await collect(run('Go.', { model: choice, tools: [add], retry, durable, ...options }));
  checkStream(collected.messages);
  expect(clock.pendingTimers).toBe(0);
  return collected;
}

function switches({ messages }: Pick<CollectedRun, 'messages'>) {
  return messages.flatMap((message) =>
    message.type === 'system' && message.subtype === 'model_switch' ? [message.data] : [],
  );
}

describe('a model that fails', () => {
  test.each<ModelErrorKind>(['overloaded', 'rate_limit', 'server', 'network', 'timeout', 'malformed_output'])(
    'with %s gives way to the next one after its retries',
    async (kind) => {
      const [first, second] = [model('a', () => down(kind)), model('b', ['Done.'])];
      const played = await play([first, second]);
      expect(played.result).toMatchObject({ stopReason: 'end_turn', text: 'Done.', turns: 1 });
      expect([first.calls, second.calls]).toEqual([2, 1]);
      expect(switches(played)).toMatchObject([
        { turn: 1, from: { id: 'a' }, to: { id: 'b' }, reason: 'failure', error: { kind }, passedOver: [] },
      ]);
      expect(played.error).toBeUndefined();
    },
  );

  test.each<ModelErrorKind>(['quota'])('with %s gives way at once', async (kind) => {
    const [first, second] = [model('a', () => down(kind)), model('b', ['Done.'])];
    const { result } = await play([first, second]);
    expect([result?.text, first.calls, second.calls]).toEqual(['Done.', 1, 1]);
  });

  test.each<ModelErrorKind>(['invalid_request', 'content_filter', 'protocol'])(
    'with %s fails, because another one would or should too, unless `on` names it',
    async (kind) => {
      const alone = model('b', ['Done.']);
      const failed = await play([model('a', () => down(kind)), alone]);
      expect([failed.result?.error?.kind, alone.calls, switches(failed)]).toEqual([kind, 0, []]);
      const { result } = await play([model('a', () => down(kind)), alone], { fallback: { on: [kind] } });
      expect(result?.text).toBe('Done.');
    },
  );

  test('with auth gives way to a model of another provider only: its own has the same key', async () => {
    const sibling = model('b', ['Never.']);
    const other = model('c', ['Done.'], { provider: 'elsewhere' });
    const played = await play([model('a', () => down('auth')), sibling, other]);
    expect([played.result?.text, sibling.calls]).toEqual(['Done.', 0]);
    const same = await play([model('a', () => down('auth')), sibling]);
    expect(same.error).toMatchObject({ kind: 'auth' });
  });

  test('voids what it had shown: the attempt rises, and the whole text is that of the other', async () => {
    const half = () => [say('Half an answer', { chunkSize: 4 }), atEvent(2, cut())];
    const played = await play([model('a', half), model('b', ['Whole.'])]);
    expect(played.texts).toEqual(['Whole.']);
    const attempts = played.ofType('text').map(({ attempt, text }) => `${attempt} ${text}`);
    expect(attempts).toEqual(['1 Half', '1  an ', '2 Half', '2  an ', '3 Whole.', '3 Whole.']);
  });

  test('leaves its error where the others fail too, each with its own retries', async () => {
    const all = ['a', 'b', 'c'].map((id) => model(id, () => down('server')));
    const played = await play(all);
    expect(all.map(({ calls }) => calls)).toEqual([2, 2, 2]);
    expect(played.result).toMatchObject({ stopReason: 'error', error: { kind: 'server' } });
    expect(played.error?.message).toBe(played.result?.error?.message);
    expect(switches(played).map(({ from, to }) => `${from.id} ${to.id}`)).toEqual(['a b', 'b c']);
  });

  test('is not called again in the run, and its calls and their costs count', async () => {
    const prices: PriceBook = {
      price: ({ input = 0, output = 0 }, { id }) => ({
        usd: (input + output) * (id === 'a' ? 1 : 10),
        basis: 'catalog',
      }),
    };
    const first = model('a', [
      [call('add', { a: 1, b: 2 }), reportUsage({ input: 10, output: 5 })],
      [reportUsage({ input: 7, output: 1 }), 'Half', fail('quota')],
    ]);
    const second = model('b', [
      [call('add', { a: 3, b: 4 }), reportUsage({ input: 20, output: 2 })],
      ['Done.', reportUsage({ input: 30, output: 3 })],
    ]);
    const played = await play([first, second], { prices });
    expect(played.toolResults.map(({ content }) => content)).toEqual(['3', '7']);
    expect(played.result).toMatchObject({ turns: 3, totalCost: 15 + 8 + 220 + 330, totalTokens: 78 });
    expect(played.result?.usageByModel).toMatchObject({
      'scripted/a': { calls: 2, cost: { usd: 23 }, usage: { input: 17, output: 6 } },
      'scripted/b': { calls: 2, cost: { usd: 550 }, usage: { input: 50, output: 5 } },
    });
  });

  test('is tried again at the next prompt', async () => {
    const session = memoryStore();
    const first = model('a', [down('quota'), 'Back.']);
    const second = model('b', ['Instead.']);
    const options = { session, sessionId: 's' };
    expect((await play([first, second], options)).result?.text).toBe('Instead.');
    const again = await play([first, second], options);
    expect([again.result?.text, switches(again)]).toEqual(['Back.', []]);
  });
});

describe('a refusal', () => {
  test('ends the run, unless `on` names it: then another one is asked, and sees nothing of it', async () => {
    const refuses = () => ['I will not.', stopWith('refusal')];
    const second = model('b', ['Sure.']);
    const refused = await play([model('a', refuses), second]);
    expect([refused.result?.stopReason, second.calls]).toEqual(['refusal', 0]);
    const played = await play([model('a', refuses), second], { fallback: { on: ['refusal'] } });
    expect(played.result).toMatchObject({ stopReason: 'end_turn', text: 'Sure.', turns: 2 });
    expect(switches(played)).toMatchObject([{ turn: 2, reason: 'refusal', to: { id: 'b' } }]);
    expect(second.requests[0]?.messages).toHaveLength(1);
  });

  test('by all ends the run as a refusal, and so does one in the last turn', async () => {
    const refuses = (id: string) => model(id, () => ['No.', stopWith('refusal')]);
    const fallback = { on: ['refusal' as const] };
    expect((await play([refuses('a'), refuses('b')], { fallback })).result?.stopReason).toBe('refusal');
    const limited = await play([refuses('a'), refuses('b')], { fallback, budget: { maxTurns: 1 } });
    expect(limited.result).toMatchObject({ stopReason: 'refusal', turns: 1 });
  });
});

describe('a request that is too long', () => {
  const windowed = (id: string, script: Script, contextWindow?: number) =>
    model(id, script, contextWindow === undefined ? {} : { info: { contextWindow } });

  test('goes to the model with a larger window, not to a smaller one', async () => {
    const small = windowed('b', ['Never.'], 50_000);
    const large = windowed('c', ['Done.'], 1_000_000);
    const played = await play([windowed('a', () => down('context_overflow'), 100_000), small, large]);
    expect([played.result?.text, small.calls, large.calls]).toEqual(['Done.', 0, 1]);
  });

  test('goes to one whose window is not known only where nothing can be left out of it', async () => {
    const unknown = windowed('b', ['Done.']);
    const played = await play([windowed('a', () => down('context_overflow'), 100_000), unknown], { compaction: false });
    expect(played.result?.text).toBe('Done.');
    const smaller = await play([windowed('a', () => down('context_overflow'), 100_000), windowed('b', [], 10)]);
    expect(smaller.result?.error?.kind).toBe('context_overflow');
  });

  test('for the window of the model that takes over is made shorter first', async () => {
    const long = 'x'.repeat(30_000);
    const history = Array.from({ length: 6 }, (_, index) => ({
      role: index % 2 === 0 ? ('user' as const) : ('assistant' as const),
      content: [{ type: 'text' as const, text: `${index} ${long}` }],
    }));
    const small = windowed(
      'b',
      ({ maxOutputTokens }) => (maxOutputTokens === undefined ? 'Done.' : '## Goal\nGo.'),
      30_000,
    );
    const played = await play([windowed('a', () => down('quota'), 1_000_000), small], { history });
    expect(played.result).toMatchObject({ stopReason: 'end_turn', text: 'Done.', turns: 1 });
    expect(played.ofType('compaction')).toHaveLength(1);
    const last = small.requests.at(-1);
    expect(JSON.stringify(last?.messages).length / 4).toBeLessThan(30_000);
  });
});

describe('a model without a price', () => {
  const prices: PriceBook = {
    price: ({ input = 0, output = 0 }, { id }) =>
      id === 'b' ? undefined : { usd: (input + output) / 1e6, basis: 'catalog' },
  };

  test('is passed over under `maxCost`, and the stream says why', async () => {
    const [unpriced, third] = [model('b', ['Never.']), model('c', ['Done.'])];
    const played = await play([model('a', () => down('quota')), unpriced, third], { prices, budget: { maxCost: 1 } });
    expect([played.result?.text, unpriced.calls]).toEqual(['Done.', 0]);
    expect(switches(played)).toMatchObject([{ to: { id: 'c' }, passedOver: [{ id: 'b', reason: 'unpriced' }] }]);
    expect(played.result?.totalCost).toBeGreaterThan(0);
  });

  test('is called where there is no `maxCost`, and makes the cost unknown', async () => {
    const { result } = await play([model('a', () => down('quota')), model('b', ['Done.'])], { prices });
    expect(result).toMatchObject({ text: 'Done.', totalCost: undefined });
  });

  test('that a router chooses under `maxCost` ends the run before it is called', async () => {
    const unpriced = model('b', ['Never.']);
    const { result } = await play(() => unpriced, { prices, budget: { maxCost: 1 } });
    expect([result?.stopReason, result?.limit, unpriced.calls]).toEqual(['budget', 'maxCost', 0]);
  });

  test('cannot come first in a list', () => {
    const choice = [model('b', []), model('c', [])];
    expect(() => run('Go.', { model: choice, prices, budget: { maxCost: 1 } })).toThrow(
      /needs a price for "scripted\/b"/,
    );
  });

  test('and the clamp is that of the model that is called', async () => {
    const dear: PriceBook = {
      price: ({ input = 0, output = 0 }, { id }) => ({
        usd: (input + output) * (id === 'a' ? 1e-6 : 1e-3),
        basis: 'catalog',
      }),
    };
    const second = model('b', ['Never.']);
    const { result } = await play([model('a', () => down('quota')), second], {
      prices: dear,
      budget: { maxCost: 0.5 },
    });
    expect([result?.stopReason, result?.limit, second.calls]).toEqual(['budget', 'maxCost', 0]);
  });
});

describe('a model that fails again and again', () => {
  test('is left alone for a while, then tried once, and taken back where it answers', async () => {
    const clock = virtualClock();
    let isUp = false;
    const first = model('a', () => (isUp ? 'Back.' : down('server')));
    const second = model('b', () => 'Instead.');
    const session = memoryStore();
    const prompt = async () => {
      const calls = first.calls;
      const options = {
        session,
        sessionId: 's',
        durable: inProcess({ clock }),
        fallback: { breakAfter: 3, breakForMs: 60_000 },
      };
      const played = await play([first, second], options);
      const reasons = switches(played).map(
        ({ reason, passedOver }) => `${reason} ${passedOver.map(({ id }) => id).join()}`,
      );
      return [played.result?.text, first.calls - calls, ...reasons];
    };
    expect(await prompt()).toEqual(['Instead.', 2, 'failure ']);
    // The third failure opens the circuit: no retry of a call that will fail.
    expect(await prompt()).toEqual(['Instead.', 1, 'failure ']);
    expect(await prompt()).toEqual(['Instead.', 0, 'unhealthy a']);
    await clock.advance(60_000);
    expect(await prompt()).toEqual(['Instead.', 1, 'failure ']);
    expect(await prompt()).toEqual(['Instead.', 0, 'unhealthy a']);
    await clock.advance(60_000);
    isUp = true;
    expect(await prompt()).toEqual(['Back.', 1]);
    isUp = false;
    expect(await prompt()).toEqual(['Instead.', 2, 'failure ']);
  });

  test('is called all the same where there is no other that is not left alone', async () => {
    const clock = virtualClock();
    const both = ['a', 'b'].map((id) => model(id, ({ messages }) => (messages.length > 1 ? 'Up.' : down('server'))));
    const session = memoryStore();
    const options = { session, sessionId: 's', durable: inProcess({ clock }), fallback: { breakAfter: 2 } };
    expect((await play(both, options)).result?.stopReason).toBe('error');
    const again = await play(both, options);
    expect([again.result?.text, ...both.map(({ calls }) => calls)]).toEqual(['Up.', 3, 2]);
  });

  test('goes on with its retries where there is no other at all', async () => {
    const first = model('a', () => down('server'));
    await play(() => first, { fallback: { breakAfter: 1 }, retry: { maxAttempts: 4, baseDelayMs: 1 } });
    expect(first.calls).toBe(4);
  });
});

describe('a router', () => {
  test('chooses for each turn, and is told where the run stands', async () => {
    const [cheap, good] = [model('cheap', ['Thought.']), model('good', [[call('add', { a: 1, b: 2 })]])];
    const seen: unknown[] = [];
    const played = await play((context) => {
      const { turn, isLastTurn, messages, totalTokens, current } = context;
      seen.push([turn, isLastTurn, messages.map(({ role }) => role).join(), totalTokens > 0, current?.id]);
      return turn === 1 ? good : [cheap, good];
    });
    expect(played.result).toMatchObject({ text: 'Thought.', turns: 2 });
    expect(seen).toEqual([
      [1, false, 'user', false, undefined],
      [2, false, 'user,assistant,tool', true, 'good'],
    ]);
    expect(switches(played)).toMatchObject([{ turn: 2, reason: 'router', from: { id: 'good' }, to: { id: 'cheap' } }]);
    expect(Object.keys(played.result?.usageByModel ?? {})).toEqual(['scripted/good', 'scripted/cheap']);
  });

  test('may name others for when its choice fails; they are for that turn', async () => {
    const [first, second] = [model('a', [down('quota'), 'Done.']), model('b', [[call('add', { a: 1, b: 2 })]])];
    const asked: number[] = [];
    const played = await play(({ turn }) => {
      asked.push(turn);
      return [first, second];
    });
    expect(played.result?.text).toBe('Done.');
    expect(asked).toEqual([1, 2]);
    expect(switches(played).map(({ reason, to }) => `${reason} ${to.id}`)).toEqual(['failure b', 'router a']);
  });

  test.each<[string, () => Model, RegExp]>([
    [
      'throws',
      () => {
        throw new Error('no idea');
      },
      /router failed: no idea/,
    ],
    // What a caller without types can do.
    ['gives no model', () => ({ id: 'x' }) as unknown as Model, /router failed: Expected `model\[0\]`/],
    ['gives a promise', () => Promise.resolve(model('a', [])) as unknown as Model, /router failed: Expected/],
    ['gives none', () => [] as unknown as Model, /router failed: .*an empty list/],
  ])('that %s ends the run', async (_name, router, message) => {
    const { result, error } = await play(router);
    expect(result).toMatchObject({ stopReason: 'error', turns: 0 });
    expect(error).toMatchObject({ code: 'hook_failed', message: expect.stringMatching(message) });
  });
});

describe('the other model', () => {
  test('gets the history as it was: each message says which model wrote it, and ids stay unique', async () => {
    const first = model(
      'a',
      [[think('Hm.', { native: { signature: 's' } }), call('add', { a: 1, b: 2 })], down('quota')],
      {
        info: { nativeScope: 'prefix' },
      },
    );
    const second = model('b', [[call('add', { a: 3, b: 4 }, { id: 'call_1' })], 'Done.'], { provider: 'elsewhere' });
    const played = await play([first, second]);
    expect(played.result?.text).toBe('Done.');
    const written = second.requests[1]?.messages.filter((message) => message.role === 'assistant');
    expect(written?.map(({ origin }) => origin?.model)).toEqual(['a', 'b']);
    expect(played.toolUses.map(({ id }) => id)).toEqual(['call_1', 'call_1_2']);
    expect(written?.[0]?.content[0]).toMatchObject({ type: 'thinking', native: { signature: 's' } });
  });

  test('is not called after an abort', async () => {
    const second = model('b', ['Never.']);
    const running = run('Go.', { model: [model('a', [['Half', hang()]]), second] });
    const messages = [];
    for await (const message of running) {
      messages.push(message);
      if (message.type === 'text') running.abort();
    }
    checkStream(messages);
    expect([messages.at(-1), second.calls]).toMatchObject([{ stopReason: 'aborted' }, 0]);
    const slow = run('Go.', { model: [model('a', () => down('quota')), second] });
    for await (const message of slow) if (message.type === 'system' && message.subtype === 'model_switch') slow.abort();
    expect(second.calls).toBe(0);
  });

  test('goes on after a death at any event', async () => {
    const make = (skip: number) => {
      const first = model('a', [[call('add', { a: 1, b: 2 })], down('quota')].slice(Math.min(skip, 1)));
      const turns = [[call('add', { a: 3, b: 4 })], 'Done.'] as const;
      return { first, second: model('b', turns.slice(Math.max(0, skip - 1))) };
    };
    const session = memoryStore();
    const whole = make(0);
    await play([whole.first, whole.second], { session, sessionId: 's' });
    const log = await logOf(session, 's');
    const switchedAt = log.findIndex(({ type }) => type === 'model_switched') + 1;
    expect(switchedAt).toBeGreaterThan(0);
    for (let length = 2; length < log.length; length++) {
      const left = memoryStore();
      await left.append('s', 0, log.slice(0, length));
      const turns = log.slice(0, length).filter(({ type }) => type === 'model_finished').length;
      const { first, second } = make(turns);
      const durable = inProcess({ clock: virtualClock() });
      const again = await collect(resume('s', { model: [first, second], tools: [add], session: left, retry, durable }));
      checkStream(again.messages, { isContinuation: true });
      expect(again.result).toMatchObject({ stopReason: 'end_turn', text: 'Done.', turns: 3 });
      const callsOfFirst = length >= switchedAt ? 0 : first.calls;
      expect(first.calls).toBe(callsOfFirst);
    }
  });
});

describe('options', () => {
  const one = model('a', []);
  test.each<[string, unknown, RegExp]>([
    ['an empty list', { model: [] }, /an empty list/],
    ['the same model twice', { model: [one, one] }, /Two models of run are "scripted\/a"/],
    ['something else in the list', { model: [one, 'b'] }, /`model\[1\]` of run to be a Model, got string/],
    ['an unknown kind', { model: one, fallback: { on: ['bad_luck'] } }, /`fallback\.on\[0\]`.*"bad_luck"/],
    ['a limit that is none', { model: one, fallback: { breakAfter: 0 } }, /`fallback\.breakAfter`/],
  ])('with %s are wrong', (_name, options, message) => {
    // What a caller without types can do.
    expect(() => run('Go.', options as RunOptions)).toThrow(message);
  });
});

describe('a sub-agent', () => {
  const permissions: PermissionPolicy = { decide: () => ({ decision: 'allow', tier: 'mode', reason: 'Allowed.' }) };
  const agents = { helper: { description: 'Helps.' } };
  const task = call('Task', { agent: 'helper', prompt: 'Help.' });

  test('has the models of its parent, unless it names its own', async () => {
    const first = model('a', [[task], down('quota'), down('quota')]);
    const second = model('b', ['I helped.', 'Done.']);
    const inherited = await play([first, second], { agents, permissions });
    expect(inherited.result?.text).toBe('Done.');
    expect(switches(inherited)).toHaveLength(2);

    const own = [model('c', () => down('quota')), model('d', ['I helped.'])];
    const named = await play(model('a', [[task], 'Done.']), {
      agents: { helper: { description: 'Helps.', model: own } },
      permissions,
    });
    expect(named.toolResults).toContainEqual(expect.objectContaining({ name: 'Task', content: 'I helped.' }));
    expect(Object.keys(named.result?.usageByModel ?? {})).toEqual(['scripted/a', 'scripted/c', 'scripted/d']);
  });

  test('with models that are none is refused', () => {
    const wrong = { helper: { description: 'Helps.', model: [] } };
    expect(() => run('Go.', { model: model('a', []), agents: wrong })).toThrow(
      /`agents\.helper\.model`.*an empty list/,
    );
  });
});
