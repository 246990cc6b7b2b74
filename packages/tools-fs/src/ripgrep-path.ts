import { createRequire } from 'node:module';
import { AgentError } from '@harness-sdk/core';

const binary = process.platform === 'win32' ? 'rg.exe' : 'rg';

/**
 * Path of the ripgrep binary that `@vscode/ripgrep` brings for this system.
 *
 * It is not asked for the path: it puts the environment's `npm_config_arch` into it, which npm takes from the `.npmrc` of
 * the directory it was started in, so that a reviewed tree could name the program to run.
 *
 * @throws AgentError `missing_package`
 */
export function ripgrepPath(): string {
  const platformPackage = `@vscode/ripgrep-${process.platform}-${process.arch}`;
  try {
    const ripgrep = createRequire(import.meta.url).resolve('@vscode/ripgrep');
    return createRequire(ripgrep).resolve(`${platformPackage}/bin/${binary}`);
  } catch (error) {
    throw new AgentError(
      'missing_package',
      `Glob and Grep need the ripgrep binary of ${platformPackage}. Install again with optional dependencies.`,
      { cause: error },
    );
  }
}
