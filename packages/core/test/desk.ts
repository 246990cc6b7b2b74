import assert from 'node:assert/strict';
import { z } from 'zod';
import type { ResumeOptions, RunOptions } from '../src/agent/options.ts';
import { resume, run } from '../src/agent/run.ts';
import { defineTool } from '../src/define-tool.ts';
import type { Result } from '../src/message.ts';
import type { ApprovalHandler, PermissionDecision, PermissionPolicy } from '../src/permission.ts';
import type { SessionEvent } from '../src/session/event.ts';
import { memoryStore } from '../src/session/memory-store.ts';
import type { SessionStore } from '../src/session/store.ts';
import { call, checkStream, collect, scriptedModel, type CollectedRun, type ScriptPart } from '../src/testing/index.ts';
import type { Tool } from '../src/tool.ts';
import { logOf } from './log-of.ts';

export const sessionId: string = 's';

type Script = Parameters<typeof scriptedModel>[0];

/** What a run yielded, up to its Result. */
export type Played = CollectedRun & { readonly result: Result };

function withResult(collected: CollectedRun): Played {
  const { result } = collected;
  assert.ok(result !== undefined, 'Expected a run with a Result.');
  return { ...collected, result };
}

/** A directory of one process or several: what is in its files, and what ran in it. */
export class Desk {
  readonly files: Map<string, string> = new Map();
  readonly ran: string[] = [];
  readonly session: SessionStore = memoryStore();

  /** A tool that writes, and shows what it would replace. */
  write(change: { readonly preview?: NonNullable<Tool['preview']> } = {}): Tool {
    const tool = defineTool({
      name: 'Write',
      description: 'Writes.',
      input: z.object({ path: z.string(), text: z.string().default('new') }),
      accessKinds: ['write'],
      access: ({ path }) => [{ kind: 'write', path }],
      preview: ({ path, text }) => ({ before: this.files.get(path) ?? null, after: text }),
      execute: ({ path, text }) => {
        this.ran.push(`${path} ${text}`);
        this.files.set(path, text);
        return 'written';
      },
    });
    return { ...tool, ...change };
  }

  look(): Tool {
    return defineTool({
      name: 'Look',
      description: 'Looks.',
      input: z.object({ path: z.string() }),
      accessKinds: ['read'],
      access: ({ path }) => [{ kind: 'read', path }],
      execute: ({ path }) => {
        this.ran.push(`look ${path}`);
        return this.files.get(path) ?? 'nothing';
      },
    });
  }

  options(script: Script, change: Partial<RunOptions> = {}): Omit<RunOptions, 'sessionId'> {
    const tools = [this.write(), this.look()];
    return { model: scriptedModel(script), tools, permissions: asks(), session: this.session, cwd: '/w', ...change };
  }

  async run(script: Script, change: Partial<RunOptions> = {}): Promise<Played> {
    const collected = await collect(run('Go.', { ...this.options(script, change), sessionId }));
    checkStream(collected.messages);
    return withResult(collected);
  }

  /** As another process does. */
  async resume(script: Script, change: Partial<ResumeOptions> = {}): Promise<Played> {
    const collected = await collect(resume(sessionId, { ...this.options(script), ...change }));
    checkStream(collected.messages, { isContinuation: true });
    return withResult(collected);
  }

  log(): Promise<readonly SessionEvent[]> {
    return logOf(this.session, sessionId);
  }
}

/** Asks about writes, unless their path was granted, and suggests a rule for exactly that path. */
export function asks(change: Partial<PermissionDecision> = {}): PermissionPolicy {
  return {
    decide: ({ access: [first], grants }) => {
      const path = first?.kind === 'write' || first?.kind === 'read' ? first.path : undefined;
      if (first?.kind !== 'write') return { decision: 'allow', tier: 'mode', reason: 'It only reads.' };
      const rule = `Write(${path})`;
      if (grants.includes(rule)) return { decision: 'allow', tier: 'allow', rule, reason: 'It was granted.' };
      const units = [{ text: path ?? '?', decision: 'ask' as const }];
      return { decision: 'ask', tier: 'mode', reason: 'Writes need a yes.', units, suggestions: [rule], ...change };
    },
  };
}

/** A call of Write for each path. */
export const writes = (...paths: readonly string[]): ScriptPart[] => paths.map((path) => call('Write', { path }));
/** Puts every call off. */
export const defer: ApprovalHandler = () => 'defer';
/** How calls ended, in order. */
export const outcomes = ({
  toolResults,
}: {
  toolResults: readonly { toolUseId: string; outcome: string }[];
}): readonly string[] => toolResults.map(({ toolUseId, outcome }) => `${toolUseId} ${outcome}`);
