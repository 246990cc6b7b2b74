import type { PermissionCall, PermissionDecision } from '@harness-sdk/core';
import { restrictedByArguments } from './argument-restrictions.ts';
import { ceilingOfCall, ceilingOfPaths } from './ceilings.ts';
import { grantedOrAsk } from './grants.ts';
import { guardWrites } from './guard-writes.ts';
import type { PolicySettings } from './policy-settings.ts';
import { restrictedBy } from './restrictions.ts';

/**
 * Decides on a call. The first that has a word decides: ceilings, deny rules, ask rules, allow rules, the
 * defaults of policy files, the mode. Never
 * rejects.
 */
export async function decide(settings: PolicySettings, call: PermissionCall): Promise<PermissionDecision> {
  const refused = ceilingOfCall(settings.mode, call);
  if (refused !== undefined) return refused;
  const access = await ceilingOfPaths(call, settings.workspace);
  if ('decision' in access) return access;
  const denied =
    restrictedBy('deny', settings.deny, call.tool, access) ??
    restrictedByArguments('deny', settings.argumentRules.deny, call);
  if (denied !== undefined) return denied;
  const asked =
    restrictedBy('ask', settings.ask, call.tool, access) ??
    restrictedByArguments('ask', settings.argumentRules.ask, call);
  const rest = grantedOrAsk(settings, call.tool, access);
  // A rule that asks tightens: it does not open what a default of a policy file denies.
  const decision = asked === undefined || rest.decision === 'deny' ? rest : asked;
  return decision.decision === 'allow' ? guardWrites(settings, access, decision) : decision;
}
