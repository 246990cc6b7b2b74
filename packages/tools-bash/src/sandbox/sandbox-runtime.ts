import { randomUUID } from 'node:crypto';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { AgentError, OptionError, checkOptions, messageOf } from '@harness-sdk/core';
import { quoteWords } from './quote-words.ts';
import { joinSession, packageName } from './runtime-session.ts';
import type { SandboxProfile, SandboxProvider, SandboxStatus, SandboxedCommand } from './sandbox-provider.ts';

/** What {@link sandboxRuntime} takes. */
export interface SandboxRuntimeOptions {
  /** Hosts that commands may reach, such as `github.com` or `*.github.com`. Default none. */
  readonly allowedDomains?: readonly string[];
  /** Absolute path of `rg`, which the package needs on Linux. Default: the one on `PATH`. */
  readonly ripgrep?: string;
}

const shell = '/bin/sh';
const probeStatus = 42;
const probeTimeoutMs = 20_000;

/**
 * A sandbox of `@anthropic-ai/sandbox-runtime`, on Linux and macOS, with a network of named hosts. The package is an
 * optional peer: install it besides, with `bwrap`, `socat` and `rg` on Linux. It is loaded when the first command is to
 * run. It has one set of hosts in a process: commands with others are refused while some run.
 *
 * @throws OptionError
 *
 * @example
 * bashTools({ root: '.', sandbox: sandboxRuntime({ allowedDomains: ['github.com'] }), restrictions: { network: true } });
 */
export function sandboxRuntime(options: SandboxRuntimeOptions = {}): SandboxProvider {
  checkOptions('sandboxRuntime', options, { allowedDomains: { type: 'array' }, ripgrep: { type: 'string' } });
  const { allowedDomains = [], ripgrep } = options;
  const wrong = allowedDomains.findIndex((domain: unknown) => typeof domain !== 'string' || domain === '');
  if (wrong !== -1) {
    const option = `allowedDomains[${wrong}]`;
    throw new OptionError(option, `Expected \`${option}\` of sandboxRuntime to be the name of a host.`);
  }

  async function wrap(argv: readonly [string, ...string[]], profile: SandboxProfile): Promise<SandboxedCommand> {
    if (profile.network && allowedDomains.length === 0) {
      throw new AgentError('invalid_option', 'sandboxRuntime has no network without allowedDomains.');
    }
    const { writable, readOnly, hidden } = profile;
    const network = { allowedDomains: profile.network ? [...allowedDomains] : [], deniedDomains: [] };
    const filesystem = { allowWrite: [...writable], denyWrite: [...readOnly], denyRead: [...hidden] };
    const session = await joinSession({
      network,
      filesystem: { allowWrite: [], denyWrite: [], denyRead: [] },
      ...(ripgrep === undefined ? {} : { ripgrep: { command: ripgrep } }),
    });
    try {
      const wrapped = await session.manager.wrapWithSandboxArgv(
        `exec ${quoteWords(argv)}`,
        shell,
        { network, filesystem },
        undefined,
        profile.cwd,
        { commandId: randomUUID() },
      );
      const [program, ...args] = wrapped.argv;
      if (program === undefined) throw new AgentError('internal', `${packageName} gave no command to start.`);
      return { argv: [program, ...args], release: session.release };
    } catch (error) {
      await session.release();
      throw error;
    }
  }

  async function probe(): Promise<SandboxStatus> {
    try {
      const profile = { writable: [], readOnly: [], hidden: [], network: false, cwd: '/' };
      const script = `touch /harness-sdk-probe 2>/dev/null && exit 1; exit ${probeStatus}`;
      const { argv, release } = await wrap([shell, '-c', script], profile);
      try {
        const code = await exitCode(argv);
        if (code === String(probeStatus)) return { isAvailable: true };
        return { isAvailable: false, reason: `${packageName} does not work here: a command in it ended with ${code}.` };
      } finally {
        await release?.();
      }
    } catch (error) {
      return { isAvailable: false, reason: messageOf(error) };
    }
  }

  return { probe, wrap };
}

async function exitCode([program, ...args]: readonly [string, ...string[]]): Promise<string> {
  const env = { PATH: process.env['PATH'] ?? '' };
  try {
    await promisify(execFile)(program, args, { env, timeout: probeTimeoutMs, killSignal: 'SIGKILL' });
    return '0';
  } catch (error) {
    // What `execFile` rejects with where the status is not 0: https://nodejs.org/api/child_process.html
    return String((error as { readonly code?: unknown }).code);
  }
}
