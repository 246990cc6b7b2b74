import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ReplayServer } from '@harness-sdk/core/testing';
import { collect, deltaText, modelOf, requestOf } from '../test/collect.ts';
import type { Collected } from '../test/collect.ts';
import { cutsBehindLines, cutsInsideLines } from '../test/cut.ts';
import type { Cut } from '../test/cut.ts';
import { expectedFacts } from '../test/facts.ts';
import { corpusRecordings, isFull, ownRecordings } from '../test/recordings.ts';
import type { Recording } from '../test/recordings.ts';

let server: ReplayServer;
beforeAll(async () => {
  server = await ReplayServer.start();
});
afterAll(() => server[Symbol.asyncDispose]());

const recordings = (isFull && corpusRecordings.length > 0 ? corpusRecordings : ownRecordings).filter(
  ({ expected }) => expected.complete,
);

/** What is wrong with how a cut stream was read; empty where nothing is. */
async function problemsOf(recording: Recording, cut: Cut, ending: 'end' | 'destroy'): Promise<readonly string[]> {
  server.reply = { ...recording, body: cut.prefix, ending };
  const collected = await collect(modelOf(server).stream(requestOf()));
  const problems = cut.isWhole ? problemsOfWhole(collected, recording) : problemsOfCut(collected);
  const text = deltaText(collected.events, 'text_delta');
  if (!expectedFacts(recording).text.startsWith(text)) problems.push(`text is no beginning of the recorded: ${text}`);
  return problems.map((problem) => `cut at ${cut.at}: ${problem}`);
}

/** The token counts come with the last line, so that they are there exactly where that is. */
function problemsOfWhole({ end, error }: Collected, { expected }: Recording): string[] {
  if (error !== undefined) return [`failed although it was whole: ${error.kind} ${error.message}`];
  if (end?.rawStop !== expected.stopReason) return [`ended with ${end?.rawStop}`];
  return end.usage.output === expected.usage?.output ? [] : [`lost token counts: ${JSON.stringify(end.usage)}`];
}

function problemsOfCut({ events, end, error }: Collected): string[] {
  const problems: string[] = [];
  if (end !== undefined) problems.push('ended as if all were well');
  if (error?.kind !== 'network') problems.push(`failed with ${error?.kind}: ${error?.message}`);
  const hasContent = events.some(({ type }) => type !== 'ping');
  if (hasContent !== error?.contentStarted) problems.push('does not say whether content had started');
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
  test('is a network error wherever it is closed behind a line, and whole behind the last', async () => {
    const cuts = cutsBehindLines(recording.body);
    expect(cuts.filter(({ isWhole }) => isWhole)).toHaveLength(1);
    expect(await allProblems(recording, cuts, 'end')).toEqual([]);
  });

  test('is a network error wherever it is closed inside a line', async () => {
    expect(await allProblems(recording, cutsInsideLines(recording.body), 'end')).toEqual([]);
  });

  test('is a network error wherever the connection breaks', async () => {
    const cuts = [
      ...cutsBehindLines(recording.body),
      ...cutsInsideLines(recording.body).filter((_, at) => at % 4 === 1),
    ];
    expect(await allProblems(recording, cuts, 'destroy')).toEqual([]);
  });
});
