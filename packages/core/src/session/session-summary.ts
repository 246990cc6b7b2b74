import type { Cost, ModelUsage, StopReason } from '../message.ts';
import type { PriceBook } from '../price.ts';
import { totalTokens } from '../usage.ts';
import type { ModelFailed, ModelFinished, SessionEvent } from './event.ts';
import { addToLedger, emptyLedger, type Ledger } from './ledger.ts';

/** A session in short. What its sub-agents did is in sessions of their own, so that sums over sessions count it once. */
export interface SessionSummary {
  readonly sessionId: string;
  /** Milliseconds since the epoch: of the first event, and of the last. */
  readonly startedAt: number;
  readonly lastAt: number;
  /** Number of the last event. */
  readonly lastSeq: number;
  /** Text of the first prompt. */
  readonly prompt: string;
  /** Prompts that people gave; runs that were taken up again count once. */
  readonly runs: number;
  /** Finished model calls. */
  readonly turns: number;
  readonly toolCalls: number;
  /** How the last run ended; absent while it goes on, or where its process died. */
  readonly stopReason?: StopReason;
  /** Of all runs together. */
  readonly totalTokens: number;
  /** US dollars of all runs together; `undefined` where a call has no known price. */
  readonly cost: Cost | undefined;
  readonly usageByModel: Readonly<Record<string, ModelUsage>>;
}

/**
 * Sums up a session's log. Pure.
 *
 * @param prices - Prices every call anew, as of its day, instead of taking what was logged; costs that the provider itself
 * sent stay.
 */
export function summarizeSession(
  sessionId: string,
  events: readonly [SessionEvent, ...SessionEvent[]],
  prices?: PriceBook,
): SessionSummary {
  const [first] = events;
  const last = events.at(-1) ?? first;
  const end = events.findLast(({ type }) => type === 'run_started' || type === 'run_finished');
  const { byModel, usage, cost } = events.reduce((ledger, event) => addEvent(ledger, event, prices), emptyLedger);
  return {
    sessionId,
    startedAt: first.at,
    lastAt: last.at,
    lastSeq: last.seq,
    prompt: promptOf(events),
    runs: events.filter((event) => event.type === 'run_started' && !event.continues).length,
    turns: events.filter(({ type }) => type === 'model_finished').length,
    toolCalls: events.filter(({ type }) => type === 'tool_finished').length,
    ...(end?.type === 'run_finished' ? { stopReason: end.stopReason } : {}),
    totalTokens: totalTokens(usage),
    // A session that called no model has cost nothing, and that is known.
    cost: Object.keys(byModel).length === 0 ? { usd: 0, basis: 'local' } : cost,
    usageByModel: byModel,
  };
}

function promptOf(events: readonly SessionEvent[]): string {
  const prompt = events.find((event) => event.type === 'prompt_added');
  if (prompt?.type !== 'prompt_added') return '';
  return prompt.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}

function addEvent(ledger: Ledger, event: SessionEvent, prices: PriceBook | undefined): Ledger {
  if (event.type !== 'model_finished' && event.type !== 'model_failed') return ledger;
  return addToLedger(ledger, {
    model: event.model,
    usage: event.usage,
    price: prices === undefined ? event.price : priceAnew(event, prices),
    wasBilled: event.type === 'model_finished' || event.wasBilled,
    worstCaseUsd: undefined,
  });
}

function priceAnew(event: (ModelFinished | ModelFailed) & { readonly at: number }, prices: PriceBook) {
  const { price, usage } = event;
  const isGiven = price?.basis === 'provider' || price?.basis === 'local';
  if (isGiven || usage === undefined) return price;
  return prices.price(usage, event.model, event.at, event.type === 'model_finished' ? event.serviceTier : undefined);
}
