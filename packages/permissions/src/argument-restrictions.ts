import type { PermissionCall, PermissionDecision } from '@harness-sdk/core';
import type { ArgumentRestriction } from './argument-rule.ts';
import { citationOf } from './reason.ts';
import { remedies } from './restrictions.ts';

/** What the deny rules, or the ask rules, about arguments say to a call. */
export function restrictedByArguments(
  list: 'deny' | 'ask',
  rules: readonly ArgumentRestriction[],
  call: PermissionCall,
): PermissionDecision | undefined {
  for (const rule of rules) {
    const what = rule.hit(call);
    if (what === undefined) continue;
    const reason = `The ${list} rule ${rule.text} holds, because ${what}. ${remedies[list]}`;
    return { decision: list, tier: list, ...citationOf(rule), reason };
  }
  return undefined;
}
