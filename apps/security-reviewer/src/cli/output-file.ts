import { randomBytes } from 'node:crypto';
import { constants, lstatSync, realpathSync, type Stats } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AgentError, messageOf, OptionError } from '@harness-sdk/core';
import { isInside } from '@harness-sdk/core/node';
import { makeDirectory } from '../make-directory.ts';

/** A file that will be written, checked beforehand. */
export interface OutputFile {
  readonly path: string;
  /** Where it really lies. */
  readonly realDirectory: string;
}

/**
 * Checks that a file can be written, before anything is spent on what goes into it. A missing directory is made. Links
 * are not followed: neither one in the file's place, nor one that leads out of `cwd` from below it.
 *
 * @param option - The option that names it, for the message.
 * @throws OptionError where it cannot be written.
 */
export async function checkOutputFile(path: string, cwd: string, option: string): Promise<OutputFile> {
  const absolute = resolve(cwd, path);
  const refuse = (reason: string, cause?: unknown): OptionError => {
    const message = `Cannot write ${JSON.stringify(path)} of --${option}: ${reason}.`;
    return new OptionError(option, message, cause === undefined ? {} : { cause });
  };
  try {
    const directory = dirname(absolute);
    checkWay(directory, cwd, refuse);
    await makeDirectory(directory);
    const realDirectory = realpathSync.native(directory);
    checkPlace(statsOf(absolute), refuse);
    const trial = await createBeside(realDirectory, basename(absolute));
    await trial.handle.close();
    await rm(trial.path);
    return { path: absolute, realDirectory };
  } catch (error) {
    throw OptionError.isInstance(error) ? error : refuse(messageOf(error), error);
  }
}

type Refusal = (reason: string, cause?: unknown) => OptionError;

/** The reviewed tree is mostly the working directory: a link in it must not lead a report to another place. */
function checkWay(directory: string, cwd: string, refuse: Refusal): void {
  if (!isInside(cwd, directory)) return;
  let existing = directory;
  while (statsOf(existing) === undefined) existing = dirname(existing);
  if (isInside(realpathSync.native(cwd), realpathSync.native(existing))) return;
  throw refuse('a symbolic link on its way leads out of the working directory; name the real place instead');
}

function checkPlace(stats: Stats | undefined, refuse: Refusal): void {
  if (stats === undefined || stats.isFile()) return;
  if (stats.isDirectory()) throw refuse('it is a directory');
  throw refuse(stats.isSymbolicLink() ? 'it is a symbolic link, which is not followed' : 'it is not a regular file');
}

function statsOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

/** A new file in the same directory, so that it can take the place of another at once. */
async function createBeside(directory: string, name: string): Promise<{ path: string; handle: FileHandle }> {
  const path = join(directory, `.${name}.${randomBytes(6).toString('hex')}.tmp`);
  return { path, handle: await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o666) };
}

/**
 * Writes a file whole or not at all: whoever reads it sees the old content or the new one.
 *
 * @throws AgentError `store_failed`
 */
export async function writeOutputFile({ path, realDirectory }: OutputFile, text: string): Promise<void> {
  try {
    const { path: written, handle } = await createBeside(realDirectory, basename(path));
    try {
      await handle.writeFile(text);
      await handle.sync();
      await handle.close();
      // What was put in its place meanwhile is replaced, a link too, and not followed.
      await rename(written, join(realDirectory, basename(path)));
    } catch (error) {
      // It may be closed already, and how it was left does not matter: it goes.
      await handle.close().catch(() => undefined);
      await rm(written, { force: true });
      throw error;
    }
  } catch (error) {
    const message = `Cannot write ${JSON.stringify(path)}: ${messageOf(error)}.`;
    throw new AgentError('store_failed', message, { cause: error });
  }
}
