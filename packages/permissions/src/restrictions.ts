import type { PermissionDecision, PermissionTool } from '@harness-sdk/core';
import type { JudgedAccess } from './judged-call.ts';
import { citationOf, shownUnit, whatItDoes } from './reason.ts';
import type { RestrictingRule } from './rule.ts';
import type { CommandRestriction } from './shell/judge-command.ts';

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

/** What a rule says to commands of which nobody can tell that it is not about them: a person has to. */
export function doubtedBy(access: readonly JudgedAccess[]): PermissionDecision | undefined {
  const [doubt] = access.flatMap(({ verdict }) => verdict?.restrictions ?? []);
  if (doubt === undefined) return undefined;
  const { list, rule } = doubt;
  const reason = `The ${list} rule ${rule.text} may hold: ${partOf(doubt)}. A person has to decide; a command that shows what it runs would not need one.`;
  return { decision: 'ask', tier: list, ...citationOf(rule), reason };
}

function partOf({ unit, what }: CommandRestriction): string {
  return unit === undefined ? what : `of ${shownUnit(unit.unit.text)}, ${what}`;
}

/** What of a call a rule is about, in words. */
function restrictedPart(
  rule: RestrictingRule,
  tool: PermissionTool,
  access: readonly JudgedAccess[],
): string | undefined {
  if (rule.tool === '*' || rule.tool === tool.name) return `it is about every call of ${tool.name}`;
  const command = access
    .flatMap(({ verdict }) => verdict?.restrictions ?? [])
    .find((found) => found.rule === rule && found.isCertain);
  if (command !== undefined) return partOf(command);
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
