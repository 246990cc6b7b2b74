import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** How a run of the program ended. */
export interface CliOutcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How the program is started. */
export interface SpawnCliOptions {
  readonly cwd?: string;
  readonly uid?: number;
  /** Called with the child, once it runs. */
  readonly onStart?: (child: ChildProcess) => void;
}

const main = join(import.meta.dirname, '../src/main.ts');

/** Starts the program from source, in a process of its own without a key, and waits for its end. */
export async function spawnCli(parameters: readonly string[], options: SpawnCliOptions = {}): Promise<CliOutcome> {
  const { onStart, ...spawnOptions } = options;
  const { ANTHROPIC_API_KEY: _key, ...env } = process.env;
  const child = spawn(process.execPath, ['--conditions=@harness-sdk/source', main, ...parameters], {
    ...spawnOptions,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = Promise.withResolvers<Pick<CliOutcome, 'code' | 'signal'>>();
  child.on('error', ended.reject);
  child.on('close', (code, signal) => ended.resolve({ code, signal }));
  onStart?.(child);
  const [{ code, signal }, stdout, stderr] = await Promise.all([ended.promise, text(child.stdout), text(child.stderr)]);
  return { code, signal, stdout, stderr };
}
