import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { logOf } from '../../test/log-of.ts';
import { defineTool } from '../define-tool.ts';
import type { Hooks } from '../hooks.ts';
import { toJson, type Json } from '../json.ts';
import type { ApprovalHandler, ApprovalRequest, PermissionCall, PermissionDecision } from '../permission.ts';
import { memoryStore } from '../session/memory-store.ts';
import type { Access, Tool } from '../tool.ts';
import { call, checkStream, collect, emit, scriptedModel } from '../testing/index.ts';
import { run } from './run.ts';
import type { RunOptions } from './options.ts';

/** What the tool of these tests ran with, in order. */
type Ran = string[];

function writeTool(ran: Ran): Tool {
  return defineTool({
    name: 'Write',
    description: 'Writes.',
    input: z.object({ path: z.string(), mode: z.enum(['new', 'append']).default('new') }),
    accessKinds: ['write'],
    access: ({ path }) => [{ kind: 'write', path }],
    execute: ({ path, mode }) => {
      ran.push(`${path} ${mode}`);
      return 'written';
    },
  });
}

function decision(
  word: PermissionDecision['decision'],
  reason: string = `the policy says ${word}`,
): PermissionDecision {
  return { decision: word, tier: 'mode', reason };
}

/** Runs one call of Write under the given options. */
async function judge(options: Partial<RunOptions>, args: Json = { path: 'a' }) {
  const ran: Ran = [];
  const session = memoryStore();
  const model = scriptedModel([[call('Write', args)], 'I see.']);
  const pending = run('Go.', { model, tools: [writeTool(ran)], session, ...options });
  const collected = await collect(pending);
  checkStream(collected.messages);
  const log = await logOf(session, pending.sessionId);
  return { ...collected, ran, log, answer: collected.toolResults[0], model };
}

describe('the policy', () => {
  test('sees the validated arguments, what they touch, and where', async () => {
    const seen: PermissionCall[] = [];
    const decide = (asked: PermissionCall): PermissionDecision => {
      seen.push(asked);
      return decision('allow');
    };
    const { ran, result } = await judge({ permissions: { decide }, cwd: '/work', sessionId: 's' });
    expect(seen).toEqual([
      {
        tool: { name: 'Write', accessKinds: ['write'] },
        args: { path: 'a', mode: 'new' },
        access: [{ kind: 'write', path: 'a' }],
        cwd: '/work',
        sessionId: 's',
        toolUseId: 'call_1',
        grants: [],
      },
    ]);
    expect(ran).toEqual(['a new']);
    expect(result?.denials).toEqual([]);
  });

  test('that denies is heard by the model, the stream, the Result and the log', async () => {
    const denied: PermissionDecision = { ...decision('deny', 'writes are off'), tier: 'deny', rule: 'Write(a)' };
    const { ran, answer, result, messages, log } = await judge({ permissions: { decide: () => denied } });
    expect(ran).toEqual([]);
    expect(answer).toMatchObject({ outcome: 'denied', isError: true, content: 'Denied: writes are off' });
    expect(result?.denials).toEqual([{ toolUseId: 'call_1', name: 'Write', reason: 'writes are off' }]);
    expect(messages).toContainEqual(
      expect.objectContaining({
        subtype: 'permission_decision',
        data: {
          toolUseId: 'call_1',
          name: 'Write',
          decision: 'deny',
          tier: 'deny',
          rule: 'Write(a)',
          reason: 'writes are off',
        },
      }),
    );
    expect(log.filter(({ type }) => type === 'tool_started')).toEqual([]);
  });

  test('none at all lets only calls run that touch nothing', async () => {
    const { ran, answer } = await judge({});
    expect(ran).toEqual([]);
    expect(answer?.content).toMatch(/^Denied: .*no permission policy.*`permissions`/);
  });

  test.each<[string, unknown]>([
    ['throws', 'throw'],
    ['answers undefined', undefined],
    ['answers null', null],
    ['answers true', true],
    ['answers "allow"', 'allow'],
    ['misspells its answer', { decision: 'allowed', tier: 'mode', reason: 'x' }],
    ['answers with what every object inherits', { decision: 'constructor' }],
  ])('that %s is a denial', async (_name, answered) => {
    const decide = (): never => {
      if (answered === 'throw') throw new Error('no answer');
      // A policy without types may answer anything.
      return answered as never;
    };
    const { ran, answer } = await judge({ permissions: { decide } });
    expect(ran).toEqual([]);
    expect(answer).toMatchObject({ outcome: 'denied', content: expect.stringContaining('permission policy') });
  });

  test('that gives no reason does not leave "undefined" to be read', async () => {
    const decide = () => ({ decision: 'deny' }) as unknown as PermissionDecision;
    const { answer, log } = await judge({ permissions: { decide } });
    expect(answer?.content).toBe('Denied: The permission policy says "deny" and gives no reason.');
    expect(log.find(({ type }) => type === 'tool_decided')).toMatchObject({ decision: { tier: 'mode' } });
  });

  test('puts nothing into the log but its decision', async () => {
    const decide = () => ({ ...decision('allow'), rule: 7, trace: () => 'no JSON' }) as unknown as PermissionDecision;
    const { ran, log } = await judge({ permissions: { decide } });
    expect(ran).toEqual(['a new']);
    expect(log.find(({ type }) => type === 'tool_decided')).toMatchObject({ decision: decision('allow') });
  });

  test('is asked anew for each call, right before its batch', async () => {
    let allowed = 0;
    const permissions = { decide: () => decision(allowed++ < 1 ? 'allow' : 'deny') };
    const ran: Ran = [];
    const model = scriptedModel([[call('Write', { path: 'a' }), call('Write', { path: 'b' })], 'Done.']);
    const { toolResults } = await collect(run('Go.', { model, tools: [writeTool(ran)], permissions }));
    expect(toolResults.map(({ outcome }) => outcome)).toEqual(['ok', 'denied']);
    expect(ran).toEqual(['a new']);
  });

  test('rules out tools from the start by offers(), but judges them if they are called all the same', async () => {
    const permissions = { decide: () => decision('deny', 'ruled out'), offers: () => false };
    const { ran, answer, model } = await judge({ permissions });
    expect(model.requests[0]?.tools).toEqual([]);
    expect(ran).toEqual([]);
    expect(answer).toMatchObject({ outcome: 'denied' });
  });
});

describe('access', () => {
  function touching(access: () => unknown): Tool {
    // A tool without types may answer anything.
    return { ...writeTool([]), access: access as Tool['access'] };
  }

  test.each<[string, () => unknown]>([
    ['outside the declared kinds', () => [{ kind: 'execute' }]],
    [
      'that throws',
      () => {
        throw new Error('cannot tell');
      },
    ],
    ['that rejects', async () => Promise.reject(new Error('cannot tell'))],
    ['that is no list', () => ({ kind: 'write' })],
    ['of nothing known', () => [null]],
    ['undefined', () => undefined],
  ])('%s is denied without asking the policy', async (_name, access) => {
    let asked = 0;
    const permissions = {
      decide: () => {
        asked++;
        return decision('allow');
      },
    };
    const model = scriptedModel([[call('Write', { path: 'a' })], 'I see.']);
    const { messages, toolResults } = await collect(run('Go.', { model, tools: [touching(access)], permissions }));
    checkStream(messages);
    expect(toolResults).toEqual([expect.objectContaining({ outcome: 'denied' })]);
    expect(asked).toBe(0);
  });
});

describe('the beforeTool hook', () => {
  const permissions = { decide: () => decision('allow') };
  const asking = { decide: () => decision('ask') };
  const denying = { decide: () => decision('deny') };
  const hooks = (beforeTool: NonNullable<Hooks['beforeTool']>): Hooks => ({ beforeTool });

  test('sees the validated arguments before anybody judges them', async () => {
    const seen: Json[] = [];
    const { ran } = await judge({
      permissions,
      hooks: hooks(({ call: seenCall, turn, sessionId, signal }) => {
        seen.push({ ...seenCall, turn, sessionId, aborted: signal.aborted });
      }),
      sessionId: 's',
    });
    expect(seen).toEqual([
      { toolUseId: 'call_1', name: 'Write', args: { path: 'a', mode: 'new' }, turn: 1, sessionId: 's', aborted: false },
    ]);
    expect(ran).toEqual(['a new']);
  });

  test('can deny', async () => {
    const { ran, answer, result } = await judge({
      permissions,
      hooks: hooks(() => ({ decision: 'deny', reason: 'not today' })),
    });
    expect(ran).toEqual([]);
    expect(answer).toMatchObject({ outcome: 'denied', content: 'Denied: not today' });
    expect(result?.denials).toHaveLength(1);
  });

  test('can make it a question', async () => {
    const questions: ApprovalRequest[] = [];
    const { ran } = await judge({
      permissions,
      hooks: hooks(() => ({ decision: 'ask', reason: 'look at this' })),
      onApproval: (request) => questions.push(request) > 0,
    });
    expect(questions).toEqual([expect.objectContaining({ reason: 'look at this', args: { path: 'a', mode: 'new' } })]);
    expect(ran).toEqual(['a new']);
  });

  test('can skip the question, but not a denial', async () => {
    const allow = hooks(() => ({ decision: 'allow' }));
    expect((await judge({ permissions: asking, hooks: allow })).ran).toEqual(['a new']);
    expect((await judge({ permissions: denying, hooks: allow })).ran).toEqual([]);
  });

  test('cannot turn a denial into a question', async () => {
    const ask = hooks(() => ({ decision: 'ask' }));
    const { ran, messages } = await judge({ permissions: denying, hooks: ask, onApproval: () => true });
    expect(ran).toEqual([]);
    expect(messages.some((message) => message.type === 'system' && message.subtype === 'permission_request')).toBe(
      false,
    );
  });

  test('can change the arguments: they are validated and judged like the model’s own, and logged', async () => {
    const seen: Json[] = [];
    const { ran, log } = await judge({
      permissions: {
        decide: ({ args, access }) => {
          seen.push(args, toJson(access));
          return decision('allow');
        },
      },
      hooks: hooks(() => ({ args: { path: 'b' } })),
    });
    expect(seen).toEqual([{ path: 'b', mode: 'new' }, [{ kind: 'write', path: 'b' }]]);
    expect(ran).toEqual(['b new']);
    expect(log.find(({ type }) => type === 'tool_decided')).toMatchObject({ args: { path: 'b' } });
  });

  test('that changes them to invalid ones keeps the call from running', async () => {
    const { ran, answer } = await judge({ permissions, hooks: hooks(() => ({ args: { path: 7 } })) });
    expect(ran).toEqual([]);
    expect(answer).toMatchObject({ outcome: 'error', content: expect.stringContaining('path:') });
  });

  test('changes nothing by changing what it was shown', async () => {
    const { ran } = await judge({
      permissions,
      hooks: hooks(({ call: shown }) => {
        Object.assign(shown.args ?? {}, { path: 'c' });
      }),
    });
    expect(ran).toEqual(['a new']);
  });

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('broken hook');
      },
    ],
    ['rejects', async () => Promise.reject(new Error('broken hook'))],
    ['answers true', () => true],
    ['answers "deny"', () => 'deny'],
    ['answers an empty object', () => ({})],
    ['misspells its decision', () => ({ decision: 'denied', reason: 'x' })],
    ['denies and changes at once', () => ({ decision: 'deny', reason: 'no', args: { path: 'b' } })],
    ['allows and changes at once', () => ({ decision: 'allow', args: { path: 'b' } })],
    ['denies without a reason', () => ({ decision: 'deny' })],
    ['changes the arguments to a function', () => ({ args: () => 'no JSON' })],
  ])('that %s is a denial', async (_name, answered) => {
    const { ran, answer } = await judge({ permissions, hooks: { beforeTool: answered as () => undefined } });
    expect(ran).toEqual([]);
    expect(answer).toMatchObject({ outcome: 'denied' });
    expect(answer?.content).not.toContain('undefined');
  });

  test('is not asked about a call that cannot run', async () => {
    let asked = 0;
    const beforeTool = () => {
      asked++;
    };
    const { answer } = await judge({ permissions, hooks: { beforeTool } }, { path: 7 });
    expect(answer?.outcome).toBe('error');
    expect(asked).toBe(0);
  });

  test('keeps the object it is in as its this', async () => {
    class Auditor {
      readonly #seen: string[] = [];
      get seen(): readonly string[] {
        return this.#seen;
      }
      beforeTool({ call: { name } }: { readonly call: { readonly name: string } }): void {
        this.#seen.push(name);
      }
    }
    const auditor = new Auditor();
    await judge({ permissions, hooks: auditor });
    expect(auditor.seen).toEqual(['Write']);
  });
});

describe('approval', () => {
  const permissions = { decide: () => ({ ...decision('ask', 'writes need a yes'), rule: 'Write' }) };

  test('is asked with all there is to know, between a request and a decision in the stream', async () => {
    const questions: ApprovalRequest[] = [];
    const onApproval: ApprovalHandler = (request) => questions.push(request) > 0;
    const { ran, messages } = await judge({ permissions, onApproval, sessionId: 's' });
    expect(questions).toEqual([
      {
        toolUseId: 'call_1',
        name: 'Write',
        args: { path: 'a', mode: 'new' },
        access: [{ kind: 'write', path: 'a' }],
        reason: 'writes need a yes',
        rule: 'Write',
        suggestions: [],
        sessionId: 's',
        signal: expect.any(AbortSignal),
      },
    ]);
    expect(ran).toEqual(['a new']);
    expect(messages.flatMap((message) => (message.type === 'system' ? [message.subtype] : [message.type]))).toEqual([
      'session_start',
      'tool_use',
      'permission_request',
      'permission_decision',
      'tool_result',
      'text',
      'text',
      'result',
    ]);
  });

  test('of false is a denial', async () => {
    const { ran, answer, result } = await judge({ permissions, onApproval: () => false });
    expect(ran).toEqual([]);
    expect(answer).toMatchObject({ outcome: 'denied', content: 'Denied: A person denied it.' });
    expect(result?.denials).toHaveLength(1);
  });

  test('may give the model a reason', async () => {
    const onApproval: ApprovalHandler = async () => ({ decision: 'deny', reason: 'use the other file' });
    expect((await judge({ permissions, onApproval })).answer?.content).toBe('Denied: use the other file');
  });

  test('nobody to give it is a denial that says how to allow the call', async () => {
    const { ran, answer } = await judge({ permissions });
    expect(ran).toEqual([]);
    expect(answer?.content).toMatch(/^Denied: writes need a yes .*`onApproval`/);
  });

  test('may change the arguments: they are validated and judged again, and logged', async () => {
    const asked: (readonly Access[])[] = [];
    const decide = ({ access }: PermissionCall): PermissionDecision => {
      asked.push(access);
      return decision('ask');
    };
    const onApproval: ApprovalHandler = () => ({ decision: 'allow', args: { path: 'b', mode: 'append' } });
    const { ran, log } = await judge({ permissions: { decide }, onApproval });
    expect(ran).toEqual(['b append']);
    expect(asked).toEqual([[{ kind: 'write', path: 'a' }], [{ kind: 'write', path: 'b' }]]);
    expect(log.find(({ type }) => type === 'tool_decided')).toMatchObject({
      decision: { decision: 'allow', tier: 'approval' },
      args: { path: 'b', mode: 'append' },
    });
  });

  test('cannot change them past a denial', async () => {
    const decide = ({ access: [first] }: PermissionCall): PermissionDecision =>
      decision(first?.kind === 'write' && first.path === 'secret' ? 'deny' : 'ask');
    const onApproval: ApprovalHandler = () => ({ decision: 'allow', args: { path: 'secret' } });
    const { ran, answer } = await judge({ permissions: { decide }, onApproval });
    expect(ran).toEqual([]);
    expect(answer?.outcome).toBe('denied');
  });

  test('that changes them to invalid ones keeps the call from running', async () => {
    const onApproval: ApprovalHandler = () => ({ decision: 'allow', args: {} });
    const { ran, answer } = await judge({ permissions, onApproval });
    expect(ran).toEqual([]);
    expect(answer).toMatchObject({ outcome: 'error', content: expect.stringContaining('path:') });
  });

  test('changes nothing by changing the question, or the answer after it was given', async () => {
    const answered = { decision: 'allow', args: { path: 'b' } } as const;
    const decide = ({ access }: PermissionCall): PermissionDecision => {
      // Between the answer and the run.
      if (JSON.stringify(access).includes('"b"')) Object.assign(answered.args, { path: 'c' });
      return decision('ask');
    };
    const byAnswer = await judge({ permissions: { decide }, onApproval: () => answered });
    expect(byAnswer.ran).toEqual(['b new']);
    const onApproval: ApprovalHandler = ({ args }) => Object.assign(args as object, { path: 'c' }) !== null;
    const byQuestion = await judge({ permissions, onApproval });
    expect(byQuestion.ran).toEqual(['a new']);
  });

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no terminal');
      },
    ],
    ['rejects', async () => Promise.reject(new Error('no terminal'))],
    ['answers nothing', () => undefined],
    ['answers "yes"', () => 'yes'],
    ['answers 1', () => 1],
    ['answers an empty object', () => ({})],
    ['misspells its decision', () => ({ decision: 'allowed' })],
    ['allows arguments that are no JSON', () => ({ decision: 'allow', args: 7n })],
  ])('whose handler %s is a denial', async (_name, onApproval) => {
    const { ran, answer } = await judge({ permissions, onApproval: onApproval as ApprovalHandler });
    expect(ran).toEqual([]);
    expect(answer).toMatchObject({ outcome: 'denied', content: expect.stringMatching(/^Denied: The approval/) });
  });

  test('is not asked for any more once the run was stopped at the request', async () => {
    let asked = 0;
    const onApproval: ApprovalHandler = () => ++asked > 0;
    const model = scriptedModel([[call('Write', { path: 'a' })]]);
    const pending = run('Go.', { model, tools: [writeTool([])], permissions, onApproval });
    for await (const message of pending) {
      if (message.type === 'system' && message.subtype === 'permission_request') pending.abort();
    }
    expect(asked).toBe(0);
    expect(await pending.result()).toMatchObject({ stopReason: 'aborted', denials: [] });
  });

  test('that never comes ends with the run, and is nobody’s denial', async () => {
    const controller = new AbortController();
    const signals: AbortSignal[] = [];
    const onApproval: ApprovalHandler = ({ signal }) => {
      signals.push(signal);
      queueMicrotask(() => controller.abort());
      return new Promise(() => {
        // Nobody answers.
      });
    };
    const { ran, answer, result } = await judge({ permissions, onApproval, signal: controller.signal });
    expect(signals[0]?.aborted).toBe(true);
    expect(ran).toEqual([]);
    expect(answer).toMatchObject({ outcome: 'aborted' });
    expect(result).toMatchObject({ stopReason: 'aborted', denials: [] });
  });
});

describe('arguments', () => {
  const permissions = { decide: () => decision('allow') };

  test.each<[string, Json]>([
    ['text', 'rm -rf'],
    ['a number', 7],
    ['null', null],
    ['a list', ['a']],
    ['true', true],
  ])('that are %s are answered, not run', async (_name, args) => {
    const { ran, answer } = await judge({ permissions }, args);
    expect(ran).toEqual([]);
    expect(answer).toMatchObject({ outcome: 'error', content: expect.stringContaining('are not valid') });
  });

  test('are the tool’s to change: the transcript keeps what the model said', async () => {
    const tool: Tool = {
      ...writeTool([]),
      accessKinds: [],
      access: () => [],
      validate: async (args) => ({ ok: true, args }),
      execute: (args) => {
        Object.assign(args as object, { path: 'changed', more: true });
        return 'done';
      },
    };
    const model = scriptedModel([[call('Write', { path: 'a' })], 'Done.']);
    const { toolUses } = await collect(run('Go.', { model, tools: [tool] }));
    expect(toolUses[0]?.args).toEqual({ path: 'a' });
    expect(model.requests[1]?.messages[1]).toMatchObject({ content: [{ type: 'tool_call', args: { path: 'a' } }] });
  });

  test('whose check throws are answered, not run', async () => {
    const tool: Tool = {
      ...writeTool([]),
      validate: async () => {
        throw new Error('bad schema');
      },
    };
    const model = scriptedModel([[call('Write', {})], 'Done.']);
    const { toolResults } = await collect(run('Go.', { model, tools: [tool] }));
    expect(toolResults[0]).toMatchObject({ outcome: 'error', content: expect.stringContaining('bad schema') });
  });

  test('of a megabyte pass through', async () => {
    const path = 'x'.repeat(1_000_000);
    const { ran } = await judge({ permissions }, { path });
    expect(ran).toEqual([`${path} new`]);
  });
});

describe('names', () => {
  test.each(['toString', 'constructor', '__proto__', 'hasOwnProperty', 'valueOf'])(
    'that every object has, such as %s, are unknown like any other, and may be given to a tool',
    async (name) => {
      const unknown = await collect(run('Go.', { model: scriptedModel([[call(name)], 'Done.']) }));
      expect(unknown.toolResults[0]).toMatchObject({
        name,
        outcome: 'error',
        content: expect.stringContaining('The tools are: none'),
      });
      const tool = defineTool({ name, description: name, input: z.object({}), accessKinds: [], execute: () => 'ran' });
      const known = await collect(run('Go.', { model: scriptedModel([[call(name)], 'Done.']), tools: [tool] }));
      checkStream(known.messages);
      expect(known.toolResults[0]).toMatchObject({ name, outcome: 'ok', content: 'ran' });
    },
  );

  test('in arguments that every object has are data', async () => {
    const args = JSON.parse('{"__proto__": {"path": "x"}, "path": "a", "constructor": 1}') as Json;
    const { ran } = await judge({ permissions: { decide: () => decision('allow') } }, args);
    expect(ran).toEqual(['a new']);
    expect(({} as { path?: string }).path).toBeUndefined();
  });
});

describe('ids of calls', () => {
  test('that the model repeats or leaves empty are made unique', async () => {
    const ran: Ran = [];
    const twice = { type: 'tool_call', name: 'Write', id: 'same' } as const;
    const model = scriptedModel([
      [
        emit({ type: 'block', block: { ...twice, args: { path: 'a' } } }),
        emit({ type: 'block', block: { ...twice, args: { path: 'b' } } }),
        emit({ type: 'block', block: { ...twice, id: '', args: { path: 'c' } } }),
      ],
      [emit({ type: 'block', block: { ...twice, args: { path: 'd' } } })],
      'Done.',
    ]);
    const permissions = { decide: () => decision('allow') };
    const { messages, toolUses } = await collect(run('Go.', { model, tools: [writeTool(ran)], permissions }));
    checkStream(messages);
    expect(toolUses.map(({ id }) => id)).toEqual(['same', 'same_2', 'call', 'same_3']);
    expect(ran).toEqual(['a new', 'b new', 'c new', 'd new']);
  });

  test('cannot pass for the key of another event', async () => {
    const ran: Ran = [];
    const ids = ['x', 'x/started', 'x/decided', 'x/1', 'x%2Fstarted', '../y'];
    const calls = ids.map((id, index) => call('Write', { path: `${index}` }, { id }));
    const session = memoryStore();
    const pending = run('Go.', {
      model: scriptedModel([calls, 'Done.']),
      tools: [writeTool(ran)],
      permissions: { decide: () => decision('allow') },
      session,
    });
    const { messages, toolResults } = await collect(pending);
    checkStream(messages);
    expect(ran).toEqual(ids.map((_id, index) => `${index} new`));
    expect(toolResults.map(({ outcome }) => outcome)).toEqual(ids.map(() => 'ok'));
    const keys = (await logOf(session, pending.sessionId)).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
