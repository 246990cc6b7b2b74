import type { Durable } from '../durable.ts';
import { AgentError } from '../errors.ts';
import type { HookContext } from '../hooks.ts';
import type { Message, Result, SystemEventData } from '../message.ts';
import type { EventDraft, SessionEvent } from '../session/event.ts';
import { SessionLog } from '../session/log.ts';
import { runOf } from '../session/change-run.ts';
import type { RunState, SessionState } from '../session/state.ts';
import type { Answered } from './ask-about.ts';
import { ModelSet } from './model-set.ts';
import type { RunSettings } from './options.ts';
import type { Drive } from './drive.ts';
import type { MessageSink } from './outbox.ts';
import { systemClock } from './in-process-durable.ts';
import { abandonAfterMs } from './model-reader.ts';
import { SteerQueue } from './steer-queue.ts';
import { RunStopped, type StopCause } from './run-stopped.ts';
import { toMessages } from './to-messages.ts';

/** What the parts of the driver share: one object a run. */
export class RunContext {
  readonly settings: RunSettings;
  readonly log: SessionLog;
  readonly durable: Durable;
  readonly models: ModelSet;
  /** What the user says meanwhile. */
  readonly steers: SteerQueue;
  /** The last error that ended a step, as it was thrown. */
  lastError: unknown;
  /** The output as the schema made it, which the log has as JSON only. */
  output: { readonly value: unknown } | undefined;
  /** The run in the log is this one: it has logged its start. */
  hasClaimed = false;
  /** Decisions that came with `resume`, by the id of the call, each with the question that it answers. */
  approvals: ReadonlyMap<string, Answered> = new Map();
  #hasEnded = false;
  /** Drives the run of a sub-agent as this one is driven. */
  readonly drive: Drive;
  /** Allow rules that hold besides those granted in this session: a parent's. */
  readonly inheritedGrants: readonly string[];
  /** 0 for an agent that nobody started, 1 for its sub-agents. */
  readonly depth: number;
  readonly #outbox: MessageSink;
  readonly #controller: AbortController;

  constructor(parts: {
    readonly settings: RunSettings;
    readonly log: SessionLog;
    readonly outbox: MessageSink;
    readonly controller: AbortController;
    readonly drive: Drive;
    readonly inheritedGrants?: readonly string[];
    readonly depth?: number;
    readonly steers?: SteerQueue;
  }) {
    this.settings = parts.settings;
    this.log = parts.log;
    this.#outbox = parts.outbox;
    this.#controller = parts.controller;
    this.drive = parts.drive;
    this.inheritedGrants = parts.inheritedGrants ?? [];
    this.depth = parts.depth ?? 0;
    this.steers = parts.steers ?? new SteerQueue();
    this.models = new ModelSet(parts.settings.model);
    this.durable = parts.settings.durable({
      sessionId: parts.log.sessionId,
      signal: parts.controller.signal,
      committed: (key) => parts.log.committed(key),
    });
  }

  /** Aborts when the run is to stop; the reason is a {@link RunStopped}. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why the run is to stop, once its signal has fired. */
  get stopped(): RunStopped | undefined {
    const reason: unknown = this.signal.reason;
    return reason instanceof RunStopped ? reason : undefined;
  }

  /** Stops everything that is under way. The first reason counts. */
  stop(why: StopCause, options?: { readonly cause?: unknown }): void {
    if (!this.signal.aborted) this.#controller.abort(new RunStopped(why, options));
  }

  /** The run in the state. Only called after it has started. */
  get run(): RunState {
    return runOf(this.log.state);
  }

  /**
   * Adds events to the log, all or none, and shows the messages that they make; resolves when the consumer has taken
   * them.
   */
  async commit(...drafts: readonly EventDraft[]): Promise<void> {
    for (const message of await this.record(...drafts)) await this.deliver(message);
  }

  /** Adds events to the log, all or none, and gives the messages that they make. */
  async record(...drafts: readonly EventDraft[]): Promise<readonly Message[]> {
    const [first] = drafts;
    if (first === undefined) return [];
    const at = await this.durable.now(`${first.key}/at`);
    const { state: before, sessionId } = this.log;
    const events = await this.#append(at, drafts);
    return events.flatMap((event) => toMessages(event, before, this.log.state, sessionId));
  }

  /** Nothing comes behind the end of a run, whatever a tool has left running that it did not wait for. */
  async #append(at: number, drafts: readonly EventDraft[]): Promise<readonly SessionEvent[]> {
    if (this.#hasEnded && !this.log.isDetached) throw new RunStopped('finished');
    const isEnd = drafts.some(({ type }) => type === 'run_finished');
    this.#hasEnded ||= isEnd;
    try {
      return await this.#whileStoreAnswers(this.log.append(at, drafts));
    } catch (error) {
      if (isEnd) this.#hasEnded = false;
      // What runs beside it has nowhere to go any more.
      this.stop('failed', { cause: error });
      throw error;
    }
  }

  /** Reads the session. */
  load(): Promise<void> {
    return this.#whileStoreAnswers(this.log.load());
  }

  /** State of another session in the store: a sub-agent's. */
  async stateOf(sessionId: string): Promise<SessionState> {
    const log = new SessionLog(this.settings.session, sessionId);
    await this.#whileStoreAnswers(log.load(), log);
    return log.state;
  }

  /** As the promise; once the run is to stop, the store has as long for its answer as a tool has. */
  #whileStoreAnswers<T>(answer: Promise<T>, log: SessionLog = this.log): Promise<T> {
    const { signal, durable } = this;
    return new Promise((resolve, reject) => {
      let cancel = (): void => undefined;
      const onAbort = (): void => {
        cancel = (durable.clock ?? systemClock).timer(abandonAfterMs, () => {
          log.abandon();
          const problem = `The store of session "${log.sessionId}" did not answer for ${abandonAfterMs} ms after the run was stopped.`;
          reject(new AgentError('store_failed', problem));
        });
      };
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
      void answer.then(resolve, reject).finally(() => {
        signal.removeEventListener('abort', onAbort);
        cancel();
      });
    });
  }

  /** Adds an event that nobody gets to see: the end of an earlier run. */
  async commitQuietly(draft: EventDraft): Promise<void> {
    const at = await this.durable.now(`${draft.key}/at`);
    await this.#whileStoreAnswers(this.log.append(at, [draft]));
  }

  /** Shows a message; resolves when the consumer has taken it. Nothing comes after a Result, so nobody waits for that. */
  async deliver(message: Message): Promise<void> {
    if (message.type === 'result') void this.#outbox.push(this.withOutput(message));
    else await this.#outbox.deliver(message);
  }

  /** Shows a chunk. Returns a promise only where the consumer is behind. */
  showChunk(type: 'text' | 'thinking', text: string, chunk: number, attempt: number): Promise<void> | undefined {
    const { sessionId, state } = this.log;
    return this.#outbox.push({ type, text, isPartial: true, chunk, attempt, sessionId, eventSeq: state.seq });
  }

  /** Shows a system event that rests on no event of its own. Returns a promise only where the consumer is behind. */
  notify<Subtype extends 'tool_progress' | 'tool_abandoned' | 'budget_warning'>(
    subtype: Subtype,
    data: SystemEventData[Subtype],
  ): Promise<void> | undefined {
    const base = { sessionId: this.log.sessionId, eventSeq: this.log.state.seq };
    // Holds because `data` belongs to `subtype`; the union does not keep the two together.
    return this.#outbox.push({ type: 'system', subtype, data, ...base } as Message);
  }

  /** Where a sub-agent's messages go to come into this stream. */
  get sink(): MessageSink {
    return this.#outbox;
  }

  /** Allow rules that a person granted for this session, and a parent's. */
  get grants(): readonly string[] {
    return [...this.inheritedGrants, ...this.log.state.grants];
  }

  /** The Result with the output as the schema made it; without one where the schema no longer takes it. */
  withOutput(result: Result): Result {
    if (result.output === undefined || this.settings.outputSpec === undefined) return result;
    const { output: _, ...others } = result;
    return this.output === undefined ? others : { ...others, output: this.output.value };
  }

  hookContext(signal: AbortSignal): HookContext {
    return { sessionId: this.log.sessionId, turn: this.log.state.turn, signal };
  }
}
