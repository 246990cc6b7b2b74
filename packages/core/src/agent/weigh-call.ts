import { nearestName } from '../check-options.ts';
import { messageOf } from '../errors.ts';
import type { BeforeToolAnswer } from '../hooks.ts';
import { toJson } from '../json.ts';
import type { DecisionRecord } from '../session/event.ts';
import type { Tool } from '../tool.ts';
import type { ToolCallBlock } from '../transcript.ts';
import { askHook, badAnswer } from './ask-hook.ts';
import { decideCall } from './decide-call.ts';
import type { JudgedCall, Judgement, ValidCall } from './judged-call.ts';
import type { RunContext } from './run-context.ts';
import { offeredTools } from './to-request.ts';
import { untilAborted } from './until-aborted.ts';
import { validateArgs } from './validate-args.ts';

/** A call that could run and what is to be said of it, or what is wrong with it. */
export type WeighedCall = { readonly valid: ValidCall; readonly judgement: Judgement } | { readonly problem: string };

/** Everything up to the question to a person: parse, validate, hook, access, policy. Logs nothing, and never throws. */
export async function weighCall(context: RunContext, judged: JudgedCall): Promise<WeighedCall> {
  const { call } = judged;
  const tool = context.settings.tools.find((candidate) => candidate.name === call.name);
  if (tool === undefined) return { problem: unknownTool(context, call.name) };
  if (call.argsError !== undefined || call.args === undefined) return { problem: unparsable(tool, call) };
  const checked = await validateArgs(context, tool, call.args);
  if (!checked.ok) return checked;

  const hook = await askBeforeTool(context, call, checked.args);
  if (hook !== undefined && 'args' in hook) {
    const changed = await validateArgs(context, tool, hook.args);
    if (!changed.ok) return changed;
    const valid = { ...judged, tool, args: changed.args, changedArgs: hook.args };
    return { valid, judgement: await decideCall(context, valid) };
  }
  const valid = { ...judged, tool, args: checked.args };
  return { valid, judgement: await judgementOf(context, valid, hook) };
}

type HookDecision = Extract<BeforeToolAnswer, { decision: string }>;

/** The policy's word and the hook's: the hook may tighten it, and its `allow` skips only the question. */
async function judgementOf(context: RunContext, valid: ValidCall, hook: HookDecision | undefined): Promise<Judgement> {
  if (hook?.decision === 'deny') {
    return { record: { decision: 'deny', tier: 'hook', reason: hook.reason }, access: [] };
  }
  const judgement = await decideCall(context, valid);
  if (judgement.record.decision === 'deny') return judgement;
  if (hook?.decision === 'ask') return { ...judgement, record: hookAsks(hook) };
  if (judgement.record.decision === 'allow' || hook === undefined) return judgement;
  const record = { decision: 'allow', tier: 'hook', reason: 'The beforeTool hook allowed it.' } as const;
  return { ...judgement, record };
}

function hookAsks(hook: Extract<HookDecision, { decision: 'ask' }>): DecisionRecord {
  return { decision: 'ask', tier: 'hook', reason: hook.reason ?? 'The beforeTool hook wants a person to decide.' };
}

async function askBeforeTool(
  context: RunContext,
  call: ToolCallBlock,
  args: unknown,
): Promise<BeforeToolAnswer | undefined> {
  const { signal, settings } = context;
  if (settings.hooks?.beforeTool === undefined) return undefined;
  try {
    const hookCall = { toolUseId: call.id, name: call.name, args: toJson(args) };
    const answer = await untilAborted(askHook(context, 'beforeTool', signal, { call: hookCall }), signal);
    return answer && readHookAnswer(answer);
  } catch (error) {
    return { decision: 'deny', reason: messageOf(error) };
  }
}

/** What the hook answered, and nothing besides. What it cannot have meant must not let a call pass. */
function readHookAnswer(answer: object): BeforeToolAnswer {
  const { decision, reason, args } = answer as { decision?: unknown; reason?: unknown; args?: unknown };
  const given = typeof reason === 'string' ? { reason } : {};
  if (decision === 'deny') return { decision, reason: 'The beforeTool hook denied it.', ...given };
  if (decision !== undefined && args !== undefined) throw badAnswer('beforeTool', 'both `decision` and `args`');
  if (decision === 'ask') return { decision, ...given };
  if (decision === 'allow') return { decision };
  if (decision === undefined && args !== undefined) return { args: toJson(args) };
  throw badAnswer('beforeTool', 'no decision and no arguments');
}

function unknownTool(context: RunContext, name: string): string {
  const names = offeredTools(context.settings).map((tool) => tool.name);
  const nearest = nearestName(name, names);
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  return `There is no tool "${name}".${hint} The tools are: ${listOf(names)}.`;
}

function unparsable(tool: Tool, call: ToolCallBlock): string {
  const problem = call.argsError ?? 'there are none';
  return `The arguments of "${tool.name}" are not valid JSON, so it did not run: ${problem}. Send one JSON object.`;
}

function listOf(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
