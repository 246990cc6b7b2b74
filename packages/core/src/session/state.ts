import { canonicalJson } from '../canonical-json.ts';
import type { Json } from '../json.ts';
import type { ErrorInfo } from '../errors.ts';
import type { BudgetLimit, Denial, StopReason } from '../message.ts';
import type { ModelStop } from '../model.ts';
import type { ModelRef } from '../price.ts';
import type { ValidationIssue } from '../tool.ts';
import type { ToolCallBlock, ToolMessage, TranscriptMessage, UserMessage } from '../transcript.ts';
import { inputTokens } from '../usage.ts';
import { noteApproval, noteDecision, unpark, type DecidedApproval, type VoidApproval } from './approvals.ts';
import { messageTokens } from './estimate-tokens.ts';
import type {
  Budget,
  Candidate,
  CompactionLimits,
  FallbackRules,
  ModelFailed,
  ModelFinished,
  ModelStarted,
  OutputChecked,
  PromptAdded,
  RunStarted,
  SessionEvent,
  SummaryTask,
  ToolDecided,
  ToolFacts,
  ToolFinished,
} from './event.ts';
import { CallList, type CallState } from './call-list.ts';
import { GrowingList } from './growing-list.ts';
import { charge, textOf, withoutAttempt, withRun, type RunChange } from './change-run.ts';
import { grantChild, returnChild } from './fold-children.ts';
import { noteFailure, noteSuccess, switchModel, type Health } from './fold-models.ts';
import { compact, failSummary, finishSummary, startSummary } from './fold-compaction.ts';
import { emptyLedger, type Ledger } from './ledger.ts';

/** Everything that a session's log says, folded. */
export interface SessionState {
  /** `seq` of the last event, 0 before the first. */
  readonly seq: number;
  /** Time of the last event, milliseconds since the epoch; 0 before the first. */
  readonly at: number;
  /** What the next model call sees. Every tool call in it is answered, except those in `calls`. */
  readonly messages: GrowingList<TranscriptMessage>;
  /** Tool calls of the last assistant message, in its order, until every one is answered. */
  readonly calls: CallList;
  /** Number of the last model call, 0 before the first. */
  readonly turn: number;
  readonly streak: Streak;
  /** Allow rules that a person granted for this session, oldest first. */
  readonly grants: readonly string[];
  /** What the provider counted, or was estimated, for the first `messages` messages and all that goes with them. */
  readonly context: { readonly messages: number; readonly tokens: number } | undefined;
  /** Places of the user's prompts in `messages`. */
  readonly prompts: { readonly first?: number; readonly latest?: number };
  /** The summary in `messages`, where the transcript has been compacted. */
  readonly summary: { readonly at: number; readonly text: string } | undefined;
  /** Ids of calls that compactions took out of `messages`; no other call may have them. */
  readonly retiredCallIds: GrowingList<string>;
  /** Models that failed the last time they were called, by `provider/id`. */
  readonly health: Readonly<Record<string, Health>>;
  /** The run that is going on or was the last. */
  readonly run: RunState | undefined;
}

/** How often the same call was made in a row. */
export interface Streak {
  readonly signature: string;
  readonly count: number;
}

/** One run, from its prompt to its end. */
export interface RunState {
  readonly runId: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt?: number;
  /** When the process that works on it took it up. */
  readonly claimedAt: number;
  /** Milliseconds for which earlier processes worked on it, up to their last events. */
  readonly workedMs: number;
  /** The one that is called now. */
  readonly model: ModelRef;
  /** Present where there is more than one model. */
  readonly fallback?: FallbackRules;
  /** Models that failed and gave way to others, each with the turn in which it did. */
  readonly fallen: readonly (ModelRef & { readonly turn: number })[];
  /** What the last attempt could be replaced by, and the window of its own model. */
  readonly others?: { readonly candidates: readonly Candidate[]; readonly contextWindow?: number };
  /** The first attempt of the current model at a turn that another one had begun. */
  readonly switched?: { readonly turn: number; readonly attempt: number };
  readonly budget: Budget;
  readonly tools: readonly ToolFacts[];
  /** Absent where the transcript is never compacted. */
  readonly compaction?: CompactionLimits;
  /** Model calls that finished, without those that wrote a summary. */
  readonly turns: number;
  readonly toolCalls: number;
  readonly ledger: Ledger;
  /** The attempt that is under way. */
  readonly attempt?: ModelStarted;
  /** The final answer has to be JSON of a schema. */
  readonly wantsOutput?: true;
  /** The answer that fits it. */
  readonly output?: { readonly json: Json };
  /** What is wrong with one that nobody is asked to mend. */
  readonly outputIssues?: readonly ValidationIssue[];
  /** Times that the model was told what is wrong with its answer, since something else was said. */
  readonly repairs: number;
  /** How the last attempt failed, until the next one starts. */
  readonly failure?: ModelFailed;
  /** How the last turn ended, until something new is said. */
  readonly lastTurn?: LastTurn;
  /** Turns in a row whose last call was cut off by the output limit. */
  readonly cutOffs: number;
  /** Turns in a row that paused. */
  readonly pauses: number;
  /** Text of the last turn that had any. */
  readonly text: string;
  /** Calls that were denied, and those of them that were allowed later, in the order of the decisions. */
  readonly denials: GrowingList<Denial | LiftedDenial>;
  /** What people decided about calls, and which of it is void, in the order of the events. */
  readonly decided: GrowingList<DecidedApproval | VoidApproval>;
  /** The compaction that is under way: the model writes its summary. */
  readonly compacting?: Compacting;
  /** Times in a row that the model refused the transcript as too long, and it was compacted. */
  readonly overflows: number;
  /** The call that a compaction or another model came before, and that is to be made again. */
  readonly retry?: { readonly turn: number; readonly attempt: number; readonly isSwitched?: true };
  /** Tokens that the provider counted for the first `messages` messages. */
  readonly measured?: { readonly messages: number; readonly tokens: number };
  readonly end?: { readonly stopReason: StopReason; readonly limit?: BudgetLimit; readonly error?: ErrorInfo };
}

/** A call that was denied, was judged again after a crash, and not denied then. */
export interface LiftedDenial {
  readonly toolUseId: string;
  readonly isLifted: true;
}

/** How far a compaction has come. */
export interface Compacting {
  /** What the last call was to summarize. */
  readonly task: SummaryTask;
  /** The messages before this place are in `summary`. */
  readonly done: number;
  readonly summary: string;
  /** How the last call failed, where it is to be made again. */
  readonly failure?: ModelFailed;
  /** The transcript did not fit: it is to be sent as text, in parts. */
  readonly isTooLong: boolean;
  /** The model does not write it: the summary is put together from the messages. */
  readonly isGivenUp: boolean;
}

/** How a turn ended. */
export interface LastTurn {
  readonly stop: ModelStop;
  /** Nothing was said, so that the next call would be the same. */
  readonly isEmpty: boolean;
  readonly hasCalls: boolean;
  readonly isCutOff: boolean;
  /** The limit that it was kept back for: the last turn of the run. */
  readonly keptBackFor?: BudgetLimit;
  readonly isRepetition: boolean;
}

/** Calls in a row after which the model is told that it repeats itself. */
export const repetitionNotice = 3;
/** Calls in a row that end the run; the last of them does not run. */
export const repetitionLimit = 5;

/** A session before its first event. */
export const emptyState: SessionState = {
  seq: 0,
  at: 0,
  messages: GrowingList.of(),
  calls: CallList.of([]),
  turn: 0,
  streak: { signature: '', count: 0 },
  grants: [],
  context: undefined,
  prompts: {},
  summary: undefined,
  retiredCallIds: GrowingList.of(),
  health: {},
  run: undefined,
};

/** What the model is told in the turn that is kept back for its final answer. */
export const lastTurnPrompt: UserMessage = {
  role: 'user',
  content: [
    {
      type: 'text',
      text: 'This is the last turn of this run: no more tool calls are possible. Report what you have, and say what is still open.',
    },
  ],
};

/**
 * The state after one more event. Pure: neither argument is changed.
 *
 * @throws TypeError for an event that is none.
 */
export function evolve(state: SessionState, event: SessionEvent): SessionState {
  return { ...applyEvent(state, event), seq: event.seq, at: event.at };
}

function applyEvent(state: SessionState, event: SessionEvent): SessionState {
  switch (event.type) {
    case 'run_started':
      return startRun(state, event, event.at);
    case 'prompt_added':
      return addPrompt(state, event);
    case 'steered':
      return addPrompt(state, { type: 'prompt_added', content: event.content, source: 'user' });
    case 'model_started':
      if (event.summarizes !== undefined) return startSummary(state, event, event.summarizes);
      return startModel(state, event);
    case 'model_failed': {
      const after = noteFailure(state, event, event.at);
      if (event.summarizes !== undefined) return failSummary(after, event, event.summarizes);
      return withRun(after, { attempt: undefined, failure: event, ledger: charge(state, event) });
    }
    case 'model_finished': {
      const after = noteSuccess(state, event);
      return event.summarizes === undefined ? finishModel(after, event) : finishSummary(after, event, event.summarizes);
    }
    case 'output_checked':
      return checkOutput(state, event);
    case 'model_switched':
      return switchModel(state, event);
    case 'compacted':
      return compact(state, event);
    case 'tool_decided':
      return decideTool(state, event);
    case 'approval_requested':
    case 'approval_decided':
      return {
        ...withRun(state, { decided: noteDecision(state.run?.decided ?? GrowingList.of(), event) }),
        calls: noteApproval(state.calls, event),
      };
    case 'grant_added':
      return { ...state, grants: [...state.grants, ...event.rules] };
    case 'tool_started':
      return { ...state, calls: state.calls.with(event.toolCallId, { isStarted: true }) };
    case 'tool_finished':
      return finishTool(state, event);
    case 'child_granted':
      return grantChild(state, event);
    case 'child_returned':
      return returnChild(state, event);
    case 'run_finished':
      return withRun(state, {
        endedAt: event.at,
        ...withoutAttempt(state.run),
        end: {
          stopReason: event.stopReason,
          ...(event.limit === undefined ? {} : { limit: event.limit }),
          ...(event.error === undefined ? {} : { error: event.error }),
        },
      });
    default:
      throw unknownEvent(event);
  }
}

/** Of a log that a later version wrote; what it says cannot be left out of the state. */
function unknownEvent(event: never): TypeError {
  const { type } = event as { readonly type?: unknown };
  return new TypeError(`Expected an event of a type that this version knows, found ${JSON.stringify(type)}.`);
}

function startModel(state: SessionState, event: ModelStarted): SessionState {
  const { others: candidates, contextWindow } = event;
  const others = candidates && { candidates, ...(contextWindow === undefined ? {} : { contextWindow }) };
  return { ...withRun(state, { attempt: event, failure: undefined, retry: undefined, others }), turn: event.turn };
}

function startRun(state: SessionState, event: RunStarted, at: number): SessionState {
  const { model, budget, tools, compaction, fallback, wantsOutput } = event;
  if (event.continues && state.run !== undefined) {
    // What was measured was so with the tools and the model of another process.
    const stale = { failure: undefined, measured: undefined, retry: undefined, end: undefined, endedAt: undefined };
    const workedMs = state.run.workedMs + Math.max(0, state.at - state.run.claimedAt);
    const times = { claimedAt: at, workedMs };
    const change = {
      model,
      budget,
      tools,
      compaction,
      fallback,
      wantsOutput,
      ...times,
      ...withoutAttempt(state.run),
      ...stale,
    };
    return { ...withRun(state, change), calls: unpark(state.calls) };
  }
  return {
    ...state,
    ...(event.history === undefined ? {} : historyOf(event.history)),
    streak: emptyState.streak,
    run: {
      runId: event.runId,
      startedAt: at,
      claimedAt: at,
      workedMs: 0,
      model,
      budget,
      tools,
      ...(compaction === undefined ? {} : { compaction }),
      ...(fallback === undefined ? {} : { fallback }),
      ...(wantsOutput === undefined ? {} : { wantsOutput }),
      fallen: [],
      repairs: 0,
      turns: 0,
      toolCalls: 0,
      ledger: emptyLedger,
      cutOffs: 0,
      pauses: 0,
      overflows: 0,
      text: '',
      denials: GrowingList.of(),
      decided: GrowingList.of(),
    },
  };
}

function historyOf(history: readonly TranscriptMessage[]): Pick<SessionState, 'messages' | 'prompts'> {
  const first = history.findIndex(({ role }) => role === 'user');
  const latest = history.findLastIndex(({ role }) => role === 'user');
  return { messages: GrowingList.of(history), prompts: first === -1 ? {} : { first, latest } };
}

function addPrompt(state: SessionState, { content, source }: PromptAdded): SessionState {
  const { messages, prompts } = state;
  const place = messages.length;
  return {
    ...withRun(state, { lastTurn: undefined, output: undefined, outputIssues: undefined, repairs: 0 }),
    messages: messages.append({ role: 'user', content }),
    prompts: source === 'user' ? { first: prompts.first ?? place, latest: place } : prompts,
    streak: emptyState.streak,
  };
}

/** What does not fit is told to the model, or is the last word on it. */
function checkOutput(state: SessionState, { output, issues = [], content }: OutputChecked): SessionState {
  if (output !== undefined) return withRun(state, { output: { json: output } });
  if (content === undefined) return withRun(state, { outputIssues: issues });
  const repairs = (state.run?.repairs ?? 0) + 1;
  return {
    ...withRun(state, { lastTurn: undefined, repairs }),
    messages: state.messages.append({ role: 'user', content }),
  };
}

function finishModel(state: SessionState, event: ModelFinished): SessionState {
  const { run } = state;
  if (run === undefined) return state;
  const { calls, streak } = openCalls(state.streak, event);
  const isCutOff = calls.some((call) => call.barred === 'cut_off');
  const messages = state.messages.append(...transcriptOf(event));
  const change: RunChange = {
    attempt: undefined,
    turns: run.turns + 1,
    toolCalls: run.toolCalls + calls.length,
    ledger: charge(state, event),
    cutOffs: isCutOff ? run.cutOffs + 1 : 0,
    pauses: event.stop === 'pause' ? run.pauses + 1 : 0,
    overflows: 0,
    text: textOf(event.content) || run.text,
    ...measuredIn(state, run, event),
    lastTurn: {
      stop: event.stop,
      isEmpty: event.content.length === 0,
      hasCalls: calls.length > 0,
      isCutOff,
      ...(event.isLastTurn ? { keptBackFor: event.lastFor ?? 'maxTurns' } : {}),
      isRepetition: calls.some((call) => call.barred === 'repetition'),
    },
  };
  const context = contextAfter(messages, event) ?? state.context;
  return { ...withRun(state, change), messages, calls: CallList.of(calls), streak, context };
}

/** What the provider counted, where it did and what it got to see was the transcript. */
function measuredIn(state: SessionState, run: RunState, { usage, isLastTurn }: ModelFinished): RunChange {
  if (usage.input === undefined || run.attempt?.isChanged === true) return {};
  return { measured: { messages: state.messages.length + (isLastTurn ? 1 : 0), tokens: inputTokens(usage) } };
}

/** What the next request has at least, by the provider's count: what this one had, and its answer. */
function contextAfter(messages: GrowingList<TranscriptMessage>, { usage, content }: ModelFinished) {
  if (usage.input === undefined) return undefined;
  const answerTokens = usage.output ?? messageTokens({ role: 'assistant', content });
  return { messages: messages.length, tokens: inputTokens(usage) + answerTokens };
}

/** What a finished turn adds to the transcript. A refused answer is dropped: providers do not take it back. */
function transcriptOf(event: ModelFinished): readonly TranscriptMessage[] {
  const prompt = event.isLastTurn ? [lastTurnPrompt] : [];
  if (event.stop === 'refusal' || event.content.length === 0) return prompt;
  const { model, prefix } = event;
  const origin = { provider: model.provider, model: model.id, ...(prefix === undefined ? {} : { prefix }) };
  return [...prompt, { role: 'assistant', content: event.content, origin }];
}

function openCalls(streak: Streak, event: ModelFinished): { calls: readonly CallState[]; streak: Streak } {
  if (event.stop === 'refusal') return { calls: [], streak };
  const calls: CallState[] = [];
  let current = streak;
  for (const [index, block] of event.content.entries()) {
    if (block.type !== 'tool_call') continue;
    current = extendStreak(current, block);
    const barred = barredBecause(event, index, current.count);
    calls.push({ call: block, repeats: current.count, isStarted: false, ...(barred === undefined ? {} : { barred }) });
  }
  return { calls, streak: current };
}

function barredBecause(event: ModelFinished, index: number, repeats: number): CallState['barred'] | undefined {
  if (event.isLastTurn) return 'last_turn';
  // Only the last block can have been cut; its arguments may parse and still be incomplete.
  if (event.stop === 'length' && index === event.content.length - 1) return 'cut_off';
  return repeats >= repetitionLimit ? 'repetition' : undefined;
}

function extendStreak(streak: Streak, call: ToolCallBlock): Streak {
  const signature = `${call.name} ${call.rawArgs ?? canonicalJson(call.args)}`;
  return { signature, count: streak.signature === signature ? streak.count + 1 : 1 };
}

function finishTool(state: SessionState, event: ToolFinished): SessionState {
  const { toolCallId, name, content, isError } = event;
  const open = state.calls.get(toolCallId);
  if (open === undefined || open.result !== undefined) return state;
  const calls = state.calls.with(toolCallId, {
    result: { type: 'tool_result', toolCallId, name, content, isError },
  });
  if (calls.answered < calls.length) return { ...state, calls };
  const answers: ToolMessage = { role: 'tool', content: [...calls].flatMap(({ result }) => result ?? []) };
  return { ...state, calls: emptyState.calls, messages: state.messages.append(answers) };
}

function decideTool(state: SessionState, { toolCallId: toolUseId, name, decision }: ToolDecided): SessionState {
  if (state.run === undefined) return state;
  const { denials } = state.run;
  if (decision.decision === 'deny') {
    return withRun(state, { denials: denials.append({ toolUseId, name, reason: decision.reason }) });
  }
  return denials.length === 0 ? state : withRun(state, { denials: denials.append({ toolUseId, isLifted: true }) });
}

/** The calls of a run that were denied. After a crash a call is judged again; its last decision counts. */
export function denialsOf({ denials }: RunState): readonly Denial[] {
  const last = new Map<string, Denial>();
  for (const decided of denials) {
    last.delete(decided.toolUseId);
    if (!('isLifted' in decided)) last.set(decided.toolUseId, decided);
  }
  return [...last.values()];
}
