import type { PermissionDecision, PermissionTool } from '@harness-sdk/core';
import type { JudgedAccess } from './judged-call.ts';
import { citationOf, whatItDoes } from './reason.ts';
import type { RestrictingRule } from './rule.ts';

/** What the deny rules, or the ask rules, say to a call. One access that a rule is about is enough. */
export function restrictedBy(
  list: 'deny' | 'ask',
  rules: readonly RestrictingRule[],
  tool: PermissionTool,
  access: readonly JudgedAccess[],
): PermissionDecision | undefined {
  for (const rule of rules) {
    const what = restrictedPart(rule, tool, access);
    if (what !== undefined) {
      const reason = `The ${list} rule ${rule.text} holds, because ${what}. ${remedies[list]}`;
      return { decision: list, tier: list, ...citationOf(rule), reason };
    }
  }
  return undefined;
}

/** What lifts a deny rule, or an ask rule. */
export const remedies = {
  deny: 'No other rule, mode or approval overrides it; without this rule the call could be allowed.',
  ask: 'A person has to decide; no allow rule and no mode does away with the question.',
} as const;

/** What of a call a rule is about, in words. */
function restrictedPart(
  rule: RestrictingRule,
  tool: PermissionTool,
  access: readonly JudgedAccess[],
): string | undefined {
  if (rule.tool === '*' || rule.tool === tool.name) return `it is about every call of ${tool.name}`;
  const hit = access.find((candidate) => isRestricted(rule, candidate));
  if (hit === undefined) return undefined;
  const what = `this call would ${whatItDoes(hit.kind, hit.path?.given)}`;
  if (hit.path !== undefined) return what;
  return `${what}, which counts as the worst it could be (a tool whose \`access\` names the path is judged by it)`;
}

/** A rule about reading is about writing too: who may not read a file may not replace it. */
function isRestricted({ family, restricts }: RestrictingRule, { kind, path }: JudgedAccess): boolean {
  const isMeant = kind === 'write' ? family !== undefined : kind === 'read' && family === 'read';
  return isMeant && (restricts === undefined || path === undefined || restricts(path));
}
