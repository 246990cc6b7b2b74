import type { Model } from '../model.ts';
import { transcriptTokens } from '../session/estimate-tokens.ts';
import type { Compacted, KeptMessage } from '../session/event.ts';
import type { Compact } from '../session/next-step.ts';
import { contextTokens, writeSummary } from '../session/plan-compaction.ts';
import type { SessionState } from '../session/state.ts';
import { summaryMessage } from '../session/summary.ts';
import type { TranscriptMessage } from '../transcript.ts';
import type { PlannedCall } from './budget.ts';
import { callModel } from './call-model.ts';
import { toCompactionRequest } from './compaction-request.ts';
import type { RunContext } from './run-context.ts';
import { toRequest } from './to-request.ts';

/**
 * Does one step of a compaction: a model call that writes a summary, or the replacement of the transcript. Where the
 * budget cannot pay for the call, the transcript is replaced without it.
 */
export async function compact(context: RunContext, step: Compact): Promise<void> {
  const { call } = step;
  if (call !== undefined) {
    const { state } = context.log;
    const model = summarizerOf(context);
    const request = toCompactionRequest(state, context.settings, model, call, step);
    const { task: summarizes, attempt, delayMs } = call;
    const place = { turn: Math.max(1, state.turn), attempt, delayMs, isLastTurn: false };
    const before = nextCall(context, step.plan);
    const spent = await callModel(context, { type: 'call_model', ...place }, { summarizes, request, model, before });
    if (spent === undefined) return;
  }
  const { state } = context.log;
  await context.commit({ key: `compact/${state.seq + 1}`, ...toCompacted(context, step) });
}

/** The call that the compaction makes room for, without the summary, which is an answer that is counted by itself. */
function nextCall(context: RunContext, { head, tail }: Compact['plan']): PlannedCall['before'] {
  const { state } = context.log;
  const messages = [...head, ...tail].flatMap((kept) => messageOf(state, kept));
  return { model: currentModel(context), request: { ...toRequest(state, context.settings, false), messages } };
}

function messageOf(state: SessionState, { at, shortened }: KeptMessage): readonly TranscriptMessage[] {
  const message = shortened ?? state.messages.at(at);
  return message === undefined ? [] : [message];
}

/** The model that writes summaries: the one for it, or the one that the run calls. */
function summarizerOf(context: RunContext): Model {
  const { compaction } = context.settings;
  return (compaction === false ? undefined : compaction.model) ?? currentModel(context);
}

function currentModel({ models, run }: RunContext): Model {
  const model = models.find(run.model) ?? models.first;
  if (model === undefined) throw new TypeError('A run has a model once it has begun.');
  return model;
}

function toCompacted({ log: { state } }: RunContext, { plan, call, summary: written }: Compact): Compacted {
  const { trigger, head, tail } = plan;
  // A summary that is not finished stands for nothing.
  const { summary, by } = writeSummary(state, plan, call === undefined ? written : '');
  const tokensBefore = contextTokens(state);
  const base = state.run?.compaction?.baseTokens ?? 0;
  const kept = [...head, ...tail].flatMap((message) => messageOf(state, message));
  const after = [...(summary === '' ? [] : [summaryMessage(summary)]), ...kept];
  // The estimate, in the provider's measure as far as that is known.
  const scale = tokensBefore / Math.max(1, base + transcriptTokens(state.messages));
  const tokensAfter = Math.round(scale * (base + transcriptTokens(after)));
  return { type: 'compacted', trigger, summary, by, head, tail, tokensBefore, tokensAfter };
}
