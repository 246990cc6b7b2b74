import { canonicalJson } from '../canonical-json.ts';
import type { ErrorInfo } from '../errors.ts';
import type { BudgetLimit, Denial, StopReason } from '../message.ts';
import type { ModelStop } from '../model.ts';
import type { ModelRef } from '../price.ts';
import type { AssistantBlock, ToolCallBlock, ToolMessage, TranscriptMessage, UserMessage } from '../transcript.ts';
import { inputTokens } from '../usage.ts';
import { noteApproval, noteDecision, unpark, type DecidedApproval, type VoidApproval } from './approvals.ts';
import type {
  Budget,
  ModelFailed,
  ModelFinished,
  ModelStarted,
  RunStarted,
  SessionEvent,
  ToolDecided,
  ToolFacts,
  ToolFinished,
} from './event.ts';
import { CallList, type CallState } from './call-list.ts';
import { GrowingList } from './growing-list.ts';
import { addToLedger, emptyLedger, type Ledger } from './ledger.ts';

/** Everything that a session's log says, folded. */
export interface SessionState {
  /** `seq` of the last event, 0 before the first. */
  readonly seq: number;
  /** What the next model call sees. Every tool call in it is answered, except those in `calls`. */
  readonly messages: GrowingList<TranscriptMessage>;
  /** Tool calls of the last assistant message, in its order, until every one is answered. */
  readonly calls: CallList;
  /** Number of the last model call, 0 before the first. */
  readonly turn: number;
  readonly streak: Streak;
  /** Allow rules that a person granted for this session, oldest first. */
  readonly grants: readonly string[];
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
  readonly model: ModelRef;
  readonly budget: Budget;
  readonly tools: readonly ToolFacts[];
  /** Model calls that finished. */
  readonly turns: number;
  readonly toolCalls: number;
  readonly ledger: Ledger;
  /** The attempt that is under way. */
  readonly attempt?: ModelStarted;
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
  /** Tokens that the provider counted for the first `messages` messages. */
  readonly measured?: { readonly messages: number; readonly tokens: number };
  readonly end?: { readonly stopReason: StopReason; readonly limit?: BudgetLimit; readonly error?: ErrorInfo };
}

/** A call that was denied, was judged again after a crash, and not denied then. */
export interface LiftedDenial {
  readonly toolUseId: string;
  readonly isLifted: true;
}

/** How a turn ended. */
export interface LastTurn {
  readonly stop: ModelStop;
  /** Nothing was said, so that the next call would be the same. */
  readonly isEmpty: boolean;
  readonly hasCalls: boolean;
  readonly isCutOff: boolean;
  readonly isKeptBack: boolean;
  readonly isRepetition: boolean;
}

/** Calls in a row after which the model is told that it repeats itself. */
export const repetitionNotice = 3;
/** Calls in a row that end the run; the last of them does not run. */
export const repetitionLimit = 5;

/** A session before its first event. */
export const emptyState: SessionState = {
  seq: 0,
  messages: GrowingList.of(),
  calls: CallList.of([]),
  turn: 0,
  streak: { signature: '', count: 0 },
  grants: [],
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
  return { ...applyEvent(state, event), seq: event.seq };
}

function applyEvent(state: SessionState, event: SessionEvent): SessionState {
  switch (event.type) {
    case 'run_started':
      return startRun(state, event, event.at);
    case 'prompt_added':
      return {
        ...withRun(state, { lastTurn: undefined }),
        messages: state.messages.append({ role: 'user', content: event.content }),
        streak: emptyState.streak,
      };
    case 'model_started':
      return { ...withRun(state, { attempt: event, failure: undefined }), turn: event.turn };
    case 'model_failed':
      return withRun(state, { attempt: undefined, failure: event, ledger: charge(state, event) });
    case 'model_finished':
      return finishModel(state, event);
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

function startRun(state: SessionState, event: RunStarted, at: number): SessionState {
  const { model, budget, tools } = event;
  if (event.continues && state.run !== undefined) {
    // What was measured was so with the tools and the model of another process.
    const stale = { failure: undefined, measured: undefined, end: undefined, endedAt: undefined };
    const change = { model, budget, tools, ...withoutAttempt(state.run), ...stale };
    return { ...withRun(state, change), calls: unpark(state.calls) };
  }
  return {
    ...state,
    messages: event.history === undefined ? state.messages : GrowingList.of(event.history),
    streak: emptyState.streak,
    run: {
      runId: event.runId,
      startedAt: at,
      model,
      budget,
      tools,
      turns: 0,
      toolCalls: 0,
      ledger: emptyLedger,
      cutOffs: 0,
      pauses: 0,
      text: '',
      denials: GrowingList.of(),
      decided: GrowingList.of(),
    },
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
    text: textOf(event.content) || run.text,
    ...measuredIn(state, run, event),
    lastTurn: {
      stop: event.stop,
      isEmpty: event.content.length === 0,
      hasCalls: calls.length > 0,
      isCutOff,
      isKeptBack: event.isLastTurn,
      isRepetition: calls.some((call) => call.barred === 'repetition'),
    },
  };
  return { ...withRun(state, change), messages, calls: CallList.of(calls), streak };
}

/** What the provider counted, where it did and what it got to see was the transcript. */
function measuredIn(state: SessionState, run: RunState, { usage, isLastTurn }: ModelFinished): RunChange {
  if (usage.input === undefined || run.attempt?.isChanged === true) return {};
  return { measured: { messages: state.messages.length + (isLastTurn ? 1 : 0), tokens: inputTokens(usage) } };
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

function charge(state: SessionState, event: ModelFinished | ModelFailed): Ledger {
  const ledger = state.run?.ledger ?? emptyLedger;
  if (event.type === 'model_failed' && event.isUnsent === true) return ledger;
  return addToLedger(ledger, {
    model: event.model,
    usage: event.usage,
    price: event.price,
    wasBilled: event.type === 'model_finished' || event.wasBilled,
    worstCaseUsd: state.run?.attempt?.worstCaseUsd,
    worstCaseTokens: state.run?.attempt?.worstCaseTokens,
  });
}

/** Closes an attempt whose end is not in the log: it may have been billed, and nobody knows how much. */
function withoutAttempt(run: RunState | undefined): RunChange {
  if (run?.attempt === undefined) return {};
  return { attempt: undefined, ledger: chargeLost(run.ledger, run.attempt) };
}

function chargeLost(ledger: Ledger, { model, worstCaseUsd, worstCaseTokens }: ModelStarted): Ledger {
  const price = worstCaseUsd === 0 ? ({ usd: 0, basis: 'local' } as const) : undefined;
  return addToLedger(ledger, { model, usage: undefined, price, wasBilled: true, worstCaseUsd, worstCaseTokens });
}

/** Fields of a run that an event changes; `undefined` removes one. */
type RunChange = { readonly [Key in keyof RunState]?: RunState[Key] | undefined };

function withRun(state: SessionState, change: RunChange): SessionState {
  if (state.run === undefined) return state;
  const run: Record<string, unknown> = { ...state.run, ...change };
  for (const [key, value] of Object.entries(change)) if (value === undefined) delete run[key];
  // Holds because `change` has the types of RunState and only optional fields are ever removed.
  return { ...state, run: run as unknown as RunState };
}

/** The run of a state in which one has started. */
export function runOf(state: SessionState): RunState {
  if (state.run === undefined) throw new TypeError('No run has started in this session.');
  return state.run;
}

/** The visible text of an answer. */
export function textOf(content: readonly AssistantBlock[]): string {
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}
