import type { DecisionRecord } from '../session/event.ts';
import type { ValidCall, Verdict } from './judged-call.ts';
import type { RunContext } from './run-context.ts';
import { didNotRun } from './run-stopped.ts';

/** Logs that a call may run. */
export async function allowCall(
  context: RunContext,
  { call, key, tool, args, changedArgs }: ValidCall,
  decision: DecisionRecord,
): Promise<Verdict> {
  const { id: toolCallId, name } = call;
  const changed = changedArgs === undefined ? {} : { args: changedArgs };
  const decided = context.log.freeKey(`${key}/decided`);
  await context.commit({ key: decided, type: 'tool_decided', toolCallId, name, decision, ...changed });
  return { type: 'runs', tool, args };
}

/** Logs that a call may not run. */
export async function denyCall(
  context: RunContext,
  { call, key }: ValidCall,
  decision: DecisionRecord,
): Promise<Verdict> {
  // Nobody denied it: whoever was to decide was cut short.
  if (context.signal.aborted) return { type: 'answered', outcome: 'aborted', content: didNotRun(context.signal) };
  const { id: toolCallId, name } = call;
  const decided = context.log.freeKey(`${key}/decided`);
  await context.commit({ key: decided, type: 'tool_decided', toolCallId, name, decision });
  return { type: 'answered', outcome: 'denied', content: `Denied: ${decision.reason}` };
}

/** A call that cannot run as it is; the model hears what is wrong with it. */
export function invalidCall(content: string): Verdict {
  return { type: 'answered', outcome: 'error', content };
}
