import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { repliesFor, serveReplies } from './recorded-server.ts';

/** What an example did. */
export interface ExampleRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
  /** Bodies of the requests it made. */
  readonly requests: readonly string[];
}

/** How an example is run. */
export interface ExampleOptions {
  /** Paths of the replies it gets. Default: those recorded for it. */
  readonly replies?: readonly string[];
  /** Words behind its name on the command line. Default: none. */
  readonly args?: readonly string[];
  /** What is typed into it. Default: nothing. */
  readonly input?: string;
  /** Where it is started. Default: this directory. */
  readonly cwd?: string;
}

/** Runs an example by its name, as a user would, against recorded replies. For the tests of the examples. */
export async function runExample(name: string, options: ExampleOptions = {}): Promise<ExampleRun> {
  const { replies = repliesFor(name), args = [], input = '', cwd = import.meta.dirname } = options;
  const server = await serveReplies(replies);
  try {
    // Node 22 warns that it strips types.
    const flags = ['--disable-warning=ExperimentalWarning', '--conditions=@harness-sdk/source'];
    const file = join(import.meta.dirname, `${name}.ts`);
    const { ANTHROPIC_API_KEY: _key, ...environment } = process.env;
    const env = { ...environment, RECORDED_SERVER: server.url };
    const child = spawn(process.execPath, [...flags, file, ...args], { cwd, env, stdio: 'pipe' });
    const exit = Promise.withResolvers<number | null>();
    child.once('error', exit.reject).once('close', exit.resolve);
    child.stdin.end(input);
    const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exit.promise]);
    return { stdout, stderr, exitCode, requests: server.requests };
  } finally {
    await server.close();
  }
}
