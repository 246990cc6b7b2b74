import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PermissionDecision } from '@harness-sdk/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPolicy } from './policy.ts';
import type { PolicyOptions } from './policy-options.ts';

let root: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'protected-paths-')));
  await mkdir(join(root, '.git/hooks'), { recursive: true });
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

async function write(
  path: string,
  options: Omit<PolicyOptions, 'root'>,
  at: string = root,
): Promise<PermissionDecision> {
  const tool = { name: 'Write', accessKinds: ['write'] } as const;
  const access = [{ kind: 'write', path }] as const;
  const call = { tool, args: null, access, cwd: at, sessionId: 's', toolUseId: 't', grants: [] };
  return await createPolicy({ root: at, ...options }).decide(call);
}

test.each([
  '.git/hooks/pre-commit',
  '.GIT/config',
  '.g\u200dit/config',
  'vendor/x/.git/config',
  'src/../.git/hooks/pre-push',
  '.github/workflows/ci.yml',
  '.gitlab-ci.yml',
  '.gitattributes',
  '.security-review/suppressions.yml',
  'security-review.config.ts',
  'app/Security-Review.config.json',
  '.harness-sdk/settings.json',
  '.config/harness-sdk/grants.json',
  'policy.yml',
  'ci/Policy.yaml',
  'node_modules/.bin/tsc',
  'packages/a/node_modules/.bin/x',
  '.pnp.data.json',
  '.codex/config.toml',
  '.gitmodules',
  '.vscode/tasks.json',
  '.idea/workspace.xml',
  '.husky/pre-commit',
  '.devcontainer/devcontainer.json',
  '.cargo/config.toml',
  '.yarn/releases/yarn.cjs',
  '.mvn/wrapper/maven-wrapper.properties',
  '.config/git/config',
  'package.json',
  'packages/a/Package.JSON',
  'pnpm-workspace.yaml',
  '.npmrc',
  '.yarnrc.yml',
  '.pnp.cjs',
  'Cargo.toml',
  'pyproject.toml',
  '.bashrc',
  '.zshenv',
  '.envrc',
  '.pre-commit-config.yaml',
  'lefthook.yml',
  '.vimrc',
  '.mcp.json',
])('acceptEdits asks before it lets %s be written', async (path) => {
  const decision = await write(path, { mode: 'acceptEdits' });
  expect(decision).toMatchObject({ decision: 'ask', tier: 'mode' });
  expect(decision.reason).toContain('only an allow rule that names the path');
});

test.each([
  'src/a.ts',
  'docs/git/notes.md',
  'src/package.json.ts',
  'package.jsonc',
  '.gitignore',
  '.github.md',
  'git/config',
  'config/git/config',
  'package.json/index.ts',
  'README.md',
])('acceptEdits lets %s be written', async (path) => {
  expect(await write(path, { mode: 'acceptEdits' })).toMatchObject({ decision: 'allow', tier: 'mode' });
});

test('a link to a protected directory is protected', async () => {
  await symlink('.git/hooks', join(root, 'hooks-link'));
  expect((await write('hooks-link/pre-commit', { mode: 'acceptEdits' })).decision).toBe('ask');
});

test('a workspace that lies in a protected directory is not protected as a whole', async () => {
  const inside = join(root, '.vscode/extension');
  await mkdir(inside, { recursive: true });
  expect((await write('src/a.ts', { mode: 'acceptEdits' }, inside)).decision).toBe('allow');
  expect((await write('.vscode/tasks.json', { mode: 'acceptEdits' }, inside)).decision).toBe('ask');
});

test('bypass lets protected paths be written, plan does not', async () => {
  expect((await write('.git/config', { mode: 'bypass' })).decision).toBe('allow');
  expect((await write('.git/config', { mode: 'plan', allow: ['Edit(.git/config)'] })).decision).toBe('deny');
});

describe('an allow rule covers a protected path', () => {
  test.each([
    ['Edit(/package.json)', 'package.json'],
    ['Edit(package.json)', 'packages/a/package.json'],
    ['Edit(packages/a/package.json)', 'packages/a/package.json'],
    ['Edit(.github/**)', '.github/workflows/ci.yml'],
    ['Write(.github/workflows/*.yml)', '.github/workflows/ci.yml'],
    ['Edit(/{.vscode,.idea}/**)', '.vscode/tasks.json'],
    ['Edit(.config/git/*)', '.config/git/config'],
  ])('where it names it: %s, %s', async (rule, path) => {
    expect(await write(path, { allow: [rule] })).toMatchObject({ decision: 'allow', tier: 'allow', rule });
  });

  test.each([
    ['*', '.git/config'],
    ['Edit', '.git/config'],
    ['Write', '.git/config'],
    ['Edit(**)', '.git/config'],
    ['Edit(.g*/config)', '.git/config'],
    ['Edit(**/package.json)', 'packages/a/package.json'],
    ['Edit(packages/*/package.json)', 'packages/a/package.json'],
    ['Edit(package.*)', 'package.json'],
    ['Edit(.github/**)', '.github/actions/x/package.json'],
    ['Edit(package.json)', '.git/package.json'],
    ['Edit(.config/**)', '.config/git/config'],
  ])('but not where it does not: %s, %s', async (rule, path) => {
    expect(await write(path, { allow: [rule] })).toMatchObject({ decision: 'ask', tier: 'mode' });
  });
});
