import { messageOf } from '../errors.ts';
import type { Json } from '../json.ts';
import type { PermissionCall, PermissionDecision } from '../permission.ts';
import type { Access, Tool } from '../tool.ts';
import { readAudit } from './read-audit.ts';
import type { RunContext } from './run-context.ts';
import { untilAborted } from './until-aborted.ts';

/** The policy's word on one access of one call, made safe. */
export async function askPolicy(
  context: RunContext,
  toolUseId: string,
  tool: Tool,
  args: unknown,
  access: readonly Access[],
): Promise<PermissionDecision> {
  const call = permissionCall(context, toolUseId, tool, args, access);
  try {
    return readDecision(await untilAborted(Promise.resolve(context.settings.permissions.decide(call)), context.signal));
  } catch (error) {
    return atCeiling(`The permission policy failed: ${messageOf(error)}`);
  }
}

/** A call as a policy sees it. */
export function permissionCall(
  { log, settings, grants }: RunContext,
  toolUseId: string,
  tool: Tool,
  args: unknown,
  access: readonly Access[],
): PermissionCall {
  return {
    tool: { name: tool.name, accessKinds: tool.accessKinds },
    // Validated arguments are JSON, unless the tool's schema makes something else of them.
    args: args as Json,
    access,
    cwd: settings.cwd,
    sessionId: log.sessionId,
    toolUseId,
    grants,
  };
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
    ...readAudit(answer),
  };
}

const decisions: ReadonlySet<unknown> = new Set(['allow', 'deny', 'ask']);

/** A denial that nothing lifts. */
export function atCeiling(reason: string): PermissionDecision {
  return { decision: 'deny', tier: 'ceiling', reason };
}
