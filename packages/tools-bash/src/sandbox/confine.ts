import { messageOf } from '@harness-sdk/core';
import type { Workspace } from '@harness-sdk/core/node';
import type { CommandSettings } from '../command-settings.ts';
import type { SandboxProvider, SandboxStatus, SandboxedCommand } from './sandbox-provider.ts';
import { toProfile } from './sandbox-restrictions.ts';

/** Sandboxes that have been seen to work. */
const known = new WeakSet<SandboxProvider>();

/** What to start so that a command runs in the sandbox that was asked for, or why it does not run at all. */
export async function confine(
  workspace: Workspace,
  { sandbox, restrictions }: CommandSettings,
  argv: readonly [string, ...string[]],
  cwd: string,
): Promise<SandboxedCommand | { readonly problem: string }> {
  if (sandbox === undefined) return { argv };
  try {
    if (!known.has(sandbox)) {
      const status: SandboxStatus = await sandbox.probe();
      if (!status.isAvailable) return { problem: withoutSandbox(status.reason) };
      known.add(sandbox);
    }
    return await sandbox.wrap(argv, await toProfile(workspace, restrictions, cwd));
  } catch (error) {
    return { problem: withoutSandbox(messageOf(error)) };
  }
}

function withoutSandbox(reason: string): string {
  return `Nothing was started: commands run in a sandbox only, and it does not work. ${reason}`;
}
