import { AgentError } from '@harness-sdk/core';

export const packageName = '@anthropic-ai/sandbox-runtime';

/**
 * The part of `@anthropic-ai/sandbox-runtime` 0.0.83 that is used. Written down here because the package, which brings
 * binaries, is not installed with this one.
 *
 * @see https://github.com/anthropics/sandbox-runtime
 */
export interface SandboxManager {
  initialize(config: RuntimeConfig): Promise<void>;
  isSupportedPlatform(): boolean;
  checkDependencies(ripgrep?: { readonly command: string }): { readonly errors: readonly string[] };
  wrapWithSandboxArgv(
    command: string,
    shell: string,
    config: Pick<RuntimeConfig, 'network' | 'filesystem'>,
    signal: undefined,
    cwd: string,
    options: { readonly commandId: string },
  ): Promise<{ readonly argv: readonly string[] }>;
  cleanupAfterCommand(): void;
  reset(): Promise<void>;
}

/** What a session of the package is started with, and a command run with. */
export interface RuntimeConfig {
  readonly network: Record<'allowedDomains' | 'deniedDomains', string[]>;
  readonly filesystem: Record<'denyRead' | 'allowWrite' | 'denyWrite', string[]>;
  readonly ripgrep?: { readonly command: string };
}

/** A session of the package, held by the commands that run in it. */
export interface RuntimeSession {
  readonly manager: SandboxManager;
  /** To be called once for each command. The last one ends the session, whose proxies would keep the process alive. */
  readonly release: () => Promise<void>;
}

/** The one session that the package has in a process. */
const shared: {
  key: string;
  holders: number;
  manager: Promise<SandboxManager> | undefined;
  ending: Promise<void>;
} = { key: '', holders: 0, manager: undefined, ending: Promise.resolve() };

/**
 * Joins the session of the process, or starts it.
 *
 * @throws AgentError where the package, or what it needs, is not installed, or a session with other hosts is at work: the
 * hosts are those of the session, whatever a command says.
 */
export async function joinSession(config: RuntimeConfig): Promise<RuntimeSession> {
  const key = JSON.stringify(config);
  if (shared.holders > 0 && shared.key !== key) {
    const message = `Commands with other settings of ${packageName} are running in this process, and it has one set of them. Try again when they have ended.`;
    throw new AgentError('invalid_option', message);
  }
  shared.key = key;
  shared.holders++;
  shared.manager ??= shared.ending.then(() => start(config));
  try {
    const manager = await shared.manager;
    return { manager, release: () => leaveSession(manager) };
  } catch (error) {
    // The next one starts anew: what was missing may be there then.
    shared.holders--;
    shared.manager = undefined;
    throw error;
  }
}

async function leaveSession(manager: SandboxManager): Promise<void> {
  manager.cleanupAfterCommand();
  shared.holders--;
  if (shared.holders > 0) return;
  shared.manager = undefined;
  shared.ending = manager.reset();
  await shared.ending;
}

async function start(config: RuntimeConfig): Promise<SandboxManager> {
  const manager = await loadManager();
  if (process.platform === 'win32' || !manager.isSupportedPlatform()) {
    throw new AgentError('missing_package', `${packageName} confines no commands of ours on ${process.platform}.`);
  }
  const { errors } = manager.checkDependencies(config.ripgrep);
  if (errors.length > 0) {
    throw new AgentError('missing_package', `${packageName} needs what is not installed: ${errors.join('; ')}.`);
  }
  await manager.initialize(config);
  return manager;
}

/** @throws AgentError `missing_package` */
async function loadManager(): Promise<SandboxManager> {
  try {
    // By a name that is not written out: nothing that bundles or checks this package has to have it.
    const loaded = (await import(packageName)) as { readonly SandboxManager: SandboxManager };
    return loaded.SandboxManager;
  } catch (error) {
    const message = `${packageName} is not installed. Install it with: npm i ${packageName}`;
    throw new AgentError('missing_package', message, { cause: error });
  }
}
