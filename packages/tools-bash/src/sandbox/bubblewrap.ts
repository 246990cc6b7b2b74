import { execFile } from 'node:child_process';
import { isAbsolute } from 'node:path';
import { promisify } from 'node:util';
import { AgentError, OptionError, checkOptions, messageOf } from '@harness-sdk/core';
import { findProgram } from '../search-path.ts';
import { bubblewrapArgs } from './bubblewrap-args.ts';
import type { SandboxProvider, SandboxStatus } from './sandbox-provider.ts';

/** What {@link bubblewrap} takes. */
export interface BubblewrapOptions {
  /** Absolute path of the program. Default: `bwrap` where systems keep their programs; never looked for on `PATH`. */
  readonly path?: string;
}

const systemDirectories: readonly string[] = ['/usr/bin', '/usr/local/bin', '/bin', '/run/current-system/sw/bin'];

/** What the command of a probe ends with: no failure of bubblewrap or of a shell looks like it. */
const probeStatus = 42;
const probeTimeoutMs = 10_000;

/**
 * A sandbox of bubblewrap's namespaces, on Linux: files as the profile says, a process list of its own that ends with the
 * command, no network unless allowed, a `/tmp` of its own.
 *
 * @throws OptionError
 *
 * @example
 * bashTools({ root: '.', sandbox: bubblewrap() });
 */
export function bubblewrap(options: BubblewrapOptions = {}): SandboxProvider {
  checkOptions('bubblewrap', options, { path: { type: 'string' } });
  const { path: given } = options;
  if (given !== undefined && !isAbsolute(given)) {
    throw new OptionError('path', `Expected \`path\` of bubblewrap to be absolute, got ${JSON.stringify(given)}.`);
  }

  /** @throws AgentError `missing_package` */
  async function program(): Promise<string> {
    const found = await findProgram(given ?? 'bwrap', systemDirectories);
    if ('path' in found) return found.path;
    const advice = `Install the package bubblewrap of your system${given === undefined ? '' : ', or give the right path'}.`;
    throw new AgentError('missing_package', `bubblewrap is not there: ${found.problem} ${advice}`);
  }

  async function probe(): Promise<SandboxStatus> {
    if (process.platform !== 'linux') {
      return {
        isAvailable: false,
        reason: `bubblewrap confines processes on Linux only; this is ${process.platform}.`,
      };
    }
    try {
      const profile = { writable: [], readOnly: [], hidden: [], network: false, cwd: '/' };
      const command = ['/bin/sh', '-c', `test -w /etc && exit 1; exit ${probeStatus}`] as const;
      const status = await exitStatus(await program(), bubblewrapArgs(command, profile));
      if (status.code === probeStatus) return { isAvailable: true };
      return {
        isAvailable: false,
        reason: `bubblewrap does not work here: ${status.error || `status ${status.code}`}`,
      };
    } catch (error) {
      return { isAvailable: false, reason: messageOf(error) };
    }
  }

  return {
    probe,
    async wrap(argv, profile) {
      return { argv: [await program(), ...bubblewrapArgs(argv, profile)], env: { TMPDIR: '/tmp' } };
    },
  };
}

async function exitStatus(
  program: string,
  args: readonly string[],
): Promise<{ code: number | undefined; error: string }> {
  try {
    await promisify(execFile)(program, [...args], { env: {}, timeout: probeTimeoutMs, killSignal: 'SIGKILL' });
    return { code: 0, error: '' };
  } catch (error) {
    // What `execFile` rejects with where the status is not 0: https://nodejs.org/api/child_process.html
    const { code, stderr } = error as { readonly code?: unknown; readonly stderr?: string };
    return { code: typeof code === 'number' ? code : undefined, error: stderr?.trim() || messageOf(error) };
  }
}
