/** A cost for people: `$0.00` for what costs nothing, four decimals otherwise, never a 0 that is none. */
export function formatCost(usd: number | undefined): string {
  if (usd === undefined) return 'unknown';
  if (usd === 0) return '$0.00';
  return usd < 0.00005 ? 'below $0.0001' : `$${usd.toFixed(4)}`;
}
