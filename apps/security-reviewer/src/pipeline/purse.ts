import { addUsage, totalTokens, type Budget, type Result, type Usage } from '@harness-sdk/core';

/** Ceilings for all sessions of a review together. */
export interface Ceilings {
  /** US dollars. */
  readonly maxCostUsd?: number | undefined;
  readonly maxTokens?: number | undefined;
  /** Milliseconds since the epoch. */
  readonly deadline?: number | undefined;
}

/** What one session may use; part of the purse until it is settled. */
export type Grant = Pick<Budget, 'maxCost' | 'maxTokens' | 'maxDurationMs'>;

/**
 * The money, tokens and time of a review. Each session gets a grant that is taken from what is left before it starts, so
 * that sessions side by side cannot pass a ceiling together.
 */
export class Purse {
  readonly #ceilings: Ceilings;
  readonly #now: () => number;
  readonly #open = new Set<Grant>();
  #usage: Usage = {};
  #costUsd: number | undefined = 0;

  constructor(ceilings: Ceilings, now: () => number) {
    this.#ceilings = ceilings;
    this.#now = now;
  }

  get usage(): Usage {
    return this.#usage;
  }

  /** US dollars spent; `undefined` once a session had no known price. */
  get costUsd(): number | undefined {
    return this.#costUsd;
  }

  /** Why no session can be started; `undefined` where one can. */
  get emptiness(): string | undefined {
    const { maxCost, maxTokens, maxDurationMs } = this.#left();
    if (maxCost !== undefined && maxCost <= 0) return 'the cost limit was reached';
    if (maxTokens !== undefined && maxTokens < 1) return 'the token limit was reached';
    return maxDurationMs !== undefined && maxDurationMs < 1 ? 'the time limit was reached' : undefined;
  }

  /** Whether the deadline is over. */
  get isLate(): boolean {
    const { deadline } = this.#ceilings;
    return deadline !== undefined && this.#now() >= deadline;
  }

  /**
   * Takes one session's share of what is left.
   *
   * @param shares - Sessions that may run from now on side by side, this one included.
   */
  draw(shares: number): Grant {
    const { maxCost, maxTokens, maxDurationMs } = this.#left();
    const grant: Grant = {
      ...(maxCost === undefined ? {} : { maxCost: maxCost / shares }),
      ...(maxTokens === undefined ? {} : { maxTokens: Math.floor(maxTokens / shares) }),
      ...(maxDurationMs === undefined ? {} : { maxDurationMs }),
    };
    this.#open.add(grant);
    return grant;
  }

  /** Gives a grant back, less what its session has used. Without a result nothing was used. */
  settle(grant: Grant, result?: Pick<Result, 'usage' | 'totalCost'>): void {
    this.#open.delete(grant);
    if (result === undefined) return;
    this.#usage = addUsage(this.#usage, result.usage);
    const isPriced = this.#costUsd !== undefined && result.totalCost !== undefined;
    this.#costUsd = isPriced ? (this.#costUsd ?? 0) + (result.totalCost ?? 0) : undefined;
  }

  /** Whether a session that stopped at its grant could get more now. */
  canGiveMoreThan(grant: Grant): boolean {
    const left = this.#left();
    return (left.maxCost ?? 0) > (grant.maxCost ?? Infinity) || (left.maxTokens ?? 0) > (grant.maxTokens ?? Infinity);
  }

  #left(): Grant {
    const { maxCostUsd, maxTokens, deadline } = this.#ceilings;
    let [usd, tokens] = [this.#costUsd ?? Infinity, totalTokens(this.#usage)];
    for (const grant of this.#open) {
      usd += grant.maxCost ?? 0;
      tokens += grant.maxTokens ?? 0;
    }
    return {
      ...(maxCostUsd === undefined ? {} : { maxCost: maxCostUsd - usd }),
      ...(maxTokens === undefined ? {} : { maxTokens: maxTokens - tokens }),
      ...(deadline === undefined ? {} : { maxDurationMs: Math.floor(deadline - this.#now()) }),
    };
  }
}
