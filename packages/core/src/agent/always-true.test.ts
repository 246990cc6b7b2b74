import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkRun } from '../../test/check-run.ts';
import { playPlan, type PlayOptions } from '../../test/play-plan.ts';
import { deferringPlans, plans, quietPlans, seamFaults, type Plan } from '../../test/random-plan.ts';

const isFull = process.env['HARNESS_FULL'] === '1';
/** The same in every default run; that of a full run is in the names of its tests. `HARNESS_SEED` repeats one. */
const seed = Number(process.env['HARNESS_SEED'] ?? (isFull ? Date.now() % 2 ** 31 : 20_261_122));
const limit = { timeout: 1_800_000 };

describe('what must hold of every run holds', () => {
  const numRuns = isFull ? 50_000 : 2_000;
  test(`in ${numRuns} random runs with one random fault each (seed ${seed})`, limit, async () => {
    const stops = new Set<string>();
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const played = await playPlan(plan);
        checkRun(played);
        stops.add(played.result?.stopReason ?? 'none');
      }),
      { numRuns, seed },
    );
    // The runs are worth something only where they end in all the ways there are.
    const all = [
      'aborted',
      'approval_required',
      'budget',
      'end_turn',
      'error',
      'max_output',
      'max_turns',
      'none',
      'refusal',
      'repetition',
    ];
    expect([...stops].toSorted()).toEqual(all);
  });

  const scripts = isFull ? 500 : 50;
  test(`in ${scripts} random runs with a fault at every await in turn (seed ${seed})`, limit, async () => {
    let faults = 0;
    for (const plan of fc.sample(quietPlans, { numRuns: scripts, seed })) {
      const { crossings } = await checked(plan, 'with no fault');
      for (const [index, name] of crossings.entries()) {
        for (const mode of seamFaults) {
          faults++;
          await checked({ ...plan, fault: { kind: 'seam', index, mode } }, `by ${mode} at crossing ${index}, ${name}`);
        }
      }
    }
    expect(faults).toBeGreaterThan(40 * scripts);
  });

  const crashed = isFull ? 2_000 : 200;
  test(`in ${crashed} random runs whose process dies after every append in turn (seed ${seed})`, limit, async () => {
    let deaths = 0;
    for (const plan of fc.sample(plans, { numRuns: crashed, seed })) {
      const { events, appendedAt } = await playPlan(plan);
      const after = { ...plan, fault: { kind: 'none' }, consumer: { kind: 'reads', at: 0, isSlow: false } } as const;
      for (const length of appendedAt) {
        deaths++;
        const again = await checked(after, `after event ${length}`, { resumeFrom: events.slice(0, length) });
        // The process that took it up dies too, half way.
        const second = again.appendedAt[Math.floor(again.appendedAt.length / 2)] ?? 0;
        if (second === 0) continue;
        await checked(after, `after events ${length} and ${second}`, { resumeFrom: again.events.slice(0, second) });
      }
    }
    expect(deaths).toBeGreaterThan(5 * crashed);
  });

  const deferred = isFull ? 1_000 : 100;
  test(
    `in ${deferred} random runs that wait for decisions, and die after every append in turn (seed ${seed})`,
    limit,
    async () => {
      let decisions = 0;
      for (const plan of fc.sample(deferringPlans, { numRuns: deferred, seed })) {
        const { events, appendedAt } = await checked(plan, 'before it waits');
        for (const length of appendedAt) {
          let { events: log, result } = await checked(plan, `after event ${length}`, {
            resumeFrom: events.slice(0, length),
          });
          for (let round = 1; result?.stopReason === 'approval_required'; round++) {
            decisions++;
            const place = `after event ${length}, in round ${round} of decisions`;
            const carriedOut = await checked(plan, place, { resumeFrom: log, bringsDecisions: true });
            // The process that carries the decisions out dies, too, half way.
            const death = carriedOut.appendedAt[Math.floor(carriedOut.appendedAt.length / 2)] ?? log.length;
            ({ events: log, result } = await checked(plan, `${place} and a death after event ${death}`, {
              resumeFrom: carriedOut.events.slice(0, death),
              bringsDecisions: true,
            }));
            expect(round, `Expected an end of ${JSON.stringify(plan)}.`).toBeLessThan(30);
          }
        }
      }
      expect(decisions).toBeGreaterThan(deferred / 2);
    },
  );
});

/** Plays a plan and checks it; a failure names the plan and the place. */
async function checked(plan: Plan, place: string, options: PlayOptions = {}) {
  try {
    const played = await playPlan(plan, options);
    checkRun(played, options);
    return played;
  } catch (error) {
    throw new Error(`The run went wrong ${place}: ${JSON.stringify(plan)}`, { cause: error });
  }
}
