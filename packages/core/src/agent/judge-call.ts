import { messageOf } from '../errors.ts';
import { nearestName } from '../check-options.ts';
import type { Json } from '../json.ts';
import type { BeforeToolAnswer } from '../hooks.ts';
import type { ApprovalAnswer, PermissionCall, PermissionDecision } from '../permission.ts';
import type { DecisionRecord } from '../session/event.ts';
import type { Access, Tool, ToolOutcome } from '../tool.ts';
import type { ToolCallBlock } from '../transcript.ts';
import { askHook } from './ask-hook.ts';
import { offeredTools } from './to-request.ts';
import type { RunContext } from './run-context.ts';
import { untilAborted } from './until-aborted.ts';

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
  const checked = await validate(tool, call.args);
  if (!checked.ok) return invalid(checked.problem);

  const hook = await askBeforeTool(context, call, checked.args);
  if (hook !== undefined && 'args' in hook) {
    const changed = await validate(tool, hook.args);
    return changed.ok ? decideCall(context, judged, tool, changed.args, undefined) : invalid(changed.problem);
  }
  return decideCall(context, judged, tool, checked.args, hook);
}

type HookDecision = Extract<BeforeToolAnswer, { decision: string }>;

async function decideCall(
  context: RunContext,
  judged: JudgedCall,
  tool: Tool,
  args: unknown,
  hook: HookDecision | undefined,
): Promise<Verdict> {
  if (hook?.decision === 'deny') return deny(context, judged, { decision: 'deny', tier: 'hook', reason: hook.reason });
  const decision = await decide(context, judged.call, tool, args);
  if (decision.record.decision === 'deny') return deny(context, judged, decision.record);
  if (hook?.decision === 'ask') {
    return ask(context, judged, tool, args, { ...decision, record: hookAsks(hook) });
  }
  if (decision.record.decision === 'allow') return allow(context, judged, tool, args, decision.record);
  if (hook?.decision === 'allow') {
    return allow(context, judged, tool, args, {
      decision: 'allow',
      tier: 'hook',
      reason: 'The before-tool hook allowed it.',
    });
  }
  return ask(context, judged, tool, args, decision);
}

function hookAsks(hook: Extract<HookDecision, { decision: 'ask' }>): DecisionRecord {
  return { decision: 'ask', tier: 'hook', reason: hook.reason ?? 'The before-tool hook wants a person to decide.' };
}

/** What the policy says, and about which access. */
interface Judgement {
  readonly record: DecisionRecord;
  readonly access: readonly Access[];
}

/** Asks the policy about a call. A tool or a policy that throws or answers nonsense is a denial. */
async function decide(context: RunContext, call: ToolCallBlock, tool: Tool, args: unknown): Promise<Judgement> {
  const { cwd } = context.settings;
  let access: readonly Access[];
  try {
    access = await tool.access(args, { cwd });
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

/** The policy's word on one access of one call, made safe. */
export async function askPolicy(
  context: RunContext,
  toolUseId: string,
  tool: Tool,
  args: unknown,
  access: readonly Access[],
): Promise<PermissionDecision> {
  const { permissions, cwd } = context.settings;
  const call: PermissionCall = {
    tool: { name: tool.name, accessKinds: tool.accessKinds },
    // Validated arguments are JSON, unless the tool's schema makes something else of them.
    args: args as Json,
    access,
    cwd,
    sessionId: context.log.sessionId,
    toolUseId,
  };
  try {
    const decision = await permissions.decide(call);
    if (decisions.has(decision?.decision)) return decision;
    return denied('The permission policy gave no valid answer.').record as PermissionDecision;
  } catch (error) {
    return denied(`The permission policy failed: ${messageOf(error)}`).record as PermissionDecision;
  }
}

const decisions: ReadonlySet<unknown> = new Set(['allow', 'deny', 'ask']);

function denied(reason: string): Judgement {
  return { record: { decision: 'deny', tier: 'ceiling', reason }, access: [] };
}

async function ask(
  context: RunContext,
  judged: JudgedCall,
  tool: Tool,
  args: unknown,
  { record, access }: Judgement,
): Promise<Verdict> {
  const { call, key } = judged;
  const { onApproval } = context.settings;
  if (onApproval === undefined) {
    const reason = `${record.reason} Nobody can be asked: pass \`onApproval\` to run(), or allow the call by a rule.`;
    return deny(context, judged, { ...record, decision: 'deny', reason });
  }
  await context.commit({
    key: `${key}/approval`,
    type: 'approval_requested',
    toolCallId: call.id,
    name: call.name,
    reason: record.reason,
  });
  const answer = await askPerson(context, judged, args, record, access);
  await context.commit({
    key: `${key}/approval/decided`,
    type: 'approval_decided',
    toolCallId: call.id,
    decision: answer.decision,
    reason: answer.reason ?? '',
  });
  const approval = { tier: 'approval', reason: answer.reason ?? 'A person decided.' } as const;
  if (answer.decision === 'deny') return deny(context, judged, { ...approval, decision: 'deny' });
  if (answer.args === undefined) return allow(context, judged, tool, args, { ...approval, decision: 'allow' });
  return approveChanged(context, judged, tool, answer.args, { ...approval, decision: 'allow' });
}

/** A person changed the arguments: they are validated, and every ceiling and deny rule still holds. */
async function approveChanged(
  context: RunContext,
  judged: JudgedCall,
  tool: Tool,
  changedArgs: Json,
  approval: DecisionRecord,
): Promise<Verdict> {
  const changed = await validate(tool, changedArgs);
  if (!changed.ok) return invalid(changed.problem);
  const { record } = await decide(context, judged.call, tool, changed.args);
  if (record.decision === 'deny') return deny(context, judged, record);
  return allow(context, judged, tool, changed.args, approval);
}

async function askPerson(
  context: RunContext,
  { call }: JudgedCall,
  args: unknown,
  record: DecisionRecord,
  access: readonly Access[],
): Promise<ApprovalAnswer> {
  const { onApproval } = context.settings;
  const { signal, log } = context;
  try {
    const question = {
      toolUseId: call.id,
      name: call.name,
      args: args as Json,
      access,
      reason: record.reason,
      ...(record.rule === undefined ? {} : { rule: record.rule }),
      sessionId: log.sessionId,
      signal,
    };
    const answer: unknown = await untilAborted(Promise.resolve(onApproval?.(question)), signal);
    return readAnswer(answer);
  } catch (error) {
    const reason = signal.aborted
      ? 'The run was aborted before it was approved.'
      : `The approval failed: ${messageOf(error)}`;
    return { decision: 'deny', reason };
  }
}

function readAnswer(answer: unknown): ApprovalAnswer {
  if (answer === true) return { decision: 'allow', reason: 'A person allowed it.' };
  if (answer === false) return { decision: 'deny', reason: 'A person denied it.' };
  if (typeof answer === 'object' && answer !== null && 'decision' in answer) {
    // The handler's type promises the rest; what it decides is checked here.
    if (answer.decision === 'allow' || answer.decision === 'deny') return answer as ApprovalAnswer;
  }
  return {
    decision: 'deny',
    reason: 'The approval handler gave no valid answer: expected true, false or { decision }.',
  };
}

async function allow(
  context: RunContext,
  { call, key }: JudgedCall,
  tool: Tool,
  args: unknown,
  decision: DecisionRecord,
): Promise<Verdict> {
  await context.commit({ key: `${key}/decided`, type: 'tool_decided', toolCallId: call.id, name: call.name, decision });
  return { runs: true, tool, args };
}

async function deny(context: RunContext, { call, key }: JudgedCall, decision: DecisionRecord): Promise<Verdict> {
  await context.commit({ key: `${key}/decided`, type: 'tool_decided', toolCallId: call.id, name: call.name, decision });
  return { runs: false, outcome: 'denied', content: `Denied: ${decision.reason}` };
}

async function askBeforeTool(
  context: RunContext,
  call: ToolCallBlock,
  args: unknown,
): Promise<BeforeToolAnswer | undefined> {
  const hook = context.settings.hooks?.beforeTool;
  if (hook === undefined) return undefined;
  const input = {
    ...context.hookContext(context.signal),
    call: { toolUseId: call.id, name: call.name, args: args as Json },
  };
  try {
    return await askHook('beforeTool', () => hook(input));
  } catch (error) {
    return { decision: 'deny', reason: messageOf(error) };
  }
}

type Checked = { readonly ok: true; readonly args: unknown } | { readonly ok: false; readonly problem: string };

async function validate(tool: Tool, args: unknown): Promise<Checked> {
  try {
    const checked = await tool.validate(args);
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
  const checked = tool === undefined ? undefined : await validate(tool, call.args);
  // Validated arguments are JSON, unless the tool's schema makes something else of them.
  return checked?.ok === true ? (checked.args as Json) : call.args;
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
