import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Usage } from '@harness-sdk/core';
import { ReplayServer } from '@harness-sdk/core/testing';
import { collect, deltaText, modelOf, requestOf } from '../test/collect.ts';
import type { Collected } from '../test/collect.ts';
import { cutsBehindEvents, cutsInsideEvents } from '../test/cut.ts';
import type { Cut } from '../test/cut.ts';
import { corpusRecordings, ownRecordings } from '../test/recordings.ts';
import type { Recording } from '../test/recordings.ts';

let server: ReplayServer;
beforeAll(async () => {
  server = await ReplayServer.start();
});
afterAll(() => server[Symbol.asyncDispose]());

const all = corpusRecordings.length > 0 ? corpusRecordings : ownRecordings;
const recordings = all.filter(({ name, expected }) => {
  const isError = expected.error !== null || name.startsWith('finish-malformed');
  return expected.complete && !isError;
});

/** What is wrong with how a cut stream was read; empty where nothing is. */
async function problemsOf(recording: Recording, cut: Cut, ending: 'end' | 'destroy'): Promise<readonly string[]> {
  server.reply = { ...recording, body: cut.prefix, ending };
  const collected = await collect(modelOf(server).stream(requestOf()));
  // Where the connection breaks, more may have been to come, whatever has arrived.
  const mayEnd = ending === 'end' && cut.hasStopped && (cut.isWhole || saysStopAlways(recording));
  const problems = mayEnd ? problemsOfWhole(collected, recording) : problemsOfCut(collected, cut);
  const text = deltaText(collected.events, 'text_delta');
  if (!recording.expected.text.startsWith(text)) problems.push(`text is no beginning of the recorded: ${text}`);
  return problems.map((problem) => `cut at ${cut.at}: ${problem}`);
}

/**
 * Models of 2023 put `finishReason: "STOP"` on every event: a stream of theirs that closes in order behind any of them
 * looks whole, to everybody.
 */
function saysStopAlways({ body }: Recording): boolean {
  const lines = body.toString().split('\n');
  const events = lines.filter((line) => line.startsWith('data:'));
  return events.length > 1 && events.every((line) => /"finishReason": ?"STOP"/.test(line));
}

function problemsOfWhole({ end, error }: Collected, { expected }: Recording): string[] {
  if (error !== undefined) return [`failed although it was whole: ${error.kind} ${error.message}`];
  return end?.rawStop === (expected.stopReason ?? expected.blockReason) ? [] : [`ended with ${end?.rawStop}`];
}

function problemsOfCut({ events, end, error }: Collected, cut: Cut): string[] {
  const problems: string[] = [];
  if (end !== undefined) problems.push('ended as if all were well');
  // Nothing but the beginning of a first event may have arrived.
  if (error?.kind !== 'network') problems.push(`failed with ${error?.kind}: ${error?.message}`);
  const hasContent = events.some(({ type }) => type !== 'ping');
  if (error !== undefined && error.contentStarted !== hasContent) problems.push(`contentStarted is ${!hasContent}`);
  const usage: Usage | undefined = error?.usage;
  if (!isDeepStrictEqual(usage?.raw, cut.rawUsage)) {
    problems.push(`lost token counts: ${JSON.stringify(usage?.raw)} for ${JSON.stringify(cut.rawUsage)}`);
  }
  return problems;
}

async function allProblems(
  recording: Recording,
  cuts: readonly Cut[],
  ending: 'end' | 'destroy',
): Promise<readonly string[]> {
  expect(cuts.length).toBeGreaterThan(0);
  const problems: string[] = [];
  for (const cut of cuts) problems.push(...(await problemsOf(recording, cut, ending)));
  return problems;
}

describe.for(recordings)('$name', (recording) => {
  test('is a network error with all token counts wherever it is closed behind an event but the last', async () => {
    expect(await allProblems(recording, cutsBehindEvents(recording.body), 'end')).toEqual([]);
  });

  test('is a network error with all token counts wherever it is closed inside an event', async () => {
    const cuts = cutsInsideEvents(recording.body).map((cut) => ({ ...cut, hasStopped: false }));
    expect(await allProblems(recording, cuts, 'end')).toEqual([]);
  });

  test('is a network error with all token counts wherever the connection breaks', async () => {
    expect(await allProblems(recording, cutsBehindEvents(recording.body), 'destroy')).toEqual([]);
  });
});

test('an error between the events that is cut off is no end, although every event said that it was the last', async () => {
  const found = all.find(({ name }) => name === 'error-mid-stream-bare-json.sse');
  const body = found?.body ?? Buffer.alloc(0);
  const start = body.indexOf('\n{') + 1;
  expect(start).toBeGreaterThan(1);
  for (let at = start + 1; at < body.lastIndexOf('}'); at += 5) {
    server.reply = { body: body.subarray(0, at) };
    const { end, error } = await collect(modelOf(server).stream(requestOf()));
    expect([at, end, error?.kind]).toEqual([at, undefined, 'network']);
  }
});
