import { lstatSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a directory, and those above it that are missing; one that is there stays as it is. One directory after the
 * other: made at once, one below `/proc` would never come to an end.
 *
 * @param mode - Of those that are made. Default: what the process gives.
 */
export async function makeDirectory(directory: string, mode?: number): Promise<void> {
  if (isThere(directory)) return;
  await makeDirectory(dirname(directory), mode);
  try {
    await mkdir(directory, mode);
  } catch (error) {
    // EEXIST: another process was faster.
    if (!isThere(directory)) throw error;
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
