import { getEventListeners } from 'node:events';
import { z } from 'zod';
import { defineTool } from '../src/define-tool.ts';
import type { Durable, DurableEngine } from '../src/durable.ts';
import type { Hooks } from '../src/hooks.ts';
import type { Json, JsonObject } from '../src/json.ts';
import type { Message, Result, Run } from '../src/message.ts';
import type { Model, ModelEvent, ModelRequest } from '../src/model.ts';
import type { ApprovalHandler, PermissionPolicy } from '../src/permission.ts';
import type { PriceBook } from '../src/price.ts';
import type { EventDraft, SessionEvent } from '../src/session/event.ts';
import { SessionLog } from '../src/session/log.ts';
import { memoryStore } from '../src/session/memory-store.ts';
import { emptyState, evolve, type SessionState } from '../src/session/state.ts';
import type { SessionStore } from '../src/session/store.ts';
import type { Access, AccessKind, Tool, ToolContext, ToolEffect, ToolReturn } from '../src/tool.ts';
import { inProcess } from '../src/agent/in-process-durable.ts';
import type { ResumeOptions, RunOptions } from '../src/agent/options.ts';
import { resume, run } from '../src/agent/run.ts';
import {
  atEvent,
  call,
  callRaw,
  cut,
  dropEnd,
  emit,
  fail,
  hang,
  raise,
  reportUsage,
  say,
  scriptedModel,
  stopWith,
  think,
  virtualClock,
  type ActPart,
  type ScriptPart,
  type VirtualClock,
} from '../src/testing/index.ts';
import { logOf } from './log-of.ts';
import type { ModelAct, Plan, PlannedPart, PlannedTurn, SeamFault, ToolAct } from './random-plan.ts';

/** Thrown by a seam at which the plan has a fault. */
export class InjectedFault extends Error {}

/** Everything that is known about a run that was played. */
export interface PlayedRun {
  readonly plan: Plan;
  readonly sessionId: string;
  readonly messages: readonly Message[];
  /** True where the consumer read until the iterator ended or threw. */
  readonly wasReadToItsEnd: boolean;
  readonly result: Result | undefined;
  /** What the iterator threw. */
  readonly thrown: unknown;
  readonly events: readonly SessionEvent[];
  /** Number of events after each append, so that a process can die there. */
  readonly appendedAt: readonly number[];
  /** State of the run's own log, where it was ever written to. */
  readonly liveState: SessionState | undefined;
  readonly requests: readonly ModelRequest[];
  /** Calls that were made after the run was told to stop. */
  readonly lateModelCalls: number;
  readonly openStreams: number;
  readonly pendingTimers: number;
  readonly listeners: number;
  /** Ids of calls whose tool was really executed, in order. */
  readonly executed: readonly string[];
  /** Streams that sent something and broke off before their end. */
  readonly brokenStreams: number;
  /** Names of the seams that were crossed, in order. */
  readonly crossings: readonly string[];
  readonly hasStoreFailed: boolean;
  readonly hasConflicted: boolean;
}

/** Where a run is played, and from what. */
export interface PlayOptions {
  /** Events that are in the store already; the run is then resumed. */
  readonly resumeFrom?: readonly SessionEvent[];
  /** Decisions are brought on all that waits, and there is nobody to ask. */
  readonly bringsDecisions?: boolean;
}

const sessionId = 's';

/** Plays a plan to its end. Rejects where it does not come to one. */
export async function playPlan(plan: Plan, options: PlayOptions = {}): Promise<PlayedRun> {
  const clock = virtualClock();
  const seams = new Seams(plan);
  const executed: string[] = [];
  const memory = memoryStore();
  if (options.resumeFrom !== undefined) await memory.append(sessionId, 0, options.resumeFrom);
  const store = new WatchedStore(plan, memory, seams);
  const controller = new AbortController();
  const scripted = plannedModel(plan, clock);
  const stop: { callsThen?: number; leaving?: Promise<unknown> } = {};
  const stopping = (): void => {
    stop.callsThen ??= seams.modelCalls;
  };

  const tools = plannedTools(seams, clock, executed, {
    abort: () => {
      stopping();
      pending.abort();
    },
    leave: () => {
      stopping();
      stop.leaving = pending.return(undefined);
    },
  });
  const runOptions: RunOptions = {
    model: seams.model(scripted),
    tools,
    permissions: plannedPolicy(plan, seams),
    ...(plan.approval === 'none' || options.bringsDecisions === true
      ? {}
      : { onApproval: plannedApproval(plan, seams) }),
    hooks: plannedHooks(plan, seams),
    ...pricing(plan, seams),
    session: store,
    signal: controller.signal,
    idleTimeoutMs: 30_000,
    durable: seams.durable(inProcess({ clock })),
  };
  const watch = watchLogs();
  const pending =
    options.resumeFrom === undefined
      ? run('Go.', { ...runOptions, sessionId })
      : resume(sessionId, {
          ...runOptions,
          ...(options.bringsDecisions === true ? { approvals: decisionsOn(options.resumeFrom) } : {}),
        });
  seams.arm(() => {
    stopping();
    pending.abort();
  });
  const consumed = await promptly(
    consume(plan, pending, clock, () => {
      stopping();
      return controller;
    }),
  );
  await promptly(Promise.resolve(stop.leaving));
  const liveState = watch.stop();
  // What a tool left running for a moment; the run's own timers are longer.
  await clock.advance(200);
  return {
    plan,
    sessionId,
    ...consumed,
    wasReadToItsEnd: consumed.wasReadToItsEnd && stop.leaving === undefined,
    result: consumed.messages.find((message) => message.type === 'result'),
    events: await logOf(memory, sessionId),
    appendedAt: store.appendedAt,
    liveState,
    requests: scripted.requests,
    lateModelCalls: stop.callsThen === undefined ? 0 : seams.modelCalls - stop.callsThen,
    openStreams: scripted.openStreams,
    pendingTimers: clock.pendingTimers,
    listeners: getEventListeners(controller.signal, 'abort').length,
    executed,
    brokenStreams: seams.brokenStreams,
    crossings: seams.crossings,
    hasStoreFailed: store.hasFailed,
    hasConflicted: store.hasConflicted,
  };
}

/** Rejects where nothing happens any more: the virtual clock makes all waiting short, so what takes seconds is stuck. */
async function promptly<T>(promise: Promise<T>): Promise<T> {
  const stuck = Promise.withResolvers<never>();
  const timer = setTimeout(() => stuck.reject(new Error('The run is stuck: nothing has happened for 10 s.')), 10_000);
  try {
    return await Promise.race([promise, stuck.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Catches the logs that are written to meanwhile: their state is nowhere else to be seen. */
function watchLogs(): { stop(): SessionState | undefined } {
  const logs: SessionLog[] = [];
  // Called below as a method of its log.
  // oxlint-disable-next-line typescript/unbound-method
  const { append } = SessionLog.prototype;
  SessionLog.prototype.append = function watched(at: number, drafts: readonly EventDraft[]) {
    logs.push(this);
    return append.call(this, at, drafts);
  };
  return {
    stop() {
      SessionLog.prototype.append = append;
      return logs.at(-1)?.state;
    },
  };
}

interface Consumed {
  readonly messages: readonly Message[];
  readonly wasReadToItsEnd: boolean;
  readonly thrown: unknown;
}

async function consume(
  plan: Plan,
  pending: Run,
  clock: VirtualClock,
  stopping: () => AbortController,
): Promise<Consumed> {
  const { kind, at, isSlow } = plan.consumer;
  const messages: Message[] = [];
  if (kind === 'crowd') return crowd(pending);
  try {
    for await (const message of pending) {
      if (messages.push(message) - 1 === at) {
        if (kind === 'abort') {
          stopping();
          pending.abort();
        } else if (kind === 'signal') stopping().abort(new Error('enough'));
        else if (kind === 'result') await pending.result();
        else if (kind === 'return') {
          stopping();
          await pending.return(undefined);
        } else if (kind === 'throw') {
          stopping();
          throw new InjectedFault('the consumer');
        } else if (kind === 'break') {
          stopping();
          return { messages, wasReadToItsEnd: false, thrown: undefined };
        }
      }
      if (isSlow) await sleep(clock, 7);
    }
  } catch (thrown) {
    const isOwn = thrown instanceof InjectedFault && thrown.message === 'the consumer';
    return { messages, wasReadToItsEnd: !isOwn && kind !== 'result', thrown: isOwn ? undefined : thrown };
  }
  const wasLeft = (kind === 'result' || kind === 'return') && messages.length > at;
  return { messages, wasReadToItsEnd: !wasLeft, thrown: undefined };
}

/** Many next() at once. */
async function crowd(pending: Run): Promise<Consumed> {
  const messages: Message[] = [];
  const thrown: unknown[] = [];
  for (let isDone = false; !isDone;) {
    const taken = await Promise.allSettled([pending.next(), pending.next(), pending.next()]);
    for (const next of taken) {
      if (next.status === 'rejected') thrown.push(next.reason);
      else if (next.value.done === true) isDone = true;
      else messages.push(next.value.value);
    }
    isDone ||= thrown.length > 0;
  }
  return { messages, wasReadToItsEnd: true, thrown: thrown[0] };
}

/** The places where the run meets the world. Each crossing is counted, and one of them may throw. */
class Seams {
  readonly crossings: string[] = [];
  modelCalls = 0;
  readonly #failAt: number | undefined;
  readonly #mode: SeamFault | undefined;
  readonly #streams: { hasSent: boolean; hasEnded: boolean }[] = [];
  #abort: (() => void) | undefined;

  constructor({ fault }: Plan) {
    this.#failAt = fault.kind === 'seam' ? fault.index : undefined;
    this.#mode = fault.kind === 'seam' ? fault.mode : undefined;
  }

  /** From here on crossings count: reading the options is not part of the run. */
  arm(abort: () => void): void {
    this.#abort = abort;
  }

  /** Streams that sent something, and whose end the run never got to see. */
  get brokenStreams(): number {
    return this.#streams.filter(({ hasSent, hasEnded }) => hasSent && !hasEnded).length;
  }

  async cross<T>(name: string, work: () => T | Promise<T>): Promise<T> {
    const isHit = this.#isHit(name);
    if (isHit && this.#mode === 'throwBefore') throw new InjectedFault(name);
    const value = await work();
    if (isHit && this.#mode === 'throwAfter') throw new InjectedFault(name);
    return value;
  }

  crossNow<T>(name: string, work: () => T): T {
    const isHit = this.#isHit(name);
    if (isHit && this.#mode !== 'abort') throw new InjectedFault(name);
    return work();
  }

  #isHit(name: string): boolean {
    const isHit = this.#abort !== undefined && this.crossings.push(name) - 1 === this.#failAt;
    if (isHit && this.#mode === 'abort') this.#abort?.();
    return isHit;
  }

  model(model: Model): Model {
    const { provider, id, info } = model;
    return {
      provider,
      id,
      info,
      stream: (request) => {
        this.modelCalls++;
        const events = this.crossNow('model.stream', () => model.stream(request))[Symbol.asyncIterator]();
        const seen = { hasSent: false, hasEnded: false };
        this.#streams.push(seen);
        const stream = {
          next: async (): Promise<IteratorResult<ModelEvent>> => {
            const read = await this.cross('model.next', () => events.next());
            seen.hasSent ||= read.done !== true;
            seen.hasEnded ||= read.done !== true && read.value?.type === 'end';
            return read;
          },
          return: async (): Promise<IteratorResult<ModelEvent>> => {
            // It may fail, but not without having closed the stream.
            await events.return?.();
            await this.cross('model.return', () => undefined);
            return { done: true, value: undefined };
          },
          [Symbol.asyncIterator]: () => stream,
        };
        return stream;
      },
    };
  }

  durable(engine: DurableEngine): DurableEngine {
    return (session) => {
      const inner = engine(session);
      const durable: Durable = {
        step: (spec, work) => this.cross('durable.step', () => inner.step(spec, work)),
        spawn: (spec, work) => this.cross('durable.spawn', () => inner.spawn(spec, work)),
        all: (branches, options) => inner.all(branches, options),
        now: (key) => this.cross('durable.now', () => inner.now(key)),
        sleep: (key, ms) => this.cross('durable.sleep', () => inner.sleep(key, ms)),
        id: (key) => this.cross('durable.id', () => inner.id(key)),
        ...(inner.clock === undefined ? {} : { clock: inner.clock }),
      };
      return durable;
    };
  }
}

/** A store that can fail, and that lets another writer come first. */
class WatchedStore implements SessionStore {
  hasFailed = false;
  hasConflicted = false;
  readonly appendedAt: number[] = [];
  #appends = 0;
  readonly #plan: Plan;
  readonly #inner: SessionStore;
  readonly #seams: Seams;

  constructor(plan: Plan, inner: SessionStore, seams: Seams) {
    this.#plan = plan;
    this.#inner = inner;
    this.#seams = seams;
  }

  async append(id: string, expectedSeq: number, events: readonly SessionEvent[]): Promise<void> {
    const { fault } = this.#plan;
    if (fault.kind === 'conflict' && this.#appends++ === fault.index) {
      this.hasConflicted = true;
      const text = { type: 'text', text: 'Me first.' } as const;
      const other = { type: 'prompt_added', content: [text], source: 'user', key: 'other' } as const;
      await this.#inner.append(id, expectedSeq, [{ v: 1, seq: expectedSeq + 1, at: 0, ...other }]);
    }
    try {
      // As a store that writes JSON would have it.
      const json = JSON.parse(JSON.stringify(events)) as readonly SessionEvent[];
      await this.#seams.cross('store.append', () => this.#inner.append(id, expectedSeq, json));
      this.appendedAt.push(expectedSeq + events.length);
    } catch (error) {
      this.hasFailed ||= error instanceof InjectedFault;
      throw error;
    }
  }

  async *read(id: string): AsyncGenerator<SessionEvent> {
    try {
      await this.#seams.cross('store.read', () => undefined);
    } catch (error) {
      this.hasFailed = true;
      throw error;
    }
    yield* this.#inner.read(id);
  }

  async delete(id: string): Promise<void> {
    await this.#inner.delete(id);
  }
}

/** More than any plan has turns, attempts at them included. */
export const mostModelCalls = 100;

function plannedModel(plan: Plan, clock: VirtualClock) {
  return scriptedModel(
    (request, callIndex) => {
      if (callIndex >= mostModelCalls) throw new Error('The run goes on for ever.');
      // What comes next depends on what was said, not on who asks: a resumed run goes on where it was.
      const turn = plan.turns[request.messages.filter(({ role }) => role === 'assistant').length];
      const parts = turn === undefined ? [say('Done.')] : partsOf(turn);
      const { fault } = plan;
      return fault.kind === 'model' && fault.call === callIndex ? withAct(parts, fault.at, fault.act) : parts;
    },
    { clock, ...(plan.isLocal ? { info: { local: true } } : {}) },
  );
}

function partsOf({ parts, stop, reportsUsage }: PlannedTurn): ScriptPart[] {
  const script = parts.map(toScriptPart);
  if (!reportsUsage) script.push(reportUsage({}));
  if (stop !== undefined) script.push(stopWith(stop));
  return script;
}

function toScriptPart(part: PlannedPart): ScriptPart {
  switch (part.kind) {
    case 'say':
      return say(part.text, { chunkSize: part.chunkSize });
    case 'think':
      return think(part.text, { chunkSize: part.chunkSize });
    case 'call':
      return call(part.name, part.args, part.id === undefined ? {} : { id: part.id });
    case 'raw':
      return callRaw(part.name, '{"act": "ok", "n');
  }
}

function withAct(parts: readonly ScriptPart[], at: number, act: ModelAct): ScriptPart[] {
  const kinds = { cut, dropEnd, hang };
  switch (act.kind) {
    case 'fail':
      return interrupted(parts, at, fail(act.error, { retryAfterMs: act.retryAfterMs }));
    case 'hangIgnoringAbort':
      return interrupted(parts, at, hang({ ignoresAbort: true }));
    case 'raise':
      return interrupted(parts, at, raise(new RangeError('no ModelError')));
    // What breaks the contract is typed as what it should have been.
    case 'garbage':
      return [...parts.slice(0, at), emit(null as never)];
    case 'badBlock':
      return [...parts.slice(0, at), emit({ type: 'block', block: { type: 'text' } as never })];
    case 'badEnd':
      return [...parts, emit({ type: 'end', stop: 'end', usage: undefined as never })];
    default:
      return interrupted(parts, at, kinds[act.kind]());
  }
}

/** The act at its place: between two events where there is such a place, else before the end. */
function interrupted(parts: readonly ScriptPart[], at: number, act: ActPart): ScriptPart[] {
  const events = parts.reduce((sum, part) => sum + eventCount(part), 0);
  return events === 0 ? [act] : [atEvent(at % (events + 1), act), ...parts];
}

function eventCount(part: ScriptPart): number {
  if (typeof part === 'string') return 2;
  if (part.type === 'text' || part.type === 'thinking') return 1 + chunkCount(part.text, part.chunkSize);
  return part.type === 'tool_call' ? 2 : 0;
}

function chunkCount(text: string, size: number = text.length): number {
  let count = 0;
  for (let start = 0; start < text.length; count++) {
    start += size;
    // The scripted model never splits a surrogate pair.
    if (start < text.length && /[\uD800-\uDBFF]/.test(text.charAt(start - 1))) start++;
  }
  return count;
}

interface Escape {
  abort(): void;
  leave(): void;
}

const effects: Readonly<Record<string, readonly [readonly AccessKind[], ToolEffect]>> = {
  read: [['read'], 'none'],
  write: [['write'], 'once'],
  idempotent: [['write'], 'idempotent'],
  pure: [[], 'once'],
};

function plannedTools(seams: Seams, clock: VirtualClock, executed: string[], escape: Escape): readonly Tool[] {
  return Object.entries(effects).map(([name, [accessKinds, effect]]) => {
    const tool = defineTool({
      name,
      description: name,
      input: z.object({ act: z.string(), n: z.number() }),
      accessKinds,
      effect,
      access: ({ n }) => accessKinds.map((kind) => ({ kind, path: String(n) })) as Access[],
      execute: ({ act }, context) => {
        executed.push(context.toolUseId);
        // The plan has no other acts; a changed argument may have.
        return perform(act as ToolAct, context, clock, escape);
      },
    });
    return {
      ...tool,
      validate: (args) => seams.cross(`${name}.validate`, () => tool.validate(args)),
      access: (args, context) => seams.cross(`${name}.access`, () => tool.access(args, context)),
      preview: (args) => seams.cross(`${name}.preview`, () => args as Json),
      execute: (args, context) => seams.crossNow(`${name}.execute`, () => tool.execute(args, context)),
    };
  });
}

function sleep(clock: VirtualClock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.timer(ms, resolve);
  });
}

function perform(act: ToolAct, context: ToolContext, clock: VirtualClock, escape: Escape): ToolReturn {
  const { signal } = context;
  switch (act) {
    case 'slow':
      return sleep(clock, 50).then(() => 'slow');
    case 'throw':
      throw new Error('it failed');
    case 'throwOdd':
      throw Object.create(null);
    case 'garbage':
      return { content: 7 } as never;
    case 'error':
      return { content: 'no such file', isError: true, display: { path: 'a' } };
    case 'progress':
      return (async function* () {
        yield 1;
        await sleep(clock, 5);
        yield { half: true };
        return 'made progress';
      })();
    case 'invoke':
      return context.invoke('write', { act: 'ok', n: 1 }).then(({ content }) => content);
    case 'permits':
      return context.permits({ kind: 'write', path: '1' }).then(String);
    case 'hang':
      return new Promise((_resolve, reject) => {
        if (signal.aborted) reject(signal.reason);
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    case 'ignore':
      return new Promise(() => {
        // Never settles.
      });
    case 'abort':
      escape.abort();
      return 'aborted by myself';
    case 'break':
      escape.leave();
      return 'left by myself';
    case 'late':
      void sleep(clock, 100).then(() => context.invoke('write', { act: 'ok', n: 2 }));
      return 'not done yet';
    default:
      return 'fine';
  }
}

function plannedPolicy({ policy }: Plan, seams: Seams): PermissionPolicy {
  return {
    decide: ({ access, grants, tool: { name } }) =>
      seams.cross('policy.decide', () => {
        if (policy === 'ask' && grants.includes(name)) {
          return { decision: 'allow', tier: 'allow', rule: name, reason: 'it was granted' };
        }
        const isHarmless = access.every(({ kind }) => kind === 'read');
        const decision = policy === 'plan' ? (isHarmless ? 'allow' : 'deny') : isHarmless ? 'allow' : policy;
        return {
          decision,
          tier: policy === 'plan' ? 'ceiling' : 'mode',
          reason: `it is ${policy}`,
          suggestions: [name],
        };
      }),
    remember: () => seams.cross('policy.remember', () => undefined),
    offers: () => true,
  };
}

function plannedApproval({ approval }: Plan, seams: Seams): ApprovalHandler {
  return ({ toolUseId }) =>
    seams.cross('approval', () => {
      if (approval === 'never') {
        return new Promise(() => {
          // Nobody answers.
        });
      }
      if (approval === 'args') return { decision: 'allow', args: { act: 'ok', n: 9 } };
      if (approval === 'remember') return { decision: 'allow', remember: isEven(toolUseId) ? 'session' : 'always' };
      if (approval === 'defer' || (approval === 'mixed' && isEven(toolUseId))) return 'defer';
      return approval === 'yes' || approval === 'mixed';
    });
}

function isEven(toolUseId: string): boolean {
  return (toolUseId.at(-1)?.charCodeAt(0) ?? 0) % 2 === 0;
}

/** Decisions on all that waits in a log: a yes, a no or other arguments, by the id of the call. */
function decisionsOn(events: readonly SessionEvent[]): NonNullable<ResumeOptions['approvals']> {
  const { calls } = events.reduce(evolve, emptyState);
  const open = [...calls.open()].filter(({ approval }) => approval !== undefined);
  const undecided = open.filter(({ approval }) => (approval?.decision?.decision ?? 'defer') === 'defer');
  return Object.fromEntries(
    undecided.map(({ call: { id } }, index) => [
      id,
      index % 3 === 2
        ? ({ decision: 'allow', args: { act: 'ok', n: 9 }, remember: 'always' } as const)
        : index % 3 === 0,
    ]),
  );
}

function plannedHooks({ hooks }: Plan, seams: Seams): Hooks {
  let continued = 0;
  let calls = 0;
  const has = (hook: Plan['hooks'][number]): boolean => hooks.includes(hook);
  if (hooks.length === 0) return {};
  return {
    beforeModel: () =>
      seams.cross('hook.beforeModel', () => (has('block') && ++calls > 2 ? { block: 'enough' } : undefined)),
    afterModel: ({ content }) =>
      seams.cross('hook.afterModel', () =>
        has('replace') && content.length > 1 ? { content: content.slice(1) } : undefined,
      ),
    beforeTool: ({ call: { args } }) =>
      seams.cross('hook.beforeTool', () => (has('args') ? { args: { ...asObject(args), n: 5 } } : undefined)),
    afterTool: () => seams.cross('hook.afterTool', () => (has('replace') ? { content: 'replaced' } : undefined)),
    onStop: () =>
      seams.cross('hook.onStop', () =>
        has('continue') && continued++ === 0 ? { continueWith: 'Are you sure?' } : undefined,
      ),
  };
}

function asObject(args: Json): JsonObject {
  return typeof args === 'object' && args !== null && !Array.isArray(args) ? (args as JsonObject) : {};
}

/** A price per token, so that costs add up; a ceiling needs it. */
function pricing({ isPriced, isLocal, budget }: Plan, seams: Seams): Pick<RunOptions, 'prices' | 'budget'> {
  const prices: PriceBook = {
    price: ({ input, output }) =>
      seams.crossNow('prices.price', () =>
        input === undefined || output === undefined
          ? undefined
          : { usd: (input + 4 * output) / 1_000_000, basis: 'catalog', asOf: '2026-01-01' },
      ),
  };
  const { maxCost: _maxCost, ...unpriced } = budget;
  return isPriced ? { prices, budget } : { budget: isLocal ? budget : unpriced };
}
