import type { TranscriptMessage } from '../transcript.ts';
import { charge, runOf, textOf, withRun } from './change-run.ts';
import type { Compacted, KeptMessage, ModelFailed, ModelFinished, ModelStarted, SummaryTask } from './event.ts';
import { GrowingList } from './growing-list.ts';
import type { Compacting, SessionState } from './state.ts';
import { summaryMessage } from './summary.ts';

/** A model call begins that writes a summary, or the next part of one. */
export function startSummary(state: SessionState, event: ModelStarted, task: SummaryTask): SessionState {
  const { compacting } = runOf(state);
  const { done, summary } = compacting === undefined || task.start === 0 ? { done: 0, summary: '' } : compacting;
  return withRun(state, {
    attempt: event,
    compacting: { task, done, summary, isTooLong: task.isText, isGivenUp: false },
  });
}

/** A summary is one only where the model ended it by itself, and said something. */
export function finishSummary(state: SessionState, event: ModelFinished, task: SummaryTask): SessionState {
  const { compacting } = runOf(state);
  const hasEnded = event.stop === 'end' || event.stop === 'stop_sequence';
  const hasCalls = event.content.some(({ type }) => type === 'tool_call');
  const summary = textOf(event.content).trim();
  const isUsable = hasEnded && !hasCalls && summary !== '';
  const change = isUsable ? { done: task.end, summary } : { isGivenUp: true };
  return withRun(state, {
    attempt: undefined,
    ledger: charge(state, event),
    compacting: compacting && { ...compacting, ...change },
  });
}

/** A summary that cannot be had ends no run, except where a hook failed or something that nobody expected. */
export function failSummary(state: SessionState, event: ModelFailed, task: SummaryTask): SessionState {
  const { compacting } = runOf(state);
  const paid = { attempt: undefined, ledger: charge(state, event) };
  const { code, kind } = event.error;
  if (code !== 'model_failed' && code !== 'hook_blocked') {
    return withRun(state, { ...paid, compacting: undefined, failure: event });
  }
  const isTooLong = kind === 'context_overflow' && !task.isText;
  const change =
    event.retryInMs === undefined
      ? { isTooLong, isGivenUp: !isTooLong }
      : ({ failure: event } satisfies Partial<Compacting>);
  return withRun(state, { ...paid, compacting: compacting && { ...compacting, ...change } });
}

/** Replaces the transcript by what the event says is left of it. */
export function compact(state: SessionState, event: Compacted): SessionState {
  const { messages, prompts, summary, run } = state;
  const kept = [...event.head, ...event.tail];
  const hasSummary = event.summary !== '';
  // Where a message stands now; the summary comes between head and tail.
  const placeOf = (at: number | undefined): number | undefined => {
    const index = kept.findIndex((message) => message.at === at);
    return index === -1 ? undefined : index + (hasSummary && index >= event.head.length ? 1 : 0);
  };
  const [first, latest] = [placeOf(prompts.first), placeOf(prompts.latest)];
  const summaryAt = hasSummary ? event.head.length : placeOf(summary?.at);
  const text = hasSummary ? event.summary : summary?.text;
  const resolve = ({ at, shortened }: KeptMessage): readonly TranscriptMessage[] => {
    const message = shortened ?? messages.at(at);
    return message === undefined ? [] : [message];
  };
  const after = GrowingList.of([
    ...event.head.flatMap(resolve),
    ...(hasSummary ? [summaryMessage(event.summary)] : []),
    ...event.tail.flatMap(resolve),
  ]);
  const { failure } = run ?? {};
  const isRetried = event.trigger === 'overflow' && failure !== undefined;
  return {
    ...withRun(state, {
      compacting: undefined,
      measured: undefined,
      failure: undefined,
      overflows: (run?.overflows ?? 0) + (event.trigger === 'overflow' ? 1 : 0),
      retry: isRetried ? { turn: failure.turn, attempt: failure.attempt + 1 } : run?.retry,
    }),
    messages: after,
    context: { messages: after.length, tokens: event.tokensAfter },
    prompts: { ...(first === undefined ? {} : { first }), ...(latest === undefined ? {} : { latest }) },
    summary: summaryAt === undefined || text === undefined ? undefined : { at: summaryAt, text },
    retiredCallIds: state.retiredCallIds.append(...callIdsWithout(messages, new Set(kept.map(({ at }) => at)))),
  };
}

/** Ids of the calls in the messages that are not kept. */
function callIdsWithout(messages: Iterable<TranscriptMessage>, kept: ReadonlySet<number>): readonly string[] {
  return [...messages].flatMap((message, at) => {
    if (message.role !== 'assistant' || kept.has(at)) return [];
    return message.content.flatMap((block) => (block.type === 'tool_call' ? [block.id] : []));
  });
}
