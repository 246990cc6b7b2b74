import { AgentError, OptionError } from '../errors.ts';
import type { Model } from '../model.ts';
import type { EventDraft, RunStarted } from '../session/event.ts';
import type { ContentBlock } from '../transcript.ts';
import { bindApprovals } from './bind-approvals.ts';
import { callKey } from './call-key.ts';
import { routeContext } from './choose-model.ts';
import { limitsOf } from './compaction-options.ts';
import { fallbackOf } from './fallback-options.ts';
import { restoreOutput } from './check-output.ts';
import type { ReadAnswer } from './read-approval.ts';
import { repairHistory } from './repair-history.ts';
import type { RunContext } from './run-context.ts';
import { toResult } from './to-result.ts';
import { watchDuration } from './watch-duration.ts';
import { withdrawApprovals } from './withdraw-approvals.ts';

/** What a run begins with: a prompt, or what the session left open. */
export type Beginning =
  | { readonly prompt: readonly ContentBlock[] }
  /** Decisions on the calls that wait for one, by the calls' ids. */
  | { readonly approvals: ReadonlyMap<string, ReadAnswer> };

/** Claims the session for a new run and adds its prompt. What an earlier process left open is closed first. */
export async function begin(context: RunContext, prompt: readonly ContentBlock[]): Promise<true> {
  const { log, settings } = context;
  const isNew = log.state.seq === 0;
  if (settings.history !== undefined && !isNew) {
    const message = `Session "${log.sessionId}" has a transcript already. Leave \`history\` out, or start a new session.`;
    throw new OptionError('history', message);
  }
  await closeEarlierRun(context);
  const withdrawn = withdrawApprovals(log.state);
  const key = `run/${log.state.seq + 1}`;
  const started = {
    key,
    type: 'run_started',
    runId: await context.durable.id(`${key}/id`),
    continues: false,
    ...claimOf(context, firstModel(context, prompt)),
    ...(settings.history === undefined ? {} : { history: repairHistory(settings.history) }),
  } as const;
  // At once: a run without its prompt could not be taken up.
  await claim(context, ...withdrawn, started, {
    key: `${key}/prompt`,
    type: 'prompt_added',
    content: prompt,
    source: 'user',
  });
  watchDuration(context, key);
  return true;
}

/** Claims the session for the run that did not finish. False where there is nothing left to do. */
export async function takeUp(context: RunContext, approvals: ReadonlyMap<string, ReadAnswer>): Promise<boolean> {
  const { log } = context;
  const { run } = log.state;
  if (run === undefined) {
    throw new AgentError('session_not_found', `There is no session "${log.sessionId}" in the store to resume.`);
  }
  await restoreOutput(context);
  context.approvals = bindApprovals(log.state, approvals);
  if (run.end !== undefined && !canGoOn(context)) {
    await context.deliver(toResult(log.state, log.sessionId));
    return false;
  }
  const key = `run/${log.state.seq + 1}`;
  await claim(context, {
    key,
    type: 'run_started',
    runId: run.runId,
    continues: true,
    ...claimOf(context, modelInUse(context)),
  });
  watchDuration(context, key);
  return true;
}

/** A run that waits for decisions goes on where one has come, or somebody can be asked. */
function canGoOn({ run, approvals, settings }: RunContext): boolean {
  if (run.end?.stopReason !== 'approval_required') return false;
  return approvals.size > 0 || settings.onApproval !== undefined;
}

/** From here on the run in the log is this one. */
async function claim(context: RunContext, ...drafts: readonly EventDraft[]): Promise<void> {
  await context.commit(...drafts);
  context.hasClaimed = true;
}

type Claim = Pick<RunStarted, 'model' | 'budget' | 'tools' | 'compaction' | 'fallback' | 'wantsOutput'>;

/** Of a run that failed before its router had chosen. */
const unknownModel = { provider: 'unknown', id: 'unknown' };

/** The model that comes first; a router is asked for that of the first turn. */
function firstModel({ models, log, settings }: RunContext, content: readonly ContentBlock[]): Model | undefined {
  const { state, sessionId } = log;
  const step = { turn: state.turn + 1, isLastTurn: false };
  const messages = [...(settings.history ?? state.messages), { role: 'user', content } as const];
  // Of the run before, which this one does not go on with.
  const { run: _, ...before } = state;
  const [model] = models.forTurn(step.turn, () => ({
    ...routeContext({ ...before, run: undefined }, sessionId, step),
    messages,
    ...(state.run === undefined ? {} : { current: state.run.model }),
  }));
  return model;
}

/** The model that a run goes on with, as far as it is still one of those that there are. */
function modelInUse({ models, run }: RunContext): Model | undefined {
  return models.find(run.model) ?? models.first;
}

/** What a run says of itself when it claims its session. */
export function claimOf({ settings, log }: RunContext, model: Model | undefined): Claim {
  const { tools, budget } = settings;
  const fallback = fallbackOf(settings.model, settings.fallback);
  const compaction = model === undefined ? log.state.run?.compaction : limitsOf(settings, model);
  return {
    model: model === undefined ? (log.state.run?.model ?? unknownModel) : { provider: model.provider, id: model.id },
    budget,
    tools: tools.map(({ name, accessKinds, effect }) => ({ name, accessKinds, effect })),
    ...(compaction === undefined ? {} : { compaction }),
    ...(fallback === undefined ? {} : { fallback }),
    ...(settings.outputSpec === undefined ? {} : { wantsOutput: true }),
  };
}

/** A run that crashed and is not resumed ends here, so that its calls are answered and its log is whole. */
async function closeEarlierRun(context: RunContext): Promise<void> {
  const { state } = context.log;
  if (state.run === undefined || state.run.end !== undefined) return;
  for (const { call, isStarted } of state.calls.open()) {
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
