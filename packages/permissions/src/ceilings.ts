import { messageOf, type Access, type PermissionCall, type PermissionDecision } from '@harness-sdk/core';
import { PathRefusedError } from '@harness-sdk/core/node';
import { problemOfCall, type JudgedAccess } from './judged-call.ts';
import { toJudgedPath } from './judged-path.ts';
import type { PolicySettings } from './policy-settings.ts';
import { programCommand, shellCommand } from './shell/shell-command.ts';
import type { ShellPlaces } from './shell/shell-path.ts';
import { planCeiling, type PermissionMode } from './mode.ts';
import { whatItDoes } from './reason.ts';

/** What no rule and no approval lifts, as far as it shows without asking the file system: bad form, and plan mode. */
export function ceilingOfCall(mode: PermissionMode, call: PermissionCall): PermissionDecision | undefined {
  const problem = problemOfCall(call);
  if (problem !== undefined) return ceiling(`${problem} It cannot be judged, so it does not run.`);
  const refused = mode === 'plan' ? call.access.find(isBeyondPlan) : undefined;
  if (refused === undefined) return undefined;
  const what = whatItDoes(refused.kind, pathOf(refused));
  return ceiling(
    `Plan mode lets calls only read paths inside the workspace, and this one would ${what}. No rule and no approval lifts that; another mode would.`,
  );
}

/** Reading with no path in the call could be reading anything, so that it is not reading inside the workspace. */
function isBeyondPlan(access: Access): boolean {
  return planCeiling.has(access.kind) || (access.kind === 'read' && access.path === undefined);
}

/**
 * Finds out where the paths of a call lead and what its commands are made of, or refuses one: the roots of the workspace
 * hold in every mode.
 */
export async function ceilingOfPaths(
  { access, cwd }: PermissionCall,
  { workspace, homes }: Pick<PolicySettings, 'workspace' | 'homes'>,
): Promise<readonly JudgedAccess[] | PermissionDecision> {
  const judged: JudgedAccess[] = [];
  for (const item of access) {
    const path = pathOf(item);
    try {
      if (item.kind === 'execute') {
        judged.push({ kind: item.kind, ...(await commandOf(item, cwd, { workspace, homes })) });
        continue;
      }
      if (path === undefined) {
        judged.push({ kind: item.kind });
        continue;
      }
      const resolved = await workspace.resolve(path, { cwd });
      judged.push({ kind: item.kind, path: toJudgedPath(workspace, path, resolved) });
    } catch (error) {
      return ceiling(refusalReason(error));
    }
  }
  return judged;
}

/** Takes the command of an access apart. Where it starts must be in the workspace. */
async function commandOf(
  { command, argv, cwd: own }: Extract<Access, { kind: 'execute' }>,
  cwd: string,
  places: ShellPlaces,
): Promise<Pick<JudgedAccess, 'command'>> {
  if (command === undefined && argv === undefined) return {};
  const first = await places.workspace.resolve(cwd);
  const start = own === undefined ? first : await places.workspace.resolve(own, { cwd });
  const at = { paths: [start.requested], hasMoved: start.realPath !== first.realPath };
  if (command !== undefined && argv === undefined) return { command: shellCommand(command, at, places) };
  return { command: programCommand(argv ?? [], at, places) };
}

function pathOf(access: Access): string | undefined {
  return access.kind === 'read' || access.kind === 'write' ? access.path : undefined;
}

function refusalReason(error: unknown): string {
  const isOutside = PathRefusedError.isInstance(error) && error.reason === 'outside';
  const remedy = isOutside ? ' No rule, mode or approval lifts that; `extraRoots` of the policy adds directories.' : '';
  return messageOf(error) + remedy;
}

function ceiling(reason: string): PermissionDecision {
  return { decision: 'deny', tier: 'ceiling', reason };
}
