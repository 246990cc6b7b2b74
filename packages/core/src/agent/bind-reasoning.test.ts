import { describe, expect, test } from 'vitest';
import { call, collect, scriptedModel, think, type ScriptedModel, type ScriptedTurn } from '../testing/index.ts';
import { defineTool, jsonSchema } from '../define-tool.ts';
import type { Hooks } from '../hooks.ts';
import type { ModelInfo } from '../model.ts';
import { memoryStore } from '../session/memory-store.ts';
import { run } from './run.ts';

const look = defineTool({
  name: 'look',
  description: 'Looks.',
  input: jsonSchema({ type: 'object' }, (value) => ({ value })),
  accessKinds: [],
  execute: () => 'seen',
});

const turns: readonly ScriptedTurn[] = [
  [think('First.', { native: { signature: 'one' } }), call('look')],
  [think('Second.', { native: { signature: 'two' } }), 'Done.'],
];

function modelOf(
  nativeScope: NonNullable<ModelInfo['nativeScope']>,
  more: readonly ScriptedTurn[] = [],
): ScriptedModel {
  return scriptedModel([...turns, ...more], { info: { nativeScope } });
}

/** Signatures that each request of the model carried. */
function signatures(model: ScriptedModel): readonly (readonly unknown[])[] {
  return model.requests.map(({ messages }) =>
    messages.flatMap(({ content }) => content.flatMap((block) => (block.type === 'thinking' ? [block.native] : []))),
  );
}

const one = { signature: 'one' };
const two = { signature: 'two' };

describe('reasoning bound to everything before it', () => {
  test('goes back while nothing before it changes, also into the next run', async () => {
    const model = modelOf('prefix', ['Third.']);
    const options = { model, tools: [look], system: 'Be brief.', session: memoryStore(), sessionId: 's' };
    await collect(run('Go.', options));
    await collect(run('Go on.', options));
    expect(signatures(model)).toEqual([[], [one], [one, two]]);
  });

  test.for([
    ['the system prompt', { system: 'Be long.' }],
    ['the tools', { tools: [] }],
  ] as const)('is left out after a change of %s', async ([, change]) => {
    const model = modelOf('prefix', ['Third.']);
    const options = { model, tools: [look], system: 'Be brief.', session: memoryStore(), sessionId: 's' };
    await collect(run('Go.', options));
    await collect(run('Go on.', { ...options, ...change }));
    expect(signatures(model)).toEqual([[], [one], []]);
  });

  test('is left out from the first message that a hook changed', async () => {
    const model = modelOf('prefix', ['Third.']);
    const hooks: Hooks = {
      beforeModel: ({ turn, request }) =>
        turn < 2
          ? undefined
          : {
              request: {
                messages: request.messages.map((message) =>
                  message.role === 'tool'
                    ? { ...message, content: message.content.map((result) => ({ ...result, content: 'changed' })) }
                    : message,
                ),
              },
            },
    };
    const options = { model, tools: [look], session: memoryStore(), sessionId: 's' };
    await collect(run('Go.', options));
    await collect(run('Go on.', { ...options, hooks }));
    expect(signatures(model)).toEqual([[], [one], [one]]);
  });

  test('stays, where a hook makes the same change every time', async () => {
    const model = modelOf('prefix');
    const hooks: Hooks = { beforeModel: () => ({ request: { system: 'Of the hook.' } }) };
    await collect(run('Go.', { model, tools: [look], hooks }));
    expect(signatures(model)).toEqual([[], [one]]);
  });
});

test('reasoning bound to its model or family alone goes back whatever has changed before it', async () => {
  const model = modelOf('model', ['Third.']);
  const options = { model, tools: [look], system: 'Be brief.', session: memoryStore(), sessionId: 's' };
  await collect(run('Go.', options));
  await collect(run('Go on.', { ...options, system: 'Be long.' }));
  expect(signatures(model)).toEqual([[], [one], [one, two]]);
});
