import { OptionError } from '@harness-sdk/core';
import type { DiffRequest } from '../diff/read-diff.ts';
import { runGit, GitError } from '../diff/run-git.ts';
import type { CliContext } from './cli-context.ts';
import type { GivenSettings } from './settings.ts';

/** Whether only a change is reviewed. */
export function isOfChange({ diff, staged, commit }: GivenSettings): boolean {
  return diff !== undefined || staged === true || commit !== undefined;
}

/**
 * The change that is to be reviewed; `undefined` for all files.
 *
 * @throws OptionError where several are asked for, and where no base is given and none is found.
 */
export async function toDiffRequest(
  settings: GivenSettings,
  { cwd, environment = {} }: Pick<CliContext, 'cwd' | 'environment'>,
): Promise<DiffRequest | undefined> {
  const { diff, staged, commit } = settings;
  const requests: DiffRequest[] = [
    ...(staged === true ? [{ kind: 'staged' } as const] : []),
    ...(commit === undefined ? [] : [{ kind: 'commit', commit } as const]),
  ];
  if (requests.length + (diff === undefined ? 0 : 1) > 1) {
    throw new OptionError('diff', 'Of --diff, --staged and --commit only one can be given.');
  }
  if (diff === undefined) return requests[0];
  return { kind: 'range', base: diff === true ? await findBase(cwd, environment) : diff };
}

/** The branch that the change is for: the one that GitHub names, else the default one. */
async function findBase(cwd: string, environment: Readonly<Record<string, string | undefined>>): Promise<string> {
  const target = environment['GITHUB_BASE_REF'] ?? '';
  const candidates = [
    ...(target === '' ? [] : [`refs/remotes/origin/${target}`]),
    'refs/remotes/origin/HEAD',
    'refs/remotes/origin/main',
    'refs/remotes/origin/master',
    'refs/heads/main',
    'refs/heads/master',
  ];
  for (const candidate of candidates) if (await isCommit(candidate, cwd)) return candidate;
  throw new OptionError('diff', 'Found no branch that the change is for. Name it: --diff BASE.');
}

async function isCommit(name: string, cwd: string): Promise<boolean> {
  try {
    await runGit(cwd, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
    return true;
  } catch (error) {
    if (!GitError.isInstance(error)) throw error;
    return false;
  }
}
