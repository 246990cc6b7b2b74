import { statSync } from 'node:fs';
import type { PermissionDecision } from '@harness-sdk/core';
import { holdsProtected } from './holds-protected.ts';
import type { JudgedAccess } from './judged-call.ts';
import type { JudgedPath } from './judged-path.ts';
import type { PolicySettings } from './policy-settings.ts';
import { citationOf, shownUnit, whatItDoes } from './reason.ts';
import { writtenPolicyFile } from './shell/written-policy-file.ts';
import { ruleFor, suggestRule } from './suggest-rule.ts';

/**
 * What a person decides on although nothing in a written path itself asks for it: the files of the policy that is in
 * force, and whole directories. Who writes to a directory may write to all that is in it, what a rule is about included.
 *
 * @param decision - What is decided without regard to that.
 */
export function guardWrites(
  settings: PolicySettings,
  access: readonly JudgedAccess[],
  decision: PermissionDecision,
): PermissionDecision {
  if (decision.decision === 'allow') return guardAllowed(settings, access, decision);
  const { suggestions, ...rest } = decision;
  if (suggestions === undefined) return decision;
  // What is suggested must let the call pass, so that nothing is where the question would come again.
  const granted: PermissionDecision = { decision: 'allow', tier: 'allow', reason: '' };
  return guardAllowed(settings, access, granted, suggestions) === granted ? decision : rest;
}

function guardAllowed(
  settings: PolicySettings,
  access: readonly JudgedAccess[],
  allowed: PermissionDecision,
  suggestions: readonly string[] = [],
): PermissionDecision {
  for (const { kind, path, command } of access) {
    const written = command && writtenPolicyFile(settings.policyFiles, command);
    if (written !== undefined) {
      const reason = `A person has to decide, because in ${shownUnit(written.unit.unit.text)} ${written.what}, a policy file that is in force.`;
      return { decision: 'ask', tier: 'policy', reason };
    }
    const guarded = kind === 'write' && path !== undefined ? guardPath(settings, path, suggestions) : undefined;
    if (guarded !== undefined) return guarded;
  }
  return allowed;
}

function guardPath(
  settings: PolicySettings,
  path: JudgedPath,
  suggestions: readonly string[],
): PermissionDecision | undefined {
  const { mode, policyFiles } = settings;
  const what = `this call would ${whatItDoes('write', path.given)}`;
  if (policyFiles.has(path.resolved.realPath)) {
    const reason = `A person has to decide, because ${what}, a policy file that is in force.`;
    return { decision: 'ask', tier: 'policy', reason };
  }
  if (!path.resolved.exists || !isDirectory(path.resolved.realPath)) return undefined;
  const below = ruleBelow(settings, path);
  if (below !== undefined) {
    const reason = `The ${below.list} rule ${below.rule.text} is about paths in a directory, and ${what}, the whole of it. A person has to decide.`;
    return { decision: 'ask', tier: below.list, ...citationOf(below.rule), reason };
  }
  const rule = ruleFor('', { kind: 'write', path }, settings.workspace);
  if (mode === 'bypass' || suggestions.includes(rule) || isNamed(settings, path)) return undefined;
  const shown = suggestRule('', { kind: 'write', path }, settings.workspace);
  const reason = `A person has to decide, because ${what}, a whole directory, and what is protected may lie in it. The allow rule ${shown} would let it through, as it names the directory.`;
  return { decision: 'ask', tier: 'mode', reason };
}

/**
 * True for a directory that an allow rule means by its name, and for one in which it means all there is, as `src/**` does.
 * What is protected in there must be named by itself.
 */
function isNamed({ allow }: PolicySettings, path: JudgedPath): boolean {
  const spelled = allow.filter(({ family }) => family === 'write').map(({ spells }) => spells?.(path));
  return spelled.includes('ends') || (spelled.includes('begins') && !holdsProtected(path, allow));
}

function ruleBelow({ deny, ask }: PolicySettings, path: JudgedPath) {
  const lists = [
    ['deny', deny],
    ['ask', ask],
  ] as const;
  for (const [list, rules] of lists) {
    const rule = rules.find(({ restrictsBelow }) => restrictsBelow?.(path) === true);
    if (rule !== undefined) return { list, rule };
  }
  return undefined;
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // ENOENT, EACCES: it went away, or nobody may look; the tool will find out.
    return false;
  }
}
