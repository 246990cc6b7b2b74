import { checkOptions, type ToolContext, type ToolOutput } from '@harness-sdk/core';
import type { Workspace } from '@harness-sdk/core/node';
import { failure } from './explain-refusal.ts';
import { RipgrepError } from './ripgrep.ts';

/** Options of {@link globTool} and {@link grepTool}. */
export interface SearchToolOptions {
  /** How long a search may take, in milliseconds; what it has found until then is the answer. Default 30,000. */
  readonly timeoutMs?: number;
}

/** What Glob and Grep are made of. */
export interface SearchTool {
  readonly workspace: Workspace;
  readonly timeoutMs: number;
}

/** The longest that a timer can wait: 24 days. */
const maxTimeoutMs = 2 ** 31 - 1;

/** @throws OptionError */
export function toSearchTool(maker: string, workspace: Workspace, options: SearchToolOptions): SearchTool {
  checkOptions(maker, options, { timeoutMs: { type: 'number', integer: true, min: 1 } });
  return { workspace, timeoutMs: options.timeoutMs ?? 30_000 };
}

/** Runs a search until it ends or its time is up. What ripgrep does not accept is a failure that the model can mend. */
export async function answerSearch(
  { timeoutMs }: SearchTool,
  context: ToolContext,
  work: (deadline: AbortSignal) => Promise<string>,
): Promise<ToolOutput> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), Math.min(timeoutMs, maxTimeoutMs));
  try {
    return { content: await work(deadline.signal) };
  } catch (error) {
    if (error instanceof RipgrepError) return failure(error.message);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** What is to be said of a search whose time was up. */
export function remarksOn({ timeoutMs }: SearchTool, deadline: AbortSignal): readonly string[] {
  if (!deadline.aborted) return [];
  return [
    `incomplete: the search was ended after ${timeoutMs / 1000} s, before it had seen everything; search a smaller directory, or fewer files by a glob`,
  ];
}
