import type { PermissionCall, PermissionDecision, SimulatedDecision } from '@harness-sdk/core';
import { decide } from './decide.ts';
import type { Explanation } from './explanation.ts';
import type { PolicySettings } from './policy-settings.ts';
import type { AllowRule } from './rule.ts';

/** What holds for every call. */
export interface StandingPolicy {
  readonly enforced: PolicySettings;
  /** With the policy files that only simulate; left out where there are none. */
  readonly simulated?: PolicySettings;
}

/** The decision on a call, and what it would be if nothing were simulated. Never rejects. */
export async function answerCall(
  { enforced, simulated }: StandingPolicy,
  granted: readonly AllowRule[],
  call: PermissionCall,
): Promise<PermissionDecision & Pick<Explanation, 'mode'>> {
  const decision = { ...(await decide(withGrants(enforced, granted), call)), mode: enforced.mode };
  if (simulated === undefined) return decision;
  const other = await decide(withGrants(simulated, granted), call);
  return other.decision === decision.decision ? decision : { ...decision, simulated: toSimulated(other) };
}

/** The same decision, and each thing that the call touches by itself. Never rejects. */
export async function explainCall(
  standing: StandingPolicy,
  granted: readonly AllowRule[],
  call: PermissionCall,
): Promise<Explanation> {
  const decision = await answerCall(standing, granted, call);
  // A call that nobody typed may lack them; it is denied, and has no parts.
  const access: unknown = (call as Partial<PermissionCall> | undefined)?.access;
  const parts = (Array.isArray(access) ? call.access : []).map(async (one) => ({
    ...(await answerCall(standing, granted, { ...call, access: [one] })),
    access: one,
  }));
  return { ...decision, parts: await Promise.all(parts) };
}

function withGrants(settings: PolicySettings, granted: readonly AllowRule[]): PolicySettings {
  return granted.length === 0 ? settings : { ...settings, allow: [...settings.allow, ...granted] };
}

function toSimulated({ decision, tier, rule, source, reason }: PermissionDecision): SimulatedDecision {
  return {
    decision,
    tier,
    ...(rule === undefined ? {} : { rule }),
    ...(source === undefined ? {} : { source }),
    reason,
  };
}
