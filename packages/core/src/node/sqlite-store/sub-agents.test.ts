import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { resume, run } from '../../agent/run.ts';
import type { PermissionPolicy } from '../../permission.ts';
import { sessions } from '../../session/sessions.ts';
import { call, collect, scriptedModel } from '../../testing/index.ts';
import { sqliteStore } from './sqlite-store.ts';

const directory = mkdtempSync(join(tmpdir(), 'sub-agents-'));
const permissions: PermissionPolicy = { decide: () => ({ decision: 'allow', tier: 'mode', reason: 'Allowed.' }) };

afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('takes the sessions of sub-agents, however deep they are and whatever ids the model gives its calls', async () => {
  await using store = sqliteStore({ path: join(directory, 'sessions.db') });
  const ids = ['\u0000\u001B[2J\r\n', '\uD800', '../../etc', 'x'.repeat(2_000), 'é'.repeat(400), '~2', ''];
  const task = (id: string): ReturnType<typeof call> =>
    call('Task', { agent: 'helper', prompt: `Go on with ${id.length}.` }, { id });
  const model = scriptedModel(({ messages, tools }) => {
    if (messages.length > 1 || tools.length === 0) return 'Done.';
    return ids.map((id) => task(id));
  });
  const sessionId = 's'.repeat(490);
  const agents = { helper: { description: 'Helps.' } };
  const options = { model, agents, permissions, session: store, subAgentLimits: { maxDepth: 2, maxParallel: 8 } };
  const { result, toolResults } = await collect(run('Go.', { ...options, sessionId }));
  expect(result?.text).toBe('Done.');
  expect(toolResults.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 7 * 8 }, () => 'ok'));
  const names: string[] = [];
  for await (const summary of sessions(store).list()) names.push(summary.sessionId);
  expect(names).toHaveLength(1 + 7 + 7 * 7);
  expect((await collect(resume(sessionId, options))).result).toEqual(result);
});
