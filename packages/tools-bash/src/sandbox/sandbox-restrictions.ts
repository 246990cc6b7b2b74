import { statSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { OptionError, checkOptions } from '@harness-sdk/core';
import { isInside, type Workspace } from '@harness-sdk/core/node';
import type { SandboxProfile } from './sandbox-provider.ts';

/** What commands in a sandbox may do, as a caller says it. */
export interface SandboxRestrictions {
  /** What may be changed: the `workspace`, which is the default, or `nothing`. Temporary files can be made in any case. */
  readonly write?: 'workspace' | 'nothing';
  /** Whether there is a network. Default false. */
  readonly network?: boolean;
  /** Further files and directories that stay read-only, besides those that make programs run code; relative ones in every root. */
  readonly readOnly?: readonly string[];
  /** Further files and directories that cannot be read, besides the usual places of keys; relative ones in every root. */
  readonly hidden?: readonly string[];
}

/** What stays read-only in every root, where it is there: files by which programs outside the sandbox are made to run code. */
const protectedPaths: readonly string[] = [
  '.git/hooks .git/config .git/config.worktree .git/info/attributes .gitmodules .husky .pnpmfile.cjs .pnp.cjs',
  '.vscode .idea .devcontainer .cargo .mvn .yarn .npmrc .yarnrc .yarnrc.yml .envrc .mcp.json',
  '.bashrc .bash_profile .profile .zshrc .zshenv',
].flatMap((line) => line.split(' '));

/** What cannot be read in the home directory, where it is there: keys and passwords. */
const secretPaths: readonly string[] = [
  '.ssh .gnupg .aws .azure .kube .docker .config/gh .config/gcloud .config/op .password-store .local/share/keyrings',
  '.netrc .npmrc .pypirc .git-credentials .config/git/credentials .cargo/credentials.toml .bash_history .zsh_history',
].flatMap((line) => line.split(' '));

/** @throws OptionError */
export function checkRestrictions(owner: string, restrictions: SandboxRestrictions): void {
  const rules = {
    write: { oneOf: ['workspace', 'nothing'] },
    network: { type: 'boolean' },
    readOnly: { type: 'array' },
    hidden: { type: 'array' },
  } as const;
  checkOptions(owner, restrictions, rules, 'restrictions.');
  for (const name of ['readOnly', 'hidden'] as const) {
    const index = (restrictions[name] ?? []).findIndex((path: unknown) => typeof path !== 'string' || path === '');
    if (index === -1) continue;
    const option = `restrictions.${name}[${index}]`;
    throw new OptionError(option, `Expected \`${option}\` of ${owner} to be a path.`);
  }
}

/** The profile of one call: what the restrictions mean for the files that are there now. */
export async function toProfile(
  { roots }: Workspace,
  { write = 'workspace', network = false, readOnly = [], hidden = [] }: SandboxRestrictions,
  cwd: string,
): Promise<SandboxProfile> {
  const rootPaths = roots.map(({ realPath }) => realPath);
  const inRoots = (paths: readonly string[]): readonly string[] =>
    rootPaths.flatMap((root) => paths.map((path) => resolve(root, path)));
  const secrets = secretPaths.map((path) => join(homedir(), path));
  const hiddenPaths = await existing([...secrets, ...inRoots(hidden)]);
  const kept = await existing([...inRoots(protectedPaths), ...inRoots(['.git']).filter(isFile), ...inRoots(readOnly)]);
  return {
    writable: write === 'workspace' ? rootPaths : [],
    // Roots first: one that lies in a fresh /tmp would not be there otherwise.
    readOnly: write === 'workspace' ? kept : [...rootPaths, ...kept],
    // A secret place that somebody works in is no secret.
    hidden: hiddenPaths.filter((path) => !rootPaths.some((root) => isInside(path, root))),
    network,
    cwd,
  };
}

/** In a linked worktree `.git` is a file, which names the repository. */
function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** Real paths of what is there. */
async function existing(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(paths.map(async (path) => await realPathOf(path)));
  return [...new Set(found.filter((path) => path !== undefined))];
}

async function realPathOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch {
    // ENOENT and the like: there is nothing to keep.
    return undefined;
  }
}
