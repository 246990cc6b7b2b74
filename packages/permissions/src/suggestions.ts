import type { PermissionTool } from '@harness-sdk/core';
import { hasHiddenCharacters, type Workspace } from '@harness-sdk/core/node';
import type { JudgedAccess } from './judged-call.ts';
import { isProtected } from './protected-paths.ts';
import { ruleFor } from './suggest-rule.ts';

/** Names that stand for any program, or for any path: nobody is asked to grant the whole of them for one call. */
export const wideNames: ReadonlySet<string> = new Set(['*', 'Bash', 'Exec', 'Read', 'Glob', 'Grep', 'Edit', 'Write']);

/**
 * The allow rules that a person may grant for what a call touches and nothing covers yet: for each the narrowest.
 * `undefined` where nothing may be granted: for protected paths, for what cannot be shown in full, for programs.
 */
export function suggestionsFor(
  tool: PermissionTool,
  open: readonly JudgedAccess[],
  workspace: Workspace,
): readonly string[] | undefined {
  if (open.length === 0 && wideNames.has(tool.name)) return undefined;
  if (!open.every((access) => isGrantable(tool, access))) return undefined;
  // A call that touches nothing is covered by the name of its tool.
  const rules = open.length === 0 ? [tool.name] : open.map((access) => ruleFor(tool.name, access, workspace));
  return rules.some(hasHiddenCharacters) ? undefined : [...new Set(rules)];
}

function isGrantable({ name }: PermissionTool, { kind, path }: JudgedAccess): boolean {
  if (kind === 'write' && path !== undefined) return !isProtected(path);
  return !wideNames.has(name);
}
