import { expect, test } from 'vitest';
import { call, collect, scriptedModel } from '../testing/index.ts';
import { defineTool, jsonSchema } from '../define-tool.ts';
import { OptionError } from '../errors.ts';
import { memoryStore } from '../session/memory-store.ts';
import { createAgent } from './create-agent.ts';

const touch = defineTool({
  name: 'touch',
  description: 'Does nothing.',
  input: jsonSchema({ type: 'object' }, (value) => ({ value })),
  accessKinds: [],
  execute: () => 'done',
});

test('runs of an agent continue a session by its id', async () => {
  const model = scriptedModel(['First.', 'Second.']);
  const agent = createAgent({ model });
  const { result } = await collect(agent.run('One.'));
  await collect(agent.run('Two.', { sessionId: result?.sessionId ?? '' }));
  expect(model.requests[1]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
});

test('an option of a run replaces that of the agent', async () => {
  const model = scriptedModel([(request) => request.system ?? 'none', (request) => request.system ?? 'none']);
  const agent = createAgent({ model, system: 'of the agent' });
  expect((await collect(agent.run('One.', { system: 'of the run' }))).texts).toEqual(['of the run']);
  expect((await collect(agent.run('Two.'))).texts).toEqual(['of the agent']);
});

test('an option that is undefined takes nothing away from the agent', async () => {
  const seen: string[] = [];
  const agent = createAgent({
    model: scriptedModel([[call('touch')], 'Done.']),
    tools: [touch],
    session: memoryStore(),
    hooks: { beforeTool: ({ call: { name } }) => void seen.push(name) },
  });
  // As a caller without exactOptionalPropertyTypes may write it.
  const changes = { hooks: undefined, tools: undefined, session: undefined } as object;
  const { toolResults } = await collect(agent.run('Go.', changes));
  expect(toolResults).toEqual([expect.objectContaining({ outcome: 'ok' })]);
  expect(seen).toEqual(['touch']);
});

test('wrong options throw when the agent is made', () => {
  // A name that is not an option.
  const options = { model: scriptedModel([]), sistem: 'x' } as object;
  expect(() => createAgent(options as Parameters<typeof createAgent>[0])).toThrow(OptionError);
  expect(() => createAgent(options as Parameters<typeof createAgent>[0])).toThrow('Did you mean `system`?');
});
