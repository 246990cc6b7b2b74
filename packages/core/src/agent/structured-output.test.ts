import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { checkRequests } from '../../test/check-run.ts';
import { logOf } from '../../test/log-of.ts';
import { defineTool, jsonSchema } from '../define-tool.ts';
import { memoryStore } from '../session/memory-store.ts';
import {
  call,
  checkStream,
  collect,
  cut,
  fail,
  hang,
  reportUsage,
  scriptedModel,
  stopWith,
  virtualClock,
  type Script,
} from '../testing/index.ts';
import { inProcess } from './in-process-durable.ts';
import type { RunOptions } from './options.ts';
import { parseOutput } from './parse-output.ts';
import { resultOf } from './result-of.ts';
import { resume, run } from './run.ts';

const output = z.object({ city: z.string(), people: z.number().int() });
const good = '{"city":"Ulm","people":126000}';
const look = defineTool({
  name: 'look',
  description: 'Looks.',
  input: z.object({}),
  accessKinds: [],
  execute: () => 'Ulm has 126000 people.',
});

async function play(script: Script, options: Partial<RunOptions> = {}) {
  const model = scriptedModel(script);
  const durable = inProcess({ clock: virtualClock() });
  const collected = await collect(run('Which city?', { model, output, tools: [look], durable, ...options }));
  checkStream(collected.messages);
  checkRequests(model.requests);
  return { ...collected, model };
}

function lastPrompt({ model }: Awaited<ReturnType<typeof play>>): string {
  return JSON.stringify(model.requests.at(-1)?.messages.at(-1));
}

describe('an answer that fits', () => {
  test('is the output, and the provider was given the schema in every call, with the tools', async () => {
    const { result, model } = await play([[call('look')], good]);
    expect(result).toMatchObject({ stopReason: 'end_turn', output: { city: 'Ulm', people: 126_000 }, turns: 2 });
    expect(model.requests.map((request) => [request.output?.name, request.tools.length])).toEqual([
      ['output', 1],
      ['output', 1],
    ]);
    expect(model.requests[0]?.output?.schema).toMatchObject({ type: 'object', required: ['city', 'people'] });
  });

  test('is what the schema makes of it', async () => {
    const dated = z.object({
      on: z.iso.date().transform((text) => new Date(text)),
      tags: z.array(z.string()).default([]),
    });
    const { result } = await play(['{"on":"2026-11-22"}'], { output: dated });
    expect(result?.output).toEqual({ on: new Date('2026-11-22'), tags: [] });
  });

  test('in the last turn is had, and the turn limit stays the reason', async () => {
    const { result, model } = await play([[call('look')], good], { budget: { maxTurns: 2 } });
    expect(result).toMatchObject({ stopReason: 'max_turns', limit: 'maxTurns', output: { city: 'Ulm' } });
    expect(model.requests[1]).toMatchObject({ toolChoice: 'none', output: { name: 'output' } });
  });

  test('is had with one turn only', async () => {
    const { result } = await play([good], { budget: { maxTurns: 1 } });
    expect(result).toMatchObject({ stopReason: 'end_turn', output: { city: 'Ulm' } });
  });

  test('may be wrapped in words or in a fence', () => {
    for (const text of [good, ` ${good}\n`, `Here:\n\`\`\`json\n${good}\n\`\`\`\nDone.`, `Sure! ${good} That is it.`]) {
      expect(parseOutput(text)).toEqual({ json: JSON.parse(good) });
    }
    for (const text of ['', 'No idea.', '{"city":', '} {', '```json\n{\n```']) {
      expect(parseOutput(text)).toEqual({ problem: expect.stringContaining('Expected JSON') });
    }
  });

  test('after a failed attempt is that of the whole one', async () => {
    const { result } = await play([['{"city":"Bonn","peo', cut()], good]);
    expect(result?.output).toEqual({ city: 'Ulm', people: 126_000 });
  });

  test('of another model than the first is as good', async () => {
    const model = [scriptedModel(() => [fail('quota')]), scriptedModel([good], { id: 'b' })];
    expect((await play([], { model })).result?.output).toMatchObject({ city: 'Ulm' });
  });
});

describe('an answer that does not fit', () => {
  test('goes back to the model with the path, what was expected and what was received', async () => {
    const played = await play(['{"city":"Ulm","people":"many"}', good]);
    expect(played.result).toMatchObject({ stopReason: 'end_turn', output: { people: 126_000 }, turns: 2 });
    expect(lastPrompt(played)).toMatch(/people: .*expected number.*received: \\+"many/);
    expect(lastPrompt(played)).toContain('The schema:');
  });

  test('and does not parse goes back too, and may look again first', async () => {
    const played = await play(['It is Ulm.', [call('look')], good]);
    expect(played.result).toMatchObject({ stopReason: 'end_turn', output: { city: 'Ulm' }, turns: 3 });
  });

  test('is mended twice at most, then the run fails and keeps what was said', async () => {
    const { result, error, model } = await play(['One.', 'Two.', 'Three.']);
    expect(model.calls).toBe(3);
    expect(result).toMatchObject({ stopReason: 'error', text: 'Three.', error: { code: 'output_invalid' } });
    expect(result).not.toHaveProperty('output');
    expect(error).toMatchObject({ code: 'output_invalid', message: expect.stringContaining('Expected JSON') });
    expect(resultOf(error)).toEqual(result);
  });

  test('in the last turn cannot be mended', async () => {
    const { result, model } = await play([[call('look')], 'It is Ulm.'], { budget: { maxTurns: 2 } });
    expect([result?.stopReason, result?.error?.code, model.calls]).toEqual(['error', 'output_invalid', 2]);
  });

  test('is not mended past the budget', async () => {
    const usage = reportUsage({ input: 500, output: 400 });
    const { result, model } = await play([['It is Ulm.', usage], good], { budget: { maxTokens: 1_600 } });
    expect([result?.stopReason, result?.limit, model.calls]).toEqual(['budget', 'maxTokens', 1]);
    expect(result).not.toHaveProperty('output');
  });

  test.each<[string, Script, object]>([
    ['a refusal', [['No.', stopWith('refusal')]], { stopReason: 'refusal' }],
    ['an answer that was cut off', [[good, stopWith('length')]], { stopReason: 'max_output' }],
    ['a failure', [[fail('auth')]], { stopReason: 'error', error: { kind: 'auth' } }],
  ])('%s has no output', async (_name, script, expected) => {
    const { result } = await play(script);
    expect(result).toMatchObject(expected);
    expect(result).not.toHaveProperty('output');
  });
});

describe('what comes behind an output', () => {
  test('a prompt of the hook or of the user makes it void, and the next one counts', async () => {
    let hooks = 0;
    const onStop = () => (hooks++ === 0 ? { continueWith: 'And in French?' } : undefined);
    const { result } = await play([good, '{"city":"Oulme","people":1}'], { hooks: { onStop } });
    expect(result).toMatchObject({ output: { city: 'Oulme', people: 1 }, turns: 2 });
  });

  test('an abort leaves none, also while the schema works', async () => {
    const running = run('Go.', {
      model: scriptedModel([good]),
      output: jsonSchema({ type: 'object' }, () => {
        running.abort();
        return Promise.withResolvers<never>().promise;
      }),
    });
    const result = await running.result();
    expect(result.stopReason).toBe('aborted');
    expect(result).not.toHaveProperty('output');
    expect((await play([[good, hang()]], { budget: { maxDurationMs: 10 } })).result).not.toHaveProperty('output');
  });
});

describe('a session', () => {
  const dated = z.object({ on: z.iso.date().transform((text) => new Date(text)) });
  const text = '{"on":"2026-11-22"}';

  test('that died at any event gives the same output, and nothing is asked twice that was answered', async () => {
    const session = memoryStore();
    const script = ['Today.', text];
    await run('Go.', { model: scriptedModel(script), output: dated, session, sessionId: 's' }).result();
    const log = await logOf(session, 's');
    expect(log.map(({ type }) => type)).toContain('output_checked');
    for (let length = 2; length <= log.length; length++) {
      const left = memoryStore();
      const kept = log.slice(0, length);
      await left.append('s', 0, kept);
      const answered = kept.filter(({ type }) => type === 'model_finished').length;
      const model = scriptedModel(script.slice(answered));
      const result = await resume('s', { model, output: dated, session: left }).result();
      expect(result).toMatchObject({ stopReason: 'end_turn', output: { on: new Date('2026-11-22') }, turns: 2 });
      expect(model.calls).toBe(2 - answered);
    }
  });

  test('that is read with another schema has none that it does not take', async () => {
    const session = memoryStore();
    await run('Go.', { model: scriptedModel([text]), output: dated, session, sessionId: 's' }).result();
    const model = scriptedModel([]);
    expect(await resume('s', { model, output, session }).result()).not.toHaveProperty('output');
    expect((await resume('s', { model, session }).result()).output).toEqual({ on: '2026-11-22' });
  });

  test('has the output without what the redact hook takes out', async () => {
    const redact = (each: string) => each.replaceAll('Ulm', '[city]');
    const result = await run('Go.', { model: scriptedModel([good]), output, hooks: { redact } }).result();
    expect(result.output?.city).toBe('[city]');
  });
});

describe('the option', () => {
  const model = scriptedModel([]);
  test.each<[string, unknown]>([
    ['an array', z.array(z.string())],
    ['a text', z.string()],
    ['plain JSON Schema', { type: 'object' }],
    ['a word', 'object'],
  ])('with %s is refused', (_name, schema) => {
    // What a caller without types can do.
    expect(() => run('Go.', { model, output: schema } as RunOptions)).toThrow(/output/);
  });

  test('with a schema that throws fails the run, and says so', async () => {
    const broken = jsonSchema({ type: 'object' }, () => {
      throw new Error('no such luck');
    });
    const { error } = await play([good], { output: broken });
    expect(error).toMatchObject({ code: 'hook_failed', message: 'The output schema threw: no such luck' });
  });
});
