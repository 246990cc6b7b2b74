import { textTokens, transcriptTokens } from './estimate-tokens.ts';
import type { CompactionLimits, SummaryTask } from './event.ts';
import type { Compact, SummaryCall } from './next-step.ts';
import { contextTokens, isNearWindow, planCompaction, type CompactionPlan } from './plan-compaction.ts';
import { renderedTokens } from './render-transcript.ts';
import type { Compacting, RunState, SessionState } from './state.ts';

/** Times in a row that a transcript which the model refuses as too long is compacted. */
const maxOverflows = 2;
/** What the instructions for a summary take, in tokens. Generous. */
const instructionTokens = 500;
/** The shortest part of a transcript worth a call of its own, in tokens. */
const shortestPart = 200;

/** The compaction to do before the next turn, where the transcript has come near the window. */
export function beforeCall(state: SessionState, run: RunState): Compact | undefined {
  const limits = run.compaction;
  if (limits === undefined || !isNearWindow(state, limits)) return undefined;
  const plan = planCompaction(state, limits, { trigger: 'threshold', isHard: false });
  return plan && firstStep(state, limits, plan, false);
}

/**
 * The compaction that answers a refused call, or `undefined` where none can help. What was refused again is cut harder,
 * and nobody is asked for a summary.
 */
export function afterOverflow(state: SessionState, run: RunState): Compact | undefined {
  const limits = run.compaction;
  if (limits === undefined || run.overflows >= maxOverflows) return undefined;
  const soft = run.overflows === 0 && planCompaction(state, limits, { trigger: 'overflow', isHard: false });
  if (soft) return firstStep(state, limits, soft, false);
  const hard = planCompaction(state, limits, { trigger: 'overflow', isHard: true });
  return hard && replaceBy(hard, '');
}

/** How a compaction goes on that has begun. */
export function nextInCompaction(state: SessionState, run: RunState, compacting: Compacting): Compact {
  const { task, failure, isTooLong, isGivenUp, done, summary } = compacting;
  // What has begun goes on, also in a process that was told not to compact.
  const limits = run.compaction ?? { baseTokens: 0 };
  const { trigger, from } = task;
  const occasion = { trigger, isHard: false, from };
  const plan = planCompaction(state, limits, occasion);
  if (plan === undefined) throw new TypeError('A compaction that has begun has nothing to replace.');
  if (isGivenUp) return replaceBy(plan, '');
  if (failure !== undefined) {
    const again = { attempt: failure.attempt + 1, delayMs: failure.retryInMs ?? 0 };
    const room = task.isText ? partRoom(limits, plan, summary) : wholeRoom(state, limits, plan);
    return { type: 'compact', plan, call: { task, ...room, ...again }, summary };
  }
  if (isTooLong && !task.isText) return firstStep(state, limits, plan, true);
  if (done >= from) return replaceBy(plan, summary);
  // The process ended during the call.
  if (!task.isText) return firstStep(state, limits, plan, false);
  return nextPart(state, limits, plan, { done, summary });
}

function replaceBy(plan: CompactionPlan, summary: string): Compact {
  return { type: 'compact', plan, summary };
}

function firstStep(state: SessionState, limits: CompactionLimits, plan: CompactionPlan, isTooLong: boolean): Compact {
  if (plan.replacedTokens === 0) return replaceBy(plan, '');
  const room = wholeRoom(state, limits, plan);
  // Another model has nothing of it in its cache, and may have a smaller window.
  if (isTooLong || limits.summarizer !== undefined || room.maxOutputTokens < 2 * plan.sizes.summary) {
    return nextPart(state, limits, plan, { done: 0, summary: '' });
  }
  const task: SummaryTask = { trigger: plan.trigger, from: plan.from, start: 0, end: plan.from, isText: false };
  return { type: 'compact', plan, call: { task, ...room, attempt: 1, delayMs: 0 }, summary: '' };
}

type Room = Pick<SummaryCall, 'maxOutputTokens' | 'maxInputTokens'>;

/** Room for an answer behind the transcript up to the cut. That much has been sent before, so that it is cached. */
function wholeRoom(state: SessionState, limits: CompactionLimits, { from, sizes }: CompactionPlan): Room {
  const tail = transcriptTokens(state.messages.slice(from));
  const before = Math.min(
    Math.max(0, contextTokens(state) - tail),
    limits.baseTokens + transcriptTokens(state.messages.slice(0, from)),
  );
  const maxOutputTokens = Math.floor(Math.min(sizes.reserve, sizes.window - before - instructionTokens));
  return { maxOutputTokens, maxInputTokens: before };
}

/** Room for a part of the transcript as text: what the answer, the summary so far and the instructions leave. */
function partRoom({ summarizer }: CompactionLimits, { sizes }: CompactionPlan, summary: string): Room {
  const window = summarizer?.contextWindow ?? sizes.window;
  const maxOutputTokens = Math.floor(Math.min(sizes.reserve, window / 4));
  // A tenth is kept back: what the text has in tokens is an estimate.
  const maxInputTokens = Math.floor(0.9 * (window - maxOutputTokens)) - textTokens(summary) - instructionTokens;
  return { maxOutputTokens, maxInputTokens };
}

/** The next part of the transcript as text: as many messages as fit, one at least. */
function nextPart(
  state: SessionState,
  limits: CompactionLimits,
  plan: CompactionPlan,
  { done, summary }: Pick<Compacting, 'done' | 'summary'>,
): Compact {
  const { from, trigger } = plan;
  const room = partRoom(limits, plan, summary);
  if (room.maxInputTokens < shortestPart) return replaceBy(plan, '');
  const messages = state.messages.slice(done, from);
  let left = room.maxInputTokens;
  const fitting = messages.findIndex((message) => {
    left -= renderedTokens(message);
    return left < 0;
  });
  const end = fitting === -1 ? from : done + Math.max(1, fitting);
  const task: SummaryTask = { trigger, from, start: done, end, isText: true };
  return { type: 'compact', plan, call: { task, ...room, attempt: 1, delayMs: 0 }, summary };
}
