import type { Json } from '@harness-sdk/core';
import { describe, expect, test } from 'vitest';
import { recordingsOf, type Recording, type RecordingFolder } from './recordings.ts';
import { endOf, inJson, tell, withEnd, type Told } from './transcripts.ts';
import { vendors, type Vendor } from './vendors.ts';

const prompt = [{ type: 'text', text: 'Go on.' }] as const;
const output = 'Result number two.';

/** Where in the raw frames the vendor puts what it wants back. */
interface Marks {
  /** Fields with reasoning, which is bound to the model that had it. */
  readonly reasoning: readonly string[];
  /** Fields with what any model of the vendor may see again, such as pages that its tools found. */
  readonly shared?: readonly string[];
  /** Types of the frames to read; all where absent. */
  readonly types?: readonly string[];
}

const marks: Readonly<Record<RecordingFolder, Marks>> = {
  anthropic: { reasoning: ['signature', 'data'], shared: ['encrypted_content', 'encrypted_index'] },
  google: { reasoning: ['thoughtSignature'] },
  ollama: { reasoning: [] },
  'openai-chat': { reasoning: ['signature', 'data'] },
  // What an item says when it is added may be less than what it says when it is done.
  'openai-responses': { reasoning: ['encrypted_content'], types: ['response.output_item.done'] },
};

/** The raw frames of a recording, as JSON, read without any of the adapters. */
function framesOf({ reply }: Recording): readonly Json[] {
  const lines = String(reply.body).split(/\r\n|\r|\n/);
  const texts = lines.map((line) => line.replace(/^data: ?/, '')).filter((line) => line.startsWith('{'));
  // What JSON.parse gives is JSON.
  return texts.map((text) => JSON.parse(text) as Json);
}

/** Texts in fields of these names, in the order in which they came. */
function textsIn(recording: Recording, types: Marks['types'], fields: readonly string[]): readonly string[] {
  const found: string[] = [];
  for (const frame of framesOf(recording)) {
    if (types !== undefined && !types.some((type) => (frame as { readonly type?: string }).type === type)) continue;
    JSON.stringify(frame, (key, value: Json) => {
      if (fields.includes(key) && typeof value === 'string' && value !== '') found.push(value);
      return value;
    });
  }
  return found;
}

/** Behind the recording the session goes on with the vendor; what it then sends is what comes back. */
async function bodyAfter(vendor: Vendor, recording: Recording, modelId?: string): Promise<string> {
  const before = await tellRecording(vendor, recording);
  const options = modelId === undefined ? {} : { modelId };
  const after = await tell({ vendor, before, recordings: endOf(vendor), prompt, output, ...options });
  expect(vendor.problems(after.requests[0]?.body)).toEqual([]);
  return JSON.stringify(after.requests[0]?.body);
}

function tellRecording(vendor: Vendor, recording: Recording): Promise<Told> {
  return tell({ vendor, recordings: withEnd(vendor, recording), prompt, output });
}

const marked = vendors.flatMap((vendor) => {
  const { reasoning, shared = [], types } = marks[vendor.folder];
  return recordingsOf(vendor.folder)
    .filter(({ isWhole }) => isWhole)
    .map((recording) => ({
      vendor,
      recording,
      name: `${vendor.folder}/${recording.name}`,
      all: textsIn(recording, types, [...reasoning, ...shared]),
      reasoning: textsIn(recording, types, reasoning),
    }))
    .filter(({ all }) => all.length > 0);
});

describe.for(marked)('$name', ({ vendor, recording, all, reasoning }) => {
  test('comes back to its model byte for byte, in its order', async () => {
    const body = await bodyAfter(vendor, recording);
    const places = all.map((text) => body.indexOf(inJson(text)));
    expect(places.filter((place) => place === -1)).toEqual([]);
    expect(places).toEqual(places.toSorted((left, right) => left - right));
  });

  test.skipIf(vendor.sameModelId === undefined)('comes back to its model under another name', async () => {
    const { modelId, sameModelId = '' } = vendor;
    const renamed = await bodyAfter(vendor, recording, sameModelId);
    expect(renamed.replace(sameModelId, modelId)).toBe(await bodyAfter(vendor, recording));
  });

  test('does not go to another model of the vendor where it is reasoning', async () => {
    const body = await bodyAfter(vendor, recording, vendor.otherModelId);
    for (const text of reasoning) expect(body).not.toContain(inJson(text));
  });
});

test('there is something to come back for each vendor that signs or encrypts', () => {
  expect([...new Set(marked.map(({ vendor }) => vendor.name))]).toEqual([
    'anthropic',
    'openai',
    'openai-chat',
    'google',
  ]);
});
