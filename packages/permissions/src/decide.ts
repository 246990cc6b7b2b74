import type { PermissionCall, PermissionDecision, PermissionTool } from '@harness-sdk/core';
import { restrictedByArguments } from './argument-restrictions.ts';
import { ceilingOfCall, ceilingOfPaths } from './ceilings.ts';
import { grantedOrAsk } from './grants.ts';
import { guardWrites } from './guard-writes.ts';
import type { PolicySettings } from './policy-settings.ts';
import type { JudgedAccess } from './judged-call.ts';
import { doubtedBy, restrictedBy } from './restrictions.ts';
import { standingWord } from './standing-word.ts';
import { judgeCommand, judgedUnits } from './shell/judge-command.ts';

/**
 * Decides on a call. The first that has a word decides: ceilings, deny rules, ask rules, allow rules, the
 * defaults of policy files, the mode. Never
 * rejects.
 */
export async function decide(settings: PolicySettings, call: PermissionCall): Promise<PermissionDecision> {
  const refused = ceilingOfCall(settings.mode, call);
  if (refused !== undefined) return refused;
  const found = await ceilingOfPaths(call, settings);
  if ('decision' in found) return found;
  const access = found.map((item) => withVerdict(settings, call.tool, item));
  return withUnits(settings, call.tool, byRules(settings, call, access), access);
}

function byRules(settings: PolicySettings, call: PermissionCall, access: readonly JudgedAccess[]): PermissionDecision {
  const denied =
    restrictedBy('deny', settings.deny, call.tool, access) ??
    restrictedByArguments('deny', settings.argumentRules.deny, call);
  if (denied !== undefined) return denied;
  const asked =
    restrictedBy('ask', settings.ask, call.tool, access) ??
    restrictedByArguments('ask', settings.argumentRules.ask, call) ??
    doubtedBy(access);
  const rest = grantedOrAsk(settings, call.tool, access);
  // A rule that asks tightens: it does not open what a default of a policy file denies.
  const decision = asked === undefined || rest.decision === 'deny' ? rest : asked;
  return guardWrites(settings, access, decision);
}

function withVerdict(settings: PolicySettings, tool: PermissionTool, access: JudgedAccess): JudgedAccess {
  const { command } = access;
  return command === undefined ? access : { ...access, verdict: judgeCommand(settings, tool, command) };
}

/** The decision, with the parts of the commands that it is about. */
function withUnits(
  settings: PolicySettings,
  tool: PermissionTool,
  decision: PermissionDecision,
  access: readonly JudgedAccess[],
): PermissionDecision {
  const units = access.flatMap((item) => {
    const { verdict } = item;
    if (verdict === undefined) return [];
    const isAllowed = decision.decision === 'allow' || standingWord(settings, tool, item).decision === 'allow';
    return judgedUnits(verdict, verdict.coverWith(settings.allow), isAllowed);
  });
  return units.length === 0 ? decision : { ...decision, units };
}
