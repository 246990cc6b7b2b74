import { execFile } from 'node:child_process';
import { devNull } from 'node:os';
import { messageOf, OptionError, type AgentError } from '@harness-sdk/core';

/** Output that is read at most, in bytes. */
const mostBytes = 256 * 1024 * 1024;

/**
 * Settings of a repository that would run programs of its choice, switched off. The machine's own configuration is left out; the user's
 * stays, because `safe.directory` is said there.
 */
const overrides: readonly string[] = [
  'core.fsmonitor=false',
  `core.hooksPath=${devNull}`,
  'core.pager=cat',
  'core.sshCommand=false',
  'core.askPass=',
  'core.gitProxy=',
  'core.attributesFile=',
  'core.alternateRefsCommand=',
  'core.quotePath=false',
  'core.untrackedCache=false',
  'credential.helper=',
  'diff.external=',
  'log.showSignature=false',
  'gpg.program=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'protocol.allow=never',
  'submodule.recurse=false',
  'remote.pushDefault=',
  'fetch.recurseSubmodules=false',
];

/**
 * Runs git in a repository that nobody trusts: no hook, filter, pager, alias, monitor or network of its choice is run. Only
 * commands that read objects and the index are given here, never one that writes the work tree.
 *
 * @returns What it prints.
 * @throws OptionError where git is missing or fails; its message says how.
 */
export function runGit(directory: string, parameters: readonly string[], input?: string): Promise<Buffer> {
  const settings = overrides.flatMap((setting) => ['-c', setting]);
  const all = ['--no-pager', '--no-optional-locks', '--literal-pathspecs', ...settings, ...parameters];
  return new Promise((resolve, reject) => {
    const child = execFile(
      'git',
      all,
      { cwd: directory, env: environment(), encoding: 'buffer', maxBuffer: mostBytes, windowsHide: true },
      (error, stdout, stderr) => {
        if (error === null) return resolve(stdout);
        reject(failure(parameters, error, stderr.toString()));
      },
    );
    // Whoever does not read its input is no failure: git says by itself what went wrong.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
  });
}

function environment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot, HOME } = process.env;
  return {
    ...(PATH === undefined ? {} : { PATH }),
    ...(SystemRoot === undefined ? {} : { SystemRoot }),
    ...(HOME === undefined ? {} : { HOME }),
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_PAGER: 'cat',
  };
}

function failure(parameters: readonly string[], error: Error, stderr: string): AgentError {
  const isMissing = 'code' in error && error.code === 'ENOENT';
  if (isMissing) return new OptionError('diff', 'git was not found. Install it, or review files and not a change.');
  const said = stderr.trim().split('\n').at(-1) ?? '';
  return new GitError(`git ${parameters[0] ?? ''} failed: ${said === '' ? messageOf(error) : said}`, { cause: error });
}

/** git ended with an error. */
export class GitError extends OptionError {
  constructor(message: string, options: { readonly cause: unknown }) {
    super('diff', message, options);
  }
}
