import { AgentError, ModelError, OptionError } from '../errors.ts';
import type { Result } from '../message.ts';
import { nextStep, type Finish } from '../session/next-step.ts';
import { askAhead } from './ask-ahead.ts';
import { askHook, badAnswer } from './ask-hook.ts';
import { begin, takeUp, type Beginning } from './begin-run.ts';
import { checkOutput } from './check-output.ts';
import { callModel } from './call-model.ts';
import { answerCalls, callTools } from './call-tools.ts';
import { compact } from './compact.ts';
import { deliverSteers } from './deliver-steers.ts';
import { fail } from './fail-run.ts';
import { finish, type RunEnd } from './finish-run.ts';
import type { RunContext } from './run-context.ts';
import { switchModel } from './switch-model.ts';
import { toResult } from './to-result.ts';
import { untilAborted } from './until-aborted.ts';

/** How a run ended. */
export interface RunOutcome {
  readonly result: Result;
  /** Where `stopReason` is `error`: what the iterator throws. */
  readonly error?: AgentError;
}

/** Drives a run to its end; as a value, so that a run can drive those of its sub-agents. */
export type Drive = (context: RunContext, beginning: Beginning) => Promise<RunOutcome>;

/**
 * Drives a run to its end. What goes wrong in it is an outcome.
 *
 * @throws OptionError for an option that only the session shows to be wrong; there was no run then.
 */
export async function drive(context: RunContext, beginning: Beginning): Promise<RunOutcome> {
  try {
    await context.load();
    const isOpen =
      'prompt' in beginning ? await begin(context, beginning.prompt) : await takeUp(context, beginning.approvals);
    if (isOpen) await loop(context);
  } catch (error) {
    if (OptionError.isInstance(error) && !context.hasClaimed) throw error;
    await fail(context, error);
  } finally {
    context.stop('finished');
  }
  return outcomeOf(context);
}

/** The loop: ask the state what to do, do it, append what happened. */
async function loop(context: RunContext): Promise<void> {
  for (;;) {
    if (context.stopped?.why === 'failed') throw context.stopped.cause;
    if (context.signal.aborted) return finish(context, stopped(context));
    await deliverSteers(context);
    const step = nextStep(context.log.state);
    switch (step.type) {
      case 'call_model': {
        const spent = await callModel(context, step);
        if (spent !== undefined) return finish(context, { stopReason: 'budget', limit: spent });
        break;
      }
      case 'switch_model': {
        const { type: _, ...change } = step;
        await switchModel(context, change);
        break;
      }
      case 'compact':
        await compact(context, step);
        break;
      case 'run_tools':
        await callTools(context, step.calls);
        break;
      case 'answer_calls':
        await answerCalls(context, step);
        break;
      case 'wait_for_approvals':
        await askAhead(context, step.behind);
        // An abort ends the run in its own way.
        if (context.signal.aborted) break;
        return finish(context, { stopReason: 'approval_required' });
      case 'check_output':
        await checkOutput(context, step);
        break;
      case 'finish':
        if ((await goesOn(context, step)) || (await deliverSteers(context))) break;
        return finish(context, step);
    }
  }
}

/** The on-stop hook may put one more prompt to a model that has ended its turn. */
async function goesOn(context: RunContext, { stopReason }: Finish): Promise<boolean> {
  const { signal } = context;
  if (stopReason !== 'end_turn') return false;
  const asked = askHook(context, 'onStop', signal, { stopReason, text: context.run.text });
  // An abort ends the wait; the loop sees to it.
  const answer = await untilAborted(asked, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  if (answer === undefined) return signal.aborted;
  if (typeof answer.continueWith !== 'string') throw badAnswer('onStop', 'no text in `continueWith`');
  const content = [{ type: 'text', text: answer.continueWith }] as const;
  await context.commit({ key: `${context.log.state.turn}/continue`, type: 'prompt_added', content, source: 'hook' });
  return true;
}

function stopped(context: RunContext): RunEnd {
  return context.stopped?.why === 'maxDurationMs'
    ? { stopReason: 'budget', limit: 'maxDurationMs' }
    : { stopReason: 'aborted' };
}

function outcomeOf(context: RunContext): RunOutcome {
  const { log, lastError } = context;
  const result = context.withOutput(toResult(log.state, log.sessionId));
  if (result.error === undefined) return { result };
  const error = AgentError.isInstance(lastError) ? lastError : rebuiltError(result.error);
  // An error that cannot be written to is thrown without its Result.
  Reflect.defineProperty(error, 'result', { value: result, configurable: true, enumerable: false });
  return { result, error };
}

/** The error of a run that ended in another process. */
function rebuiltError({ code, message, kind, statusCode }: NonNullable<Result['error']>): AgentError {
  return kind === undefined ? new AgentError(code, message) : new ModelError(kind, message, { statusCode });
}
