import type { AccessKind, PermissionTool } from '@harness-sdk/core';
import { isTool } from './judged-call.ts';
import { planCeiling } from './mode.ts';
import type { PolicySettings } from './policy-settings.ts';

/** False for a tool whose every call could only be denied. */
export function offers(settings: PolicySettings, tool: PermissionTool): boolean {
  if (!isTool(tool) || settings.deny.some((rule) => rule.tool === '*' || rule.tool === tool.name)) return false;
  return tool.accessKinds.length === 0 || !tool.accessKinds.every((kind) => isHopeless(settings, kind));
}

/** True for a kind of access that is denied whatever it touches. */
function isHopeless({ mode, deny }: PolicySettings, kind: AccessKind): boolean {
  if (mode === 'plan' && planCeiling.has(kind)) return true;
  const families = deny.filter(({ restricts }) => restricts === undefined).map(({ family }) => family);
  return families.includes('read')
    ? kind === 'read' || kind === 'write'
    : kind === 'write' && families.includes('write');
}
