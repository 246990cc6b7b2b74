import type { Model } from '../model.ts';
import type { ModelRef } from '../price.ts';
import type { TranscriptMessage } from '../transcript.ts';

/** What a router may go by. */
export interface RouteContext {
  readonly sessionId: string;
  /** The call to be made; counts model calls of the session, from 1. */
  readonly turn: number;
  /** It is kept back for the final answer. */
  readonly isLastTurn: boolean;
  /** What the model will see, without the system prompt. Not to be changed. */
  readonly messages: readonly TranscriptMessage[];
  /** About how long that is, in tokens; more than 0 once a model has counted it. */
  readonly contextTokens: number;
  /** Of the run so far. */
  readonly totalTokens: number;
  /** US dollars of the run so far; `undefined` where a call could not be priced. */
  readonly totalCost: number | undefined;
  /** The model of the call before; absent in the first of a session. */
  readonly current?: ModelRef;
}

/**
 * Chooses the model of each turn: one, or several of which each takes over where the one before it fails. Asked once a
 * turn, before its first attempt; its answer stands in the log. Quick, synchronous; where it throws, the run fails.
 */
export type ModelRouter = (context: RouteContext) => Model | readonly Model[];

/** A model; several, of which each takes over where the one before it fails; or a function that chooses for each turn. */
export type ModelChoice = Model | readonly Model[] | ModelRouter;
