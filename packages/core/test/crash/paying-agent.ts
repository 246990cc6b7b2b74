import { appendFileSync } from 'node:fs';
import { z } from 'zod';
import { defineTool } from '../../src/define-tool.ts';
import type { RunOptions } from '../../src/agent/options.ts';
import type { PermissionPolicy } from '../../src/permission.ts';
import type { SessionStore } from '../../src/session/store.ts';
import { call, scriptedModel, type ScriptedModel } from '../../src/testing/index.ts';
import type { Tool, ToolEffect } from '../../src/tool.ts';

/** The session that is killed and taken up again. */
export const sessionId = 'payments';
/** Turns with calls; one more ends the run. */
const turns = 8;

/** An agent whose every execution leaves a line in a file, so that a repeated one is seen. */
export interface PayingAgent {
  readonly model: ScriptedModel;
  readonly options: RunOptions;
}

/**
 * Makes the agent. What it says rests on the conversation alone, so that every process says the same.
 *
 * @param executions - File that gets `<tool> <idempotency key>` before a tool does anything else.
 */
export function payingAgent(session: SessionStore, executions: string): PayingAgent {
  const model = scriptedModel(({ messages }) => {
    const turn = messages.filter(({ role }) => role === 'assistant').length;
    if (turn >= turns) return 'All is paid.';
    const [first, second] = [call('look', { n: turn * 2 }), call('look', { n: turn * 2 + 1 })];
    if (turn % 3 === 0) return ['Side by side:', first, second, call('pay', { n: turn })];
    if (turn % 3 === 1) return [call('pay', { n: turn }), call('set', { n: turn }), first];
    return [first, second, call('set', { n: turn })];
  });
  const tool = (name: string, kind: 'read' | 'write', effect: ToolEffect): Tool =>
    defineTool({
      name,
      description: `To ${name}.`,
      input: z.object({ n: z.number() }),
      accessKinds: [kind],
      effect,
      execute: async ({ n }, { idempotencyKey }) => {
        appendFileSync(executions, `${name} ${idempotencyKey}\n`);
        for (let wait = 0; wait < 3; wait++) await new Promise(setImmediate);
        return `${name} ${n} is done`;
      },
    });
  const tools = [tool('look', 'read', 'none'), tool('set', 'write', 'idempotent'), tool('pay', 'write', 'once')];
  const permissions: PermissionPolicy = { decide: () => ({ decision: 'allow', tier: 'mode', reason: 'A test.' }) };
  return { model, options: { model, tools, permissions, session, sessionId } };
}
