import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkRequests } from '../../test/check-run.ts';
import type { AssistantBlock, TranscriptMessage } from '../transcript.ts';
import { messageTokens, transcriptTokens } from './estimate-tokens.ts';
import type { Compacted, CompactionLimits, EventBody, SessionEvent } from './event.ts';
import { contextTokens, planCompaction, writeSummary, type CompactionOccasion } from './plan-compaction.ts';
import { emptyState, evolve, type SessionState } from './state.ts';
import { summaryMessage } from './summary.ts';

const isFull = process.env['HARNESS_FULL'] === '1';
const seed = Number(process.env['HARNESS_SEED'] ?? (isFull ? Date.now() % 2 ** 31 : 20_261_122));
const numRuns = isFull ? 20_000 : 500;

const model = { provider: 'p', id: 'm' };
const started = { type: 'run_started', runId: 'r', continues: false, model, budget: {}, tools: [] } as const;

function fold(bodies: readonly EventBody[], from: SessionState = emptyState): SessionState {
  return bodies
    .map((body, index): SessionEvent => {
      const seq = from.seq + index + 1;
      return { v: 1, seq, at: seq, key: `k${seq}`, ...body };
    })
    .reduce(evolve, from);
}

/** What happens in a random session, one after the other. */
type Happening =
  | { readonly kind: 'prompt'; readonly size: number; readonly source: 'user' | 'hook' }
  | { readonly kind: 'turn'; readonly text: number; readonly results: readonly number[]; readonly isMeasured: boolean }
  | { readonly kind: 'compact'; readonly occasion: CompactionOccasion; readonly summary: number };

const size = fc.oneof({ weight: 6, arbitrary: fc.nat(400) }, { weight: 1, arbitrary: fc.nat(12_000) });
const occasion: fc.Arbitrary<CompactionOccasion> = fc.constantFrom(
  { trigger: 'threshold', isHard: false },
  { trigger: 'overflow', isHard: false },
  { trigger: 'overflow', isHard: true },
);
const happenings = fc.array(
  fc.oneof(
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('prompt'), size, source: fc.constantFrom('user', 'hook') }) },
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('turn'),
        text: size,
        results: fc.array(size, { maxLength: 4 }),
        isMeasured: fc.boolean(),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('compact'), occasion, summary: fc.nat(3_000) }) },
  ),
  { minLength: 1, maxLength: 30, size: 'max' },
);
const limits: fc.Arbitrary<CompactionLimits> = fc.record(
  {
    baseTokens: fc.nat(500),
    contextWindow: fc.integer({ min: 500, max: 20_000 }),
    reserveTokens: fc.integer({ min: 1, max: 10_000 }),
    keepTokens: fc.nat(5_000),
    triggerTokens: fc.integer({ min: 100, max: 20_000 }),
  },
  { requiredKeys: ['baseTokens'] },
);

function eventsOf(happening: Exclude<Happening, { kind: 'compact' }>, state: SessionState): readonly EventBody[] {
  const { seq, turn } = state;
  if (happening.kind === 'prompt') {
    const content = [{ type: 'text', text: `prompt ${seq} ${'p'.repeat(happening.size)}` }] as const;
    return [{ type: 'prompt_added', content, source: happening.source }];
  }
  const { text, results, isMeasured } = happening;
  const ids = results.map((_size, index) => `call_${seq}_${index}`);
  const calls = ids.map((id): AssistantBlock => ({
    type: 'tool_call',
    id,
    name: 'Read',
    args: { file_path: `f/${id}` },
  }));
  const content: readonly AssistantBlock[] = [{ type: 'text', text: `answer ${seq} ${'a'.repeat(text)}` }, ...calls];
  const input = Math.ceil(transcriptTokens(state.messages) * 0.75);
  const usage = isMeasured ? { input, output: Math.ceil(text / 4) } : {};
  const place = { turn: turn + 1, attempt: 1, model, isLastTurn: false } as const;
  return [
    { type: 'model_started', ...place },
    { type: 'model_finished', ...place, content, stop: 'end', usage },
    ...ids.map((toolCallId, index): EventBody => {
      const result = `result ${toolCallId} ${'r'.repeat(results[index] ?? 0)}`;
      return { type: 'tool_finished', toolCallId, name: 'Read', content: result, isError: false, outcome: 'ok' };
    }),
  ];
}

interface Done {
  readonly before: SessionState;
  readonly after: SessionState;
  readonly event: Compacted;
}

/** Compacts where there is a plan, as the driver does. */
function compacted(
  before: SessionState,
  given: CompactionLimits,
  { occasion: on, summary: length }: { readonly occasion: CompactionOccasion; readonly summary: number },
): Done | undefined {
  const plan = planCompaction(before, given, on);
  if (plan === undefined) return undefined;
  const { summary, by } = writeSummary(before, plan, length === 0 ? '' : `## Goal\n${'s'.repeat(length)}`);
  const { trigger, head, tail } = plan;
  const tokens = { tokensBefore: contextTokens(before), tokensAfter: 1 };
  const event: Compacted = { type: 'compacted', trigger, summary, by, head, tail, ...tokens };
  // Through JSON, as it comes from a store.
  return { before, event, after: fold([JSON.parse(JSON.stringify(event)) as Compacted], before) };
}

function play(
  all: readonly Happening[],
  given: CompactionLimits,
): { readonly state: SessionState; readonly done: readonly Done[] } {
  let state = fold([
    { ...started, compaction: given },
    { type: 'prompt_added', content: [{ type: 'text', text: 'first prompt' }], source: 'user' },
  ]);
  const done: Done[] = [];
  for (const happening of all) {
    if (happening.kind !== 'compact') {
      state = fold(eventsOf(happening, state), state);
      continue;
    }
    const step = compacted(state, given, happening);
    if (step === undefined) continue;
    done.push(step);
    state = step.after;
  }
  return { state, done };
}

const textOf = (message: TranscriptMessage | undefined): string => JSON.stringify(message?.content ?? '');

describe(`in ${numRuns} random sessions with parallel calls, a compaction (seed ${seed})`, () => {
  const forAll = (check: (done: Done) => void): void => {
    let count = 0;
    fc.assert(
      fc.property(happenings, limits, (all, given) => {
        for (const done of play(all, given).done) {
          count++;
          check(done);
        }
      }),
      { numRuns, seed },
    );
    expect(count).toBeGreaterThan(numRuns / 2);
  };

  test('never parts a call from its result, nor changes their order', () => {
    forAll(({ after }) => {
      const request = { messages: after.messages.toArray(), tools: [], signal: new AbortController().signal };
      expect(() => checkRequests([request])).not.toThrow();
    });
  });

  test('keeps the first prompt, the latest one and the latest answer', () => {
    forAll(({ before, after, event }) => {
      const { first = -1, latest = -1 } = before.prompts;
      for (const [at, place] of [
        [first, after.prompts.first],
        [latest, after.prompts.latest],
      ] as const) {
        const kept = [...event.head, ...event.tail].find((message) => message.at === at);
        expect(kept).toBeDefined();
        expect(after.messages.at(place ?? -1)).toEqual(kept?.shortened ?? before.messages.at(at));
        expect(textOf(after.messages.at(place ?? -1)).slice(0, 30)).toBe(textOf(before.messages.at(at)).slice(0, 30));
      }
      const lastAnswer = (state: SessionState) => state.messages.toArray().findLast(({ role }) => role === 'assistant');
      expect(lastAnswer(after)).toEqual(lastAnswer(before));
    });
  });

  test('makes the transcript shorter, with a summary that is shorter than what it stands for', () => {
    forAll(({ before, after, event }) => {
      expect(transcriptTokens(after.messages)).toBeLessThan(transcriptTokens(before.messages));
      const kept = new Set([...event.head, ...event.tail].map(({ at }) => at));
      const gone = before.messages.toArray().filter((_message, at) => !kept.has(at));
      const summaryTokens = event.summary === '' ? 0 : messageTokens(summaryMessage(event.summary));
      expect(summaryTokens).toBeLessThanOrEqual(transcriptTokens(gone));
    });
  });

  test('keeps one summary at most, which says of all sections something', () => {
    forAll(({ after, event }) => {
      const summaries = after.messages.toArray().filter((message) => textOf(message).includes('<summary>'));
      expect(summaries.length).toBe(after.summary === undefined ? 0 : 1);
      expect(after.messages.at(after.summary?.at ?? Infinity)).toEqual(summaries[0]);
      const headings = event.summary.match(/^## (Goal|Constraints|Decisions|Files touched|Open items)$/gm) ?? [];
      expect(new Set(headings).size).toBe(event.by === 'model' ? 5 : headings.length);
    });
  });

  test('is not followed by the same one again', () => {
    forAll(({ after, event }) => {
      const again = planCompaction(after, after.run?.compaction ?? { baseTokens: 0 }, {
        trigger: 'threshold',
        isHard: false,
      });
      // Only what was cut on other grounds can still be too long.
      const replaced = event.trigger === 'threshold' ? (again?.replacedTokens ?? 0) : 0;
      expect(replaced).toBe(0);
    });
  });
});
