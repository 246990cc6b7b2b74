import type { PermissionDecision, PermissionTool } from '@harness-sdk/core';
import type { JudgedAccess } from './judged-call.ts';
import type { PermissionMode } from './mode.ts';
import type { PolicySettings } from './policy-settings.ts';
import { isProtected } from './protected-paths.ts';
import { listOf, whatItDoes } from './reason.ts';
import type { AllowRule } from './rule.ts';
import { suggestRule } from './suggest-rule.ts';

/**
 * What the allow rules and the mode say to a call that nothing forbids. Each access must be covered, by whichever rule
 * or by the mode; otherwise a person is asked.
 */
export function grantedOrAsk(
  settings: PolicySettings,
  tool: PermissionTool,
  access: readonly JudgedAccess[],
): PermissionDecision {
  const { mode, allow } = settings;
  if (access.length === 0) return pureDecision(allow, tool);
  const rules = access.map((candidate) => allow.find((rule) => covers(rule, tool, candidate)));
  const open = access.filter((candidate, index) => rules[index] === undefined && !isAllowedByMode(mode, candidate));
  if (open.length > 0) return ask(settings, tool, open);
  const doubt = access.some(({ kind }) => kind === 'execute') ? doubtOf(settings, tool) : undefined;
  return doubt ?? allowed(mode, tool, access, rules);
}

function pureDecision(allow: readonly AllowRule[], tool: PermissionTool): PermissionDecision {
  const rule = allow.find((candidate) => isAboutTool(candidate, tool));
  if (rule !== undefined) return allowedBy(rule);
  return { decision: 'allow', tier: 'mode', reason: `${tool.name} touches nothing, and no rule speaks of it.` };
}

function allowed(
  mode: PermissionMode,
  tool: PermissionTool,
  access: readonly JudgedAccess[],
  rules: readonly (AllowRule | undefined)[],
): PermissionDecision {
  const rule = rules.find((candidate) => candidate !== undefined);
  if (rule !== undefined) return allowedBy(rule);
  return { decision: 'allow', tier: 'mode', reason: `Mode "${mode}" lets ${tool.name} ${describe(access)}.` };
}

function allowedBy({ text }: AllowRule): PermissionDecision {
  return { decision: 'allow', tier: 'allow', rule: text, reason: `The allow rule ${text} covers the call.` };
}

function isAboutTool(rule: AllowRule, tool: PermissionTool): boolean {
  return rule.tool === '*' || rule.tool === tool.name;
}

/** A protected path is covered by a rule that names it, and no other. What names no path only by the tool's name. */
function covers(rule: AllowRule, tool: PermissionTool, { kind, path }: JudgedAccess): boolean {
  const isWhole = isAboutTool(rule, tool);
  if (path === undefined) return isWhole;
  if (!isWhole && rule.family !== kind) return false;
  const coverage = rule.grants === undefined ? 'wide' : rule.grants(path);
  return kind === 'write' && isProtected(path) ? coverage === 'named' : coverage !== 'none';
}

/** A spawned agent inherits every ceiling and every rule, and each of its calls is judged by itself. */
function isAllowedByMode(mode: PermissionMode, { kind, path }: JudgedAccess): boolean {
  if (mode === 'bypass' || kind === 'spawn') return true;
  if (path === undefined) return false;
  return kind === 'read' || (mode === 'acceptEdits' && !isProtected(path));
}

function ask(
  { mode, workspace }: PolicySettings,
  tool: PermissionTool,
  open: readonly JudgedAccess[],
): PermissionDecision {
  const rules = listOf(open.map((access) => suggestRule(tool.name, access, workspace)));
  const isGuarded = open.some(({ kind, path }) => kind === 'write' && path !== undefined && isProtected(path));
  const isEdit = !isGuarded && open.every(({ kind, path }) => kind === 'write' && path !== undefined);
  const remedy = isGuarded
    ? `What is written there makes other programs run things, so that only an allow rule that names the path lets it through unasked: ${rules}.`
    : `To let it through unasked, add the allow rule ${rules}${isEdit ? ', or use mode "acceptEdits"' : ''}.`;
  return {
    decision: 'ask',
    tier: 'mode',
    reason: `Mode "${mode}" asks before ${tool.name} may ${describe(open)}. ${remedy}`,
  };
}

function describe(access: readonly JudgedAccess[]): string {
  return listOf(access.map(({ kind, path }) => whatItDoes(kind, path?.given)));
}

/**
 * A program may open any file, and which ones cannot be told from its command yet. Where rules restrict files, it runs
 * only when a person says so.
 */
function doubtOf({ deny, ask: asking }: PolicySettings, tool: PermissionTool): PermissionDecision | undefined {
  const lists = [
    ['deny', deny],
    ['ask', asking],
  ] as const;
  for (const [tier, rules] of lists) {
    const rule = rules.find(({ family }) => family !== undefined);
    if (rule !== undefined) {
      const reason = `The ${tier} rule ${rule.text} is about files, and which files ${tool.name} opens when it executes something cannot be told in this version. A person has to decide; without rules about files an allow rule or mode "bypass" would do.`;
      return { decision: 'ask', tier, rule: rule.text, reason };
    }
  }
  return undefined;
}
