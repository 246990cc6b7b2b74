import { AgentError, messageOf } from '../errors.ts';
import { textOf } from '../session/change-run.ts';
import type { OutputChecked } from '../session/event.ts';
import type { CheckOutput } from '../session/next-step.ts';
import type { SessionState } from '../session/state.ts';
import type { Validation, ValidationIssue } from '../tool.ts';
import type { OutputSpec } from './output-spec.ts';
import { parseOutput } from './parse-output.ts';
import type { RunContext } from './run-context.ts';
import { untilAborted } from './until-aborted.ts';

/** Holds the final answer against the schema: keeps it, tells the model what is wrong with it, or gives up. */
export async function checkOutput(context: RunContext, { canRepair }: CheckOutput): Promise<void> {
  const { log, settings, signal } = context;
  // A process that took the run up without the schema takes the JSON as it is.
  const spec = settings.outputSpec;
  const parsed = parseOutput(lastText(log.state));
  let outcome: Pick<OutputChecked, 'output' | 'issues' | 'content'>;
  if ('problem' in parsed) {
    outcome = refused([{ path: '', message: parsed.problem }], spec, canRepair);
  } else {
    const validation = await validated(spec, parsed.json, signal);
    if (validation === undefined) return;
    if (validation.ok) context.output = { value: validation.args };
    outcome = validation.ok ? { output: parsed.json } : refused(validation.issues, spec, canRepair);
  }
  await context.commit({
    key: `output/${log.state.seq + 1}`,
    type: 'output_checked',
    turn: log.state.turn,
    ...outcome,
  });
}

/** The output of an earlier process, as the schema makes it. */
export async function restoreOutput(context: RunContext): Promise<void> {
  const { output } = context.run;
  if (output === undefined || context.settings.outputSpec === undefined) return;
  const validation = await validated(context.settings.outputSpec, output.json, context.signal);
  if (validation?.ok === true) context.output = { value: validation.args };
}

/** `undefined` where the run was stopped meanwhile. */
async function validated(
  spec: OutputSpec | undefined,
  value: unknown,
  signal: AbortSignal,
): Promise<Validation | undefined> {
  if (spec === undefined) return { ok: true, args: value };
  try {
    return await untilAborted(spec.validate(value), signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw new AgentError('hook_failed', `The output schema threw: ${messageOf(error)}`, { cause: error });
  }
}

function lastText({ messages }: SessionState): string {
  const last = messages.at(messages.length - 1);
  return last?.role === 'assistant' ? textOf(last.content) : '';
}

function refused(
  issues: readonly ValidationIssue[],
  spec: OutputSpec | undefined,
  canRepair: boolean,
): Pick<OutputChecked, 'issues' | 'content'> {
  if (!canRepair) return { issues };
  const list = issues.map(({ path, message }) => `- ${path === '' ? '' : `${path}: `}${message}`).join('\n');
  const schema = spec === undefined ? '' : `\n\nThe schema:\n${JSON.stringify(spec.schema)}`;
  const text = `Your answer does not fit the schema that it has to have:\n${list}\n\nAnswer again with JSON that fits, and nothing else.${schema}`;
  return { issues, content: [{ type: 'text', text }] };
}
