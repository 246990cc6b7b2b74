import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Usage } from '@harness-sdk/core';
import { ReplayServer } from '@harness-sdk/core/testing';
import { collect, deltaText, modelOf, requestOf } from '../test/collect.ts';
import type { Collected } from '../test/collect.ts';
import { cutsBehindEvents, cutsInsideEvents } from '../test/cut.ts';
import type { Cut } from '../test/cut.ts';
import { expectedFacts, isWhole } from '../test/facts.ts';
import { corpusRecordings, isFull, ownRecordings } from '../test/recordings.ts';
import type { Recording } from '../test/recordings.ts';

let server: ReplayServer;
beforeAll(async () => {
  server = await ReplayServer.start();
});
afterAll(() => server[Symbol.asyncDispose]());

const recordings = (isFull && corpusRecordings.length > 0 ? corpusRecordings : ownRecordings).filter(isWhole);

/** What is wrong with how a cut stream was read; empty where nothing is. */
async function problemsOf(recording: Recording, cut: Cut, ending: 'end' | 'destroy'): Promise<readonly string[]> {
  server.reply = { ...recording, body: cut.prefix, ending };
  const collected = await collect(modelOf(server, { api: recording.api }).stream(requestOf()));
  const hasEnded = ending === 'end' ? cut.isWhole : cut.isOver;
  const expected = expectedFacts(recording);
  const problems = hasEnded ? problemsOfWhole(collected, expected.end?.rawStop) : problemsOfCut(collected);
  const usage: Usage | undefined = collected.end?.usage ?? collected.error?.usage;
  if (!isDeepStrictEqual(usage?.raw, cut.rawUsage)) {
    problems.push(`lost token counts: ${JSON.stringify(usage?.raw)} for ${JSON.stringify(cut.rawUsage)}`);
  }
  const text = deltaText(collected.events, 'text_delta');
  if (!expected.text.startsWith(text)) problems.push(`text is no beginning of the recorded: ${text}`);
  return problems.map((problem) => `cut at ${cut.at}: ${problem}`);
}

function problemsOfWhole({ end, error }: Collected, rawStop: string | undefined): string[] {
  if (error !== undefined) return [`failed although it was whole: ${error.kind} ${error.message}`];
  return (end?.rawStop ?? '') === rawStop ? [] : [`ended with ${end?.rawStop}`];
}

function problemsOfCut({ events, end, error }: Collected): string[] {
  const problems: string[] = [];
  if (end !== undefined) problems.push('ended as if all were well');
  if (error?.kind !== 'network') problems.push(`failed with ${error?.kind}: ${error?.message}`);
  if (events.length > 0 && error?.contentStarted !== true) problems.push('does not say that content had started');
  return problems;
}

async function allProblems(
  recording: Recording,
  cuts: readonly Cut[],
  ending: 'end' | 'destroy',
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const cut of cuts) problems.push(...(await problemsOf(recording, cut, ending)));
  return problems;
}

describe.for(recordings)('$name', (recording) => {
  test('is a network error with all token counts wherever it is closed behind an event', async () => {
    const cuts = cutsBehindEvents(recording);
    expect(cuts.length).toBeGreaterThan(2);
    expect(await allProblems(recording, cuts, 'end')).toEqual([]);
  });

  test('is a network error with all token counts wherever it is closed inside an event', async () => {
    expect(await allProblems(recording, cutsInsideEvents(recording), 'end')).toEqual([]);
  });

  test('is a network error with all token counts wherever the connection breaks', async () => {
    expect(await allProblems(recording, cutsBehindEvents(recording), 'destroy')).toEqual([]);
  });
});
