import { isAbsolute } from 'node:path';
import type { AccessKind, PermissionCall, PermissionTool } from '@harness-sdk/core';
import type { JudgedPath } from './judged-path.ts';
import type { CommandVerdict } from './shell/judge-command.ts';
import type { ShellCommand } from './shell/shell-command.ts';

/** One thing that a call touches. */
export interface JudgedAccess {
  readonly kind: AccessKind;
  /** Of reading and writing; left out where the tool does not say which path it touches. */
  readonly path?: JudgedPath;
  /** Of executing; left out where the tool does not say what it runs. */
  readonly command?: ShellCommand;
  /** What the rules say to that command. */
  readonly verdict?: CommandVerdict;
}

const accessKinds: ReadonlySet<unknown> = new Set<AccessKind>(['read', 'write', 'execute', 'network', 'spawn']);

/** What is wrong with the form of a call, or `undefined`. A policy is asked by many, and not all of them have types. */
export function problemOfCall(call: PermissionCall): string | undefined {
  const { tool, access, cwd }: Partial<Record<keyof PermissionCall, unknown>> = isObject(call) ? call : {};
  if (!isTool(tool)) return 'The call has no tool with a name and access kinds.';
  if (!Array.isArray(access)) return 'The call does not say what it touches.';
  if (typeof cwd !== 'string' || !isAbsolute(cwd) || cwd.includes('\0')) {
    return 'The call has no absolute working directory.';
  }
  // What the elements are is checked one by one.
  const kinds = (access as readonly unknown[]).map((item) => (isObject(item) ? item['kind'] : undefined));
  const wrong = kinds.findIndex((kind) => !tool.accessKinds.some((declared) => declared === kind));
  if (wrong < 0) return undefined;
  const known = tool.accessKinds.length === 0 ? 'none' : tool.accessKinds.join(', ');
  return `The call has an access that is not among those its tool declares (${known}): ${String(kinds[wrong])}.`;
}

/** True for a tool that can be judged. */
export function isTool(value: unknown): value is PermissionTool {
  if (!isObject(value) || typeof value['name'] !== 'string' || !Array.isArray(value['accessKinds'])) return false;
  return value['accessKinds'].every((kind) => accessKinds.has(kind));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
