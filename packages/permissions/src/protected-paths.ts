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
  '.codex',
  '.gemini',
  '.agents',
  '.continue',
  '.windsurf',
  // This SDK's own settings, and those of its reviewer.
  '.harness-sdk',
  '.security-review',
];

/** Directories that are protected inside others. */
const nestedDirectories: Readonly<Record<string, readonly string[]>> = {
  '.config': ['git', 'fish', 'nvim', 'pip', 'npm', 'pnpm', 'yarn', 'mise', 'harness-sdk'],
  // What is run by its bare name in scripts.
  node_modules: ['.bin'],
};

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
  // Policy files and settings of this SDK.
  'policy.yml',
  'policy.yaml',
  // Package managers.
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  '.pnp.cjs',
  '.pnp.js',
  '.pnp.data.json',
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
  '.huskyrc.js',
  '.huskyrc.cjs',
  '.huskyrc.json',
  '.lintstagedrc',
  '.simple-git-hooks.json',
  '.simple-git-hooks.cjs',
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
const protectedNested: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(nestedDirectories).map(([outer, inner]) => [foldName(outer), new Set(inner.map(foldName))]),
);
/** Families of names, such as those of a configuration that may be written in several languages. */
const protectedFamilies = /^(?:security-review\.config\.|\.?harness-sdk\.(?:ya?ml|json)$)/;
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
  const outer = index > rootLength ? protectedNested.get(names[index - 1] ?? '') : undefined;
  if (outer?.has(name) === true) return true;
  return index === names.length - 1 && (protectedFiles.has(name) || protectedFamilies.test(name));
}
