import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { checkRequests } from '../../test/check-run.ts';
import { logOf } from '../../test/log-of.ts';
import { defineTool } from '../define-tool.ts';
import { OptionError } from '../errors.ts';
import type { Message, Run, SteerReceipt } from '../message.ts';
import { memoryStore } from '../session/memory-store.ts';
import type { SessionStore } from '../session/store.ts';
import type { Tool } from '../tool.ts';
import type { UserMessage } from '../transcript.ts';
import {
  call,
  checkStream,
  collect,
  fail,
  hang,
  scriptedModel,
  stopWith,
  virtualClock,
  waitFor,
  type Script,
  type ScriptPart,
} from '../testing/index.ts';
import { inProcess } from './in-process-durable.ts';
import type { RunOptions } from './options.ts';
import { resume, run } from './run.ts';

function work(execute: () => string | Promise<string> = () => 'worked'): Tool {
  return defineTool({
    name: 'work',
    description: 'Works.',
    input: z.object({ n: z.number().default(0) }),
    accessKinds: [],
    execute: async () => await execute(),
  });
}

function said(text: string): UserMessage {
  return { role: 'user', content: [{ type: 'text', text }] };
}

/** Runs a script, and speaks to the run from inside its tool. */
async function steered(script: Script, say: (running: Run) => void, options: Partial<RunOptions> = {}) {
  const session = memoryStore();
  const model = scriptedModel(script);
  const running: Run = run('Go.', {
    model,
    tools: [
      work(() => {
        say(running);
        return 'worked';
      }),
    ],
    session,
    sessionId: 's',
    ...options,
  });
  const collected = await collect(running);
  checkStream(collected.messages);
  checkRequests(model.requests);
  return { ...collected, model, events: await logOf(session, 's') };
}

describe('what is said while a tool runs', () => {
  test('is heard by the next call, behind the results of all calls of the turn, in its order', async () => {
    const receipts: Promise<SteerReceipt>[] = [];
    const { model, events, messages } = await steered([[call('work'), call('work', { n: 1 })], 'Done.'], (running) => {
      receipts.push(running.steer(`Number ${receipts.length + 1}.`));
    });
    expect(model.requests[1]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user', 'user']);
    expect(model.requests[1]?.messages.slice(3)).toEqual([said('Number 1.'), said('Number 2.')]);
    const logged = events.filter(({ type }) => type === 'steered');
    expect(await Promise.all(receipts)).toEqual(logged.map(({ seq }) => ({ delivered: true, turn: 2, seq })));
    const shown = messages.filter((message) => message.type === 'system' && message.subtype === 'steering_delivered');
    expect(shown).toMatchObject([1, 2].map((n) => ({ data: { turn: 2, content: said(`Number ${n}.`).content } })));
  });

  test('with blocks is passed on as it is, and nonsense is refused at once', async () => {
    const image = { type: 'image', mediaType: 'image/png', data: 'AA==' } as const;
    const { model } = await steered([[call('work')], 'Done.'], (running) => {
      void running.steer([image]);
      expect(() => running.steer(' ')).toThrow(OptionError);
      // What a caller without types can do.
      expect(() => running.steer([{ type: 'video' }] as never)).toThrow(/prompt\[0\]/);
    });
    expect(model.requests[1]?.messages.at(-1)).toEqual({ role: 'user', content: [image] });
  });

  test('is neither counted as repetition nor forgets the limit on turns', async () => {
    const receipts: Promise<SteerReceipt>[] = [];
    const limited = await steered([[call('work')], 'Report.'], (running) => receipts.push(running.steer('More.')), {
      budget: { maxTurns: 2 },
    });
    expect(limited.result).toMatchObject({ stopReason: 'max_turns', text: 'Report.' });
    expect(await receipts[0]).toMatchObject({ delivered: true, turn: 2 });
  });
});

describe('what is said at the end', () => {
  test('of the last turn makes the run go on', async () => {
    const receipts: Promise<SteerReceipt>[] = [];
    const follow = waitFor(() => receipts.push(running.steer('And then?')));
    const model = scriptedModel([['Done.', follow], 'And then that.']);
    const running = run('Go.', { model });
    const { result, messages, texts } = await collect(running);
    checkStream(messages);
    expect(texts).toEqual(['Done.', 'And then that.']);
    expect(result).toMatchObject({ stopReason: 'end_turn', turns: 2 });
    expect(await receipts[0]).toMatchObject({ delivered: true, turn: 2 });
  });

  test('while the hook for it works makes the run go on too', async () => {
    const receipts: Promise<SteerReceipt>[] = [];
    const model = scriptedModel(['Done.', 'More.']);
    const onStop = (): void => {
      if (receipts.length === 0) receipts.push(running.steer('More!'));
    };
    const running = run('Go.', { model, hooks: { onStop } });
    expect(await running.result()).toMatchObject({ text: 'More.', turns: 2 });
  });

  test('of a run that has no turn left is not delivered', async () => {
    const receipts: Promise<SteerReceipt>[] = [];
    const speaks = waitFor(() => receipts.push(running.steer('More?')));
    const running = run('Go.', { model: scriptedModel([['Done.', speaks]]), budget: { maxTurns: 1 } });
    expect(await running.result()).toMatchObject({ stopReason: 'end_turn', turns: 1 });
    expect(await receipts[0]).toEqual({ delivered: false, reason: 'end_turn' });
  });

  test.each<[string, readonly ScriptPart[], SteerReceipt]>([
    ['a refusal', ['No.', stopWith('refusal')], { delivered: false, reason: 'refusal' }],
    ['a cut text', ['No', stopWith('length')], { delivered: false, reason: 'max_output' }],
    ['a failure', [fail('auth')], { delivered: false, reason: 'error' }],
  ])('by %s is not delivered', async (_name, turn, receipt) => {
    let given: Promise<SteerReceipt> | undefined;
    const speak = waitFor(() => {
      given = running.steer('Wait!');
    });
    const running = run('Go.', { model: scriptedModel([[speak, ...turn]]) });
    await collect(running);
    expect(await given).toEqual(receipt);
  });
});

describe('what is said', () => {
  test('before the run starts is heard with its prompt', async () => {
    const model = scriptedModel(['Done.']);
    const running = run('Go.', { model });
    const receipt = running.steer('Quickly.');
    await running.result();
    expect(await receipt).toMatchObject({ delivered: true, turn: 1 });
    expect(model.requests[0]?.messages).toEqual([said('Go.'), said('Quickly.')]);
  });

  test('to a run that is over, or never began, is not delivered', async () => {
    const running = run('Go.', { model: scriptedModel(['Done.']) });
    await running.result();
    expect(await running.steer('Too late.')).toEqual({ delivered: false, reason: 'end_turn' });
    const never = run('Go.', { model: scriptedModel([]) });
    const receipt = never.steer('Hello?');
    await never.return();
    expect(await receipt).toEqual({ delivered: false, reason: 'aborted' });
  });

  test('while the run is aborted is not delivered, and no model is called', async () => {
    const model = scriptedModel([['Half', hang()]]);
    const running = run('Go.', { model });
    let receipt: Promise<SteerReceipt> | undefined;
    for await (const message of running) {
      if (message.type !== 'text') continue;
      receipt = running.steer('Faster!');
      running.abort();
    }
    expect(await receipt).toEqual({ delivered: false, reason: 'aborted' });
    expect(model.calls).toBe(1);
  });

  test('between the attempts at a call waits for the next turn: the call is made again as it was', async () => {
    const clock = virtualClock();
    const receipts: Promise<SteerReceipt>[] = [];
    const speak = waitFor(() => receipts.push(running.steer('Hurry.')));
    const model = scriptedModel([[speak, fail('server')], [call('work')], 'Done.']);
    const running: Run = run('Go.', { model, tools: [work()], durable: inProcess({ clock }) });
    await running.result();
    expect(model.requests.map(({ messages }) => messages.length)).toEqual([1, 1, 4]);
    expect(await receipts[0]).toMatchObject({ delivered: true, turn: 2 });
  });

  test('where the store fails is not delivered', async () => {
    const inner = memoryStore();
    const session: SessionStore = {
      ...inner,
      async append(id, seq, events) {
        if (events.some(({ type }) => type === 'steered')) throw new Error('disk full');
        await inner.append(id, seq, events);
      },
    };
    const receipts: Promise<SteerReceipt>[] = [];
    const { result, error } = await steered([[call('work')]], (running) => receipts.push(running.steer('Hi.')), {
      session,
    });
    expect([result?.stopReason, error?.code]).toEqual(['error', 'store_failed']);
    expect(await receipts[0]).toEqual({ delivered: false, reason: 'error' });
  });

  test('stays said: a process that takes the session up puts it to the model', async () => {
    const { events } = await steered([[call('work')], 'Done.'], (running) => void running.steer('In French.'));
    const at = events.findIndex(({ type }) => type === 'steered') + 1;
    const session = memoryStore();
    await session.append('s', 0, events.slice(0, at));
    const model = scriptedModel(['Fini.']);
    const { result } = await collect(resume('s', { model, tools: [work()], session }));
    expect(result?.text).toBe('Fini.');
    expect(model.requests[0]?.messages.at(-1)).toEqual(said('In French.'));
  });
});

describe('at every await of a run', () => {
  test('it is delivered once and in the log, or not at all, and the model hears what was delivered', async () => {
    const played = async (at: number, mode: 'speaks' | 'speaksAndAborts') => {
      const session = memoryStore();
      const model = scriptedModel(({ messages }) =>
        messages.filter(({ role }) => role === 'assistant').length < 2 ? ['Hm.', call('work')] : 'Done.',
      );
      let ticks = 0;
      let receipt: Promise<SteerReceipt> | undefined;
      const tick = async (): Promise<void> => {
        if (ticks++ === at) {
          receipt = running.steer('Listen.');
          if (mode === 'speaksAndAborts') running.abort();
        }
        await Promise.resolve();
      };
      const slow: SessionStore = {
        ...session,
        async append(id, seq, events) {
          await tick();
          await session.append(id, seq, events);
          await tick();
        },
      };
      const hooks = { beforeModel: tick, afterModel: tick, beforeTool: tick, afterTool: tick, onStop: tick };
      const running: Run = run('Go.', { model, tools: [work()], hooks, session: slow, sessionId: 's' });
      const messages: Message[] = [];
      for await (const message of running) {
        messages.push(message);
        await tick();
      }
      checkStream(messages);
      checkRequests(model.requests);
      return { ticks, receipt: await receipt, model, events: await logOf(session, 's') };
    };
    const { ticks } = await played(-1, 'speaks');
    const delivered: boolean[] = [];
    for (let at = 0; at < ticks; at++) {
      for (const mode of ['speaks', 'speaksAndAborts'] as const) {
        const { receipt, model, events } = await played(at, mode);
        const logged = events.filter(({ type }) => type === 'steered');
        expect(logged.map(({ seq }) => seq)).toEqual(receipt?.delivered === true ? [receipt.seq] : []);
        const heard = JSON.stringify(model.requests.at(-1)?.messages ?? []).includes('Listen.');
        expect(heard).toBe(receipt?.delivered === true && mode === 'speaks');
        delivered.push(receipt?.delivered === true);
      }
    }
    expect(ticks).toBeGreaterThan(40);
    expect(new Set(delivered)).toEqual(new Set([true, false]));
  });
});
