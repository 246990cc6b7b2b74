import type { PermissionTool } from '@harness-sdk/core';
import { hasHiddenCharacters } from '@harness-sdk/core/node';
import type { JudgedAccess } from './judged-call.ts';
import type { PolicySettings } from './policy-settings.ts';
import { isProtected } from './protected-paths.ts';
import { suggestForCommand } from './shell/suggest-command.ts';
import { ruleFor } from './suggest-rule.ts';

/** Names that stand for any program, or for any path: nobody is asked to grant the whole of them for one call. */
export const wideNames: ReadonlySet<string> = new Set(['*', 'Bash', 'Exec', 'Read', 'Glob', 'Grep', 'Edit', 'Write']);

/**
 * The allow rules that a person may grant for what a call touches and nothing covers yet: for each the narrowest.
 * `undefined` where nothing may be granted: for protected paths, for what cannot be shown in full, for programs.
 */
export function suggestionsFor(
  settings: PolicySettings,
  tool: PermissionTool,
  open: readonly JudgedAccess[],
): readonly string[] | undefined {
  if (open.length === 0 && wideNames.has(tool.name)) return undefined;
  const rules: string[] = [];
  for (const access of open) {
    const own = access.verdict === undefined ? undefined : suggestForCommand(settings, tool, access.verdict);
    if (access.verdict === undefined && isGrantable(tool, access)) {
      rules.push(ruleFor(tool.name, access, settings.workspace));
    } else if (own === undefined) {
      return undefined;
    } else {
      rules.push(...own);
    }
  }
  // A call that touches nothing is covered by the name of its tool.
  if (open.length === 0) rules.push(tool.name);
  return rules.some(hasHiddenCharacters) ? undefined : [...new Set(rules)];
}

function isGrantable({ name }: PermissionTool, { kind, path }: JudgedAccess): boolean {
  if (kind === 'write' && path !== undefined) return !isProtected(path);
  return !wideNames.has(name);
}
