import { foldName } from './fold-name.ts';
import type { JudgedPath, Names, Spelling } from './judged-path.ts';

/** Directories in which a file can make a program run something. */
const directories: readonly string[] = [
  // Version control and its pipelines.
  '.git',
  '.github',
  '.gitlab',
  '.circleci',
  '.husky',
  // Editors and containers.
  '.vscode',
  '.idea',
  '.devcontainer',
  // Package managers and build tools.
  '.cargo',
  '.yarn',
  '.mvn',
  // Other agents.
  '.claude',
  '.cursor',
];

/** Directories that are protected inside `.config`. */
const configDirectories: readonly string[] = ['git', 'fish', 'nvim', 'pip', 'npm', 'pnpm', 'yarn', 'mise'];

/** Files by which a package manager, a shell, a hook manager, an editor or a tool server runs something. */
const files: readonly string[] = [
  // Package manifests.
  'package.json',
  'package.json5',
  'package.yaml',
  'deno.json',
  'deno.jsonc',
  'cargo.toml',
  'pyproject.toml',
  'setup.py',
  'setup.cfg',
  'pipfile',
  'gemfile',
  'composer.json',
  'go.mod',
  'go.work',
  'pom.xml',
  'build.gradle',
  'build.gradle.kts',
  'settings.gradle',
  'settings.gradle.kts',
  'mix.exs',
  // Package managers.
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  '.pnp.cjs',
  '.pnp.loader.mjs',
  '.pnpmfile.cjs',
  '.pnpmfile.mjs',
  'pnpm-workspace.yaml',
  'bunfig.toml',
  '.pypirc',
  'pip.conf',
  '.gemrc',
  'nuget.config',
  'gradle.properties',
  'gradle-wrapper.properties',
  'maven-wrapper.properties',
  // Version control.
  '.gitattributes',
  '.gitconfig',
  '.gitmodules',
  '.gitlab-ci.yml',
  // Shells and what they load.
  '.bashrc',
  '.bash_profile',
  '.bash_login',
  '.bash_logout',
  '.bash_aliases',
  '.profile',
  '.zshrc',
  '.zshenv',
  '.zprofile',
  '.zlogin',
  '.zlogout',
  '.cshrc',
  '.kshrc',
  '.inputrc',
  '.envrc',
  '.tool-versions',
  'mise.toml',
  '.mise.toml',
  '.ripgreprc',
  '.curlrc',
  '.wgetrc',
  // Hook managers.
  '.pre-commit-config.yaml',
  'lefthook.yml',
  'lefthook.yaml',
  '.lefthook.yml',
  '.lefthook.yaml',
  '.overcommit.yml',
  '.huskyrc',
  '.huskyrc.json',
  '.lintstagedrc',
  '.lintstagedrc.json',
  // Editors.
  '.vimrc',
  '.exrc',
  '.nvimrc',
  '.nvim.lua',
  '.dir-locals.el',
  // Tool servers.
  '.mcp.json',
  'mcp.json',
  '.claude.json',
];

const protectedDirectories: ReadonlySet<string> = new Set(directories.map(foldName));
const protectedConfigs: ReadonlySet<string> = new Set(configDirectories.map(foldName));
const protectedFiles: ReadonlySet<string> = new Set(files.map(foldName));

/** True where a path is protected, as it was asked for or where it really is. */
export function isProtected({ requested, real }: JudgedPath): boolean {
  return [...requested, ...real].some((spelling) => protectedLength(spelling) > 0);
}

/**
 * How many names, from the first, a rule must spell out to name every protected part of a path; 0 where nothing in it
 * is protected. What leads to the workspace does not count: the whole of it would be protected.
 */
export function protectedLength({ folded, rootLength }: Spelling): number {
  const last = folded.findLastIndex(
    (_name, index) => index >= rootLength && isProtectedName(folded, index, rootLength),
  );
  return last + 1;
}

function isProtectedName(names: Names, index: number, rootLength: number): boolean {
  const name = names[index] ?? '';
  if (protectedDirectories.has(name)) return true;
  if (index > rootLength && names[index - 1] === '.config' && protectedConfigs.has(name)) return true;
  return index === names.length - 1 && protectedFiles.has(name);
}
