import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ReplayServer, checkAnswer, rechunkedFetch } from '@harness-sdk/core/testing';
import { collect, modelOf, requestOf } from '../test/collect.ts';
import { expectedFacts, factsOf } from '../test/facts.ts';
import { corpusRecordings, ownRecordings } from '../test/recordings.ts';

let server: ReplayServer;
beforeAll(async () => {
  server = await ReplayServer.start();
});
afterAll(() => server[Symbol.asyncDispose]());

const ownNames = new Set(ownRecordings.map(({ name }) => name));
const recordings = [...ownRecordings, ...corpusRecordings.filter(({ name }) => !ownNames.has(name))];

describe.for([1, 7, 64, undefined])('in chunks of %s bytes', (chunkBytes) => {
  test.for(recordings)('reads $name as it was recorded', async (recording) => {
    server.reply = recording;
    const settings = chunkBytes === undefined ? {} : { fetch: rechunkedFetch(chunkBytes) };

    const collected = await collect(modelOf(server, settings).stream(requestOf()));

    const { events, error } = collected;
    const expected = expectedFacts(recording);
    expect(factsOf(collected)).toEqual(expected);
    expect(error?.message ?? '').toContain(recording.expected.error?.message ?? '');
    expect(error?.message ?? '').toContain(recording.expected.error?.type ?? '');
    expect(events.findIndex(({ type }) => type === 'end')).toBe(expected.end ? events.length - 1 : -1);
    expect(() => expected.end && checkAnswer(events)).not.toThrow();
  });
});

test.skipIf(corpusRecordings.length === 0)('has all 31 recordings of the large set', () => {
  expect(corpusRecordings).toHaveLength(31);
  expect(recordings).toHaveLength(31);
});
