import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { checkOutputFile } from './output-file.ts';

/** A file that lines are added to, each with its time. */
export interface LogFile extends Disposable {
  write(line: string): void;
}

/**
 * Opens a log, and keeps what is in it. Links are not followed.
 *
 * @throws OptionError where it cannot be written.
 */
export async function openLogFile(path: string, cwd: string): Promise<LogFile> {
  const { path: absolute, realDirectory } = await checkOutputFile(path, cwd, 'log');
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0);
  const file = openSync(join(realDirectory, basename(absolute)), flags, 0o666);
  return {
    write: (line) => void writeSync(file, `${new Date().toISOString()} ${line}\n`),
    [Symbol.dispose]: () => closeSync(file),
  };
}
