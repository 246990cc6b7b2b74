/** Steps of a US dollar that amounts are kept in: a millionth of a micro-dollar, below any price of a token. */
const stepsPerUsd = 1e12;

/**
 * The amount to the nearest picodollar, and never 0 for one that is not. A double holds such an amount exactly enough to tell
 * it from its neighbours up to 8 000 dollars; beyond that it is as exact as a double.
 */
export function roundUsd(usd: number): number {
  const steps = Math.round(usd * stepsPerUsd);
  return (steps === 0 && usd > 0 ? 1 : steps) / stepsPerUsd;
}

/** The amount to the picodollar, rounded down. */
export function floorUsd(usd: number): number {
  return usd === Infinity ? usd : Math.floor(usd * stepsPerUsd) / stepsPerUsd;
}

/** Sum of amounts, reckoned in whole picodollars: it is the same in any order, and has no error of its own. */
export function addUsd(...amounts: readonly number[]): number {
  return amounts.reduce((sum, usd) => sum + Math.round(usd * stepsPerUsd), 0) / stepsPerUsd;
}
