import type { Json, Tool, ToolContext, ToolOutput } from '@harness-sdk/core';

/** The answer of one call: validated as the core does it, run in a context where everything is permitted. */
export async function callTool(
  tool: Tool,
  args: Json,
  context: Partial<ToolContext> & { cwd: string },
): Promise<ToolOutput> {
  const validation = await tool.validate(args);
  if (!validation.ok) {
    throw new Error(`${tool.name} refuses ${JSON.stringify(args)}: ${JSON.stringify(validation.issues)}`);
  }
  const output = await tool.execute(validation.args, {
    signal: new AbortController().signal,
    sessionId: 'session',
    toolUseId: 'call',
    idempotencyKey: 'call',
    permits: async () => true,
    invoke: async () => ({ content: 'No other tools here.', isError: true, outcome: 'not_executed' }),
    ...context,
  });
  if (typeof output === 'string' || !('content' in output)) throw new Error(`${tool.name} gave no whole output`);
  return output;
}

/** The text of an output that is text. */
export function textOf(output: ToolOutput): string {
  if (typeof output.content !== 'string') throw new Error('Expected text, got blocks');
  return output.content;
}
