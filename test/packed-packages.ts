import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type UserConfig } from 'tsdown';

const root = join(import.meta.dirname, '..');

/** What a tarball's manifest or an installed package's says. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly packageManager?: string;
}

/** Reads a package.json. */
export function readManifest(path: string): Manifest {
  // Every manifest that pnpm packs or npm installs has a name and a version.
  return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
}

/**
 * Builds packages of ours and packs them, as a release does.
 *
 * @param names - Their directories in `packages/`.
 * @param directory - Where to put the tarballs.
 * @returns Paths of the tarballs by package name.
 * @throws RegistryUnreachableError where npx has no copy of pnpm and cannot get one.
 */
export async function packPackages(names: readonly string[], directory: string): Promise<ReadonlyMap<string, string>> {
  const manifests = names.map((name) => join(root, 'packages', name, 'package.json'));
  await Promise.all(manifests.map((path) => buildPackage(dirname(path))));
  const { packageManager = 'pnpm' } = readManifest(join(root, 'package.json'));
  const filters = names.map((name) => `--filter=./packages/${name}`);
  const pack = [...filters, 'pack', '--pack-destination', directory];
  runOrThrow('npx', ['--yes', '--prefer-offline', '--fetch-retries=1', packageManager, ...pack], root);
  return new Map(manifests.map((path) => tarballOf(directory, readManifest(path))));
}

/** By the package's own configuration, without what checks the result: the snapshot of its surface is no matter here. */
async function buildPackage(directory: string): Promise<void> {
  // Every package's configuration exports one.
  const path = pathToFileURL(join(directory, 'tsdown.config.ts')).href;
  const { default: config } = (await import(path)) as { readonly default: UserConfig };
  await build({ ...config, config: false, cwd: directory, plugins: [], publint: false, attw: false, logLevel: 'warn' });
}

function tarballOf(directory: string, { name, version }: Manifest): [name: string, path: string] {
  return [name, join(directory, `${name.replace(/^@/, '').replace('/', '-')}-${version}.tgz`)];
}

/** What npm says where it cannot reach its registry and has not cached what it needs. */
const unreachable = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|ENOTCACHED)\b/;

/** The package registry cannot be reached, and what was needed of it is not cached. */
export class RegistryUnreachableError extends Error {}

/**
 * Installs tarballs with npm into a project, from npm's cache where it can.
 *
 * @throws RegistryUnreachableError where their dependencies cannot be had.
 */
export function installWithNpm(project: string, tarballs: readonly string[]): void {
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--no-update-notifier', '--fetch-retries=1'];
  runOrThrow('npm', ['install', ...flags, ...tarballs], project);
}

function runOrThrow(command: string, parameters: readonly string[], cwd: string): void {
  // npm and npx are scripts on Windows, and only a shell can start those.
  const options = { cwd, encoding: 'utf8', shell: process.platform === 'win32' } as const;
  const { status, stdout, stderr, error } = spawnSync(command, parameters, options);
  if (error !== undefined) throw error;
  if (status === 0) return;
  const [code] = unreachable.exec(stderr) ?? [];
  if (code !== undefined) throw new RegistryUnreachableError(`${command} cannot reach its registry (${code})`);
  throw new Error(`${command} ${parameters.join(' ')} ended with ${status}:\n${stdout}\n${stderr}`);
}
