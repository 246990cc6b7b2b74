import type { PassedOver, SwitchReason } from '../message.ts';
import type { Model } from '../model.ts';
import type { Candidate } from '../session/event.ts';
import { isSameModel, modelKey } from '../session/fold-models.ts';
import { isLeftAlone, toPassedOver } from '../session/next-model.ts';
import type { CallModel } from '../session/next-step.ts';
import type { SessionState } from '../session/state.ts';
import { totalTokens } from '../usage.ts';
import type { RouteContext } from './model-choice.ts';
import { readPrice } from './read-usage.ts';
import type { RunContext } from './run-context.ts';

/** The model of a call, and what could take its place. */
export interface ChosenModel {
  readonly model: Model;
  readonly others: readonly Candidate[];
  /** Why it is not the one that was called before; absent where it is. */
  readonly reason?: SwitchReason;
  readonly passedOver: readonly PassedOver[];
}

/**
 * The model to call. Of a list: the one that is in use, as long as the run lasts; else the first that has not failed in
 * it, is not left alone, and can be priced where the budget needs that. A router chooses anew for each turn.
 *
 * @param at - Milliseconds since the epoch.
 * @throws AgentError `hook_failed` for a router that fails.
 */
export function chooseModel(context: RunContext, step: CallModel, at: number): ChosenModel {
  const { models, run, log } = context;
  const { isRouted } = models;
  const named = models.forTurn(step.turn, () => routeContext(log.state, log.sessionId, step));
  const hasFallen = (model: Model): boolean =>
    run.fallen.some((fallen) => isSameModel(fallen, model) && (!isRouted || fallen.turn === step.turn));
  const candidates = named.filter((model) => !hasFallen(model)).map((model) => toCandidate(context, model, at));
  const priced = candidates.filter(({ passedOver }) => passedOver !== 'unpriced');
  const usable = priced.filter(({ passedOver }) => passedOver === undefined);
  const isRetry = step.attempt > 1;
  const inUse = (isRetry ? priced : usable).find((candidate) => isSameModel(candidate, run.model));
  // Where all are left alone, one is called; where none has a price, the budget says so.
  const chosen = (isRouted && !isRetry ? undefined : inUse) ?? usable[0] ?? priced[0] ?? candidates[0];
  const model = chosen === undefined ? named[0] : models.find(chosen);
  if (model === undefined) throw new TypeError('A run has a model for every turn.');
  const others = candidates.filter((candidate) => candidate !== chosen);
  if (isSameModel(model, run.model)) return { model, others, passedOver: [] };
  const before = candidates.slice(
    0,
    candidates.findIndex((candidate) => candidate === chosen),
  );
  const reason = before.find(({ passedOver }) => passedOver !== undefined)?.passedOver ?? 'router';
  return { model, others, reason, passedOver: before.flatMap((candidate) => toPassedOver(candidate)) };
}

function toCandidate({ settings, run, log }: RunContext, model: Model, at: number): Candidate {
  const { provider, id, info } = model;
  const { prices, budget } = settings;
  const isPriced =
    budget.maxCost === undefined ||
    info.local === true ||
    readPrice(prices?.price({ input: 1, output: 1 }, { provider, id }, at)) !== undefined;
  const isAlone = run.fallback !== undefined && isLeftAlone(log.state.health[modelKey(model)], run.fallback, at);
  const passedOver = isPriced ? (isAlone ? 'unhealthy' : undefined) : 'unpriced';
  return {
    provider,
    id,
    ...(info.contextWindow === undefined ? {} : { contextWindow: info.contextWindow }),
    ...(passedOver === undefined ? {} : { passedOver }),
  };
}

/** What a router is told about a call. */
export function routeContext(
  state: SessionState,
  sessionId: string,
  { turn, isLastTurn }: Pick<CallModel, 'turn' | 'isLastTurn'>,
): RouteContext {
  const { run, context } = state;
  return {
    sessionId,
    turn,
    isLastTurn,
    messages: [...state.messages],
    contextTokens: context?.tokens ?? 0,
    totalTokens: totalTokens(run?.ledger.usage ?? {}),
    totalCost: run === undefined || Object.keys(run.ledger.byModel).length === 0 ? 0 : run.ledger.cost?.usd,
    ...(run === undefined ? {} : { current: run.model }),
  };
}
