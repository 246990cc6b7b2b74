import type { PermissionTool } from '@harness-sdk/core';
import type { JudgedAccess } from './judged-call.ts';
import type { JudgedPath } from './judged-path.ts';
import { isProtected } from './protected-paths.ts';
import type { AllowRule } from './rule.ts';

/** True for an allow rule about every call of a tool. */
export function isAboutTool(rule: AllowRule, tool: PermissionTool): boolean {
  return rule.tool === '*' || rule.tool === tool.name;
}

/**
 * Whether an allow rule covers what a call touches. A protected path is covered by a rule that names it, and no other,
 * and never by what was granted. What names no path is covered only by the tool's name.
 */
export function covers(rule: AllowRule, tool: PermissionTool, { kind, path }: JudgedAccess): boolean {
  const isWhole = isAboutTool(rule, tool);
  if (path === undefined) return isWhole;
  if (!isWhole && rule.family !== kind) return false;
  const coverage = rule.grants === undefined ? 'wide' : rule.grants(path);
  if (kind !== 'write' || !isProtected(path)) return coverage !== 'none';
  return coverage === 'named' && rule.isGranted !== true;
}

/** True where a rule names a protected path, so that it may be written to. */
export function namesWritten({ family, grants, isGranted }: AllowRule, path: JudgedPath): boolean {
  return family === 'write' && isGranted !== true && grants?.(path) === 'named';
}
