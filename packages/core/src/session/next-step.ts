import type { ErrorInfo } from '../errors.ts';
import type { BudgetLimit, PassedOver, StopReason, SwitchReason } from '../message.ts';
import type { ModelRef } from '../price.ts';
import type { ToolOutcome } from '../tool.ts';
import { isParked } from './approvals.ts';
import type { CallState } from './call-list.ts';
import type { SummaryTask } from './event.ts';
import { afterOverflow, beforeCall, nextInCompaction } from './next-compaction.ts';
import { otherAfterFailure, otherAfterRefusal } from './next-model.ts';
import type { CompactionPlan } from './plan-compaction.ts';
import type { LastTurn, RunState, SessionState } from './state.ts';

/** Call the model. */
export interface CallModel {
  readonly type: 'call_model';
  readonly turn: number;
  /** From 1; it rises with every retry of the turn. */
  readonly attempt: number;
  /** Wait this long first. */
  readonly delayMs: number;
  /** The turn is kept back for the final answer. */
  readonly isLastTurn: boolean;
}

/** Call another model from now on. */
export interface SwitchModel {
  readonly type: 'switch_model';
  /** The call that it is to get. */
  readonly turn: number;
  readonly attempt: number;
  readonly to: ModelRef;
  readonly reason: Extract<SwitchReason, 'failure' | 'refusal'>;
  readonly error?: ErrorInfo;
  /** Models that come before it and are not called. */
  readonly passedOver: readonly PassedOver[];
}

/** Make the transcript shorter: have the model summarize what is to go, or replace it. */
export interface Compact {
  readonly type: 'compact';
  readonly plan: CompactionPlan;
  /** A model call to make first; absent where the transcript is to be replaced now. */
  readonly call?: SummaryCall;
  /** What the model has written so far; empty where it has not. */
  readonly summary: string;
}

/** A model call that writes a summary. */
export interface SummaryCall {
  readonly task: SummaryTask;
  /** Longest answer, in tokens: the summary, and reasoning before it. */
  readonly maxOutputTokens: number;
  /** Longest part of the transcript, in tokens; a message that is longer on its own is cut. */
  readonly maxInputTokens: number;
  /** From 1; it rises with every retry. */
  readonly attempt: number;
  /** Wait this long first. */
  readonly delayMs: number;
}

/** Judge and run these calls: several that only read, side by side, or a single other one. */
export interface RunTools {
  readonly type: 'run_tools';
  readonly calls: readonly CallState[];
}

/** Answer these calls without running them. */
export interface AnswerCalls {
  readonly type: 'answer_calls';
  readonly calls: readonly CallState[];
  readonly outcome: ToolOutcome;
  readonly content: string;
}

/**
 * Calls wait for decisions, and no other may run before them: the run ends with `approval_required`. What is behind them
 * may be asked about meanwhile.
 */
export interface WaitForApprovals {
  readonly type: 'wait_for_approvals';
  readonly behind: readonly CallState[];
}

/** Hold the final answer against the output schema. */
export interface CheckOutput {
  readonly type: 'check_output';
  /** There is a turn left in which the model can mend it. */
  readonly canRepair: boolean;
}

/** The run is over. */
export interface Finish {
  readonly type: 'finish';
  readonly stopReason: StopReason;
  readonly limit?: BudgetLimit;
  readonly error?: ErrorInfo;
}

/** What to do next. */
export type Step = CallModel | SwitchModel | Compact | RunTools | AnswerCalls | WaitForApprovals | CheckOutput | Finish;

/** Calls that run side by side at most. */
export const maxParallelCalls = 8;

/** Times that a model is told what is wrong with its final answer. */
const maxRepairs = 2;

/** Pauses in a row after which a model is taken to get nowhere. */
const maxPauses = 32;

const pausesForEver: ErrorInfo = {
  code: 'model_failed',
  kind: 'protocol',
  message: `The model paused its turn ${maxPauses} times in a row without ending it.`,
};

/** What a run does next. Pure; the state must have a run that has not finished. */
export function nextStep(state: SessionState): Step {
  const { run } = state;
  if (run === undefined) throw new TypeError('nextStep() needs a state in which a run has started.');
  if (run.end !== undefined) return { type: 'finish', ...run.end };
  const others = state.calls.open();
  const first = others.next().value;
  if (first !== undefined) return nextForCalls(state, run, first, others);
  if (run.compacting !== undefined) return nextInCompaction(state, run, run.compacting);
  if (run.failure !== undefined) return nextAfterFailure(state, run, run.failure);
  if (run.lastTurn !== undefined) return nextAfterTurn(state, run, run.lastTurn);
  return callModel(state, run);
}

/** `others` are read only as far as they matter: a turn of many calls comes here once for each. */
function nextForCalls(state: SessionState, run: RunState, first: CallState, others: Iterable<CallState>): Step {
  switch (first.barred) {
    case 'last_turn':
      return notExecuted([first, ...others], 'Not executed: this was the last turn of the run.');
    case 'repetition':
      return notExecuted(
        [first, ...others],
        `Not executed: "${first.call.name}" was called ${first.repeats} times in a row with the same arguments, so the run ends.`,
      );
    case 'cut_off':
      return notExecuted(
        [first],
        'Not executed: the output limit cut this call off, so its arguments may be incomplete. Send a shorter call, or split the work into several.',
      );
    case undefined:
      break;
  }
  if (run.budget.maxTurns !== undefined && run.budget.maxTurns === 1) {
    return notExecuted([first, ...others], 'Not executed: the run is limited to one turn.');
  }
  if (first.isStarted && effectOf(run, first) === 'once') {
    return {
      type: 'answer_calls',
      calls: [first],
      outcome: 'unknown',
      content: 'Outcome unknown: the process ended while this call was running. Verify before retrying.',
    };
  }
  const calls = batchFrom(run, first, others).filter((call) => !isParked(call));
  if (calls.length > 0) return { type: 'run_tools', calls };
  return { type: 'wait_for_approvals', behind: [...state.calls.open()].filter((call) => canBeAsked(call)) };
}

/** The first call, and those right behind it that may run beside it. */
function batchFrom(run: RunState, first: CallState, others: Iterable<CallState>): readonly CallState[] {
  const batch = [first];
  const goesBeside = batchKind(run, first);
  if (goesBeside === undefined) return batch;
  for (const call of others) {
    if (call.barred !== undefined || !goesBeside(call)) break;
    batch.push(call);
  }
  return batch;
}

/** Which calls may run beside this one: reads beside reads, sub-agents beside sub-agents. */
function batchKind(run: RunState, first: CallState): ((call: CallState) => boolean) | undefined {
  if (spawns(run, first)) return (call) => spawns(run, call);
  if (onlyReads(run, first)) return (call) => !call.isStarted && onlyReads(run, call);
  return undefined;
}

function spawns(run: RunState, { call }: CallState): boolean {
  const tool = run.tools.find((candidate) => candidate.name === call.name);
  return tool !== undefined && tool.accessKinds.length > 0 && tool.accessKinds.every((kind) => kind === 'spawn');
}

function canBeAsked(call: CallState): boolean {
  return !isParked(call) && call.barred === undefined && !call.isStarted;
}

function onlyReads(run: RunState, call: CallState): boolean {
  const tool = run.tools.find((candidate) => candidate.name === call.call.name);
  // A tool that does not exist runs nothing.
  return tool === undefined || tool.accessKinds.every((kind) => kind === 'read');
}

function effectOf(run: RunState, call: CallState): string {
  return run.tools.find((tool) => tool.name === call.call.name)?.effect ?? 'once';
}

function notExecuted(calls: readonly CallState[], content: string): Step {
  return { type: 'answer_calls', calls, outcome: 'not_executed', content };
}

function nextAfterFailure(state: SessionState, run: RunState, failure: NonNullable<RunState['failure']>): Step {
  const other = otherAfterFailure(state, run, failure);
  if (other !== undefined) return other;
  if (failure.retryInMs === undefined) {
    const compaction = failure.error.kind === 'context_overflow' ? afterOverflow(state, run) : undefined;
    const last = compaction ?? otherAfterFailure(state, run, failure, { isLastResort: true });
    return last ?? { type: 'finish', stopReason: 'error', error: failure.error };
  }
  return {
    type: 'call_model',
    turn: failure.turn,
    attempt: failure.attempt + 1,
    delayMs: failure.retryInMs,
    isLastTurn: isLastTurn(run),
  };
}

function nextAfterTurn(state: SessionState, run: RunState, last: NonNullable<RunState['lastTurn']>): Step {
  if (last.stop === 'refusal') {
    return otherAfterRefusal(state, run, last) ?? { type: 'finish', stopReason: 'refusal' };
  }
  if (last.isRepetition) return { type: 'finish', stopReason: 'repetition' };
  const output = nextForOutput(run, last);
  if (output !== undefined) return output;
  if (last.keptBackFor !== undefined) return atLimit(last.keptBackFor);
  if (last.stop === 'length' && (!last.hasCalls || run.cutOffs >= 2)) {
    return { type: 'finish', stopReason: 'max_output' };
  }
  if (last.stop === 'pause' && run.pauses >= maxPauses) {
    return { type: 'finish', stopReason: 'error', error: pausesForEver };
  }
  // A pause goes on where it left off; one that left nothing would come again for ever.
  if (last.hasCalls || (last.stop === 'pause' && !last.isEmpty)) return callModel(state, run);
  return { type: 'finish', stopReason: 'end_turn' };
}

/** An answer to be checked, or that did not fit for good. Only one that the model ended by itself is one. */
function nextForOutput(run: RunState, last: LastTurn): CheckOutput | Finish | undefined {
  const isAnswer = !last.hasCalls && (last.stop === 'end' || last.stop === 'stop_sequence');
  if (run.wantsOutput !== true || !isAnswer || run.output !== undefined) return undefined;
  if (run.outputIssues === undefined) {
    const hasTurn = last.keptBackFor === undefined && run.turns < (run.budget.maxTurns ?? Infinity);
    return { type: 'check_output', canRepair: hasTurn && run.repairs < maxRepairs };
  }
  const problems = run.outputIssues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  const message = `The answer of the model does not fit the output schema: ${problems.join('; ')}`;
  return { type: 'finish', stopReason: 'error', error: { code: 'output_invalid', message } };
}

function callModel(state: SessionState, run: RunState): Step {
  if (run.budget.maxTurns !== undefined && run.turns >= run.budget.maxTurns) {
    return atLimit('maxTurns');
  }
  const { turn, attempt, isSwitched } = run.retry ?? { turn: state.turn + 1, attempt: 1, isSwitched: true };
  // What fits one model may be too long for another.
  const compaction = isSwitched === true ? beforeCall(state, run) : undefined;
  return compaction ?? { type: 'call_model', turn, attempt, delayMs: 0, isLastTurn: isLastTurn(run) };
}

function atLimit(limit: BudgetLimit): Finish {
  return { type: 'finish', stopReason: limit === 'maxTurns' ? 'max_turns' : 'budget', limit };
}

/** The last of several turns is kept back for an answer; a single one is an ordinary turn. */
function isLastTurn(run: RunState): boolean {
  const { maxTurns } = run.budget;
  return maxTurns !== undefined && maxTurns > 1 && run.turns + 1 === maxTurns;
}
