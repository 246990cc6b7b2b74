import assert from 'node:assert/strict';
import { AgentError } from '../../errors.ts';
import type { Awaitable } from '../../hooks.ts';
import type { Json } from '../../json.ts';
import type { SessionEvent } from '../../session/event.ts';
import type { SessionStore } from '../../session/store.ts';
import { promptly, thrownText } from './contract-check.ts';
import type { ContractCheck, ContractSubject } from './contract-check.ts';
import { assertSameJson } from './json-value.ts';
import { eventsOfEveryType, eventWith, prompts } from './sample-events.ts';

/** A store to check, with nothing in it. */
export interface StoreSubject extends ContractSubject {
  readonly store: SessionStore;
  /** Opens what the store has kept once more, as a later process would. Absent where it keeps nothing. */
  reopen?(): Awaitable<SessionStore>;
}

/** What every session store must hold. Each check wants a fresh, empty store. */
export const storeChecks: readonly ContractCheck<StoreSubject>[] = [
  {
    name: 'a session that does not exist has no events',
    async run({ store }) {
      assertSameJson(await readAll(store, 'nobody'), [], 'Expected no events.');
    },
  },
  {
    name: 'events of every type come back equal and in order, over several appends',
    async run({ store }) {
      const first = eventsOfEveryType();
      const second = eventsOfEveryType(first.length);
      await store.append('s', 0, first);
      await store.append('s', first.length, second);
      assertSameJson(await readAll(store, 's'), [...first, ...second], 'Expected the events as they were appended.');
    },
  },
  {
    name: 'any JSON comes back equal',
    async run({ store }) {
      await store.append('s', 0, [eventWith(oddJson)]);
      assertSameJson(await readAll(store, 's'), [eventWith(oddJson)], 'Expected the JSON as it was appended.');
    },
  },
  {
    name: 'large events and many of them come back equal',
    async run({ store }) {
      const events = [eventWith('é'.repeat(3_000_000)), ...prompts(2000, 1)];
      await store.append('s', 0, events);
      assertSameJson(await readAll(store, 's'), events, 'Expected the events as they were appended.');
    },
  },
  {
    name: 'after leaves out what the reader has',
    async run({ store }) {
      const events = prompts(5);
      await store.append('s', 0, events);
      for (const after of [0, 1, 4, 5, 6]) {
        const message = `Expected the events with a seq above ${after}.`;
        assertSameJson(await readAll(store, 's', { after }), events.slice(after), message);
      }
    },
  },
  {
    name: 'an append with a wrong expectedSeq is a session_conflict and adds nothing',
    async run({ store }) {
      for (const wrong of [1, 2]) await assertConflict(store.append('new', wrong, prompts(2, wrong)), wrong, 0);
      assertSameJson(await readAll(store, 'new'), [], 'Expected nothing of a refused append.');
      const events = prompts(3);
      await store.append('s', 0, events);
      for (const wrong of [0, 2, 4]) await assertConflict(store.append('s', wrong, prompts(2, wrong)), wrong, 3);
      assertSameJson(await readAll(store, 's'), events, 'Expected the log as it was before the refused appends.');
      await store.append('s', 3, prompts(1, 3));
      assertSameJson(
        await readAll(store, 's'),
        prompts(4),
        'Expected the right append to go through after wrong ones.',
      );
    },
  },
  {
    name: 'of writers with the same expectedSeq exactly one wins',
    async run({ store }) {
      await store.append('s', 0, prompts(1));
      const rivals = Array.from({ length: 8 }, (_, index) => prompts(2, 1, `Writer ${index}`));
      const outcomes = await Promise.allSettled(rivals.map((events) => store.append('s', 1, events)));
      const winners = rivals.filter((_, index) => outcomes[index]?.status === 'fulfilled');
      assert.equal(winners.length, 1, `Expected one of 8 appends to succeed, ${winners.length} did.`);
      for (const outcome of outcomes) if (outcome.status === 'rejected') assertConflictError(outcome.reason);
      const [winner = []] = winners;
      assertSameJson(await readAll(store, 's'), [...prompts(1), ...winner], 'Expected the events of the winner alone.');
    },
  },
  {
    name: 'sessions do not see each other',
    async run({ store }) {
      const ids = ['a', 'A', 'ab', 'a_', 'a-', '_', '1', '01'];
      await Promise.all(ids.map((id) => store.append(id, 0, prompts(2, 0, `In ${id}:`))));
      for (const id of ids) {
        assertSameJson(await readAll(store, id), prompts(2, 0, `In ${id}:`), `Expected session "${id}" to be its own.`);
      }
    },
  },
  {
    name: 'delete removes a session, that one alone, and its id can begin again',
    async run({ store }) {
      await store.append('gone', 0, prompts(2));
      await store.append('gone-not', 0, prompts(2));
      await store.delete('gone');
      assertSameJson(await readAll(store, 'gone'), [], 'Expected no events of a deleted session.');
      assertSameJson(await readAll(store, 'gone-not'), prompts(2), 'Expected the other session to stay.');
      await store.append('gone', 0, prompts(1, 0, 'Anew'));
      assertSameJson(await readAll(store, 'gone'), prompts(1, 0, 'Anew'), 'Expected the new session alone.');
    },
  },
  {
    name: 'deleting a session that does not exist is fine',
    async run({ store }) {
      await store.delete('nobody');
      await store.delete('nobody');
    },
  },
  {
    name: 'changing an event after it was appended does not change the log',
    async run({ store }) {
      const events = structuredClone(prompts(2));
      await store.append('s', 0, events);
      spoil(events);
      assertSameJson(await readAll(store, 's'), prompts(2), 'Expected the log as it was appended.');
    },
  },
  {
    name: 'changing an event that was read does not change the log',
    async run({ store }) {
      await store.append('s', 0, prompts(2));
      const read = await readAll(store, 's');
      // A store may freeze what it gives out: then nobody can change it.
      if (!Object.isFrozen(read[0])) spoil(read);
      assertSameJson(await readAll(store, 's'), prompts(2), 'Expected the log as it was appended.');
    },
  },
  {
    name: 'a session id with odd characters works, or is refused with an AgentError',
    async run({ store }) {
      const accepted: string[] = [];
      for (const id of oddIds) if (await acceptsId(store, id)) accepted.push(id);
      for (const id of accepted) {
        const expected = prompts(1, 0, `In ${id}:`);
        assertSameJson(await readAll(store, id), expected, `Expected session ${JSON.stringify(id)} to be its own.`);
      }
    },
  },
  {
    name: 'a reader that stops early leaves the store usable',
    async run(subject) {
      const { store } = subject;
      await store.append('s', 0, prompts(3));
      for await (const event of store.read('s')) {
        assert.equal(event.seq, 1);
        break;
      }
      await promptly(store.append('s', 3, prompts(1, 3)), 'an append after a read that stopped early', subject);
      assertSameJson(await readAll(store, 's'), prompts(4), 'Expected all events.');
    },
  },
  {
    name: 'a read during which another writes gives whole events from the first on',
    async run(subject) {
      const { store } = subject;
      await store.append('s', 0, prompts(3));
      const seqs: number[] = [];
      for await (const { seq } of store.read('s')) {
        if (seqs.length === 0) await promptly(store.append('s', 3, prompts(2, 3)), 'an append during a read', subject);
        seqs.push(seq);
      }
      assert.ok(seqs.length >= 3, `Expected at least the 3 events that stood there, got ${seqs.length}.`);
      assert.deepEqual(seqs, [1, 2, 3, 4, 5].slice(0, seqs.length), 'Expected each event once, in order.');
    },
  },
  {
    name: 'what was appended is there for whoever opens the store again',
    skipReason: (subject) => (subject.reopen === undefined ? 'this store keeps nothing' : undefined),
    async run(subject) {
      const { store } = subject;
      const events = eventsOfEveryType();
      await store.append('s', 0, events);
      await store.append('gone', 0, prompts(1));
      await store.delete('gone');
      const later = (await subject.reopen?.()) ?? store;
      assertSameJson(await readAll(later, 's'), events, 'Expected the events as they were appended.');
      assertSameJson(await readAll(later, 'gone'), [], 'Expected no events of a deleted session.');
      await assertConflict(later.append('s', 0, prompts(1)), 0, events.length);
    },
  },
];

/** Text that trips encodings, and numbers and keys that trip serializers. */
const oddJson: Json = {
  text: 'tab\t nul\u0000 é 😀 \u2028 lone \ud800 "quotes" \\ <b> \r\n',
  numbers: [0, -1.5, 1e21, 5e-324, Number.MAX_SAFE_INTEGER],
  empty: { list: [], object: {}, text: '', none: null },
  '': 'empty key',
  ...JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1, "toString": 2}'),
  deep: Array.from({ length: 100 }).reduce<Json>((inner) => [inner], 'end'),
};

const oddIds: readonly string[] = [
  's',
  '',
  ' ',
  '.',
  '..',
  '../s',
  '/s',
  's/',
  's/t',
  String.raw`s\t`,
  'C:\\s',
  'CON',
  's\u0000',
  's\n',
  's%',
  's*',
  's.',
  's ',
  ' s',
  '\u00e9',
  'e\u0301',
  '😀',
  '\ud800',
  `"'\`;--`,
  '%2e',
  '?',
  '#',
  '__proto__',
  'constructor',
  'x'.repeat(1000),
];

/** Appends to and reads a session of this id; false where the store refuses to. */
async function acceptsId(store: SessionStore, id: string): Promise<boolean> {
  try {
    await store.append(id, 0, prompts(1, 0, `In ${id}:`));
    return true;
  } catch (error) {
    const isRefusal = AgentError.isInstance(error) && error.code !== 'session_conflict';
    assert.ok(
      isRefusal,
      `Expected session id ${JSON.stringify(id)} to work or to be refused with an AgentError, got ${thrownText(error)}.`,
    );
    return false;
  }
}

async function readAll(store: SessionStore, id: string, options?: { readonly after: number }): Promise<SessionEvent[]> {
  const events: SessionEvent[] = [];
  for await (const event of store.read(id, options)) events.push(event);
  return events;
}

async function assertConflict(append: Promise<void>, expectedSeq: number, actualSeq: number): Promise<void> {
  const [outcome] = await Promise.allSettled([append]);
  assert.ok(
    outcome.status === 'rejected',
    `Expected an append at ${expectedSeq} to be refused: the log is at ${actualSeq}.`,
  );
  assertConflictError(outcome.reason);
}

function assertConflictError(error: unknown): void {
  const found = AgentError.isInstance(error) ? error.code : thrownText(error);
  assert.ok(found === 'session_conflict', `Expected an AgentError with the code session_conflict, got ${found}.`);
}

/** Changes events the way a careless caller could: types do not hold at run time. */
function spoil(events: readonly SessionEvent[]): void {
  for (const event of events as unknown as { seq: number; content?: { text: string }[] }[]) {
    event.seq = 99;
    for (const block of event.content ?? []) block.text = 'spoilt';
    event.content?.pop();
  }
}
