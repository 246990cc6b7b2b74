import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { AgentError, messageOf } from '@harness-sdk/core';
import { guardMemory } from './memory-guard.ts';
import { ripgrepPath } from './ripgrep-path.ts';

/** One run of ripgrep. */
export interface RipgrepOptions {
  /** Passed as they are, with no shell between. */
  readonly args: readonly string[];
  /** Where it runs. */
  readonly cwd: string;
  /** Descriptor to search instead of files. */
  readonly stdin?: number;
  /** The byte that ends each field of a record, in turn: paths end with NUL, what is said about them with LF. */
  readonly fieldEnds: readonly number[];
  readonly signal: AbortSignal;
  /** When it fires, ripgrep is ended, and what it has found until then is all there is. */
  readonly deadline?: AbortSignal;
}

/** The fields that ripgrep printed about one file, or one line of it. */
export type RipgrepRecord = readonly Buffer[];

/** What a run found, as it comes. */
export interface RipgrepRun {
  /**
   * Records, as many at a time as have come. Ends when ripgrep does; leaving early ends ripgrep. Either way the process is
   * gone before the iteration is over.
   *
   * @throws RipgrepError where ripgrep does not accept a pattern; the signal's reason where it fired.
   */
  readonly records: AsyncIterable<readonly RipgrepRecord[]>;
  /** True, once the records have ended, where some files or directories could not be read, or only up to a NUL. */
  hasUnreadable(): boolean;
  /** True where nobody can say of something which file it was found in, or could not if the files came in another order. */
  isDoubtful?(): boolean;
}

/** Why ripgrep did not search, or not to the end, that the model can do something about: a pattern or glob is wrong. */
export class RipgrepError extends Error {
  /** True where it was ended because it took too much memory. */
  readonly tookTooMuch: boolean;

  constructor(message: string, tookTooMuch = false) {
    super(message);
    this.tookTooMuch = tookTooMuch;
  }
}

/** Options of every run: nothing from outside has a say. */
const steadyArgs: readonly string[] = [
  '--no-config',
  '--no-follow',
  '--no-messages',
  '--no-ignore-messages',
  '--no-ignore-global',
  '--no-ignore-dot',
  '--no-ignore-exclude',
  '--color=never',
  '--null',
];

/** The little that the binary needs of the environment: on Windows, where the system's libraries are. */
const passedVariables: readonly string[] = ['SystemRoot', 'windir'];

/** ripgrep's exit status for errors; with `--no-messages` those that concern single files are not printed. */
const errorStatus = 2;

const maxErrorCharacters = 4000;

const tookTooMuch = 'The search took too much memory and was ended. Search a smaller directory, or a single file.';

/** Starts ripgrep on the first look at its records. */
export function runRipgrep(options: RipgrepOptions): RipgrepRun {
  let hasUnreadable = false;
  let hasRemark = false;
  async function* records(): AsyncGenerator<readonly RipgrepRecord[], void, void> {
    options.signal.throwIfAborted();
    const child = await startRipgrep(options);
    const closed = once(child, 'close');
    const guard = guardMemory(child);
    const stop = (): void => void child.kill('SIGKILL');
    const stops = options.deadline === undefined ? [options.signal] : [options.signal, options.deadline];
    for (const signal of stops) signal.addEventListener('abort', stop, { once: true });
    if (stops.some(({ aborted }) => aborted)) stop();
    let errors = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (errors.length < maxErrorCharacters) errors += text;
    });
    try {
      // Never null: it is a pipe.
      const rest = child.stdout === null ? 0 : yield* splitRecords(child.stdout, options.fieldEnds);
      await closed;
      hasRemark = rest > 0;
    } finally {
      stop();
      await closed;
      guard.stop();
      for (const signal of stops) signal.removeEventListener('abort', stop);
    }
    options.signal.throwIfAborted();
    if (options.deadline?.aborted === true && child.signalCode !== null) return;
    if (guard.hasEndedIt()) throw new RipgrepError(tookTooMuch, true);
    if (child.exitCode === errorStatus && errors !== '') throw new RipgrepError(toMessage(errors));
    if (child.exitCode === null || child.exitCode > errorStatus) throw endedBadly(child, errors);
    hasUnreadable = child.exitCode === errorStatus;
  }
  return { records: records(), hasUnreadable: () => hasUnreadable || hasRemark };
}

async function startRipgrep(options: RipgrepOptions): Promise<ChildProcess> {
  const environment = Object.fromEntries(passedVariables.map((name) => [name, process.env[name]]));
  const child = spawn(ripgrepPath(), [...steadyArgs, ...options.args], {
    cwd: options.cwd,
    env: environment,
    stdio: [options.stdin ?? 'ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  try {
    await once(child, 'spawn');
    return child;
  } catch (error) {
    throw new AgentError('tool_failed', `ripgrep could not be started: ${messageOf(error)}`, { cause: error });
  }
}

function endedBadly(child: ChildProcess, errors: string): AgentError {
  const how = child.signalCode === null ? `status ${child.exitCode}` : `signal ${child.signalCode}`;
  return new AgentError('tool_failed', `ripgrep ended with ${how}, so its answer is not complete. ${errors}`.trim());
}

/**
 * Only the end of a field can matter once it is as long as this, in bytes: remarks without a NUL, such as those on
 * binary files, stand in front of the path of the next record.
 */
const maxFieldBytes = 65_536;

/** @returns How many bytes stand behind the last record: a remark on a binary file. */
async function* splitRecords(
  chunks: AsyncIterable<Buffer>,
  fieldEnds: readonly number[],
): AsyncGenerator<readonly RipgrepRecord[], number, void> {
  let fields: Buffer[] = [];
  let open: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const records: RipgrepRecord[] = [];
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(fieldEnds[fields.length] ?? 0, start);
      const part = chunk.subarray(start, end === -1 ? undefined : end);
      const field = (open.length === 0 ? part : Buffer.concat([open, part])).subarray(-maxFieldBytes);
      open = end === -1 ? field : Buffer.alloc(0);
      if (end === -1) break;
      fields.push(field);
      start = end + 1;
      if (fields.length < fieldEnds.length) continue;
      records.push(fields);
      fields = [];
    }
    if (records.length > 0) yield records;
  }
  return open.length;
}

/** ripgrep's words, without the advice to use options that the model does not have. */
function toMessage(errors: string): string {
  return errors
    .replace(/^rg: /, '')
    .replace(/\n\n(Consider|When) [^]*$/, '')
    .trim();
}
