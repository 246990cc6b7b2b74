import { randomBytes } from 'node:crypto';
import { messageOf, type Json, type ToolContext, type ToolOutput } from '@harness-sdk/core';
import { PathRefusedError, type CheckedDirectory, type Workspace } from '@harness-sdk/core/node';
import { failure, toAnswer, toProgress } from './command-answer.ts';
import { defaultTimeoutMs, type CommandArgs } from './command-args.ts';
import type { CommandSettings } from './command-settings.ts';
import { commandEnvironment } from './environment.ts';
import { startProcess, type RunningProcess } from './process/running-process.ts';
import { findProgram, searchDirectories } from './search-path.ts';
import { confine } from './sandbox/confine.ts';

/** What every call of a tool shares. */
export interface CommandTool {
  readonly workspace: Workspace;
  readonly settings: CommandSettings;
}

/** One call: which program, and with what. */
export interface Command extends CommandArgs {
  /** A name on PATH, or an absolute path. */
  readonly program: string;
  readonly args: readonly string[];
}

/** How often new output is told while a command runs, in milliseconds. */
const progressMs = 250;

/**
 * Runs a command to its answer, and tells new output on the way. However it is left, nothing of it runs on.
 *
 * @throws The signal's reason where it fired before anything was started.
 */
export async function* runCommand(
  tool: CommandTool,
  command: Command,
  context: ToolContext,
): AsyncGenerator<Json, ToolOutput, void> {
  context.signal.throwIfAborted();
  const marker = randomBytes(16).toString('hex');
  const started = await start(tool, command, marker, context);
  if ('content' in started) return started;
  const { running, release } = started;
  try {
    while (!(await running.endsWithin(progressMs))) {
      const progress = toProgress(running.takeNew(), marker);
      if (progress !== undefined) yield progress;
    }
    return toAnswer(await running.ended, { marker, timeoutMs: command.timeout_ms ?? defaultTimeoutMs });
  } finally {
    await running.stop();
    await release();
  }
}

interface StartedCommand {
  readonly running: RunningProcess;
  /** Gives the sandbox back. */
  readonly release: () => Promise<void>;
}

async function start(
  tool: CommandTool,
  command: Command,
  marker: string,
  context: ToolContext,
): Promise<StartedCommand | ToolOutput> {
  let directory: CheckedDirectory | undefined;
  try {
    directory = await openCwd(tool.workspace, command, context);
    return await startIn(tool, command, marker, directory, context);
  } catch (error) {
    if (context.signal.aborted) throw context.signal.reason;
    return failure(PathRefusedError.isInstance(error) ? error.message : notStarted(error, command));
  } finally {
    await directory?.close();
  }
}

/** The directory that a call runs in, open, so that it stays the one that was checked. */
async function openCwd(workspace: Workspace, { cwd = '.' }: Command, context: ToolContext): Promise<CheckedDirectory> {
  return await workspace.openDirectory(await workspace.resolve(cwd, { cwd: context.cwd }));
}

async function startIn(
  { workspace, settings }: CommandTool,
  { program, args, timeout_ms: timeoutMs = defaultTimeoutMs }: Command,
  marker: string,
  directory: CheckedDirectory,
  { signal }: ToolContext,
): Promise<StartedCommand | ToolOutput> {
  const directories = await searchDirectories(workspace, process.env['PATH']);
  const found = await findProgram(program, directories);
  if ('problem' in found) return failure(`Nothing was started: ${found.problem}`);
  const env = commandEnvironment({ from: process.env, extraNames: settings.extraNames, directories, marker });
  const confined = await confine(workspace, settings, [found.path, ...args], directory.path.realPath);
  if ('problem' in confined) return failure(confined.problem);
  const { release = async () => {} } = confined;
  try {
    const running = await startProcess({
      argv: confined.argv,
      cwd: directory.anchor,
      env: { ...env, ...confined.env },
      marker,
      timeoutMs,
      maxOutputCharacters: settings.maxOutputCharacters,
      signal,
    });
    return { running, release };
  } catch (error) {
    await release();
    throw error;
  }
}

/** What the system says where it starts nothing. */
function notStarted(error: unknown, { args }: Command): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'E2BIG') {
    const longest = Math.max(...args.map((text) => Buffer.byteLength(text)));
    return `Nothing was started: the system does not take arguments this long, the longest with ${longest} bytes. Write what is long to a file first.`;
  }
  return `Nothing was started: ${messageOf(error)}.`;
}
