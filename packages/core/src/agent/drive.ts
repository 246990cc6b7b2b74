import { AgentError, messageOf, ModelError, OptionError } from '../errors.ts';
import type { Result } from '../message.ts';
import type { EventDraft, RunFinished } from '../session/event.ts';
import { nextStep, type Finish } from '../session/next-step.ts';
import type { ToolOutcome } from '../tool.ts';
import type { ContentBlock } from '../transcript.ts';
import { askHook, badAnswer } from './ask-hook.ts';
import { callKey } from './call-key.ts';
import { callModel } from './call-model.ts';
import { answerCalls, callTools } from './call-tools.ts';
import { repairHistory } from './repair-history.ts';
import type { RunContext } from './run-context.ts';
import { didNotRun } from './run-stopped.ts';
import { toResult } from './to-result.ts';
import { untilAborted } from './until-aborted.ts';

/** How a run ended. */
export interface RunOutcome {
  readonly result: Result;
  /** Where `stopReason` is `error`: what the iterator throws. */
  readonly error?: AgentError;
}

/** What a run begins with: a prompt, or what the session left open. */
export type Beginning = { readonly prompt: readonly ContentBlock[] } | 'resume';

/**
 * Drives a run to its end. What goes wrong in it is an outcome.
 *
 * @throws OptionError for an option that only the session shows to be wrong; there was no run then.
 */
export async function drive(context: RunContext, beginning: Beginning): Promise<RunOutcome> {
  try {
    await context.log.load();
    const isOpen = beginning === 'resume' ? await takeUp(context) : await begin(context, beginning.prompt);
    if (isOpen) await loop(context);
  } catch (error) {
    if (OptionError.isInstance(error) && !context.hasClaimed) throw error;
    await fail(context, asAgentError(error));
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
    const step = nextStep(context.log.state);
    switch (step.type) {
      case 'call_model': {
        const spent = await callModel(context, step);
        if (spent !== undefined) return finish(context, { stopReason: 'budget', limit: spent });
        break;
      }
      case 'run_tools':
        await callTools(context, step.calls);
        break;
      case 'answer_calls':
        await answerCalls(context, step);
        break;
      case 'finish':
        if (await goesOn(context, step)) break;
        return finish(context, step);
    }
  }
}

/** Claims the session for a new run and adds its prompt. What an earlier process left open is closed first. */
async function begin(context: RunContext, prompt: readonly ContentBlock[]): Promise<true> {
  const { log, settings } = context;
  const isNew = log.state.seq === 0;
  if (settings.history !== undefined && !isNew) {
    const message = `Session "${log.sessionId}" has a transcript already. Leave \`history\` out, or start a new session.`;
    throw new OptionError('history', message);
  }
  await closeEarlierRun(context);
  const key = `run/${log.state.seq + 1}`;
  const started = {
    key,
    type: 'run_started',
    runId: await context.durable.id(`${key}/id`),
    continues: false,
    ...claimOf(context),
    ...(settings.history === undefined ? {} : { history: repairHistory(settings.history) }),
  } as const;
  // At once: a run without its prompt could not be taken up.
  await claim(context, started, { key: `${key}/prompt`, type: 'prompt_added', content: prompt, source: 'user' });
  watchDuration(context, key);
  return true;
}

/** Claims the session for the run that did not finish. False where there is nothing left to do. */
async function takeUp(context: RunContext): Promise<boolean> {
  const { log } = context;
  const { run } = log.state;
  if (run === undefined) {
    throw new AgentError('session_not_found', `There is no session "${log.sessionId}" in the store to resume.`);
  }
  if (run.end !== undefined) {
    await context.deliver(toResult(log.state, log.sessionId));
    return false;
  }
  const key = `run/${log.state.seq + 1}`;
  await claim(context, { key, type: 'run_started', runId: run.runId, continues: true, ...claimOf(context) });
  watchDuration(context, key);
  return true;
}

/** From here on the run in the log is this one. */
async function claim(context: RunContext, ...drafts: readonly [EventDraft, ...EventDraft[]]): Promise<void> {
  await context.commit(...drafts);
  context.hasClaimed = true;
}

function claimOf({ settings }: RunContext) {
  const { model, tools, budget } = settings;
  return {
    model: { provider: model.provider, id: model.id },
    budget,
    tools: tools.map(({ name, accessKinds, effect }) => ({ name, accessKinds, effect })),
  };
}

/** A run that crashed and is not resumed ends here, so that its calls are answered and its log is whole. */
async function closeEarlierRun(context: RunContext): Promise<void> {
  const { state } = context.log;
  if (state.run === undefined || state.run.end !== undefined) return;
  for (const { call, isStarted, result } of state.calls) {
    if (result !== undefined) continue;
    await context.commitQuietly({
      key: callKey(state.turn, call.id),
      type: 'tool_finished',
      toolCallId: call.id,
      name: call.name,
      content: isStarted
        ? 'Outcome unknown: the process ended while this call was running. Verify before retrying.'
        : 'Not executed: the process ended before this call ran.',
      isError: true,
      outcome: isStarted ? 'unknown' : 'not_executed',
    });
  }
  const { runId } = state.run;
  await context.commitQuietly({ key: `run/${runId}/end`, type: 'run_finished', runId, stopReason: 'aborted' });
}

function watchDuration(context: RunContext, key: string): void {
  const { maxDurationMs } = context.settings.budget;
  if (maxDurationMs === undefined) return;
  void context.durable.sleep(`${key}/deadline`, maxDurationMs).then(
    () => context.stop('maxDurationMs'),
    // Without its deadline the run cannot go on.
    (cause: unknown) => context.stop('failed', { cause }),
  );
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

type RunEnd = Omit<RunFinished, 'type' | 'runId'>;

function stopped(context: RunContext): RunEnd {
  return context.stopped?.why === 'maxDurationMs'
    ? { stopReason: 'budget', limit: 'maxDurationMs' }
    : { stopReason: 'aborted' };
}

/** Answers what is still open and ends the run in the log. */
async function finish(context: RunContext, { stopReason, limit, error }: RunEnd): Promise<void> {
  await answerOpenCalls(context, stopReason === 'error' ? 'not_executed' : 'aborted');
  const { runId } = context.run;
  await context.commit({
    key: `run/${runId}/end`,
    type: 'run_finished',
    runId,
    stopReason,
    ...(limit === undefined ? {} : { limit }),
    ...(error === undefined ? {} : { error }),
  });
}

async function answerOpenCalls(context: RunContext, outcome: ToolOutcome): Promise<void> {
  const open = context.log.state.calls.filter((call) => call.result === undefined);
  const started = open.filter((call) => call.isStarted);
  const waiting = open.filter((call) => !call.isStarted);
  const content = 'Outcome unknown: the run failed while this call was running. Verify before retrying.';
  await answerCalls(context, { calls: started, outcome: 'unknown', content });
  await answerCalls(context, { calls: waiting, outcome, content: didNotRun(context.signal) });
}

/** Ends a run that cannot go on. Where the store has failed, the end is shown and not logged. */
async function fail(context: RunContext, error: AgentError): Promise<void> {
  context.lastError = error;
  context.stop('failed');
  const end: RunEnd = { stopReason: 'error', error: error.toInfo() };
  try {
    await finishAnyRun(context, end);
  } catch {
    // The store fails, or refuses us because another run writes to the session; `error` says so or came before it.
    context.log.detach();
    await finishAnyRun(context, end);
  }
}

async function finishAnyRun(context: RunContext, end: RunEnd): Promise<void> {
  if (!context.hasClaimed || context.run.end !== undefined) {
    // The run failed before it could claim the session: its end belongs to the stream, not to the log.
    context.log.forget();
    await context.commitQuietly({
      key: 'failed',
      type: 'run_started',
      runId: 'failed',
      continues: false,
      ...claimOf(context),
    });
  }
  await finish(context, end);
}

function outcomeOf(context: RunContext): RunOutcome {
  const { log, lastError } = context;
  const result = toResult(log.state, log.sessionId);
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

function asAgentError(error: unknown): AgentError {
  if (AgentError.isInstance(error)) return error;
  return new AgentError('internal', `Unexpected: ${messageOf(error)}`, { cause: error });
}
