import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineTool } from '../define-tool.ts';
import { ModelError } from '../errors.ts';
import type { ModelRequest } from '../model.ts';
import { memoryStore } from '../session/memory-store.ts';
import type { Message } from '../message.ts';
import type { Tool, ToolContext } from '../tool.ts';
import type { ToolResultBlock, TranscriptMessage } from '../transcript.ts';
import {
  atEvent,
  call,
  callRaw,
  checkStream,
  collect,
  cut,
  dropEnd,
  fail,
  raise,
  say,
  scriptedModel,
  stopWith,
  virtualClock,
  type ScriptPart,
} from '../testing/index.ts';
import { logOf } from '../../test/log-of.ts';
import { inProcess } from './in-process-durable.ts';
import { resultOf } from './result-of.ts';
import { resume, run } from './run.ts';

/** A tool that touches nothing, so that it runs under the default policy. */
function pureTool(name: string, execute: (args: { text: string }, context: ToolContext) => Promise<string>): Tool {
  return defineTool({
    name,
    description: name,
    input: z.object({ text: z.string().default('') }),
    accessKinds: [],
    execute,
  });
}

/** The answers to the calls of the last turn, as the model gets to see them. */
function answersIn(request: ModelRequest | undefined): readonly ToolResultBlock[] {
  return request?.messages.findLast((message) => message.role === 'tool')?.content ?? [];
}

describe('parallel calls', () => {
  test('show the result of a fast one before that of a slow one', async () => {
    const gate = Promise.withResolvers<string>();
    const model = scriptedModel([[call('slow', {}, { id: 's' }), call('fast', {}, { id: 'f' })], 'Done.']);
    const tools = [pureTool('slow', () => gate.promise), pureTool('fast', async () => 'fast')];
    const shown: string[] = [];
    for await (const message of run('Go.', { model, tools })) {
      if (message.type !== 'tool_result') continue;
      shown.push(message.name);
      // The slow tool ends only once the fast one's result has been seen.
      gate.resolve('slow');
    }
    expect(shown).toEqual(['fast', 'slow']);
  });

  test('stand in the transcript in the order of the calls', async () => {
    const gate = Promise.withResolvers<string>();
    const model = scriptedModel([[call('slow', {}, { id: 's' }), call('fast', {}, { id: 'f' })], 'Done.']);
    const tools = [pureTool('slow', () => gate.promise), pureTool('fast', async () => 'fast')];
    for await (const message of run('Go.', { model, tools })) if (message.type === 'tool_result') gate.resolve('slow');
    expect(answersIn(model.requests[1]).map(({ toolCallId, content }) => [toolCallId, content])).toEqual([
      ['s', 'slow'],
      ['f', 'fast'],
    ]);
  });
});

describe('calls that cannot run', () => {
  const ran: string[] = [];
  const read = defineTool({
    name: 'Read',
    description: 'Reads a file.',
    input: z.object({ file_path: z.string(), limit: z.number().int().optional() }),
    accessKinds: [],
    execute: ({ file_path }) => {
      ran.push(file_path);
      return file_path;
    },
  });

  async function answerTo(...turn: readonly ScriptPart[]) {
    const model = scriptedModel([turn, 'I see.']);
    const { messages, result, toolUses, toolResults } = await collect(run('Go.', { model, tools: [read] }));
    checkStream(messages);
    expect(ran).toEqual([]);
    expect(result).toMatchObject({ stopReason: 'end_turn', text: 'I see.', turns: 2, toolCalls: 1 });
    expect(answersIn(model.requests[1])).toHaveLength(1);
    return { shown: toolUses[0], answer: toolResults[0] };
  }

  test('an unknown tool is answered with the tools that exist', async () => {
    const { shown, answer } = await answerTo(call('Raed', { file_path: 'a' }));
    expect(shown).toMatchObject({ name: 'Raed', args: { file_path: 'a' } });
    expect(answer).toMatchObject({ name: 'Raed', isError: true, outcome: 'error' });
    expect(answer?.content).toBe('There is no tool "Raed". Did you mean "Read"? The tools are: Read.');
  });

  test('schema-invalid arguments are answered with path, expected and received', async () => {
    const { shown, answer } = await answerTo(call('Read', { file_path: 7, limit: 'ten' }));
    expect(shown?.args).toEqual({ file_path: 7, limit: 'ten' });
    expect(answer).toMatchObject({ isError: true, outcome: 'error' });
    expect(answer?.content).toMatch(/file_path: .*expected string.*received: 7/);
    expect(answer?.content).toMatch(/limit: .*expected number.*received: "ten"/);
  });

  test('malformed JSON arguments are answered with the problem', async () => {
    const { shown, answer } = await answerTo(callRaw('Read', '{"file_path": "a'));
    expect(shown?.args).toBe('{"file_path": "a');
    expect(answer).toMatchObject({ isError: true, outcome: 'error' });
    expect(answer?.content).toMatch(
      /^The arguments of "Read" are not valid JSON, so it did not run: .+ Send one JSON object\.$/,
    );
  });
});

describe('the output limit', () => {
  const ran: string[] = [];
  const write = pureTool('Write', async ({ text }) => {
    ran.push(text);
    return `wrote ${text}`;
  });

  test('in the middle of a call: it never runs, is answered with why, and the run goes on', async () => {
    ran.length = 0;
    // The cut arguments happen to parse: they may still be incomplete.
    const cutOff = [call('Write', { text: 'whole' }), call('Write', { text: 'hal' }), stopWith('length')];
    const model = scriptedModel([cutOff, 'Shorter now.']);
    const { messages, result, toolResults } = await collect(run('Go.', { model, tools: [write] }));
    checkStream(messages);
    expect(ran).toEqual(['whole']);
    expect(toolResults.map(({ outcome }) => outcome)).toEqual(['ok', 'not_executed']);
    expect(answersIn(model.requests[1])[1]).toMatchObject({
      isError: true,
      content: expect.stringContaining('output limit'),
    });
    expect(result).toMatchObject({ stopReason: 'end_turn', text: 'Shorter now.' });
  });

  test('in the middle of a call twice in a row ends the run with max_output', async () => {
    ran.length = 0;
    const cutOff = [callRaw('Write', '{"text": "ha'), stopWith('length')];
    const model = scriptedModel([cutOff, cutOff, 'Never asked for.']);
    const { messages, result, error, toolResults } = await collect(run('Go.', { model, tools: [write] }));
    checkStream(messages);
    expect(ran).toEqual([]);
    expect(toolResults.map(({ outcome }) => outcome)).toEqual(['not_executed', 'not_executed']);
    expect(result).toMatchObject({ stopReason: 'max_output', turns: 2 });
    expect(error).toBeUndefined();
    expect(model.calls).toBe(2);
  });

  test('cuts that do not follow each other do not end the run', async () => {
    const cutOff = [callRaw('Write', '{"text": "ha'), stopWith('length')];
    const model = scriptedModel([cutOff, [call('Write', { text: 'ok' })], cutOff, 'Done.']);
    const { result } = await collect(run('Go.', { model, tools: [write] }));
    expect(result).toMatchObject({ stopReason: 'end_turn', turns: 4 });
  });

  test('in the middle of the text ends the run with max_output', async () => {
    const model = scriptedModel([['Once upon a ti', stopWith('length')]]);
    const { messages, result, error } = await collect(run('Go.', { model }));
    checkStream(messages);
    expect(result).toMatchObject({ stopReason: 'max_output', text: 'Once upon a ti' });
    expect(error).toBeUndefined();
  });
});

describe('the turn limit', () => {
  const look = pureTool('look', async () => 'seen');
  const looking = [call('look')];

  test('keeps the last turn back for an answer: tools declared, none may be called, and the model is told', async () => {
    const model = scriptedModel([looking, [call('look', { text: 'again' })], 'This is what I have.']);
    const { messages, result } = await collect(run('Go.', { model, tools: [look], budget: { maxTurns: 3 } }));
    checkStream(messages);
    expect(result).toMatchObject({
      stopReason: 'max_turns',
      limit: 'maxTurns',
      turns: 3,
      text: 'This is what I have.',
    });
    expect(model.requests.map(({ toolChoice }) => toolChoice)).toEqual([undefined, undefined, 'none']);
    expect(model.requests[2]?.tools).toEqual(model.requests[0]?.tools);
    expect(model.requests[2]?.messages.at(-1)).toMatchObject({
      role: 'user',
      content: [{ text: expect.stringContaining('last turn') }],
    });
  });

  test('calls in the turn that was kept back are not executed', async () => {
    const model = scriptedModel([looking, looking]);
    const { messages, result, toolResults } = await collect(
      run('Go.', { model, tools: [look], budget: { maxTurns: 2 } }),
    );
    checkStream(messages);
    expect(toolResults.map(({ outcome }) => outcome)).toEqual(['ok', 'not_executed']);
    expect(result).toMatchObject({ stopReason: 'max_turns', limit: 'maxTurns', turns: 2 });
    expect(model.calls).toBe(2);
  });

  test('of one turn is an ordinary turn, and calls in it are not executed', async () => {
    const model = scriptedModel([['Let me look.', ...looking]]);
    const { messages, result, toolResults } = await collect(
      run('Go.', { model, tools: [look], budget: { maxTurns: 1 } }),
    );
    checkStream(messages);
    expect(model.requests[0]?.toolChoice).toBeUndefined();
    expect(model.requests[0]?.messages).toHaveLength(1);
    expect(toolResults.map(({ outcome }) => outcome)).toEqual(['not_executed']);
    expect(result).toMatchObject({ stopReason: 'max_turns', limit: 'maxTurns', turns: 1, text: 'Let me look.' });
    expect(model.calls).toBe(1);
  });

  test('that is not reached changes nothing', async () => {
    const model = scriptedModel([looking, 'Done.']);
    const { result } = await collect(run('Go.', { model, tools: [look], budget: { maxTurns: 3 } }));
    expect(result).toMatchObject({ stopReason: 'end_turn', turns: 2 });
    expect(result?.limit).toBeUndefined();
  });
});

describe('an abort in the middle of a tool', () => {
  /** Aborts the run from outside while its second tool works, and gives what it said. */
  async function abortDuringTool() {
    const controller = new AbortController();
    const seen: unknown[] = [];
    const obedient = pureTool('obedient', (_args, { signal }) => {
      queueMicrotask(() => controller.abort());
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          seen.push(signal.reason);
          reject(signal.reason);
        });
      });
    });
    const session = memoryStore();
    const model = scriptedModel([[call('first'), call('obedient'), call('first')], 'Never asked for.']);
    const tools = [pureTool('first', async () => 'fine'), obedient];
    const { signal } = controller;
    const collected = await collect(run('Go.', { model, tools, session, sessionId: 's', signal }));
    return { ...collected, model, session, tools, seen };
  }

  test('reaches the tool', async () => {
    const { messages, result, error, toolResults, model, seen } = await abortDuringTool();
    checkStream(messages);
    expect(seen).toHaveLength(1);
    expect(toolResults).toHaveLength(3);
    expect(toolResults.filter(({ outcome }) => outcome === 'aborted').length).toBeGreaterThanOrEqual(1);
    expect(toolResults.find(({ name }) => name === 'obedient')?.outcome).toBe('aborted');
    expect(result).toMatchObject({ stopReason: 'aborted', turns: 1, toolCalls: 3 });
    expect(error).toBeUndefined();
    expect(model.calls).toBe(1);
  });

  test('leaves a history that can be sent again', async () => {
    const { session, tools } = await abortDuringTool();
    const model = scriptedModel(['Where were we?']);
    const { result } = await collect(run('Go on.', { model, tools, session, sessionId: 's' }));
    expect(result?.stopReason).toBe('end_turn');
    expect(model.requests[0]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user']);
    expect(answersIn(model.requests[0]).map(({ toolCallId }) => toolCallId)).toEqual(['call_1', 'call_2', 'call_3']);
  });

  test('does not wait longer than 2 s for a tool that ignores its signal, and reports it', async () => {
    const clock = virtualClock();
    const startedAt = clock.now();
    const stubborn = pureTool('stubborn', () => {
      queueMicrotask(() => pending.abort());
      return new Promise(() => {
        // Never settles, whatever the signal says.
      });
    });
    const model = scriptedModel([[call('stubborn')], 'Never asked for.']);
    const pending = run('Go.', { model, tools: [stubborn], durable: inProcess({ clock }) });
    const { messages, result, toolResults } = await collect(pending);
    checkStream(messages);
    expect(messages.filter((message) => message.type === 'system' && message.subtype === 'tool_abandoned')).toEqual([
      expect.objectContaining({ data: { toolUseId: 'call_1', name: 'stubborn', afterMs: 2_000 } }),
    ]);
    expect(toolResults).toEqual([
      expect.objectContaining({ outcome: 'aborted', isError: true, content: expect.stringContaining('abandoned') }),
    ]);
    expect(result?.stopReason).toBe('aborted');
    expect(clock.now() - startedAt).toBe(2_000);
    expect(clock.pendingTimers).toBe(0);
    expect(model.calls).toBe(1);
  });
});

describe('break during a tool', () => {
  test('aborts the tool before the loop is left, calls no model again, and closes the log', async () => {
    const events: string[] = [];
    const worker = defineTool({
      name: 'worker',
      description: 'Works until it is told to stop.',
      input: z.object({}),
      accessKinds: [],
      async *execute(_args, { signal }) {
        yield 'working';
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
        });
        events.push('stopped');
        return 'stopped';
      },
    });
    const session = memoryStore();
    const model = scriptedModel([[call('worker')], 'Never asked for.']);
    const pending = run('Go.', { model, tools: [worker], session });
    for await (const message of pending) {
      if (message.type === 'system' && message.subtype === 'tool_progress') break;
    }
    events.push('left');
    expect(events).toEqual(['stopped', 'left']);
    expect(model.calls).toBe(1);
    expect(model.openStreams).toBe(0);
    expect(await pending.next()).toEqual({ done: true, value: undefined });
    const log = await logOf(session, pending.sessionId);
    expect(log.slice(-2)).toEqual([
      expect.objectContaining({ type: 'tool_finished', outcome: 'aborted' }),
      expect.objectContaining({ type: 'run_finished', stopReason: 'aborted' }),
    ]);
  });

  test('leaves nothing behind that keeps the process alive', async () => {
    const script = join(import.meta.dirname, '../../test/break-during-tool.ts');
    // Killed after a minute, which is a rejection: the timers in it are of an hour.
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [script], { timeout: 60_000 });
    expect(JSON.parse(stdout)).toEqual({ modelCalls: 1, openStreams: 0 });
    expect(stderr).toBe('');
  });
});

describe('a model that throws', () => {
  test('ends the run with its error, in the Result and then from the iterator', async () => {
    const model = scriptedModel([['Half an ans', fail('auth', { statusCode: 401 })]]);
    const { messages, result, error } = await collect(run('Go.', { model }));
    checkStream(messages);
    expect(result).toMatchObject({
      stopReason: 'error',
      error: { code: 'model_failed', kind: 'auth', statusCode: 401 },
    });
    expect(error).toBeInstanceOf(ModelError);
    expect(error).toMatchObject({ kind: 'auth', statusCode: 401 });
    expect(resultOf(error)).toEqual(result);
    expect(model.calls).toBe(1);
  });

  test('something that is no ModelError fails the run as a broken protocol', async () => {
    for (const thrown of [new TypeError('oops'), 'text', undefined, Object.create(null)]) {
      const { messages, result, error } = await collect(run('Go.', { model: scriptedModel([[raise(thrown)]]) }));
      checkStream(messages);
      expect(result).toMatchObject({ stopReason: 'error', error: { code: 'model_failed', kind: 'protocol' } });
      expect(error?.cause).toBe(thrown);
    }
  });

  test('out of stream() itself is no different', async () => {
    const model = {
      ...scriptedModel([]),
      stream: () => {
        throw new ModelError('quota', 'No money left.');
      },
    };
    const { messages, result, error } = await collect(run('Go.', { model }));
    checkStream(messages);
    expect(result?.error).toMatchObject({ kind: 'quota' });
    expect(error).toMatchObject({ kind: 'quota' });
  });
});

describe('a stream without its end', () => {
  test.each([
    ['closes silently', dropEnd()],
    ['is cut', cut()],
  ])('that %s is a network error, tried again with a new attempt', async (_name, end) => {
    const clock = virtualClock();
    const model = scriptedModel([[say('Hello world', { chunkSize: 5 }), atEvent(2, end)], 'Hello world.']);
    const collected = await collect(run('Go.', { model, durable: inProcess({ clock }) }));
    const { messages, result } = collected;
    checkStream(messages);
    expect(collected.ofType('text').map(({ text, isPartial, attempt }) => [text, isPartial, attempt])).toEqual([
      ['Hello', true, 1],
      [' worl', true, 1],
      ['Hello world.', true, 2],
      ['Hello world.', false, 2],
    ]);
    expect(messages.filter((message) => message.type === 'system' && message.subtype === 'retry')).toEqual([
      expect.objectContaining({
        data: expect.objectContaining({ turn: 1, attempt: 1, error: expect.objectContaining({ kind: 'network' }) }),
      }),
    ]);
    expect(result).toMatchObject({ stopReason: 'end_turn', turns: 1 });
    // What was streamed may have been billed, and nobody knows how much.
    expect(result?.totalCost).toBeUndefined();
  });

  test('is never a normal end', async () => {
    const model = scriptedModel([['All of it.', dropEnd()]]);
    const { result, error } = await collect(run('Go.', { model, retry: { maxAttempts: 1 } }));
    expect(result).toMatchObject({ stopReason: 'error', error: { kind: 'network' } });
    expect(error).toMatchObject({ kind: 'network' });
  });
});

describe('a dangling call already in the history', () => {
  test('given by the caller is answered as unknown, right behind its message', async () => {
    const history: TranscriptMessage[] = [
      { role: 'user', content: [{ type: 'text', text: 'Look.' }] },
      {
        role: 'assistant',
        content: [
          { type: 'tool_call', id: 'a', name: 'look', args: {} },
          { type: 'tool_call', id: 'b', name: 'look', args: {} },
        ],
      },
      {
        role: 'tool',
        content: [{ type: 'tool_result', toolCallId: 'b', name: 'look', content: 'seen', isError: false }],
      },
    ];
    const model = scriptedModel(['Fine.']);
    const { messages } = await collect(run('And now?', { model, history }));
    checkStream(messages);
    expect(model.requests[0]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user']);
    expect(answersIn(model.requests[0])).toEqual([
      {
        type: 'tool_result',
        toolCallId: 'a',
        name: 'look',
        isError: true,
        content: expect.stringContaining('unknown'),
      },
      { type: 'tool_result', toolCallId: 'b', name: 'look', isError: false, content: 'seen' },
    ]);
  });

  /** A session whose process died while its tool was running. */
  async function crashedSession(effect: 'once' | 'idempotent') {
    const work = defineTool({
      name: 'work',
      description: 'Works.',
      input: z.object({}),
      accessKinds: [],
      effect,
      execute: () => 'worked',
    });
    const whole = memoryStore();
    await run('Go.', {
      model: scriptedModel([[call('work')], 'Done.']),
      tools: [work],
      session: whole,
      sessionId: 's',
    }).result();
    const events = await logOf(whole, 's');
    const session = memoryStore();
    await session.append('s', 0, events.slice(0, events.findIndex(({ type }) => type === 'tool_started') + 1));
    return { session, tools: [work] };
  }

  test('left by a crash is answered as unknown when the session goes on with a new prompt', async () => {
    const { session, tools } = await crashedSession('once');
    const model = scriptedModel(['I will check.']);
    const { result } = await collect(run('What happened?', { model, tools, session, sessionId: 's' }));
    expect(result).toMatchObject({ stopReason: 'end_turn', turns: 1 });
    expect(model.requests[0]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user']);
    expect(answersIn(model.requests[0])).toEqual([
      expect.objectContaining({ isError: true, content: expect.stringContaining('Outcome unknown') }),
    ]);
  });

  test('left by a crash is answered as unknown by resume, where the tool may run only once', async () => {
    const { session, tools } = await crashedSession('once');
    const model = scriptedModel(['I will check.']);
    const { messages, toolResults } = await collect(resume('s', { model, tools, session }));
    checkStream(messages, { isContinuation: true });
    expect(toolResults.map(({ outcome }) => outcome)).toEqual(['unknown']);
    expect(answersIn(model.requests[0])).toHaveLength(1);
  });

  test('left by a crash is run again by resume, where the tool allows it', async () => {
    const { session, tools } = await crashedSession('idempotent');
    const model = scriptedModel(['Good.']);
    const { messages, toolResults } = await collect(resume('s', { model, tools, session }));
    checkStream(messages, { isContinuation: true });
    expect(toolResults).toEqual([expect.objectContaining({ outcome: 'ok', content: 'worked' })]);
  });
});

test('every chunk is shown before the turn it belongs to is whole', async () => {
  const model = scriptedModel([[say('abc', { chunkSize: 1 })]]);
  const shown: Message[] = (await collect(run('Go.', { model }))).messages.filter(({ type }) => type === 'text');
  expect(shown.map((message) => message.type === 'text' && [message.text, message.isPartial])).toEqual([
    ['a', true],
    ['b', true],
    ['c', true],
    ['abc', false],
  ]);
});
