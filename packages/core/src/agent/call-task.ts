import type { Branch } from '../durable.ts';
import type { CallState } from '../session/call-list.ts';
import type { RunContext } from './run-context.ts';
import { freeChildSession } from './child-session-id.ts';
import { runSubAgent, type TaskOutcome } from './run-sub-agent.ts';
import { shareBudget } from './share-budget.ts';
import type { TaskArgs } from './task-tool.ts';

/** Sub-agents at the same time, where the options do not say. */
export const defaultParallelTasks = 4;

/** The tasks of one batch. */
export interface TaskQueue {
  /** Those that have no share of the budget yet. */
  waiting: number;
  /** Settles when the last share so far is in the log: the next one is of what it left. */
  granted: Promise<void>;
}

/** A call of `Task` as a branch of its batch: its grant is logged, then the sub-agent runs. */
export async function taskBranch(
  context: RunContext,
  { state, key, args }: { readonly state: CallState; readonly key: string; readonly args: TaskArgs },
  tasks: TaskQueue,
): Promise<Branch<TaskOutcome>> {
  const { id: toolCallId } = state.call;
  const agent = context.settings.agents?.[args.agent];
  if (agent === undefined) throw new TypeError(`Task was called with the unknown agent "${args.agent}".`);
  const childSessionId = state.child?.childSessionId ?? (await freeChildSession(context, toolCallId));
  tasks.waiting += 1;
  return {
    spec: { key, kind: 'spawn', name: args.agent, sessionId: childSessionId },
    before: () => {
      const granted = tasks.granted.then(async () => {
        const beside = tasks.waiting;
        tasks.waiting -= 1;
        if (state.child !== undefined || context.signal.aborted) return;
        const grant = shareBudget(context.run, agent.budget ?? {}, beside);
        const granting = { type: 'child_granted', toolCallId, agent: args.agent, childSessionId, grant } as const;
        await context.commit({ key: `${key}/granted`, ...granting });
      });
      // Whoever waits behind it fails with it.
      tasks.granted = granted;
      return granted;
    },
    run: (step) => {
      const grant = context.log.state.calls.get(toolCallId)?.child?.grant ?? {};
      return runSubAgent(context, { toolUseId: toolCallId, args, agent, childSessionId, grant }, step);
    },
  };
}
