import type { Cost, ModelUsage } from '../message.ts';
import type { ModelRef, Price } from '../price.ts';
import { addUsage, totalTokens, type Usage } from '../usage.ts';

/** What a run has used so far. Every attempt at a model call adds one entry. */
export interface Ledger {
  readonly usage: Usage;
  /** `undefined` once an attempt could not be priced. */
  readonly cost: Cost | undefined;
  /** US dollars of the attempts that could be priced. */
  readonly knownUsd: number;
  /** Worst case of the attempts that could not, where the budget made us work it out. */
  readonly reservedUsd: number;
  /** The same in tokens, for attempts whose usage was not reported, or only in part. */
  readonly reservedTokens: number;
  readonly byModel: Readonly<Record<string, ModelUsage>>;
}

/** One attempt, as the ledger sees it. */
export interface LedgerEntry {
  readonly model: ModelRef;
  readonly usage: Usage | undefined;
  readonly price: Price | undefined;
  /** False for an attempt that failed before the provider can have charged for it. */
  readonly wasBilled: boolean;
  readonly worstCaseUsd: number | undefined;
  readonly worstCaseTokens?: number | undefined;
}

/** A run that has used nothing. */
export const emptyLedger: Ledger = {
  usage: {},
  cost: undefined,
  knownUsd: 0,
  reservedUsd: 0,
  reservedTokens: 0,
  byModel: {},
};

/** The ledger with one more attempt. */
export function addToLedger(ledger: Ledger, entry: LedgerEntry): Ledger {
  const key = `${entry.model.provider}/${entry.model.id}`;
  const isFirst = Object.keys(ledger.byModel).length === 0;
  const isUnknown = entry.wasBilled && entry.price === undefined;
  return {
    usage: addUsage(ledger.usage, entry.usage ?? {}),
    cost: addCost(isFirst ? freeOfCharge : ledger.cost, entry),
    knownUsd: ledger.knownUsd + (entry.price?.usd ?? 0),
    reservedUsd: ledger.reservedUsd + (isUnknown ? (entry.worstCaseUsd ?? 0) : 0),
    reservedTokens: ledger.reservedTokens + unreportedTokens(entry),
    byModel: { ...ledger.byModel, [key]: addToModel(ledger.byModel[key], entry) },
  };
}

/** What an attempt may have used besides what was reported of it. */
function unreportedTokens({ wasBilled, usage = {}, worstCaseTokens }: LedgerEntry): number {
  if (!wasBilled || worstCaseTokens === undefined) return 0;
  const isWhole = usage.input !== undefined && usage.output !== undefined;
  return isWhole ? 0 : Math.max(0, worstCaseTokens - totalTokens(usage));
}

const freeOfCharge = Symbol('nothing was charged so far');

function addToModel(before: ModelUsage | undefined, entry: LedgerEntry): ModelUsage {
  const cost = addCost(before === undefined ? freeOfCharge : before.cost, entry);
  return {
    provider: entry.model.provider,
    model: entry.model.id,
    calls: (before?.calls ?? 0) + 1,
    usage: addUsage(before?.usage ?? {}, entry.usage ?? {}),
    ...(cost === undefined ? {} : { cost }),
  };
}

function addCost(before: Cost | undefined | typeof freeOfCharge, entry: LedgerEntry): Cost | undefined {
  const { price } = entry;
  if (before === undefined || (entry.wasBilled && price === undefined)) return undefined;
  if (price === undefined) return before === freeOfCharge ? { usd: 0, basis: 'provider' } : before;
  if (before === freeOfCharge || before.usd === 0) return { ...price };
  const asOf = oldest(before.asOf, price.asOf);
  return {
    usd: before.usd + price.usd,
    basis: before.basis === price.basis ? before.basis : 'mixed',
    ...(asOf === undefined ? {} : { asOf }),
  };
}

function oldest(left: string | undefined, right: string | undefined): string | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return left < right ? left : right;
}
