import type { Budget, ChildGrant } from '../session/event.ts';
import type { RunState } from '../session/state.ts';
import { totalTokens } from '../usage.ts';

/**
 * What a sub-agent gets of what its parent has left: an equal share with those beside it, one share staying with the
 * parent, or less where the sub-agent's own budget says so.
 *
 * @param beside - Sub-agents of the batch that have no share yet, this one included.
 */
export function shareBudget({ budget, ledger }: RunState, own: Budget, beside: number): ChildGrant {
  const shareOf = (max: number | undefined, used: number): number =>
    max === undefined ? Infinity : Math.max(0, max - used) / (beside + 1);
  const maxCost = Math.min(own.maxCost ?? Infinity, shareOf(budget.maxCost, ledger.knownUsd + ledger.reservedUsd));
  const tokens = shareOf(budget.maxTokens, totalTokens(ledger.usage) + ledger.reservedTokens);
  const maxTokens = Math.min(own.maxTokens ?? Infinity, Math.floor(tokens));
  return {
    ...(maxCost === Infinity ? {} : { maxCost }),
    ...(maxTokens === Infinity ? {} : { maxTokens }),
  };
}
