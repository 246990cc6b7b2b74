import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { logOf } from '../../test/log-of.ts';
import { run } from '../agent/run.ts';
import { defineTool } from '../define-tool.ts';
import { OptionError } from '../errors.ts';
import type { Hooks } from '../hooks.ts';
import type { PermissionPolicy } from '../permission.ts';
import { call, collect, scriptedModel } from '../testing/index.ts';
import { eventsOfEveryType } from '../testing/contracts/sample-events.ts';
import { memoryStore } from './memory-store.ts';
import { redactEvent } from './redact-event.ts';

const secret = /sk-[a-z]+/g;
const redact = (text: string): string => text.replace(secret, '[key]');
const permissions: PermissionPolicy = {
  decide: () => ({ decision: 'allow', tier: 'mode', reason: 'Because of sk-reason.' }),
};

/** Every string in a value, with the path to it. */
function* strings(value: unknown, path: string): Generator<readonly [string, string]> {
  if (typeof value === 'string') yield [path, value];
  else if (typeof value === 'object' && value !== null) {
    for (const [name, field] of Object.entries(value)) yield* strings(field, `${path}.${name}`);
  }
}

describe('an event', () => {
  test('of every type keeps its form, and what redaction leaves alone is ids, names and words', () => {
    const kept = new Set<string>();
    for (const event of eventsOfEveryType()) {
      const redacted = redactEvent(event, (text) => `<${text}>`);
      expect(Object.keys(redacted)).toEqual(Object.keys(event));
      for (const [path, text] of strings(redacted, event.type)) {
        if (!text.startsWith('<')) kept.add(path.replace(/\.\d+/g, '').split('.').at(-1) ?? '');
      }
    }
    const known =
      'accessKinds agent asOf basis by childSessionId code data decision effect id key kind limit mediaType mode model name outcome path prefix provider rawStop remember responseId role rule runId signature source stop stopReason suggestions tier toolCallId trigger ttl type fingerprint native';
    expect([...kept].filter((name) => !known.split(' ').includes(name))).toEqual([]);
  });

  test('loses what a provider signed of a text that was changed, and keeps the rest', () => {
    const draft = {
      key: '1/model/1',
      type: 'model_finished',
      turn: 1,
      attempt: 1,
      model: { provider: 'p', id: 'sk-model' },
      content: [
        { type: 'text', text: 'sk-one', native: 'signed' },
        { type: 'text', text: 'two', native: 'sk-native' },
        { type: 'tool_call', id: 'sk-id', name: 'T', args: { type: 'sk-type', 'sk-field': [{ id: 'sk-deep' }] } },
      ],
      stop: 'end',
      usage: { raw: { note: 'sk-raw' } },
      isLastTurn: false,
    } as const;
    expect(redactEvent(draft, redact)).toEqual({
      ...draft,
      content: [
        { type: 'text', text: '[key]' },
        { type: 'text', text: 'two', native: 'sk-native' },
        { type: 'tool_call', id: 'sk-id', name: 'T', args: { type: '[key]', '[key]': [{ id: '[key]' }] } },
      ],
      usage: { raw: { note: '[key]' } },
    });
  });

  test('keeps only the rules that redaction leaves as they are: a mended one could cover more', () => {
    const draft = { key: 'k', type: 'grant_added', toolCallId: 'c', rules: ['Bash(ls)', 'Bash(use sk-abc)'] } as const;
    expect(redactEvent(draft, () => '***')).toMatchObject({ rules: [] });
    expect(redactEvent(draft, redact)).toMatchObject({ rules: ['Bash(ls)'] });
  });
});

describe('a run with the hook', () => {
  const seen: unknown[] = [];
  const use = defineTool({
    name: 'Use',
    description: 'Uses a key.',
    input: z.object({ key: z.string() }),
    accessKinds: ['write'],
    execute: ({ key }) => {
      seen.push(key);
      return { content: 'used sk-result', display: { shown: 'sk-display' } };
    },
  });

  async function play(hooks: Hooks) {
    const session = memoryStore();
    const model = scriptedModel([['I use sk-text.', call('Use', { key: 'sk-args' })], 'It was sk-last.']);
    const played = await collect(
      run('Use sk-prompt.', { model, tools: [use], permissions, hooks, session, sessionId: 's' }),
    );
    return { ...played, model, log: await logOf(session, 's') };
  }

  test('stores, sends and returns nothing that it took out', async () => {
    const { log, model, result, messages } = await play({ redact });
    expect(JSON.stringify(log)).not.toMatch(secret);
    expect(JSON.stringify(model.requests)).not.toMatch(secret);
    expect(result).toMatchObject({ stopReason: 'end_turn', text: 'It was [key].' });
    const chunks = messages.filter((message) => message.type !== 'text' || !message.isPartial);
    expect(JSON.stringify(chunks)).not.toMatch(secret);
    expect(seen).toEqual(['[key]']);
  });

  test('ends where the hook fails, and stores nothing of the event', async () => {
    const hooks: Hooks = {
      redact: (text) => {
        if (text.includes('sk-text')) throw new Error('no');
        return text;
      },
    };
    const { log, result, error } = await play(hooks);
    expect(error).toMatchObject({ code: 'hook_failed', message: 'The redact hook threw: no' });
    expect(result?.stopReason).toBe('error');
    expect(JSON.stringify(log)).not.toContain('sk-text');
  });

  test('ends where the hook gives no text', async () => {
    // @ts-expect-error: it must be a string.
    const { error, log } = await play({ redact: () => undefined });
    expect(error).toMatchObject({ code: 'hook_failed' });
    expect(log).toEqual([]);
  });

  test('is refused where the hook is no function', () => {
    // @ts-expect-error: it must be a function.
    expect(() => run('Hi', { model: scriptedModel([]), hooks: { redact: /sk/ } })).toThrow(OptionError);
  });
});
