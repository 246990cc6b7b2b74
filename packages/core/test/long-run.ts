import { z } from 'zod';
import { defineTool } from '../src/define-tool.ts';
import type { ModelInfo, ModelRequest } from '../src/model.ts';
import type { PermissionPolicy } from '../src/permission.ts';
import type { Tool } from '../src/tool.ts';
import {
  call,
  fail,
  scriptedModel,
  stopWith,
  type ScriptedModel,
  type ScriptedTurn,
  type ScriptPart,
} from '../src/testing/index.ts';

/** What a long run is made of. */
export interface LongRun {
  /** Tokens that fit in one call, input alone; the model refuses what is longer. */
  readonly window: number;
  /** Turns with calls before the last answer. */
  readonly turns: number;
  /** What the model answers where it is to summarize; `attempt` counts these calls from 1. */
  readonly summarize?: (request: ModelRequest, attempt: number) => ScriptedTurn;
  /** Default: what the window is. */
  readonly info?: ModelInfo;
  readonly callsOfTurn?: (turn: number) => readonly ScriptPart[];
}

/** What the tool is asked to do in a turn. */
export const readCall = (turn: number, bytes: number = 400): ScriptPart =>
  call('Read', { file_path: `src/file-${turn}.ts`, bytes }, { id: `read_${turn}_${bytes}` });

/** Reads what nobody wrote: so many bytes of it. */
export const readTool: Tool = defineTool({
  name: 'Read',
  description: 'Reads a file.',
  input: z.object({ file_path: z.string(), bytes: z.number() }),
  accessKinds: ['read'],
  effect: 'none',
  access: ({ file_path }) => [{ kind: 'read', path: file_path }],
  execute: ({ file_path, bytes }) => `${file_path}: ${'x'.repeat(bytes)}`,
});

export const allowAll: PermissionPolicy = {
  decide: () => ({ decision: 'allow', tier: 'mode', reason: 'Allowed.' }),
};

/** True for a request that asks for a summary. */
export function isSummary(request: ModelRequest): boolean {
  const last = request.messages.at(-1);
  const [block] = last?.role === 'user' ? last.content : [];
  return block?.type === 'text' && block.text.includes('Write a summary');
}

/** Tokens of a request, four bytes each. */
export function tokensOf({ system = '', messages, tools }: ModelRequest): number {
  return Math.ceil((system.length + JSON.stringify(messages).length + JSON.stringify(tools).length) / 4);
}

/** A summary with all its sections. */
export const goodSummary = `## Goal
Read the files.
## Constraints
None but the prompt's.
## Decisions
Go on reading.
## Files touched
src/
## Open items
The rest.`;

/** A model with a small window that reads one file a turn, and stops after so many turns. */
export function longModel({ window, turns, summarize, info, callsOfTurn }: LongRun): ScriptedModel {
  let turn = 0;
  let summaries = 0;
  return scriptedModel(
    (request) => {
      if (tokensOf(request) > window) return [fail('context_overflow')];
      if (isSummary(request)) return withinLimit(summarize?.(request, ++summaries) ?? goodSummary, request);
      turn++;
      if (turn > turns) return 'Done.';
      return withinLimit([`Step ${turn}.`, ...(callsOfTurn?.(turn) ?? [readCall(turn)])], request);
    },
    { info: info ?? { contextWindow: window } },
  );
}

/** An answer that keeps to the output limit, as a provider sees to it. */
function withinLimit(answer: ScriptedTurn, { maxOutputTokens = Infinity }: ModelRequest): ScriptedTurn {
  const parts = typeof answer === 'string' ? [answer] : answer;
  const length = parts.reduce((sum, part) => {
    if (typeof part === 'string') return sum + part.length;
    return part.type === 'tool_call' ? sum + part.json.length : sum;
  }, 0);
  if (Math.ceil(length / 4) <= maxOutputTokens) return answer;
  const [first] = parts;
  return [typeof first === 'string' ? first.slice(0, maxOutputTokens * 4) : '', stopWith('length')];
}
