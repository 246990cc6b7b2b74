import type { PermissionTool } from '@harness-sdk/core';
import { covers, isAboutTool } from './covers.ts';
import type { JudgedAccess } from './judged-call.ts';
import type { PolicyDefault, PolicyDefaults, PolicyScope } from './policy-defaults.ts';
import type { PolicySettings } from './policy-settings.ts';
import { isProtected } from './protected-paths.ts';
import type { AllowRule } from './rule.ts';

/** What becomes of what no rule covers: by the default of a policy file, or else by the mode. */
export interface StandingWord {
  readonly decision: 'allow' | 'ask' | 'deny';
  /** Left out where the mode has the word. */
  readonly by?: PolicyDefault & { readonly scope: PolicyScope };
}

const strictness = { allow: 0, ask: 1, deny: 2 } as const;

/**
 * The word of policy files and of the mode on one thing that a call touches, or on a call that touches nothing.
 *
 * The organisation's default goes before the mode. The project's counts where it is stricter, and nowhere else.
 */
export function standingWord(
  settings: PolicySettings,
  tool: PermissionTool,
  access: JudgedAccess | undefined,
): StandingWord {
  const ofMode: StandingWord = { decision: isAllowedByMode(settings, access) ? 'allow' : 'ask' };
  return settings.defaults.reduce((word, defaults) => {
    const found = defaultOn(defaults, tool, access);
    if (found === undefined) return word;
    const own: StandingWord = { decision: found.decision, by: { ...found, scope: defaults.scope } };
    if (defaults.scope === 'organisation') return isTooWide(found, access) ? word : own;
    return strictness[own.decision] > strictness[word.decision] ? own : word;
  }, ofMode);
}

function defaultOn(
  { byTool, byKind, exceptions }: PolicyDefaults,
  tool: PermissionTool,
  access: JudgedAccess | undefined,
): PolicyDefault | undefined {
  const found = byTool.get(tool.name) ?? (access === undefined ? undefined : byKind.get(access.kind));
  return isExcepted(exceptions, tool, access) ? undefined : found;
}

function isExcepted(exceptions: readonly AllowRule[], tool: PermissionTool, access: JudgedAccess | undefined): boolean {
  if (access?.verdict === undefined) {
    return exceptions.some((rule) => (access === undefined ? isAboutTool(rule, tool) : covers(rule, tool, access)));
  }
  if (access.verdict.command.problem !== undefined || exceptions.length === 0) return false;
  return access.verdict.coverWith(exceptions).every(({ isCovered }) => isCovered);
}

/** A default allows many things at once, and what is protected must be named. */
function isTooWide({ decision }: PolicyDefault, access: JudgedAccess | undefined): boolean {
  return decision === 'allow' && access?.kind === 'write' && access.path !== undefined && isProtected(access.path);
}

/** A spawned agent inherits every ceiling and every rule, and each of its calls is judged by itself. */
function isAllowedByMode({ mode }: PolicySettings, access: JudgedAccess | undefined): boolean {
  if (mode === 'bypass' || access === undefined || access.kind === 'spawn') return true;
  const { kind, path } = access;
  if (path === undefined) return false;
  return kind === 'read' || (mode === 'acceptEdits' && !isProtected(path));
}
