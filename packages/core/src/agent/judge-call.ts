import { messageOf } from '../errors.ts';
import { nearestName } from '../check-options.ts';
import { toJson, type Json } from '../json.ts';
import type { BeforeToolAnswer } from '../hooks.ts';
import type { ApprovalAnswer, PermissionCall, PermissionDecision } from '../permission.ts';
import type { DecisionRecord } from '../session/event.ts';
import type { Access, Tool, ToolOutcome } from '../tool.ts';
import type { ToolCallBlock } from '../transcript.ts';
import { askHook, badAnswer } from './ask-hook.ts';
import { offeredTools } from './to-request.ts';
import type { RunContext } from './run-context.ts';
import { didNotRun } from './run-stopped.ts';
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
  const checked = await validate(context, tool, call.args);
  if (!checked.ok) return invalid(checked.problem);

  const hook = await askBeforeTool(context, call, checked.args);
  if (hook !== undefined && 'args' in hook) {
    const changed = await validate(context, tool, hook.args);
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
    return readDecision(await untilAborted(Promise.resolve(permissions.decide(call)), context.signal));
  } catch (error) {
    return atCeiling(`The permission policy failed: ${messageOf(error)}`);
  }
}

/** What a policy answered, and nothing besides: it goes into the log. */
function readDecision(answer: unknown): PermissionDecision {
  if (typeof answer !== 'object' || answer === null || !('decision' in answer) || !decisions.has(answer.decision)) {
    return atCeiling('The permission policy gave no valid answer.');
  }
  // The policy's type promises the rest; what is missing is filled in, and what is no text is left out.
  const { decision, tier, reason, rule } = answer as Partial<PermissionDecision> & Pick<PermissionDecision, 'decision'>;
  return {
    decision,
    tier: typeof tier === 'string' ? tier : 'mode',
    reason: typeof reason === 'string' ? reason : `The permission policy says "${decision}" and gives no reason.`,
    ...(typeof rule === 'string' ? { rule } : {}),
  };
}

const decisions: ReadonlySet<unknown> = new Set(['allow', 'deny', 'ask']);

function atCeiling(reason: string): PermissionDecision {
  return { decision: 'deny', tier: 'ceiling', reason };
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
  const answer = await askPerson(context, valid, record, access);
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
  const checked = await validate(context, valid.tool, changedArgs);
  if (!checked.ok) return invalid(checked.problem);
  const changed = { ...valid, args: checked.args, changedArgs };
  const { record } = await decide(context, changed);
  return record.decision === 'deny' ? deny(context, changed, record) : allow(context, changed, approval);
}

type Answer = ApprovalAnswer & { readonly reason: string };

async function askPerson(
  context: RunContext,
  { call, args }: ValidCall,
  record: DecisionRecord,
  access: readonly Access[],
): Promise<Answer> {
  const { signal, log, settings } = context;
  try {
    signal.throwIfAborted();
    const question = {
      toolUseId: call.id,
      name: call.name,
      args: toJson(args),
      access,
      reason: record.reason,
      ...(record.rule === undefined ? {} : { rule: record.rule }),
      sessionId: log.sessionId,
      signal,
    };
    return readAnswer(await untilAborted(Promise.resolve(settings.onApproval?.(question)), signal));
  } catch (error) {
    const reason = signal.aborted
      ? 'The run was aborted before it was approved.'
      : `The approval failed: ${messageOf(error)}`;
    return { decision: 'deny', reason };
  }
}

function readAnswer(answer: unknown): Answer {
  if (answer === true) return { decision: 'allow', reason: 'A person allowed it.' };
  if (answer === false) return { decision: 'deny', reason: 'A person denied it.' };
  if (typeof answer === 'object' && answer !== null && 'decision' in answer) {
    const { decision } = answer;
    if (decision === 'allow' || decision === 'deny') {
      const reason = 'reason' in answer && typeof answer.reason === 'string' ? answer.reason : 'A person decided.';
      // A copy, so that nobody changes the arguments after they were judged.
      const args = 'args' in answer && answer.args !== undefined ? { args: toJson(answer.args) } : {};
      return { decision, reason, ...args };
    }
  }
  return {
    decision: 'deny',
    reason: 'The approval handler gave no valid answer: expected true, false or { decision }.',
  };
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

type Checked = { readonly ok: true; readonly args: unknown } | { readonly ok: false; readonly problem: string };

/** Checks a copy: what a tool does to its arguments must not reach the transcript. */
async function validate({ signal }: RunContext, tool: Tool, args: Json): Promise<Checked> {
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
  const checked = tool === undefined ? undefined : await validate(context, tool, call.args);
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
