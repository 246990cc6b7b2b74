import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Desk, asks, defer, outcomes, sessionId, writes } from '../../test/desk.ts';
import { defineTool } from '../define-tool.ts';
import type { ApprovalHandler, PermissionPolicy } from '../permission.ts';
import type { SessionEvent } from '../session/event.ts';
import { emptyState, evolve } from '../session/state.ts';
import type { Tool, ToolContext } from '../tool.ts';
import { call, scriptedModel } from '../testing/index.ts';
import type { ResumeOptions } from './options.ts';
import { resume } from './run.ts';

describe('a call that is put off', () => {
  test('ends the run, which says what waits, and runs when another process brings the yes', async () => {
    const desk = new Desk();
    const first = await desk.run([['Let me.', ...writes('a')]], { onApproval: defer });
    expect(first.result).toMatchObject({ stopReason: 'approval_required', denials: [], turns: 1 });
    expect(first.result.pendingApprovals).toEqual([
      {
        toolUseId: 'call_1',
        name: 'Write',
        args: { path: 'a', text: 'new' },
        access: [{ kind: 'write', path: 'a' }],
        reason: 'Writes need a yes.',
        preview: { before: null, after: 'new' },
        units: [{ text: 'a', decision: 'ask' }],
        suggestions: ['Write(a)'],
      },
    ]);
    expect([outcomes(first), desk.ran]).toEqual([[], []]);

    const second = await desk.resume(['Done.'], { approvals: { call_1: true } });
    expect(outcomes(second)).toEqual(['call_1 ok']);
    expect(desk.ran).toEqual(['a new']);
    expect(second.result).toMatchObject({ stopReason: 'end_turn', turns: 2, text: 'Done.', pendingApprovals: [] });
    expect(await desk.log()).toContainEqual(
      expect.objectContaining({ type: 'approval_decided', decision: 'allow', by: 'resume' }),
    );
  });

  test('is denied by the no that another process brings, with its reason', async () => {
    const desk = new Desk();
    await desk.run([writes('a')], { onApproval: defer });
    const denied = await desk.resume(['I see.'], { approvals: { call_1: { decision: 'deny', reason: 'not now' } } });
    expect(denied.toolResults).toMatchObject([{ outcome: 'denied', content: 'Denied: not now' }]);
    expect(denied.result.denials).toHaveLength(1);
    expect(desk.ran).toEqual([]);
  });

  test('can be approved with other arguments, and remembered', async () => {
    const desk = new Desk();
    await desk.run([writes('a')], { onApproval: defer });
    const approvals = {
      call_1: { decision: 'allow', args: { path: 'a', text: 'mine' }, remember: 'session' },
    } as const;
    await desk.resume([writes('a'), 'Done.'], { approvals });
    expect(desk.ran).toEqual(['a mine', 'a new']);
  });

  test('is told what was shown of it, where the yes came later, and by nobody else', async () => {
    const seen: unknown[] = [];
    const desk = new Desk();
    const write = desk.write();
    const tools = [
      {
        ...write,
        execute: (args: unknown, context: ToolContext) => {
          seen.push('approvedPreview' in context ? context.approvedPreview : 'nothing');
          return write.execute(args, context);
        },
      },
    ];
    await desk.run([writes('a')], { tools, onApproval: defer });
    await desk.resume([writes('b'), 'Done.'], { tools, approvals: { call_1: true }, onApproval: () => true });
    expect(desk.ran).toEqual(['a new', 'b new']);
    expect(seen).toEqual([{ before: null, after: 'new' }, 'nothing']);
  });

  test('lets what stands beside it run, and holds back what is behind it', async () => {
    const desk = new Desk();
    const permissions: PermissionPolicy = {
      decide: ({ access: [first] }) => ({
        decision: first?.kind === 'read' && first.path === 'secret' ? 'ask' : 'allow',
        tier: 'mode',
        reason: 'why',
      }),
    };
    const script = [
      [call('Look', { path: 'secret' }), call('Look', { path: 'b' }), ...writes('c'), call('Look', { path: 'd' })],
    ];
    const first = await desk.run(script, { permissions, onApproval: defer });
    expect(outcomes(first)).toEqual(['call_2 ok']);
    expect(first.result.pendingApprovals.map(({ toolUseId }) => toolUseId)).toEqual(['call_1']);
    const second = await desk.resume(['Done.'], { permissions, approvals: { call_1: true } });
    expect(outcomes(second)).toEqual(['call_1 ok', 'call_3 ok', 'call_4 ok']);
    expect(desk.ran).toEqual(['look b', 'look secret', 'c new', 'look d']);
  });

  test('has those behind it asked about meanwhile, so that all decisions can be brought at once', async () => {
    const desk = new Desk();
    const asked: string[] = [];
    const onApproval: ApprovalHandler = ({ toolUseId }) => {
      asked.push(toolUseId);
      return toolUseId === 'call_2' ? false : 'defer';
    };
    const first = await desk.run([writes('a', 'b', 'c')], { onApproval });
    expect(asked).toEqual(['call_1', 'call_2', 'call_3']);
    expect(first.result.pendingApprovals.map(({ toolUseId }) => toolUseId)).toEqual(['call_1', 'call_3']);
    const second = await desk.resume(['Done.'], { approvals: { call_3: true, call_1: true } });
    expect(outcomes(second)).toEqual(['call_1 ok', 'call_2 denied', 'call_3 ok']);
    expect(desk.ran).toEqual(['a new', 'c new']);
  });

  test('stays so until its decision comes, and keeps those that came for the calls behind it', async () => {
    const desk = new Desk();
    await desk.run([writes('a', 'b')], { onApproval: defer });
    const second = await desk.resume([], { approvals: { call_2: true } });
    expect(second.result).toMatchObject({
      stopReason: 'approval_required',
      pendingApprovals: [{ toolUseId: 'call_1' }],
    });
    expect([outcomes(second), desk.ran]).toEqual([[], []]);
    const third = await desk.resume(['Done.'], { approvals: { call_1: true } });
    expect(outcomes(third)).toEqual(['call_1 ok', 'call_2 ok']);
  });

  test('gives the same Result again where nothing new is brought, and leaves the log as it is', async () => {
    const desk = new Desk();
    const { result } = await desk.run([writes('a')], { onApproval: defer });
    const log = await desk.log();
    expect((await desk.resume([])).messages).toEqual([result]);
    expect(await desk.log()).toEqual(log);
  });

  test('is asked about again where there is somebody to ask', async () => {
    const desk = new Desk();
    await desk.run([writes('a')], { onApproval: defer });
    const again = await desk.resume([], { onApproval: defer });
    expect(again.result.stopReason).toBe('approval_required');
    const questions = again.messages.filter(
      (message) => message.type === 'system' && message.subtype === 'permission_request',
    );
    expect(questions).toHaveLength(1);
    // The question is in the log already; it is the same.
    expect((await desk.log()).filter(({ type }) => type === 'approval_requested')).toHaveLength(1);
    expect(outcomes(await desk.resume(['Done.'], { onApproval: () => true }))).toEqual(['call_1 ok']);
    const keys = (await desk.log()).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('is denied where a new prompt comes instead, and the answer comes before the new run', async () => {
    const desk = new Desk();
    await desk.run([[...writes('a'), call('Look', { path: 'b' })]], { onApproval: defer });
    const model = scriptedModel(['Something else, then.']);
    const next = await desk.run([], { model });
    expect(outcomes(next)).toEqual(['call_1 denied', 'call_2 not_executed']);
    expect(next.messages.map(({ type }) => type).slice(0, 4)).toEqual([
      'system',
      'tool_result',
      'tool_result',
      'system',
    ]);
    expect(next.result).toMatchObject({ stopReason: 'end_turn', turns: 1, denials: [] });
    expect(model.requests[0]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user']);
    expect(desk.ran).toEqual([]);
  });

  test('takes part in an abort like any other', async () => {
    const desk = new Desk();
    const controller = new AbortController();
    const onApproval: ApprovalHandler = ({ toolUseId }) => {
      if (toolUseId === 'call_2') controller.abort();
      return 'defer';
    };
    const { result, toolResults } = await desk.run([writes('a', 'b')], { onApproval, signal: controller.signal });
    expect(result).toMatchObject({ stopReason: 'aborted', pendingApprovals: [] });
    expect(toolResults.map(({ outcome }) => outcome)).toEqual(['aborted', 'aborted']);
  });

  test('cannot be one that a tool makes inside its own: it is denied', async () => {
    const desk = new Desk();
    const outer = defineTool({
      name: 'Outer',
      description: 'Writes by another.',
      input: z.object({}),
      accessKinds: [],
      execute: async (_args, context) => (await context.invoke('Write', { path: 'a' })).content,
    });
    const tools = [outer, desk.write(), desk.look()];
    const permissions: PermissionPolicy = {
      decide: (asked) =>
        asked.access.length === 0 ? { decision: 'allow', tier: 'mode', reason: 'pure' } : asks().decide(asked),
    };
    const { result, toolResults } = await desk.run([[call('Outer')], 'Done.'], {
      tools,
      permissions,
      onApproval: defer,
    });
    expect(toolResults).toMatchObject([{ outcome: 'ok', content: expect.stringContaining('cannot wait') }]);
    expect(result).toMatchObject({ stopReason: 'end_turn', pendingApprovals: [] });
    expect(desk.ran).toEqual([]);
  });
});

describe('a decision that another process brings', () => {
  const deny: PermissionPolicy = { decide: () => ({ decision: 'deny', tier: 'ceiling', reason: 'plan mode' }) };
  const other = (desk: Desk): Tool => ({ ...desk.write(), inputSchema: { type: 'object', properties: {} } });

  test.each<[string, (desk: Desk) => Partial<ResumeOptions>]>([
    ['what it would replace is another', (desk) => (desk.files.set('a', 'by another'), {})],
    ['the tool is another', (desk) => ({ tools: [other(desk)] })],
    ['a hook changes the arguments', () => ({ hooks: { beforeTool: () => ({ args: { path: 'a', text: 'x' } }) } })],
    ['it starts in another directory', () => ({ cwd: '/elsewhere' })],
  ])('does not hold where %s: the call goes on waiting', async (_name, change) => {
    const desk = new Desk();
    await desk.run([writes('a')], { onApproval: defer });
    const { result } = await desk.resume([], { ...change(desk), approvals: { call_1: true } });
    expect(result).toMatchObject({
      stopReason: 'approval_required',
      pendingApprovals: [{ toolUseId: 'call_1', reason: expect.stringContaining('void') }],
    });
    expect(desk.ran).toEqual([]);
    const second = await desk.resume(['Done.'], { ...change(desk), approvals: { call_1: true } });
    expect(outcomes(second)).toEqual(['call_1 ok']);
  });

  test.each<[string, boolean]>([
    ['yes', true],
    ['no', false],
  ])('that is a %s lifts no ceiling and no deny rule', async (_name, decision) => {
    const desk = new Desk();
    await desk.run([writes('a')], { onApproval: defer });
    const { toolResults } = await desk.resume(['I see.'], { permissions: deny, approvals: { call_1: decision } });
    expect(toolResults).toMatchObject([{ outcome: 'denied', content: 'Denied: plan mode' }]);
    expect(desk.ran).toEqual([]);
  });

  test('that is a no holds whatever has changed', async () => {
    const desk = new Desk();
    await desk.run([writes('a')], { onApproval: defer });
    desk.files.set('a', 'by another');
    expect(outcomes(await desk.resume(['I see.'], { approvals: { call_1: false } }))).toEqual(['call_1 denied']);
  });

  test('to which the tool is gone is no permission', async () => {
    const desk = new Desk();
    await desk.run([writes('a')], { onApproval: defer });
    const { toolResults } = await desk.resume(['I see.'], { tools: [desk.look()], approvals: { call_1: true } });
    expect(toolResults).toMatchObject([{ outcome: 'error', content: expect.stringContaining('There is no tool') }]);
  });

  test('comes too late after another one, and is welcome where it is the same', async () => {
    const desk = new Desk();
    await desk.run([writes('a')], { onApproval: defer });
    const { result } = await desk.resume(['Done.'], { approvals: { call_1: true } });
    expect((await desk.resume([], { approvals: { call_1: true } })).result).toEqual(result);
    const { error } = await desk.resume([], { approvals: { call_1: false } });
    expect(error).toMatchObject({ code: 'session_conflict', message: expect.stringContaining('"call_1"') });
    expect(desk.ran).toEqual(['a new']);
  });

  test('counts once where two processes bring one at the same time', async () => {
    const desk = new Desk();
    await desk.run([writes('a')], { onApproval: defer });
    const both = await Promise.all([
      desk.resume(['Done.'], { approvals: { call_1: true } }),
      desk.resume(['I see.'], { approvals: { call_1: false } }),
    ]);
    const failed = both.filter(({ error }) => error !== undefined);
    expect(failed).toMatchObject([{ error: { code: 'session_conflict' } }]);
    const answers = (await desk.log()).filter(({ type }) => type === 'tool_finished');
    expect(answers).toHaveLength(1);
  });

  test('on a call that waits for none is an option error, before anything is logged', async () => {
    const desk = new Desk();
    await desk.run([writes('a')], { onApproval: defer });
    const log = await desk.log();
    const pending = resume(sessionId, { ...desk.options([]), approvals: { call_7: true } });
    await expect(pending.next()).rejects.toThrow(/"call_7".*"call_1"/);
    expect(await desk.log()).toEqual(log);
  });

  test.each<[string, unknown]>([
    ['a word', 'yes'],
    ['a list', [true]],
    ['a decision that is none', { call_1: 'defer' }],
    ['an object without a decision', { call_1: { args: {} } }],
    ['a way to remember that is none', { call_1: { decision: 'allow', remember: 'forever' } }],
  ])('must be one: %s throws at once', (_name, approvals) => {
    const options = { ...new Desk().options([]), approvals } as ResumeOptions;
    expect(() => resume(sessionId, options)).toThrow(expect.objectContaining({ name: 'OptionError' }));
  });
});

describe('a process that dies after any append', () => {
  /** Stores as such processes leave them. */
  async function* deaths(events: readonly SessionEvent[]): AsyncGenerator<Desk> {
    for (let length = 2; length <= events.length; length++) {
      const desk = new Desk();
      await desk.session.append(sessionId, 0, events.slice(0, length));
      yield desk;
    }
  }

  test('while it puts calls off leaves a session that goes on to the same end', async () => {
    const whole = new Desk();
    await whole.run([writes('a', 'b')], { onApproval: defer });
    for await (const desk of deaths(await whole.log())) {
      const script = (await desk.log()).some(({ type }) => type === 'model_finished') ? [] : [writes('a', 'b')];
      await desk.resume(script, { onApproval: defer });
      const { toolResults } = await desk.resume(['Done.'], { approvals: { call_1: true, call_2: false } });
      expect(toolResults.map(({ outcome }) => outcome)).toEqual(['ok', 'denied']);
      expect(desk.ran).toEqual(['a new']);
    }
  });

  test('while it carries decisions out asks nobody a second time, and runs nothing twice', async () => {
    const whole = new Desk();
    await whole.run([writes('a', 'b')], { onApproval: defer });
    const before = (await whole.log()).length;
    const approvals = { call_1: { decision: 'allow', remember: 'session' }, call_2: false } as const;
    await whole.resume(['Done.'], { approvals });
    const events = await whole.log();
    for (let length = before; length <= events.length; length++) {
      const left = events.slice(0, length);
      const desk = new Desk();
      await desk.session.append(sessionId, 0, left);
      const { result } = await desk.resume(['Done.'], { approvals });
      expect(result.stopReason).toBe('end_turn');
      const log = await desk.log();
      const answers = log.flatMap((event) => (event.type === 'tool_finished' ? [event.outcome] : []));
      const wasRunning = left.at(-1)?.type === 'tool_started';
      expect(answers).toEqual([wasRunning ? 'unknown' : 'ok', 'denied']);
      expect(log.reduce(evolve, emptyState).grants).toEqual(['Write(a)']);
      expect(log.filter(({ type }) => type === 'approval_decided').length).toBe(4);
    }
  });
});
