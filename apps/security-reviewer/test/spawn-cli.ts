import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { KEYS } from '../src/cli/load-model.ts';

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
  /** Variables beside those of this process, which is without keys. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads on stdin; default nothing. */
  readonly input?: string;
  /** Called with the child, once it runs. */
  readonly onStart?: (child: ChildProcess) => void;
}

const withoutKeys = Object.fromEntries(
  Object.values(KEYS)
    .flat()
    .map((name) => [name, undefined]),
);

const main = join(import.meta.dirname, '../src/main.ts');

/** Starts the program from source, in a process of its own without a key, and waits for its end. */
export async function spawnCli(parameters: readonly string[], options: SpawnCliOptions = {}): Promise<CliOutcome> {
  const { onStart, env: _env, input, ...spawnOptions } = options;
  const env = { ...process.env, ...withoutKeys, ...options.env };
  const child = spawn(process.execPath, ['--conditions=@harness-sdk/source', main, ...parameters], {
    ...spawnOptions,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = Promise.withResolvers<Pick<CliOutcome, 'code' | 'signal'>>();
  child.on('error', ended.reject);
  child.on('close', (code, signal) => ended.resolve({ code, signal }));
  // A program that reads no stdin may be gone before all of it is written.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  onStart?.(child);
  const [{ code, signal }, stdout, stderr] = await Promise.all([ended.promise, text(child.stdout), text(child.stderr)]);
  return { code, signal, stdout, stderr };
}

/** Calls back once the child has printed a text on stderr. */
export function whenPrinted(child: ChildProcess, wanted: string, callback: () => void): void {
  let printed = '';
  const listen = (chunk: Buffer): void => {
    printed += chunk.toString();
    if (!printed.includes(wanted)) return;
    child.stderr?.off('data', listen);
    callback();
  };
  child.stderr?.on('data', listen);
}
