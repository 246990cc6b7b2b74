import type { Json } from '@harness-sdk/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { cases, inJson, privateStrings, tell, tellFirst, turnOf, type Case, type Told } from './transcripts.ts';
import { vendors, withoutCacheMarks, type Topic, type Vendor } from './vendors.ts';

interface Pair {
  readonly first: Vendor;
  readonly second: Vendor;
}

const pairs: readonly Pair[] = vendors.flatMap((first) =>
  vendors.filter((second) => second !== first).map((second) => ({ first, second })),
);

/** First turns by vendor and case: each is told once, and continued by all the others. */
const firstTurns = new Map<string, Told | undefined>();
const keyOf = (vendor: Vendor, { name }: Case): string => `${vendor.name}, ${name}`;

beforeAll(async () => {
  for (const vendor of vendors) {
    for (const topic of cases) firstTurns.set(keyOf(vendor, topic), await tellFirst(vendor, topic));
  }
});

/** A turn more of the same session; two model calls where its recording calls tools. */
function goOn(vendor: Vendor, topic: Topic, before: Told): Promise<Told> {
  const recordings = turnOf(vendor, topic);
  if (recordings === undefined) throw new Error(`There is no recording of ${topic} of ${vendor.name}.`);
  return tell({
    vendor,
    before,
    recordings,
    prompt: [{ type: 'text', text: 'Go on.' }],
    output: 'Result number five.',
  });
}

/** A body in its two parts: the history, which grows, and all else, which stays. */
interface Sent {
  readonly history: readonly Json[];
  readonly rest: Json;
}

function sentBy({ historyField }: Vendor, { requests }: Told): readonly Sent[] {
  return requests.map(({ body }) => {
    // It was parsed from JSON, and its history is checked to be a list.
    const { [historyField]: history, ...rest } = withoutCacheMarks(body as Json) as Record<string, Json>;
    return { history: history as readonly Json[], rest };
  });
}

function bodiesOf({ requests }: Told): readonly string[] {
  return requests.map(({ body }) => JSON.stringify(body));
}

/** Each history begins with the one before it. */
function expectGrowing(sent: readonly Sent[]): void {
  for (const [index, { history }] of sent.entries()) {
    const before = sent[index - 1]?.history ?? [];
    expect(history.slice(0, before.length)).toEqual(before);
    expect(history.length).toBeGreaterThan(before.length);
  }
}

/** Nothing but the history changes from one call of a run to the next. */
function expectSteady(sent: readonly Sent[]): void {
  for (const { rest } of sent) expect(rest).toEqual(sent[0]?.rest);
}

function expectValid(vendor: Vendor, { requests }: Told): void {
  expect(requests.length).toBeGreaterThan(0);
  for (const { body } of requests) expect(vendor.problems(body)).toEqual([]);
}

describe.for(pairs)('$first.name, then $second.name', ({ first, second }) => {
  test.for(cases)('$name', async (topic, { skip }) => {
    const before = firstTurns.get(keyOf(first, topic));
    if (before === undefined) return skip(`there is no recording of ${topic.name} of ${first.name}`);
    const after = await goOn(second, 'parallel tools', before);
    const later = await goOn(second, 'thinking', after);
    const back = await goOn(first, 'plain', later);

    // All of it is what the API takes: behind another vendor’s turn, behind its own, and after a turn of another.
    for (const told of [after, later]) expectValid(second, told);
    expectValid(first, back);

    // Nobody gets what only another vendor understands, and everybody what anybody does.
    const [start = ''] = bodiesOf(after);
    const ofFirst = privateStrings(before.events);
    const ofSecond = privateStrings(later.events).filter((text) => !ofFirst.includes(text));
    for (const text of ofFirst) expect(bodiesOf(later).join()).not.toContain(inJson(text));
    for (const text of ofSecond) expect(bodiesOf(back).join()).not.toContain(inJson(text));
    for (const text of [...topic.shows, before.result.text.trim()]) expect(start).toContain(inJson(text));
    expect(second.errorMark.test(start)).toBe(topic.name === 'error result');

    // The same bytes every time, and a prefix that stays, also for the one that comes back.
    expect(bodiesOf(await goOn(second, 'parallel tools', before))).toEqual(bodiesOf(after));
    expect(bodiesOf(await goOn(second, 'thinking', after))).toEqual(bodiesOf(later));
    expectGrowing([...sentBy(second, after), ...sentBy(second, later)]);
    expectGrowing([...sentBy(first, before), ...sentBy(first, back)]);
    for (const told of [after, later]) expectSteady(sentBy(second, told));
  });
});

test('there is something private in what each vendor that signs or encrypts says', () => {
  const topic = cases.find(({ name }) => name === 'thinking');
  const withPrivate = vendors.filter((vendor) => {
    const told = topic && firstTurns.get(keyOf(vendor, topic));
    return told !== undefined && privateStrings(told.events).length > 0;
  });
  expect(withPrivate).toEqual(vendors);
});
