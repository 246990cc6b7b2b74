import type { RunFinished } from '../session/event.ts';
import type { ToolOutcome } from '../tool.ts';
import { answerCalls } from './call-tools.ts';
import type { RunContext } from './run-context.ts';
import { didNotRun } from './run-stopped.ts';

/** How a run ends. */
export type RunEnd = Omit<RunFinished, 'type' | 'runId'>;

/** Answers what is still open, unless it waits for a decision, and ends the run in the log. */
export async function finish(context: RunContext, { stopReason, limit, error }: RunEnd): Promise<void> {
  const { runId } = context.run;
  const isWaiting = stopReason === 'approval_required';
  if (!isWaiting) await answerOpenCalls(context, stopReason === 'error' ? 'not_executed' : 'aborted');
  await context.commit({
    // A run that waits may go on, and end again.
    key: isWaiting ? context.log.freeKey(`run/${runId}/waits/${context.log.state.turn}`) : `run/${runId}/end`,
    type: 'run_finished',
    runId,
    stopReason,
    ...(limit === undefined ? {} : { limit }),
    ...(error === undefined ? {} : { error }),
  });
}

async function answerOpenCalls(context: RunContext, outcome: ToolOutcome): Promise<void> {
  const open = [...context.log.state.calls.open()];
  const started = open.filter((call) => call.isStarted);
  const waiting = open.filter((call) => !call.isStarted);
  const content = 'Outcome unknown: the run failed while this call was running. Verify before retrying.';
  await answerCalls(context, { calls: started, outcome: 'unknown', content });
  await answerCalls(context, { calls: waiting, outcome, content: didNotRun(context.signal) });
}
