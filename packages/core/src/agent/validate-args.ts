import { messageOf } from '../errors.ts';
import type { Json } from '../json.ts';
import type { Tool } from '../tool.ts';
import type { ToolCallBlock } from '../transcript.ts';
import type { RunContext } from './run-context.ts';
import { untilAborted } from './until-aborted.ts';

/** What checking a call's arguments gave. */
export type CheckedArgs =
  | { readonly ok: true; readonly args: unknown }
  | { readonly ok: false; readonly problem: string };

/** Checks a copy: what a tool does to its arguments must not reach the transcript. */
export async function validateArgs({ signal }: RunContext, tool: Tool, args: Json): Promise<CheckedArgs> {
  try {
    const checked = await untilAborted(Promise.resolve(tool.validate(structuredClone(args))), signal);
    if (checked.ok) return checked;
    const issues = checked.issues.map(({ path, message }) => `- ${path === '' ? '(the arguments)' : path}: ${message}`);
    return {
      ok: false,
      problem: `The arguments of "${tool.name}" are not valid, so it did not run:\n${issues.join('\n')}`,
    };
  } catch (error) {
    return {
      ok: false,
      problem: `The arguments of "${tool.name}" could not be checked, so it did not run: ${messageOf(error)}`,
    };
  }
}

/** The arguments as people get to see them: validated, or raw where that fails. */
export async function shownArgs(context: RunContext, call: ToolCallBlock): Promise<Json> {
  const tool = context.settings.tools.find((candidate) => candidate.name === call.name);
  if (call.args === undefined) return call.rawArgs ?? null;
  const checked = tool === undefined ? undefined : await validateArgs(context, tool, call.args);
  // Validated arguments are JSON, unless the tool's schema makes something else of them.
  return checked?.ok === true ? (checked.args as Json) : call.args;
}
