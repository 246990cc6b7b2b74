import fc from 'fast-check';
import { expect, test } from 'vitest';
import { playPlan } from '../../test/play-plan.ts';
import { plans } from '../../test/random-plan.ts';
import type { SessionEvent } from './event.ts';
import { denialsOf, emptyState, evolve, type SessionState } from './state.ts';

const isFull = process.env['HARNESS_FULL'] === '1';
const seed = Number(process.env['HARNESS_SEED'] ?? (isFull ? Date.now() % 2 ** 31 : 20_261_122));
const numRuns = isFull ? 2_000 : 100;

/** What a state says, as JSON. */
function written({ messages, calls, run, ...rest }: SessionState): string {
  const plainRun = run && { ...run, denials: denialsOf(run) };
  return JSON.stringify({ ...rest, messages: [...messages], calls: [...calls], run: plainRun });
}

/** Folded from its own copy of the events, with nothing shared. */
function foldAlone(events: readonly SessionEvent[]): string {
  return written(structuredClone(events).reduce(evolve, emptyState));
}

test(
  `every state stays what it was when it was folded, in ${numRuns} random runs (seed ${seed})`,
  { timeout: 1_800_000 },
  async () => {
    for (const plan of fc.sample(plans, { numRuns, seed })) {
      const { events } = await playPlan(plan);
      const expected = events.map((_event, index) => foldAlone(events.slice(0, index + 1)));
      const states: SessionState[] = [];
      for (const event of events) states.push(evolve(states.at(-1) ?? emptyState, event));
      expect(states.map(written)).toEqual(expected);
      // Grown from again, each of them, and still what they were; so are those that grow.
      for (const [index, event] of events.entries()) {
        expect(written(evolve(states[index - 1] ?? emptyState, event))).toBe(expected[index]);
      }
      expect(states.map(written)).toEqual(expected);
    }
  },
);
