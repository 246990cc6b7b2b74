import type { Awaitable } from '../../hooks.ts';
import type { ContractCheck, ContractSubject } from './contract-check.ts';

/** How one check ended. */
export type CheckOutcome =
  | { readonly name: string; readonly outcome: 'passed' }
  | { readonly name: string; readonly outcome: 'skipped'; readonly reason: string }
  | { readonly name: string; readonly outcome: 'failed'; readonly error: unknown };

/**
 * Runs checks one after another without a test runner, each on a subject of its own. Rejects only where a subject cannot
 * be made or closed.
 *
 * @example
 * const outcomes = await runChecks(storeChecks, () => ({ store: myStore() }));
 */
export async function runChecks<Subject extends ContractSubject>(
  checks: readonly ContractCheck<Subject>[],
  makeSubject: () => Awaitable<NoInfer<Subject>>,
): Promise<readonly CheckOutcome[]> {
  const outcomes: CheckOutcome[] = [];
  for (const check of checks) {
    const subject = await makeSubject();
    try {
      outcomes.push(await outcomeOf(check, subject));
    } finally {
      await subject.close?.();
    }
  }
  return outcomes;
}

async function outcomeOf<Subject>(check: ContractCheck<Subject>, subject: Subject): Promise<CheckOutcome> {
  const { name } = check;
  const reason = check.skipReason?.(subject);
  if (reason !== undefined) return { name, outcome: 'skipped', reason };
  try {
    await check.run(subject);
    return { name, outcome: 'passed' };
  } catch (error) {
    return { name, outcome: 'failed', error };
  }
}
