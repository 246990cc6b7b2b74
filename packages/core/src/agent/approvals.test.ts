import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Desk, asks, outcomes, sessionId, writes } from '../../test/desk.ts';
import { defineTool } from '../define-tool.ts';
import type { Json } from '../json.ts';
import type {
  ApprovalHandler,
  ApprovalRequest,
  PermissionCall,
  PermissionDecision,
  PermissionGrant,
  PermissionPolicy,
} from '../permission.ts';

describe('the question', () => {
  test('shows what the call would do, its parts, and what could be remembered', async () => {
    const desk = new Desk();
    desk.files.set('a', 'old');
    const questions: ApprovalRequest[] = [];
    const { messages } = await desk.run([writes('a'), 'Done.'], {
      onApproval: (question) => questions.push(question) > 0,
    });
    const shown = {
      toolUseId: 'call_1',
      name: 'Write',
      args: { path: 'a', text: 'new' },
      access: [{ kind: 'write', path: 'a' }],
      reason: 'Writes need a yes.',
      preview: { before: 'old', after: 'new' },
      units: [{ text: 'a', decision: 'ask' }],
      suggestions: ['Write(a)'],
    };
    expect(questions).toEqual([{ ...shown, sessionId, signal: expect.any(AbortSignal) }]);
    expect(messages).toContainEqual(expect.objectContaining({ subtype: 'permission_request', data: shown }));
    expect(messages).toContainEqual(
      expect.objectContaining({
        subtype: 'permission_decision',
        data: expect.objectContaining({ decision: 'allow', tier: 'approval', units: shown.units }),
      }),
    );
    expect(desk.ran).toEqual(['a new']);
  });

  test.each<[string, () => Json]>([
    [
      'throws',
      () => {
        throw new Error('no such file');
      },
    ],
    ['answers with nothing that JSON can hold', () => (() => 0) as never],
  ])('says why there is no preview where the tool %s', async (_name, preview) => {
    const desk = new Desk();
    const questions: ApprovalRequest[] = [];
    const tools = [desk.write({ preview })];
    await desk.run([writes('a'), 'Done.'], { tools, onApproval: (question) => questions.push(question) > 0 });
    expect(questions).toEqual([expect.objectContaining({ previewError: expect.stringMatching(/no such file|JSON/) })]);
    expect(questions[0]).not.toHaveProperty('preview');
    expect(desk.ran).toEqual(['a new']);
  });

  test('is put without a preview where nobody can be asked: nothing is worked out', async () => {
    const desk = new Desk();
    let previews = 0;
    const tools = [desk.write({ preview: () => ++previews })];
    expect(outcomes(await desk.run([writes('a'), 'Done.'], { tools }))).toEqual(['call_1 denied']);
    expect(previews).toBe(0);
  });

  test('is put again where what the call would do changed while it was decided on', async () => {
    const desk = new Desk();
    const reasons: string[] = [];
    const onApproval: ApprovalHandler = ({ reason }) => {
      if (reasons.push(reason) === 1) desk.files.set('a', 'written by another meanwhile');
      return true;
    };
    await desk.run([writes('a'), 'Done.'], { onApproval });
    expect(reasons).toEqual(['Writes need a yes.', expect.stringContaining('has changed since')]);
    expect(desk.ran).toEqual(['a new']);
  });

  test('is a denial where the call would do something else each time', async () => {
    const desk = new Desk();
    let count = 0;
    const tools = [desk.write({ preview: () => ++count })];
    let questions = 0;
    const collected = await desk.run([writes('a'), 'Done.'], { tools, onApproval: () => ++questions > 0 });
    expect(collected.toolResults[0]).toMatchObject({
      outcome: 'denied',
      content: expect.stringContaining('each time'),
    });
    expect([questions, desk.ran]).toEqual([3, []]);
  });

  test('is void where the policy denies the call by the time of the answer', async () => {
    const desk = new Desk();
    let isFrozen = false;
    const decide: PermissionPolicy['decide'] = () =>
      isFrozen
        ? { decision: 'deny', tier: 'deny', rule: 'Write', reason: 'frozen' }
        : { decision: 'ask', tier: 'mode', reason: 'why' };
    const onApproval: ApprovalHandler = () => (isFrozen = true);
    const collected = await desk.run([writes('a'), 'Done.'], { permissions: { decide }, onApproval });
    expect(collected.toolResults[0]).toMatchObject({ outcome: 'denied', content: 'Denied: frozen' });
    expect(desk.ran).toEqual([]);
  });
});

describe('what is remembered', () => {
  test('for the session lets the same kind of call pass, in the same turn, later, and after a resume', async () => {
    const desk = new Desk();
    let questions = 0;
    const onApproval: ApprovalHandler = () => {
      questions++;
      return { decision: 'allow', remember: 'session' };
    };
    const script = [[...writes('a'), ...writes('a')], writes('a'), 'Done.'];
    await desk.run(script, { onApproval });
    expect([questions, desk.ran.length]).toEqual([1, 3]);
    expect((await desk.log()).filter(({ type }) => type === 'grant_added')).toMatchObject([
      { rules: ['Write(a)'], toolCallId: 'call_1' },
    ]);
    const later = await desk.run([[...writes('a'), ...writes('b')], 'Done.']);
    expect(outcomes(later)).toEqual(['call_4 ok', 'call_5 denied']);
  });

  test('for good is kept by the policy as well, with the call that led to it', async () => {
    const desk = new Desk();
    const kept: PermissionGrant[] = [];
    const permissions = { ...asks(), remember: async (grant: PermissionGrant) => void kept.push(grant) };
    await desk.run([writes('a', 'a'), 'Done.'], {
      permissions,
      onApproval: () => ({ decision: 'allow', remember: 'always' }),
    });
    expect(kept).toEqual([
      { rules: ['Write(a)'], call: expect.objectContaining({ args: { path: 'a', text: 'new' }, cwd: '/w' }) },
    ]);
    expect(desk.ran).toHaveLength(2);
  });

  test.each<[string, PermissionPolicy, string]>([
    ['cannot', asks(), 'the policy keeps no rules'],
    [
      'fails to',
      {
        ...asks(),
        remember: async () => {
          throw new Error('disk full');
        },
      },
      'could not be kept: disk full',
    ],
  ])('for good holds for the session where the policy %s keep it', async (_name, permissions, note) => {
    const desk = new Desk();
    const { messages, result } = await desk.run([writes('a', 'a'), 'Done.'], {
      permissions,
      onApproval: () => ({ decision: 'allow', remember: 'always' }),
    });
    expect(result.stopReason).toBe('end_turn');
    expect(desk.ran).toHaveLength(2);
    const data = expect.objectContaining({ decision: 'allow', reason: expect.stringContaining(note) });
    expect(messages).toContainEqual(expect.objectContaining({ subtype: 'permission_decision', data }));
  });

  test('is nothing where the policy suggests nothing', async () => {
    const desk = new Desk();
    const { messages } = await desk.run([writes('a', 'a'), 'Done.'], {
      permissions: { decide: () => ({ decision: 'ask', tier: 'ask', reason: 'always ask' }) },
      onApproval: ({ suggestions }) => {
        expect(suggestions).toEqual([]);
        return { decision: 'allow', remember: 'always' };
      },
    });
    expect((await desk.log()).some(({ type }) => type === 'grant_added')).toBe(false);
    const data = expect.objectContaining({ reason: expect.stringContaining('Nothing was remembered') });
    expect(messages).toContainEqual(expect.objectContaining({ subtype: 'permission_decision', data }));
  });

  test('is nothing where the arguments were changed to what the shown rules do not fit', async () => {
    const desk = new Desk();
    const onApproval: ApprovalHandler = () => ({ decision: 'allow', args: { path: 'b' }, remember: 'session' });
    await desk.run([writes('a'), 'Done.'], { onApproval });
    expect(desk.ran).toEqual(['b new']);
    expect((await desk.log()).some(({ type }) => type === 'grant_added')).toBe(false);
  });

  test('is seen by the policy in every question of a tool, too', async () => {
    const desk = new Desk();
    const seen: (readonly string[])[] = [];
    const decide = (asked: PermissionCall): PermissionDecision => {
      seen.push(asked.grants);
      return { decision: 'ask', tier: 'mode', reason: 'why', suggestions: ['Write(a)'] };
    };
    const permitting = defineTool({
      name: 'Write',
      description: 'Asks.',
      input: z.object({ path: z.string() }),
      accessKinds: ['write'],
      execute: async (_args, context) => String(await context.permits({ kind: 'write', path: 'x' })),
    });
    const onApproval: ApprovalHandler = () => ({ decision: 'allow', remember: 'session' });
    await desk.run([writes('a'), 'Done.'], { permissions: { decide }, tools: [permitting], onApproval });
    expect(seen).toEqual([[], [], ['Write(a)']]);
  });
});
