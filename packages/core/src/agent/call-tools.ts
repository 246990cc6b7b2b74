import type { Branch } from '../durable.ts';
import type { ToolFinished } from '../session/event.ts';
import { maxParallelCalls, type AnswerCalls } from '../session/next-step.ts';
import type { CallState } from '../session/call-list.ts';
import type { Ledger } from '../session/ledger.ts';
import { repetitionNotice } from '../session/state.ts';
import type { ToolCallBlock } from '../transcript.ts';
import { callKey } from './call-key.ts';
import { isOwnChild } from './child-session-id.ts';
import { returnsOf } from './child-usage.ts';
import { defaultParallelTasks, taskBranch, type TaskQueue } from './call-task.ts';
import { afterTool, executeTool, type ToolAnswer } from './execute-tool.ts';
import { judgeCall } from './judge-call.ts';
import type { Verdict } from './judged-call.ts';
import type { RunContext } from './run-context.ts';
import type { TaskArgs } from './task-tool.ts';
import { untilAborted } from './until-aborted.ts';
import { shownArgs } from './validate-args.ts';

/** The event that answers a call, with its key. */
type Answered = { readonly key: string } & ToolFinished;
/** The same, and what a sub-agent used that was called. */
type Settled = Answered & { readonly used?: Ledger };

/** Shows the tool calls of the turn that has just finished, in their order. */
export async function announceCalls(context: RunContext): Promise<void> {
  const { sessionId, state } = context.log;
  for (const { call } of state.calls) {
    const args = await shownArgs(context, call);
    await context.deliver({ type: 'tool_use', id: call.id, name: call.name, args, sessionId, eventSeq: state.seq });
  }
}

/** Judges the calls of a batch in their order, then runs those that may, side by side. Those that are parked stay open. */
export async function callTools(context: RunContext, calls: readonly CallState[]): Promise<void> {
  const branches: Branch<Settled>[] = [];
  const tasks: TaskQueue = { waiting: 0, granted: Promise.resolve() };
  for (const state of calls) {
    if (context.signal.aborted) break;
    const { call, child } = state;
    const key = keyOf(context, call);
    if (child !== undefined && !(await isOwnChild(context, call.id, child.childSessionId))) {
      await answerCall(context, state, ofAnotherSession);
      continue;
    }
    const verdict = await judgeCall(context, { call, key });
    if (verdict.type === 'answered') await answerCall(context, state, { ...verdict, isError: true });
    else if (verdict.type === 'runs') branches.push(await toBranch(context, state, verdict, tasks));
  }
  const { subAgentLimits } = context.settings;
  await context.durable.all(branches, {
    limit: tasks.waiting === 0 ? maxParallelCalls : (subAgentLimits?.maxParallel ?? defaultParallelTasks),
    onSettled: async (_index, { used, ...answered }) => {
      const { toolCallId } = answered;
      const childSessionId = context.log.state.calls.get(toolCallId)?.child?.childSessionId;
      const key = `${answered.key}/returned`;
      const returned =
        used === undefined || childSessionId === undefined
          ? []
          : [{ key, type: 'child_returned', toolCallId, childSessionId, used } as const];
      await context.commit(...returned, answered);
    },
  });
}

/** Answers calls that are not to run. */
export async function answerCalls(
  context: RunContext,
  { calls, outcome, content }: Omit<AnswerCalls, 'type'>,
): Promise<void> {
  for (const state of calls) await answerCall(context, state, { outcome, content, isError: true });
}

/** Answers a call that does not run, or not any more: what its sub-agent used before counts. */
async function answerCall(context: RunContext, state: CallState, given: ToolAnswer): Promise<void> {
  const key = keyOf(context, state.call);
  await context.commit(...(await returnsOf(context, state, key)), answer(key, state, given));
}

/** A second sub-agent would do again what the first one has done. */
const ofAnotherSession = {
  content:
    'Outcome unknown: the sub-agent works for the session that this one is a copy of. Verify before giving the task again.',
  isError: true,
  outcome: 'unknown',
} as const;

function keyOf(context: RunContext, { id }: ToolCallBlock): string {
  return callKey(context.log.state.turn, id);
}

async function toBranch(
  context: RunContext,
  state: CallState,
  { type: _type, ...allowed }: Extract<Verdict, { readonly type: 'runs' }>,
  tasks: TaskQueue,
): Promise<Branch<Settled>> {
  const { call } = state;
  const { tool, args } = allowed;
  const key = keyOf(context, call);
  if (tool === context.settings.task) {
    // The schema of this very tool has validated the arguments.
    const task = await taskBranch(context, { state, key, args: args as TaskArgs }, tasks);
    return {
      ...task,
      run: async (stepContext) => {
        const { answer: answered, used } = await task.run(stepContext);
        const { signal } = stepContext;
        // What ignores the abort is not waited for.
        const shown = afterTool(context, { call, args }, answered, signal);
        const left = await untilAborted(shown, signal).catch(() => ({ ...answered, ...aborted }));
        return { ...answer(key, state, left), used };
      },
    };
  }
  return {
    spec: { key, kind: 'tool', name: tool.name },
    before: async () => {
      if (state.isStarted || context.signal.aborted) return;
      const { name, effect } = tool;
      await context.commit({ key: `${key}/started`, type: 'tool_started', toolCallId: call.id, name, effect });
    },
    run: async (stepContext) => answer(key, state, await executeTool(context, { call, key, ...allowed }, stepContext)),
  };
}

const aborted = { content: 'The run was aborted.', isError: true, outcome: 'aborted' } as const;

function answer(
  key: string,
  { call, repeats }: CallState,
  { content, isError, outcome, display }: ToolAnswer,
): Answered {
  return {
    key,
    type: 'tool_finished',
    toolCallId: call.id,
    name: call.name,
    content: repeats >= repetitionNotice ? withNotice(content, repeats) : content,
    isError,
    outcome,
    ...(display === undefined ? {} : { display }),
  };
}

/** Tells the model that it repeats itself. */
function withNotice(content: ToolFinished['content'], repeats: number): ToolFinished['content'] {
  const notice = `\n\nNote: this is the same call with the same arguments, number ${repeats} in a row. Change the approach; the run ends if it goes on.`;
  return typeof content === 'string' ? content + notice : [...content, { type: 'text', text: notice.trim() }];
}
