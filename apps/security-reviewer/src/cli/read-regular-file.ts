import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { messageOf, OptionError } from '@harness-sdk/core';

/**
 * The text of a small file. A link in its place is not followed.
 *
 * @param mostBytes - Larger files are refused.
 * @returns `undefined` where there is no such file.
 * @throws OptionError where it is no regular file, too large, or cannot be read.
 */
export function readRegularFile(path: string, mostBytes: number): string | undefined {
  let file: number;
  try {
    // Not blocking, so that a pipe in its place is refused instead of waited for.
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return undefined;
    throw refusal(path, code === 'ELOOP' ? 'it is a symbolic link, which is not followed' : messageOf(error), error);
  }
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw refusal(path, 'it is not a regular file');
    if (stats.size > mostBytes) throw refusal(path, `it is larger than ${mostBytes} bytes`);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

function refusal(path: string, reason: string, cause?: unknown): OptionError {
  return new OptionError('', `Cannot read ${JSON.stringify(path)}: ${reason}.`, cause === undefined ? {} : { cause });
}
