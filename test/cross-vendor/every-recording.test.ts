import { describe, expect, test } from 'vitest';
import { recordingsOf, type Recording } from './recordings.ts';
import { endOf, inJson, messagesOf, privateStrings, tell, withEnd, type Told } from './transcripts.ts';
import { vendors, type Vendor } from './vendors.ts';

const prompt = [{ type: 'text', text: 'Go on.' }] as const;
const output = 'Result number two.';

describe.for(vendors)('every recording of $name', (first) => {
  const whole = recordingsOf(first.folder).filter(({ isWhole }) => isWhole);

  test.for(whole)('$name is a history for every vendor', async (recording) => {
    const modelId = modelIdIn(recording) ?? first.modelId;
    const before = await tell({ vendor: first, modelId, recordings: withEnd(first, recording), prompt, output });
    for (const second of vendors) {
      const body = await bodyOf(second, before);
      expect({ second: second.name, problems: second.problems(body) }).toEqual({ second: second.name, problems: [] });
      const text = JSON.stringify(body);
      if (second === first) continue;
      for (const secret of privateStrings(before.events)) expect(text).not.toContain(inJson(secret));
      for (const word of openTexts(before)) expect(text).toContain(inJson(word));
    }
  });
});

/** The older model of Google that wrote a recording: those sign nothing, which newer ones are asked for. */
function modelIdIn({ name }: Recording): string | undefined {
  return /gemini-[12]\.\d(-[a-z]+)*/.exec(name)?.[0];
}

/** What the vendor is sent when it goes on with the session. */
async function bodyOf(vendor: Vendor, before: Told): Promise<unknown> {
  const { requests } = await tell({ vendor, before, recordings: endOf(vendor), prompt, output });
  return requests[0]?.body;
}

/** What the first vendor’s model said, and what it was told. */
function openTexts({ events }: Told): readonly string[] {
  return messagesOf(events).flatMap((message) => {
    switch (message.role) {
      case 'user':
        return message.content.map((block) => (block.type === 'text' ? block.text : block.data));
      case 'assistant':
        return message.content.map((block) => (block.type === 'text' ? block.text.trim() : ''));
      case 'tool':
        return message.content.map(({ content }) => (typeof content === 'string' ? content : ''));
    }
  });
}
