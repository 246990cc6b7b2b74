import { messageOf } from '../errors.ts';
import { nearestName } from '../check-options.ts';
import { toJson, type Json } from '../json.ts';
import type { BeforeToolAnswer } from '../hooks.ts';
import type { DecisionRecord } from '../session/event.ts';
import type { Access, Tool, ToolOutcome } from '../tool.ts';
import type { ToolCallBlock } from '../transcript.ts';
import { askHook, badAnswer } from './ask-hook.ts';
import { askPerson } from './ask-person.ts';
import { askPolicy, atCeiling } from './ask-policy.ts';
import { offeredTools } from './to-request.ts';
import type { RunContext } from './run-context.ts';
import { didNotRun } from './run-stopped.ts';
import { untilAborted } from './until-aborted.ts';
import { validateArgs } from './validate-args.ts';

/** What becomes of a call: it runs with these arguments, or it is answered without running. */
export type Verdict =
  | { readonly runs: true; readonly tool: Tool; readonly args: unknown }
  | { readonly runs: false; readonly outcome: ToolOutcome; readonly content: string };

/** A call that is judged: one of the model's, or one that a tool makes through `context.invoke`. */
export interface JudgedCall {
  readonly call: ToolCallBlock;
  /** Prefix of the keys of its events. */
  readonly key: string;
}

/**
 * The one way of every call to its execution: parse, validate, hook, access, decide, ask. Never throws for what the
 * model or a policy did; the decision is in the log when it returns.
 */
export async function judgeCall(context: RunContext, judged: JudgedCall): Promise<Verdict> {
  const { call } = judged;
  const tool = context.settings.tools.find((candidate) => candidate.name === call.name);
  if (tool === undefined) return invalid(unknownTool(context, call.name));
  if (call.argsError !== undefined || call.args === undefined) return invalid(unparsable(tool, call));
  const checked = await validateArgs(context, tool, call.args);
  if (!checked.ok) return invalid(checked.problem);

  const hook = await askBeforeTool(context, call, checked.args);
  if (hook !== undefined && 'args' in hook) {
    const changed = await validateArgs(context, tool, hook.args);
    if (!changed.ok) return invalid(changed.problem);
    return decideCall(context, { ...judged, tool, args: changed.args, changedArgs: hook.args }, undefined);
  }
  return decideCall(context, { ...judged, tool, args: checked.args }, hook);
}

/** A call that could run: there is such a tool, and these arguments are valid. */
interface ValidCall extends JudgedCall {
  readonly tool: Tool;
  readonly args: unknown;
  /** Where a hook or a person changed the arguments: what they were changed to. */
  readonly changedArgs?: Json;
}

type HookDecision = Extract<BeforeToolAnswer, { decision: string }>;

async function decideCall(context: RunContext, valid: ValidCall, hook: HookDecision | undefined): Promise<Verdict> {
  if (hook?.decision === 'deny') return deny(context, valid, { decision: 'deny', tier: 'hook', reason: hook.reason });
  const decision = await decide(context, valid);
  if (decision.record.decision === 'deny') return deny(context, valid, decision.record);
  if (hook?.decision === 'ask') return ask(context, valid, { ...decision, record: hookAsks(hook) });
  if (decision.record.decision === 'allow') return allow(context, valid, decision.record);
  if (hook?.decision === 'allow') {
    return allow(context, valid, { decision: 'allow', tier: 'hook', reason: 'The beforeTool hook allowed it.' });
  }
  return ask(context, valid, decision);
}

function hookAsks(hook: Extract<HookDecision, { decision: 'ask' }>): DecisionRecord {
  return { decision: 'ask', tier: 'hook', reason: hook.reason ?? 'The beforeTool hook wants a person to decide.' };
}

/** What the policy says, and about which access. */
interface Judgement {
  readonly record: DecisionRecord;
  readonly access: readonly Access[];
}

/** Asks the policy about a call. A tool or a policy that throws or answers nonsense is a denial. */
async function decide(context: RunContext, { call, tool, args }: ValidCall): Promise<Judgement> {
  const { signal, settings } = context;
  let access: readonly Access[];
  try {
    access = await untilAborted(Promise.resolve(tool.access(args, { cwd: settings.cwd })), signal);
    const outside = access.find(({ kind }) => !tool.accessKinds.includes(kind));
    if (outside !== undefined) {
      return denied(
        `The call's access "${outside.kind}" is not among those that the tool declares: ${listOf(tool.accessKinds)}.`,
      );
    }
  } catch (error) {
    return denied(`What the call would touch could not be worked out: ${messageOf(error)}`);
  }
  return { record: await askPolicy(context, call.id, tool, args, access), access };
}

function denied(reason: string): Judgement {
  return { record: atCeiling(reason), access: [] };
}

async function ask(context: RunContext, valid: ValidCall, { record, access }: Judgement): Promise<Verdict> {
  const { call, key } = valid;
  if (context.settings.onApproval === undefined) {
    const reason = `${record.reason} Nobody can be asked: pass \`onApproval\` to run(), or allow the call by a rule.`;
    return deny(context, valid, { ...record, decision: 'deny', reason });
  }
  const { id: toolCallId, name } = call;
  const { reason } = record;
  await context.commit({
    key: context.log.freeKey(`${key}/approval`),
    type: 'approval_requested',
    toolCallId,
    name,
    reason,
  });
  const question = { toolUseId: call.id, name: call.name, args: valid.args };
  const answer = await askPerson(context, question, record, access);
  await context.commit({
    key: context.log.freeKey(`${key}/approval/decided`),
    type: 'approval_decided',
    toolCallId,
    decision: answer.decision,
    reason: answer.reason,
  });
  const approval: DecisionRecord = { tier: 'approval', decision: answer.decision, reason: answer.reason };
  if (answer.decision === 'deny') return deny(context, valid, approval);
  return answer.args === undefined
    ? allow(context, valid, approval)
    : approveChanged(context, valid, answer.args, approval);
}

/** A person changed the arguments: they are validated, and every ceiling and deny rule still holds. */
async function approveChanged(
  context: RunContext,
  valid: ValidCall,
  changedArgs: Json,
  approval: DecisionRecord,
): Promise<Verdict> {
  const checked = await validateArgs(context, valid.tool, changedArgs);
  if (!checked.ok) return invalid(checked.problem);
  const changed = { ...valid, args: checked.args, changedArgs };
  const { record } = await decide(context, changed);
  return record.decision === 'deny' ? deny(context, changed, record) : allow(context, changed, approval);
}

async function allow(
  context: RunContext,
  { call, key, tool, args, changedArgs }: ValidCall,
  decision: DecisionRecord,
): Promise<Verdict> {
  const { id: toolCallId, name } = call;
  const changed = changedArgs === undefined ? {} : { args: changedArgs };
  const decided = context.log.freeKey(`${key}/decided`);
  await context.commit({ key: decided, type: 'tool_decided', toolCallId, name, decision, ...changed });
  return { runs: true, tool, args };
}

async function deny(context: RunContext, { call, key }: JudgedCall, decision: DecisionRecord): Promise<Verdict> {
  // Nobody denied it: whoever was to decide was cut short.
  if (context.signal.aborted) return { runs: false, outcome: 'aborted', content: didNotRun(context.signal) };
  const { id: toolCallId, name } = call;
  const decided = context.log.freeKey(`${key}/decided`);
  await context.commit({ key: decided, type: 'tool_decided', toolCallId, name, decision });
  return { runs: false, outcome: 'denied', content: `Denied: ${decision.reason}` };
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

function invalid(content: string): Verdict {
  return { runs: false, outcome: 'error', content };
}

function listOf(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
