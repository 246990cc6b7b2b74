import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ReplayServer, checkAnswer, rechunkedFetch } from '@harness-sdk/core/testing';
import { collect, modelOf, requestOf } from '../test/collect.ts';
import { expectedFacts, factsOf, isWhole } from '../test/facts.ts';
import { corpusRecordings, ownRecordings } from '../test/recordings.ts';
import type { Recording } from '../test/recordings.ts';
import { departures } from '../test/departures.ts';

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
    const fetchInChunks = chunkBytes === undefined ? {} : { fetch: rechunkedFetch(chunkBytes) };
    const settings = { api: recording.api, ...fetchInChunks };

    const collected = await collect(modelOf(server, settings).stream(requestOf()));

    const expected = expectedFacts(recording);
    expect(factsOf(collected)).toEqual(expected);
    expect(collected.error?.message ?? '').toContain(messageOf(recording.expected));
    expect(collected.events.findIndex(({ type }) => type === 'end')).toBe(
      isWhole(recording) ? collected.events.length - 1 : -1,
    );
    expect(() => collected.end && checkAnswer(collected.events)).not.toThrow();
  });
});

/** What an error must say. Mistral's words are inside its body, of which the manifest has all. */
function messageOf({ error, complete }: Recording['expected']): string {
  if (error === null || (complete && error.code === 400)) return '';
  return error.message.replace(/^\{"detail": "(.*)"\}$/, '$1');
}

test.skipIf(corpusRecordings.length === 0)('has all 69 recordings of the large set, and departs from five', () => {
  expect(corpusRecordings.filter(({ api }) => api === 'responses')).toHaveLength(32);
  expect(corpusRecordings.filter(({ api }) => api === 'chat')).toHaveLength(37);
  expect(recordings).toHaveLength(69);
  const names = corpusRecordings.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(Object.keys(departures)));
  expect(Object.keys(departures)).toHaveLength(5);
});
