import fc from 'fast-check';
import type { ModelErrorKind } from '../src/errors.ts';
import type { ModelStop } from '../src/model.ts';
import type { Budget } from '../src/session/event.ts';

/** One part of a planned answer. */
export type PlannedPart =
  | { readonly kind: 'say' | 'think'; readonly text: string; readonly chunkSize: number }
  | { readonly kind: 'call'; readonly name: string; readonly args: PlannedArgs; readonly id: string | undefined }
  | { readonly kind: 'raw'; readonly name: string };

/** Arguments of a planned call: what the tool is to do. */
export type PlannedArgs = { readonly act: ToolAct; readonly n: number } | { readonly act: 7 } | readonly [] | null;

/** What a tool of a planned run does. */
export type ToolAct =
  | 'ok'
  | 'slow'
  | 'throw'
  | 'throwOdd'
  | 'garbage'
  | 'error'
  | 'progress'
  | 'invoke'
  | 'permits'
  | 'hang'
  | 'ignore'
  | 'abort'
  | 'break'
  | 'late';

const toolAct: fc.Arbitrary<ToolAct> = fc.oneof(
  { weight: 8, arbitrary: fc.constant('ok') },
  { weight: 8, arbitrary: fc.constantFrom('slow', 'throw', 'error', 'progress', 'invoke', 'permits') },
  { weight: 3, arbitrary: fc.constantFrom('throwOdd', 'garbage', 'late', 'hang', 'ignore', 'abort', 'break') },
);

/** One planned answer of the model. */
export interface PlannedTurn {
  readonly parts: readonly PlannedPart[];
  readonly stop: ModelStop | undefined;
  readonly reportsUsage: boolean;
}

/** What a model call does instead of going on. */
export type ModelAct =
  | { readonly kind: 'fail'; readonly error: ModelErrorKind; readonly retryAfterMs: number | undefined }
  | { readonly kind: 'cut' | 'dropEnd' | 'hang' | 'hangIgnoringAbort' | 'raise' | 'garbage' | 'badBlock' | 'badEnd' };

/** How the consumer of a planned run behaves, from its `at`-th message on. */
export interface PlannedConsumer {
  readonly kind: 'reads' | 'break' | 'return' | 'throw' | 'abort' | 'signal' | 'result' | 'crowd';
  readonly at: number;
  readonly isSlow: boolean;
}

/** What happens at a seam. */
export type SeamFault = (typeof seamFaults)[number];

/** All that can happen at a seam. */
export const seamFaults: readonly ['throwBefore', 'throwAfter', 'abort'] = ['throwBefore', 'throwAfter', 'abort'];

/** The one thing that goes wrong. */
export type Fault =
  | { readonly kind: 'none' }
  | { readonly kind: 'model'; readonly call: number; readonly at: number; readonly act: ModelAct }
  /** The `index`-th crossing of any seam throws, before or after it did its work, or the run is aborted there. */
  | { readonly kind: 'seam'; readonly index: number; readonly mode: SeamFault }
  /** Another writer is faster at the `index`-th append. */
  | { readonly kind: 'conflict'; readonly index: number };

/** A run that can be played. */
export interface Plan {
  readonly turns: readonly PlannedTurn[];
  readonly budget: Budget;
  readonly isPriced: boolean;
  readonly isLocal: boolean;
  /** Decision of the policy by kind of access. */
  readonly policy: 'allow' | 'ask' | 'deny' | 'plan';
  readonly approval: 'none' | 'yes' | 'no' | 'args' | 'never' | 'defer' | 'mixed' | 'remember';
  readonly hooks: readonly string[];
  readonly consumer: PlannedConsumer;
  readonly fault: Fault;
}

const word = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' });
const toolNames = ['read', 'write', 'idempotent', 'pure'] as const;
const anyName = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...toolNames) },
  { weight: 1, arbitrary: fc.constantFrom('nobody', 'toString') },
);

const part: fc.Arbitrary<PlannedPart> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('say', 'think'), text: word, chunkSize: fc.nat(4).map((n) => n + 1) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('call'),
      name: anyName,
      args: fc.oneof(
        { weight: 20, arbitrary: fc.record({ act: toolAct, n: fc.nat(2) }) },
        { weight: 1, arbitrary: fc.constantFrom<PlannedArgs>({ act: 7 }, [], null) },
      ),
      id: fc.oneof(
        { weight: 8, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.constantFrom('same', '', 'call_1/started', '__proto__') },
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('raw'), name: anyName }) },
);

const turn: fc.Arbitrary<PlannedTurn> = fc.record({
  parts: fc.array(part, { maxLength: 5, size: 'max' }),
  stop: fc.oneof(
    { weight: 8, arbitrary: fc.constant(undefined) },
    {
      weight: 2,
      arbitrary: fc.constantFrom<ModelStop>('length', 'refusal', 'pause', 'stop_sequence', 'end', 'tool_calls'),
    },
  ),
  reportsUsage: fc.boolean(),
});

/** The same turn over and over, as a model does that is stuck. */
const stuckTurns = fc
  .tuple(turn, fc.integer({ min: 4, max: 7 }))
  .map(([stuck, times]) => Array.from({ length: times }, () => stuck));

const modelErrorKinds: readonly ModelErrorKind[] = [
  ...(['auth', 'quota', 'rate_limit', 'overloaded', 'server', 'network', 'timeout', 'context_overflow'] as const),
  ...(['invalid_request', 'content_filter', 'malformed_output', 'aborted', 'protocol'] as const),
];

const modelAct: fc.Arbitrary<ModelAct> = fc.oneof(
  fc.record({
    kind: fc.constant('fail'),
    error: fc.constantFrom(...modelErrorKinds),
    retryAfterMs: fc.constantFrom(undefined, undefined, 0, 5_000, 3_600_000),
  }),
  fc.record({
    kind: fc.constantFrom('cut', 'dropEnd', 'hang', 'hangIgnoringAbort', 'raise', 'garbage', 'badBlock', 'badEnd'),
  }),
);

const consumer: fc.Arbitrary<PlannedConsumer> = fc.record({
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constant('reads') },
    {
      weight: 5,
      arbitrary: fc.constantFrom('break', 'return', 'throw', 'abort', 'signal', 'result', 'crowd'),
    },
  ),
  at: fc.nat(50),
  isSlow: fc.boolean(),
});

const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({ kind: 'none' }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('model'), call: fc.nat(6), at: fc.nat(20), act: modelAct }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('seam'), index: fc.nat(100), mode: fc.constantFrom(...seamFaults) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('conflict'), index: fc.nat(20) }) },
);

const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

const budget: fc.Arbitrary<Budget> = fc
  .record({
    maxTurns: optional(fc.integer({ min: 1, max: 6 })),
    maxTokens: optional(fc.integer({ min: 1_500, max: 30_000 })),
    maxCost: optional(fc.double({ min: 0.002, max: 0.05, noNaN: true })),
  })
  // A tool may hang for good: only the deadline ends such a run.
  .map(({ maxTurns, maxTokens, maxCost }) => ({
    maxDurationMs: 600_000,
    ...(maxTurns === undefined ? {} : { maxTurns }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(maxCost === undefined ? {} : { maxCost }),
  }));

/** Random runs with one random fault each. */
export const plans: fc.Arbitrary<Plan> = fc.record({
  turns: fc.oneof(
    { weight: 6, arbitrary: fc.array(turn, { minLength: 1, maxLength: 7, size: 'max' }) },
    { weight: 1, arbitrary: stuckTurns },
  ),
  budget,
  isPriced: fc.boolean(),
  isLocal: fc.constantFrom(false, false, true),
  policy: fc.constantFrom('allow', 'allow', 'allow', 'ask', 'ask', 'deny', 'plan'),
  approval: fc.constantFrom('none', 'yes', 'yes', 'no', 'args', 'never', 'defer', 'mixed', 'remember'),
  hooks: fc.subarray(['quiet', 'quiet', 'continue', 'args', 'replace', 'block'], { maxLength: 2 }),
  consumer,
  fault,
});

/** Random runs that ask about most of their calls, and get no answer to some at once. */
export const deferringPlans: fc.Arbitrary<Plan> = fc
  .tuple(plans, fc.constantFrom('defer', 'mixed'))
  .map(([plan, approval]) => ({
    ...plan,
    // Turns that end before their calls, and limits that end the run, leave nothing to decide.
    turns: plan.turns.slice(0, 4).map((each) => ({ ...each, stop: undefined })),
    budget: { maxDurationMs: 600_000 },
    policy: 'ask',
    approval,
    consumer: { kind: 'reads', at: 0, isSlow: false },
    fault: { kind: 'none' },
  }));

/** Random runs in which nothing goes wrong by itself, for faults at every place in turn. */
export const quietPlans: fc.Arbitrary<Plan> = plans.map((plan) => ({
  ...plan,
  // Enough for all there is to cross; each crossing costs three runs.
  turns: plan.turns.slice(0, 3),
  fault: { kind: 'none' },
  consumer: { kind: 'reads', at: 0, isSlow: false },
}));
