import { AgentError, ModelError, messageOf } from '../errors.ts';
import type { ErrorInfo } from '../errors.ts';
import type { StepContext } from '../durable.ts';
import type { ModelRequestChange } from '../hooks.ts';
import type { Model, ModelEnd, ModelRequest } from '../model.ts';
import type { Price } from '../price.ts';
import type { EventDraft, ModelFailed, ModelFinished, ModelStarted, SummaryTask } from '../session/event.ts';
import type { CallModel } from '../session/next-step.ts';
import type { RunState } from '../session/state.ts';
import type { AssistantBlock } from '../transcript.ts';
import type { Usage } from '../usage.ts';
import { allowance, type PlannedCall, type SpendingLimit } from './budget.ts';
import { askHook, badAnswer } from './ask-hook.ts';
import { checkBounded } from './unbounded-option.ts';
import { bindReasoning } from './bind-reasoning.ts';
import { chooseModel, type ChosenModel } from './choose-model.ts';
import { isAssistantBlock, isAssistantContent } from './is-content.ts';
import { announceCalls } from './call-tools.ts';
import { ModelReader } from './model-reader.ts';
import { readPrice, readUsage } from './read-usage.ts';
import { retryDelayMs } from './retry.ts';
import type { RunContext } from './run-context.ts';
import { asLastTurn, toRequest } from './to-request.ts';
import { callIdsOf, uniqueCallIds } from './unique-call-ids.ts';
import { switchModel } from './switch-model.ts';
import { untilAborted } from './until-aborted.ts';

/**
 * One attempt at a model call, from its start to the event that says how it ended.
 *
 * @param summary - Present where the call writes a summary: then its answer is neither shown nor part of the transcript.
 * @returns `maxCost` or `maxTokens` where not even a short answer fits any more; nothing was sent then.
 */
export async function callModel(
  context: RunContext,
  step: CallModel,
  summary?: SummaryRequest,
): Promise<SpendingLimit | undefined> {
  const { durable, log, settings } = context;
  const key = summary === undefined ? `${step.turn}/model/${step.attempt}` : `compact/${log.state.seq + 1}/model`;
  if (step.delayMs > 0) await durable.sleep(`${key}/delay`, step.delayMs);
  if (context.signal.aborted) return undefined;
  const chosen = summary ?? (await chosenModel(context, step, key));
  // With another model there may be something else to do first.
  if (chosen === undefined) return undefined;
  const { model } = chosen;

  const original = summary?.request ?? toRequest(log.state, settings, step.isLastTurn);
  const { summarizes } = summary ?? {};
  const own = { step, model, ...(summarizes === undefined ? {} : { summarizes }) };
  const place: ModelStarted = {
    type: 'model_started',
    ...placeOf(own),
    isLastTurn: step.isLastTurn,
    ...othersOf(chosen),
  };
  let request: BareRequest;
  try {
    request = await beforeModel(context, own, original);
  } catch (error) {
    if (context.signal.aborted) return undefined;
    const call = { ...own, key, at: await durable.now(`${key}/now`), request: original };
    const outcome = failed(context, call, error, { end: undefined, hasStarted: false });
    await context.commit({ key: `${key}/started`, ...place }, { ...outcome, isUnsent: true });
    return undefined;
  }
  const isChanged = request !== original;
  const at = await durable.now(`${key}/now`);
  const run = summarizes === undefined ? context.run : measuredUpTo(context.run, summarizes);
  checkBounded(model, request.providerOptions, run.budget);
  const before = summary?.before ?? (step.isLastTurn || run.budget.maxTurns === 1 ? 'nothing' : 'answer');
  const allowed = allowance(run, { model, request, at, isChanged, before }, settings.prices);
  if ('spent' in allowed) return allowed.spent;

  const { maxOutputTokens, isLastFor, ...worstCase } = allowed;
  const last = isLastFor === undefined ? undefined : { isLastTurn: true, lastFor: isLastFor };
  const bound = bindReasoning(last === undefined ? request : asLastTurn(request), model);
  const call: ModelCall = {
    ...own,
    ...(last === undefined ? {} : { step: { ...step, isLastTurn: true }, lastFor: last.lastFor }),
    ...bound,
    key,
    at,
    request: { ...bound.request, ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }) },
  };
  await context.commit({ key: `${key}/started`, ...place, ...last, ...worstCase, ...(isChanged ? { isChanged } : {}) });
  const spec = { key, kind: 'model', name: model.id } as const;
  const outcome: EventDraft = await durable.step(spec, (stepContext) => attempt(context, call, stepContext));
  await context.commit(outcome);
  if (outcome.type === 'model_finished') await announceCalls(context);
  return undefined;
}

/** The model for a call, or `undefined` where it is another than before: then the log says so, and that is all. */
async function chosenModel(context: RunContext, step: CallModel, key: string): Promise<ChosenModel | undefined> {
  const at = await context.durable.now(`${key}/route`);
  const chosen = chooseModel(context, step, at);
  const { model, reason, passedOver } = chosen;
  if (reason === undefined) return chosen;
  const to = { provider: model.provider, id: model.id };
  await switchModel(context, { turn: step.turn, attempt: step.attempt, to, reason, passedOver });
  return undefined;
}

function othersOf(chosen: ChosenModel | SummaryRequest): Pick<ModelStarted, 'others' | 'contextWindow'> {
  if (!('others' in chosen) || chosen.others.length === 0) return {};
  const { contextWindow } = chosen.model.info;
  return { others: chosen.others, ...(contextWindow === undefined ? {} : { contextWindow }) };
}

/** A call that writes a summary of the transcript instead of going on with it. */
export interface SummaryRequest {
  readonly summarizes: SummaryTask;
  readonly request: Omit<ModelRequest, 'signal'>;
  /** What the summary is for: it is not bought with what that needs. */
  readonly before: PlannedCall['before'];
  /** The one that writes it. */
  readonly model: Model;
}

/** What was counted for a transcript bounds each of its beginnings too; a text made of it is another thing. */
function measuredUpTo(run: RunState, { isText, end }: SummaryTask): RunState {
  const { measured, ...unmeasured } = run;
  if (isText || measured === undefined) return unmeasured;
  return { ...unmeasured, measured: { ...measured, messages: Math.min(measured.messages, end) } };
}

/** A request without its signal, which each attempt has of its own. */
type BareRequest = Omit<ModelRequest, 'signal'>;

/** What a call is for, and which model it is put to. */
interface CallPlace {
  readonly step: CallModel;
  readonly model: Model;
  /** Present where it writes a summary. */
  readonly summarizes?: SummaryTask;
}

/** One attempt, as its parts need to know it. */
interface ModelCall extends CallPlace {
  readonly key: string;
  readonly at: number;
  readonly request: BareRequest;
  /** See {@link bindReasoning}. */
  readonly prefix?: string;
  /** The limit behind which nothing more fits than this call, so that it is the last turn. */
  readonly lastFor?: SpendingLimit;
}

type Outcome = { readonly key: string } & (ModelFinished | ModelFailed);

async function attempt(context: RunContext, call: ModelCall, { signal, clock }: StepContext): Promise<Outcome> {
  const { idleTimeoutMs } = context.settings;
  let reader: ModelReader | undefined;
  let end: ModelEnd | undefined;
  try {
    reader = new ModelReader(call.model, call.request, { signal, clock, idleTimeoutMs });
    const answer = await readAnswer(context, call, reader);
    end = answer.end;
    return finished(context, call, await afterModel(context, call, answer, signal), end);
  } catch (error) {
    const reached = { end, hasStarted: reader?.hasStarted === true };
    return failed(context, call, signal.aborted ? asAborted(error) : error, reached);
  } finally {
    await reader?.close();
  }
}

interface Answer {
  readonly content: readonly AssistantBlock[];
  readonly end: ModelEnd;
}

/** Reads the whole answer and shows its chunks as they arrive. The work for a chunk does not depend on its position. */
async function readAnswer(context: RunContext, call: ModelCall, reader: ModelReader): Promise<Answer> {
  const { step, summarizes } = call;
  const isShown = summarizes === undefined;
  const content: AssistantBlock[] = [];
  const chunk = { text: 0, thinking: 0 };
  for (;;) {
    const event = await reader.next();
    if (event === undefined) throw new ModelError('network', 'The stream of the model closed without its end.');
    switch (event.type) {
      case 'text_delta': {
        const room = isShown ? context.showChunk('text', event.text, chunk.text++, step.attempt) : undefined;
        if (room !== undefined) await room;
        break;
      }
      case 'thinking_delta': {
        const room = isShown ? context.showChunk('thinking', event.text, chunk.thinking++, step.attempt) : undefined;
        if (room !== undefined) await room;
        break;
      }
      case 'tool_call_delta':
      case 'ping':
        break;
      case 'block':
        if (!isAssistantBlock(event.block)) throw new ModelError('protocol', 'The model sent a block that is none.');
        content.push(event.block);
        break;
      case 'end':
        if (!isUsage(event.usage)) throw new ModelError('protocol', 'The model ended its answer without a usage.');
        return { content, end: { ...event, usage: readUsage(event.usage) } };
    }
  }
}

function isUsage(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function finished(context: RunContext, call: ModelCall, content: readonly AssistantBlock[], end: ModelEnd): Outcome {
  const price = priceOf(context, call, end.usage, end);
  context.lastError = undefined;
  return {
    key: call.key,
    type: 'model_finished',
    ...placeOf(call),
    content: uniqueCallIds(content, takenIds(context)),
    stop: end.stop,
    usage: end.usage,
    isLastTurn: call.step.isLastTurn,
    ...(call.lastFor === undefined ? {} : { lastFor: call.lastFor }),
    ...(call.prefix === undefined ? {} : { prefix: call.prefix }),
    ...(end.rawStop === undefined ? {} : { rawStop: end.rawStop }),
    ...(price === undefined ? {} : { price }),
    ...(end.responseId === undefined ? {} : { responseId: end.responseId }),
    ...(end.serviceTier === undefined ? {} : { serviceTier: end.serviceTier }),
  };
}

/** Ids of calls that were made in the session. */
function takenIds({ log: { state } }: RunContext): Set<string> {
  const ids = callIdsOf(state.messages);
  for (const id of state.retiredCallIds) ids.add(id);
  return ids;
}

/** How far a call got that failed. */
interface Reached {
  /** Present where the answer was whole, and what came after it failed. */
  readonly end: ModelEnd | undefined;
  /** The model sent something. */
  readonly hasStarted: boolean;
}

function failed(
  context: RunContext,
  call: ModelCall,
  error: unknown,
  { end, hasStarted }: Reached,
): Extract<Outcome, ModelFailed> {
  const modelError = ModelError.isInstance(error) ? error : undefined;
  // The adapter's contract: `usage` of a ModelError has the shape of Usage.
  const usage: Usage | undefined = end?.usage ?? (modelError?.usage && readUsage(modelError.usage));
  const wasBilled = usage !== undefined || hasStarted || modelError?.contentStarted === true;
  const price = wasBilled ? priceOf(context, call, usage, end) : undefined;
  const { attempt: attempts } = call.step;
  const retryInMs =
    modelError &&
    retryDelayMs(
      modelError,
      ownAttempts(context, call),
      `${context.log.sessionId}/${call.key}`,
      context.settings.retry,
    );
  const shown = attempts === 1 || retryInMs !== undefined ? error : withAttempts(error, attempts);
  context.lastError = shown;
  return {
    key: call.key,
    type: 'model_failed',
    ...placeOf(call),
    error: toInfo(shown),
    wasBilled,
    ...(usage === undefined ? {} : { usage }),
    ...(price === undefined ? {} : { price }),
    ...(retryInMs === undefined ? {} : { retryInMs }),
  };
}

/** Attempts of this model at this call: another one may have begun it. */
function ownAttempts({ run: { switched } }: RunContext, { step, summarizes }: ModelCall): number {
  const isTakenOver = summarizes === undefined && switched?.turn === step.turn;
  return isTakenOver ? step.attempt - switched.attempt + 1 : step.attempt;
}

function toInfo(error: unknown): ErrorInfo {
  if (AgentError.isInstance(error)) return error.toInfo();
  return { code: 'internal', message: `Unexpected: ${messageOf(error)}` };
}

/** The last error of several attempts says how many there were. */
function withAttempts(error: unknown, attempts: number): unknown {
  if (!ModelError.isInstance(error)) return error;
  const { kind, message, statusCode, retryAfterMs, contentStarted, usage, requestId } = error;
  const details = { statusCode, retryAfterMs, contentStarted, usage, requestId, cause: error };
  return new ModelError(kind, `${message} (attempt ${attempts}, the last)`, details);
}

function priceOf(
  context: RunContext,
  call: ModelCall,
  usage: Usage | undefined,
  { costUsd, serviceTier }: Partial<Pick<ModelEnd, 'costUsd' | 'serviceTier'>> = {},
): Price | undefined {
  const { prices } = context.settings;
  const { model } = call;
  if (model.info.local === true) return { usd: 0, basis: 'local' };
  const provided = costUsd === undefined ? undefined : readPrice({ usd: costUsd, basis: 'provider' });
  if (provided !== undefined) return provided;
  return usage && readPrice(prices?.price(usage, { provider: model.provider, id: model.id }, call.at, serviceTier));
}

/** What ends a call once its run is stopped is the stop, unless it says more. */
function asAborted(error: unknown): AgentError {
  return AgentError.isInstance(error) ? error : new ModelError('aborted', messageOf(error), { cause: error });
}

function placeOf({ step, model, summarizes }: CallPlace) {
  const place = { turn: step.turn, attempt: step.attempt, model: { provider: model.provider, id: model.id } };
  return summarizes === undefined ? place : { ...place, summarizes };
}

/** The request as the hook leaves it, before it is bounded and priced. */
async function beforeModel(context: RunContext, place: CallPlace, request: BareRequest): Promise<BareRequest> {
  const { step } = place;
  const { signal, settings } = context;
  if (settings.hooks?.beforeModel === undefined) return request;
  // A copy, because the messages are the state. The turn is the one that this call begins.
  const shown = { ...request, messages: structuredClone(request.messages), signal };
  const input = { request: shown, attempt: step.attempt, turn: step.turn, ...purposeOf(place) };
  const answer = await untilAborted(askHook(context, 'beforeModel', signal, input), signal);
  if (answer === undefined) return request;
  if ('block' in answer) throw new AgentError('hook_blocked', `The beforeModel hook ended the run: ${answer.block}`);
  const change: unknown = answer.request;
  if (typeof change !== 'object' || change === null) throw badAnswer('beforeModel', 'neither `block` nor `request`');
  return { ...request, ...changesOf(change) };
}

function purposeOf({ summarizes }: CallPlace): { readonly purpose?: 'compaction' } {
  return summarizes === undefined ? {} : { purpose: 'compaction' };
}

/** What a hook may replace, and nothing besides: the output limit is the budget's. */
function changesOf(change: object): ModelRequestChange {
  return Object.fromEntries(
    Object.entries(change).filter(([key, value]) => replaceable.has(key) && value !== undefined),
  );
}

const replaceable: ReadonlySet<string> = new Set<keyof ModelRequestChange>([
  'system',
  'messages',
  'toolChoice',
  'effort',
  'providerOptions',
]);

async function afterModel(
  context: RunContext,
  place: CallPlace,
  { content, end }: Answer,
  signal: AbortSignal,
): Promise<readonly AssistantBlock[]> {
  if (context.settings.hooks?.afterModel === undefined) return content;
  const input = { content, stop: end.stop, usage: end.usage, ...purposeOf(place) };
  const answer = await untilAborted(askHook(context, 'afterModel', signal, input), signal);
  if (answer === undefined) return content;
  if ('block' in answer) throw new AgentError('hook_blocked', `The afterModel hook ended the run: ${answer.block}`);
  if (!isAssistantContent(answer.content)) throw badAnswer('afterModel', 'neither `block` nor blocks in `content`');
  return answer.content;
}
