import type { Cost, ModelUsage } from '../message.ts';
import type { ModelRef, Price } from '../price.ts';
import { addUsage, totalTokens, type Usage } from '../usage.ts';
import { addUsd } from '../usd.ts';

/** What a run has used so far. Every attempt at a model call adds one entry. Dollars add up to the picodollar. */
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
    knownUsd: addUsd(ledger.knownUsd, entry.price?.usd ?? 0),
    reservedUsd: addUsd(ledger.reservedUsd, isUnknown ? (entry.worstCaseUsd ?? 0) : 0),
    reservedTokens: ledger.reservedTokens + unreportedTokens(entry),
    byModel: { ...ledger.byModel, [key]: addToModel(ledger.byModel[key], entry) },
  };
}

/** The ledger with all that another one holds: what a sub-agent used. */
export function joinLedgers(ledger: Ledger, other: Ledger): Ledger {
  const cost = isEmpty(ledger) ? other.cost : isEmpty(other) ? ledger.cost : sumCosts(ledger.cost, other.cost);
  const byModel = { ...ledger.byModel };
  for (const [key, share] of Object.entries(other.byModel)) byModel[key] = joinShares(byModel[key], share);
  return {
    usage: addUsage(ledger.usage, other.usage),
    cost,
    knownUsd: addUsd(ledger.knownUsd, other.knownUsd),
    reservedUsd: addUsd(ledger.reservedUsd, other.reservedUsd),
    reservedTokens: ledger.reservedTokens + other.reservedTokens,
    byModel,
  };
}

/** The ledger with some of the budget set aside, or with less of it for negative numbers. */
export function reserve(ledger: Ledger, usd: number, tokens: number): Ledger {
  return {
    ...ledger,
    reservedUsd: Math.max(0, addUsd(ledger.reservedUsd, usd)),
    reservedTokens: Math.max(0, ledger.reservedTokens + tokens),
  };
}

function isEmpty({ byModel }: Ledger): boolean {
  return Object.keys(byModel).length === 0;
}

function joinShares(left: ModelUsage | undefined, right: ModelUsage): ModelUsage {
  if (left === undefined) return right;
  const cost = sumCosts(left.cost, right.cost);
  const { provider, model } = left;
  const usage = addUsage(left.usage, right.usage);
  return { provider, model, calls: left.calls + right.calls, usage, ...(cost === undefined ? {} : { cost }) };
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
  return sumCosts(before, price);
}

/** `undefined` where one of them is not known. */
function sumCosts(left: Cost | undefined, right: Cost | undefined): Cost | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (left.usd === 0 || right.usd === 0) return { ...(left.usd === 0 ? right : left) };
  const asOf = oldest(left.asOf, right.asOf);
  return {
    usd: addUsd(left.usd, right.usd),
    basis: left.basis === right.basis ? left.basis : 'mixed',
    ...(asOf === undefined ? {} : { asOf }),
  };
}

function oldest(left: string | undefined, right: string | undefined): string | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return left < right ? left : right;
}
