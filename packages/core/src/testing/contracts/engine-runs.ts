import assert from 'node:assert/strict';
import { resume, run } from '../../agent/run.ts';
import { jsonSchema, defineTool } from '../../define-tool.ts';
import type { Durable, DurableEngine } from '../../durable.ts';
import type { Awaitable } from '../../hooks.ts';
import type { Result } from '../../message.ts';
import type { PermissionPolicy } from '../../permission.ts';
import type { SessionEvent } from '../../session/event.ts';
import { memoryStore } from '../../session/memory-store.ts';
import type { SessionStore } from '../../session/store.ts';
import type { Tool, ToolEffect } from '../../tool.ts';
import { call } from '../script-part.ts';
import { scriptedModel } from '../scripted-model.ts';
import type { ContractCheck, ContractSubject } from './contract-check.ts';

/** The part of a subject that runs are made with. */
export interface EngineSubject {
  readonly engine: DurableEngine;
  restart?(): Awaitable<DurableEngine>;
}

type Subject = ContractSubject & EngineSubject;

/** Whole runs over an engine: they end the same however often their process dies. */
export const runChecksOfEngine: readonly ContractCheck<Subject>[] = [
  {
    name: 'a run goes to its end',
    async run({ engine }) {
      const world = new World();
      const { result } = await world.play(engine, memoryStore(), 'begin');
      assert.equal(result?.stopReason, 'end_turn');
      world.checkExecutions(6);
    },
  },
  {
    name: 'a session goes on from every prefix of its log, and nothing is done twice',
    async run(subject) {
      const events = await wholeLog(subject.engine);
      for (let length = 1; length < events.length; length++) {
        if (events[length - 1]?.type === 'run_started') continue;
        const world = new World(events.slice(0, length));
        const session = memoryStore();
        await session.append('s', 0, events.slice(0, length));
        const engine = (await subject.restart?.()) ?? subject.engine;
        const { result } = await world.play(engine, session, 'resume');
        assert.equal(result?.text, 'All is done.', `Expected the run to end after a death at event ${length}.`);
        world.checkExecutions();
      }
    },
  },
  {
    name: 'a process that dies before or after any step leaves a session that goes on',
    async run(subject) {
      for (let crossing = 1; ; crossing++) {
        const [world, session] = [new World(), memoryStore()];
        const { engine, hasDied } = dyingEngine(subject.engine, crossing);
        await world.play(engine, dyingStore(session, hasDied), 'begin');
        if (!hasDied()) break;
        const later = (await subject.restart?.()) ?? subject.engine;
        const isThere = (await logOf(session)).length > 0;
        const { result } = await world.play(later, session, isThere ? 'resume' : 'begin');
        assert.equal(result?.text, 'All is done.', `Expected the run to end after a death at crossing ${crossing}.`);
        world.checkExecutions();
      }
    },
  },
  {
    name: 'a call that waits for a person is decided in another process, and runs once',
    async run(subject) {
      const [world, session] = [new World(), memoryStore()];
      world.asks = true;
      let { result } = await world.play(subject.engine, session, 'begin');
      for (let round = 0; result?.stopReason === 'approval_required' && round < 20; round++) {
        const engine = (await subject.restart?.()) ?? subject.engine;
        const approvals = Object.fromEntries(result.pendingApprovals.map(({ toolUseId }) => [toolUseId, true]));
        ({ result } = await world.play(engine, session, 'resume', approvals));
      }
      assert.equal(result?.text, 'All is done.');
      world.checkExecutions(6);
    },
  },
];

/** An agent with tools whose every execution is noted, whichever process it is in. */
class World {
  asks = false;
  readonly #executions: string[];
  readonly #allow: PermissionPolicy = { decide: () => ({ decision: 'allow', tier: 'mode', reason: 'A check.' }) };
  readonly #ask: PermissionPolicy = {
    decide: ({ tool }) => ({
      decision: tool.name === 'look' ? 'allow' : 'ask',
      tier: 'mode',
      reason: 'A check.',
    }),
  };

  /** @param log - What an earlier process left: what it says was done counts as done. */
  constructor(log: readonly SessionEvent[] = []) {
    const finished = log.filter((event) => event.type === 'tool_started' && event.effect === 'once');
    this.#executions = finished.map((event) => (event.type === 'tool_started' ? event.toolCallId : ''));
  }

  async play(
    durable: DurableEngine,
    session: SessionStore,
    way: 'begin' | 'resume',
    approvals?: Record<string, boolean>,
  ): Promise<{ readonly result: Result | undefined }> {
    const shared = {
      durable,
      session: limited(session),
      model: scriptedModel(
        ({ messages }) => turns[messages.filter(({ role }) => role === 'assistant').length] ?? 'No.',
      ),
      tools: [this.#tool('pay', 'write', 'once'), this.#tool('look', 'read', 'none')],
      permissions: this.asks ? this.#ask : this.#allow,
      ...(this.asks ? { onApproval: () => 'defer' as const } : {}),
    };
    const running =
      way === 'begin'
        ? run('Do it.', { ...shared, sessionId: 's' })
        : resume('s', { ...shared, ...(approvals === undefined ? {} : { approvals }) });
    let result: Result | undefined;
    try {
      for await (const message of running) if (message.type === 'result') result = message;
    } catch {
      // The error of a run that was made to fail; the checks look at what it left.
    }
    return { result };
  }

  /** No `once` call was run twice, and where a count is given, that many were run. */
  checkExecutions(count?: number): void {
    const repeated = this.#executions.filter((id, index) => this.#executions.indexOf(id) !== index);
    assert.deepEqual(repeated, [], `Expected no call to run twice: ${repeated.join(', ')}.`);
    if (count !== undefined) assert.equal(this.#executions.length, count, `Expected ${count} executions.`);
  }

  #tool(name: string, kind: 'read' | 'write', effect: ToolEffect): Tool {
    return defineTool({
      name,
      description: `To ${name}.`,
      input: jsonSchema({ type: 'object' }, () => ({ value: {} })),
      accessKinds: [kind],
      effect,
      execute: async (_args, { toolUseId }) => {
        if (effect === 'once') this.#executions.push(toolUseId);
        await Promise.resolve();
        return `${name} ${toolUseId}`;
      },
    });
  }
}

/** The same calls in every turn, so that only their keys tell them apart. */
const turns = [
  [call('look'), call('look', { n: 1 }), call('look', { n: 2 }), call('pay')],
  [call('pay', { n: 1 }), call('pay', { n: 2 }), call('look')],
  [call('pay'), call('pay', { n: 1 }), call('pay', { n: 2 })],
  'All is done.',
] as const;

async function wholeLog(engine: DurableEngine): Promise<readonly SessionEvent[]> {
  const session = memoryStore();
  await new World().play(engine, session, 'begin');
  return logOf(session);
}

async function logOf(session: SessionStore): Promise<readonly SessionEvent[]> {
  const events: SessionEvent[] = [];
  for await (const event of session.read('s')) events.push(event);
  return events;
}

/** A run that gets nowhere ends here, because it would hold up the checks for ever. */
function limited(session: SessionStore): SessionStore {
  let appends = 0;
  return {
    ...session,
    append: async (id, expectedSeq, events) => {
      if (++appends > mostAppends) throw new Error(`The run does not come to an end in ${mostAppends} appends.`);
      await session.append(id, expectedSeq, events);
    },
  };
}

const mostAppends = 300;

/** An engine whose process dies at the nth time that the loop goes through it, before its work or after. */
function dyingEngine(inner: DurableEngine, crossing: number) {
  let crossed = 0;
  let isDead = false;
  const cross = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isDead || ++crossed === crossing) throw died(() => (isDead = true));
    const value = await work();
    if (isDead || ++crossed === crossing) throw died(() => (isDead = true));
    return value;
  };
  const engine: DurableEngine = (opened) => {
    const durable = inner(opened);
    const dying: Durable = {
      step: (spec, work) => cross(() => durable.step(spec, work)),
      spawn: (spec, work) => cross(() => durable.spawn(spec, work)),
      all: (branches, options) => cross(() => durable.all(branches, options)),
      now: (key) => cross(() => durable.now(key)),
      sleep: (key, ms) => cross(() => durable.sleep(key, ms)),
      id: (key) => cross(() => durable.id(key)),
    };
    return dying;
  };
  return { engine, hasDied: () => isDead };
}

function died(note: () => void): Error {
  note();
  return new Error('The process died.');
}

/** What a dead process writes is written nowhere. */
function dyingStore(session: SessionStore, hasDied: () => boolean): SessionStore {
  return {
    ...session,
    append: async (id, expectedSeq, events) => {
      if (hasDied()) throw new Error('The process died.');
      await session.append(id, expectedSeq, events);
    },
  };
}
