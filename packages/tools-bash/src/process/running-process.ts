import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { OutputBuffer, type KeptText } from '../output-buffer.ts';
import { markDescriptor } from './process-entry.ts';
import { watchTree } from './process-tree.ts';

/** A process to run. */
export interface ProcessSpec {
  /** The first is the absolute path of a program. */
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** The random text that `env` has in it, by which processes are found. */
  readonly marker: string;
  readonly timeoutMs: number;
  readonly maxOutputCharacters: number;
  readonly signal: AbortSignal;
}

/** How a process has ended, after everything that came of it has. */
export interface ProcessEnd {
  /** What made it end: the process itself, the time limit, or the caller's signal. */
  readonly cause: 'exit' | 'timeout' | 'abort';
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: KeptText;
  /** What the process had left behind when it ended by itself, and was ended then. */
  readonly leftBehind: readonly string[];
}

/** How long processes have to end by themselves. Less than the two seconds after which a run abandons a tool. */
const graceMs = 500;
/** How long to wait for the rest of the output of a process that has ended, while others hold its pipe. */
const drainMs = 200;
/** How long to wait for the rest once nobody is known to hold the pipe. */
const closeMs = 800;

/** A process that was started. */
export interface RunningProcess {
  /** Rejects only where the system does not say which processes there are. */
  readonly ended: Promise<ProcessEnd>;
  /** True once it has ended, false where it has not in this time. */
  endsWithin(ms: number): Promise<boolean>;
  /** What was put out since the last time this was called: its end, where it is longer than is told at once. */
  takeNew(): KeptText;
  /** Ends it and all that came of it; resolves when that is done. */
  stop(): Promise<void>;
}

/**
 * A pipe that nobody writes to, at a number that no program uses: who has inherited it comes of this call, also with an
 * environment and an output of its own.
 */
const markingPipe: readonly ('ignore' | 'pipe')[] =
  process.platform === 'linux' ? [...Array.from({ length: markDescriptor - 3 }, () => 'ignore' as const), 'pipe'] : [];

/**
 * How much is decoded at once, in bytes. Whole chunks of 64 KiB make strings that the collector lets lie for long: with
 * them, a command that never stops to write took 70 MB, and with these it takes 15.
 */
const maxDecodedBytes = 4096;

/** How much of the new output is told at once, in characters. */
const maxNewCharacters = 4000;

/**
 * Starts a process in a session and group of its own, with nothing to read. Output is taken in as it comes, whether or not
 * anybody looks at it, and bounded.
 *
 * @throws Error of the system where it cannot be started; the signal's reason where it has fired.
 */
export async function startProcess(spec: ProcessSpec): Promise<RunningProcess> {
  spec.signal.throwIfAborted();
  const [program, ...args] = withOneOutput(spec.argv);
  const child = spawn(program, args, {
    cwd: spec.cwd,
    env: spec.env,
    stdio: ['ignore', 'pipe', 'pipe', ...markingPipe],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const { pid } = child;
  if (pid === undefined) {
    // Rejects: there is always an error where there is no id.
    await once(child, 'spawn');
    throw new Error(`${program} could not be started.`);
  }
  // Of a signal that could not be sent: there is nobody to get it.
  child.on('error', () => undefined);
  const tree = watchTree(Object.assign(child, { pid }), spec.marker);
  const output = new OutputBuffer(spec.maxOutputCharacters);
  let fresh = new OutputBuffer(maxNewCharacters);
  for (const stream of [child.stdout, child.stderr]) {
    // Never null: they are pipes.
    if (stream === null) continue;
    readText(stream, (text) => {
      output.append(text);
      fresh.append(text);
    });
  }
  // What is lost is the rest of the output of a process that has ended.
  for (const stream of child.stdio) stream?.on('error', () => undefined);
  const stopped = Promise.withResolvers<'timeout' | 'abort'>();
  let hasEnded = false;
  const ended = end().finally(() => {
    hasEnded = true;
    tree.release();
  });
  // For those who stop listening before the end.
  ended.catch(() => undefined);

  async function end(): Promise<ProcessEnd> {
    const exited = once(child, 'exit').then(() => 'exit' as const);
    const closed = once(child, 'close');
    const onAbort = (): void => stopped.resolve('abort');
    const timer = setTimeout(() => stopped.resolve('timeout'), spec.timeoutMs);
    spec.signal.addEventListener('abort', onAbort, { once: true });
    if (spec.signal.aborted) onAbort();
    try {
      const cause = await Promise.race([exited, stopped.promise]);
      if (cause === 'exit') await firstWithin(drainMs, [closed, stopped.promise]);
      const left = await tree.end(graceMs);
      await firstWithin(closeMs, [closed]);
      const { exitCode, signalCode } = child;
      return { cause, exitCode, signal: signalCode, output: output.kept(), leftBehind: cause === 'exit' ? left : [] };
    } finally {
      clearTimeout(timer);
      spec.signal.removeEventListener('abort', onAbort);
      // Where somebody who was not found still holds the pipe.
      for (const stream of child.stdio) stream?.destroy();
      child.unref();
    }
  }

  return {
    ended,
    async endsWithin(ms) {
      await firstWithin(ms, [ended]);
      return hasEnded;
    },
    takeNew() {
      const kept = fresh.kept();
      fresh = new OutputBuffer(maxNewCharacters);
      return kept;
    },
    async stop() {
      stopped.resolve('abort');
      await ended;
    },
  };
}

/**
 * Standard output and error as one, so that what was written first is read first. A shell only does that and is then
 * replaced by the program; there is none on Windows, where the two come as they come.
 */
function withOneOutput(argv: readonly [string, ...string[]]): readonly [string, ...string[]] {
  return process.platform === 'win32' ? argv : ['/bin/sh', '-c', 'exec "$@" 2>&1', 'sh', ...argv];
}

/** Reads UTF-8, also where characters are cut by the ends of chunks; what is none becomes U+FFFD. */
function readText(stream: Readable, append: (text: string) => void): void {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  stream.on('data', (chunk: Buffer) => {
    for (let start = 0; start < chunk.length; start += maxDecodedBytes) {
      append(decoder.decode(chunk.subarray(start, start + maxDecodedBytes), { stream: true }));
    }
  });
  stream.once('close', () => append(decoder.decode()));
}

/** Waits for the first of some promises, but no longer than this. Leaves no timer behind. */
async function firstWithin(ms: number, promises: readonly Promise<unknown>[]): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  try {
    await Promise.race([...promises, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
