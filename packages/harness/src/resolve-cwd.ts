import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { OptionError } from '@harness-sdk/core';

/**
 * The absolute path of a workspace; a relative one starts from the process's working directory.
 *
 * @param owner - What the option belongs to, for the message.
 * @throws OptionError where it is no directory.
 */
export function resolveCwd(owner: string, cwd: string = process.cwd()): string {
  const path = resolve(cwd);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return path;
  throw new OptionError(
    'cwd',
    `Expected \`cwd\` of ${owner} to be a directory that exists, got ${JSON.stringify(cwd)}.`,
  );
}
