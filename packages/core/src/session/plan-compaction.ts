import type { TranscriptMessage } from '../transcript.ts';
import { messageTokens, transcriptTokens } from './estimate-tokens.ts';
import type { CompactionLimits, CompactionTrigger, KeptMessage } from './event.ts';
import { completeSummary, extractSummary } from './extract-summary.ts';
import { shortenMessage, shortenText } from './shorten-message.ts';
import type { SessionState } from './state.ts';
import { summaryMessage } from './summary.ts';

/** What a compaction leaves of a transcript. */
export interface CompactionPlan {
  readonly trigger: CompactionTrigger;
  /** The transcript is replaced up to this place; 0 where messages are only shortened. */
  readonly from: number;
  readonly head: readonly KeptMessage[];
  readonly tail: readonly KeptMessage[];
  /** What the summary is to stand for; an earlier summary is not among it. */
  readonly replaced: readonly TranscriptMessage[];
  /** Tokens of all that goes, the earlier summary too. The new one must be shorter. */
  readonly replacedTokens: number;
  readonly sizes: CompactionSizes;
}

/** Why and how a transcript is compacted. */
export interface CompactionOccasion {
  readonly trigger: CompactionTrigger;
  /** An earlier compaction did not help: as little is kept as can be, and prompts are shortened too. */
  readonly isHard: boolean;
  /** Where the transcript is cut, once that is decided. */
  readonly from?: number;
}

/** Sizes that follow from a window, in tokens. */
export interface CompactionSizes {
  readonly window: number;
  readonly reserve: number;
  /** Length of a request from which on the transcript is compacted. */
  readonly limit: number;
  readonly keep: number;
  /** What a summary should have at most. */
  readonly summary: number;
}

/** Room for an answer where nothing else is known. */
const defaultReserve = 16_384;
/** What a summary's message has around the summary. */
const frameTokens = 120;
/** End of the transcript that is kept, at most. */
const defaultKeep = 20_000;

/** Length of the next request: what the provider counted for the last one, and an estimate of what came since. */
export function contextTokens({ context, messages, run }: SessionState): number {
  if (context === undefined) return (run?.compaction?.baseTokens ?? 0) + transcriptTokens(messages);
  return context.tokens + transcriptTokens(messages.slice(context.messages));
}

/** True where the next request comes so near the window that there may be no room for an answer. */
export function isNearWindow(state: SessionState, limits: CompactionLimits): boolean {
  const window = windowOf(limits);
  return window !== undefined && contextTokens(state) > sizesOf(limits, window).limit;
}

function windowOf({ contextWindow, triggerTokens, reserveTokens = defaultReserve }: CompactionLimits) {
  return contextWindow ?? (triggerTokens === undefined ? undefined : triggerTokens + reserveTokens);
}

function sizesOf(limits: CompactionLimits, window: number): CompactionSizes {
  const { maxOutputTokens = 0 } = limits;
  const usual = Math.max(Math.min(defaultReserve, window / 4), Math.min(maxOutputTokens, window / 2));
  const wished = limits.reserveTokens ?? usual;
  const reserve = Math.floor(Math.min(wished, 0.75 * window));
  return {
    window,
    reserve,
    limit: Math.min(limits.triggerTokens ?? Number.POSITIVE_INFINITY, window - reserve),
    keep: limits.keepTokens ?? Math.min(defaultKeep, Math.floor(window / 8)),
    summary: Math.min(8_192, Math.max(256, Math.floor(window / 16))),
  };
}

/**
 * What to keep and what to replace, or `undefined` where that would not make the transcript much shorter. Pure.
 *
 * Kept are the first prompt and the latest one, the latest exchange, and as much before it as fits. The cut is never
 * between a call and its result. What is too long on its own is shortened: results of tools, and after an overflow
 * prompts too.
 */
export function planCompaction(
  state: SessionState,
  limits: CompactionLimits,
  occasion: CompactionOccasion,
): CompactionPlan | undefined {
  const { trigger, isHard } = occasion;
  // A request that was refused as too long is longer than the window, whatever that was said to be.
  const refused = trigger === 'overflow' ? contextTokens(state) : Number.POSITIVE_INFINITY;
  const window = Math.min(windowOf(limits) ?? Number.POSITIVE_INFINITY, refused);
  const sizes = sizesOf(limits, window);
  const messages = state.messages.toArray();
  const from = occasion.from ?? cutOf(state, messages, isHard ? 0 : sizes.keep);
  const parts = partsOf(state, messages, from);
  const leastGain = trigger === 'threshold' ? 2 * sizes.summary + window / 20 : 4 * frameTokens + 120;
  const isWorth = parts.replacedTokens > 0 && (occasion.from !== undefined || parts.replacedTokens >= leastGain);
  const { head, tail, ...rest } = isWorth ? parts : partsOf(state, messages, 0);
  const others = limits.baseTokens + (isWorth ? sizes.summary : 0);
  const kept = shortened(messages, [...head, ...tail], targetOf(sizes, occasion) - others, {
    leastTokens: isHard ? 64 : Math.max(256, Math.floor(window / 32)),
    // An earlier summary has its length already, and must stay whole.
    mayBeCut: ({ role }, at) =>
      role === 'tool' || (trigger === 'overflow' && role === 'user' && at !== state.summary?.at),
  });
  if (!isWorth && kept.every(({ shortened: change }) => change === undefined)) return undefined;
  return { trigger, sizes, head: kept.slice(0, head.length), tail: kept.slice(head.length), ...rest };
}

function targetOf({ window, limit }: CompactionSizes, { trigger, isHard }: CompactionOccasion): number {
  if (trigger === 'threshold') return limit;
  return Math.min(limit, isHard ? window / 4 : 0.75 * window);
}

/** Where to cut: before the latest exchange, or as far before it as `keep` tokens reach. */
function cutOf({ prompts }: SessionState, messages: readonly TranscriptMessage[], keep: number): number {
  const lastAnswer = messages.findLastIndex(({ role }) => role === 'assistant');
  if (lastAnswer === -1) return 0;
  let from = lastAnswer;
  let tokens = transcriptTokens(messages.slice(from));
  // Only from a message that is no result: those stand right behind their calls.
  for (let place = from - 1; place > (prompts.first ?? -1); place--) {
    const message = messages[place];
    if (message === undefined) break;
    tokens += messageTokens(message);
    if (tokens > keep) break;
    if (message.role !== 'tool') from = place;
  }
  return from;
}

type Parts = Pick<CompactionPlan, 'from' | 'head' | 'tail' | 'replaced' | 'replacedTokens'>;

function partsOf({ prompts, summary }: SessionState, messages: readonly TranscriptMessage[], from: number): Parts {
  const first = prompts.first !== undefined && prompts.first < from ? [{ at: prompts.first }] : [];
  const isLatestApart = prompts.latest !== undefined && prompts.latest !== prompts.first && prompts.latest < from;
  // The latest prompt stands behind the summary: it is what the model works on.
  const latest = isLatestApart ? [{ at: prompts.latest }] : [];
  const places = [...messages.keys()];
  const gone = places.slice(0, from).filter((at) => at !== prompts.first && at !== prompts.latest);
  const messagesAt = (wanted: readonly number[]) => wanted.flatMap((at) => messages[at] ?? []);
  return {
    from,
    head: first,
    tail: [...latest, ...places.slice(from).map((at) => ({ at }))],
    replaced: messagesAt(gone.filter((at) => at !== summary?.at)),
    replacedTokens: transcriptTokens(messagesAt(gone)),
  };
}

interface CutOptions {
  /** No text is cut to less. */
  readonly leastTokens: number;
  readonly mayBeCut: (message: TranscriptMessage, at: number | undefined) => boolean;
}

/** The messages, with long texts cut until they fit into `room` tokens together, or cannot be cut any more. */
function shortened(
  messages: readonly TranscriptMessage[],
  kept: readonly KeptMessage[],
  room: number,
  { leastTokens, mayBeCut }: CutOptions,
): readonly KeptMessage[] {
  const originals = kept.flatMap(({ at }) => messages[at] ?? []);
  let current = originals;
  for (let limit = Math.max(room, leastTokens); transcriptTokens(current) > room; limit *= 0.75) {
    const maxTokens = Math.max(leastTokens, Math.floor(limit));
    current = originals.map((message, index) => {
      return mayBeCut(message, kept[index]?.at) ? shortenMessage(message, maxTokens) : message;
    });
    if (maxTokens === leastTokens) break;
  }
  return kept.map(({ at }, index) => {
    const message = current[index];
    return message === undefined || message === originals[index] ? { at } : { at, shortened: message };
  });
}

/** The text that stands for what a plan leaves out, and who wrote it. */
export interface WrittenSummary {
  readonly summary: string;
  readonly by: 'model' | 'extract';
}

/**
 * Takes the model's summary, with the sections that it left out; puts one together from the messages where there is
 * none, or it is no shorter than what it is to stand for.
 */
export function writeSummary(state: SessionState, plan: CompactionPlan, fromModel: string): WrittenSummary {
  const { replaced, replacedTokens, sizes } = plan;
  if (replacedTokens === 0) return { summary: '', by: 'extract' };
  const room = Math.min(sizes.summary, Math.floor(replacedTokens / 2) - frameTokens);
  const extract = extractSummary(replaced, state.summary?.text ?? '', room);
  if (fromModel !== '') {
    const summary = completeSummary(fromModel, extract);
    const isShorter = messageTokens(summaryMessage(summary)) < Math.min(2 * sizes.summary, replacedTokens);
    if (isShorter) return { summary, by: 'model' };
  }
  return { summary: shortenText(extract, room), by: 'extract' };
}
