import type { Json, Tool, ToolContext, ToolOutput } from '@harness-sdk/core';

/** What a call answered, and what it told on the way. */
export interface Called {
  readonly output: ToolOutput;
  /** The text of the output. */
  readonly text: string;
  readonly isError: boolean;
  readonly progress: readonly Json[];
}

/** One call: validated as the core does it, run to its end in a context where everything is permitted. */
export async function callTool(
  tool: Tool,
  args: Json,
  context: Partial<ToolContext> & { readonly cwd: string },
): Promise<Called> {
  const steps = await startTool(tool, args, context);
  const progress: Json[] = [];
  for (let step = await steps.next(); ; step = await steps.next()) {
    if (step.done !== true) {
      progress.push(step.value);
      continue;
    }
    const output = step.value;
    if (typeof output === 'string' || !('content' in output) || typeof output.content !== 'string') {
      throw new Error(`${tool.name} gave no whole output`);
    }
    return { output, text: output.content, isError: output.isError === true, progress };
  }
}

/** The steps of one call, of which none has been taken. */
export async function startTool(
  tool: Tool,
  args: Json,
  context: Partial<ToolContext> & { readonly cwd: string },
): Promise<Extract<ReturnType<Tool['execute']>, AsyncGenerator>> {
  const validation = await tool.validate(args);
  if (!validation.ok) {
    throw new Error(`${tool.name} refuses ${JSON.stringify(args)}: ${JSON.stringify(validation.issues)}`);
  }
  const returned = tool.execute(validation.args, {
    signal: new AbortController().signal,
    sessionId: 'session',
    toolUseId: 'call',
    idempotencyKey: 'call',
    permits: async () => true,
    invoke: async () => ({ content: 'No other tools here.', isError: true, outcome: 'not_executed' }),
    ...context,
  });
  if (typeof returned === 'object' && Symbol.asyncIterator in returned) return returned;
  throw new Error(`${tool.name} is no generator`);
}
