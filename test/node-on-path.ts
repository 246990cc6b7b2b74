import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A Node that is installed on this machine. */
export interface InstalledNode {
  readonly path: string;
  /** For example `22.18.0`. */
  readonly version: string;
}

/** The Node that runs this test, and every other one on the PATH, each once. */
export function installedNodes(): readonly InstalledNode[] {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const candidates = (process.env['PATH'] ?? '').split(delimiter).map((directory) => join(directory, name));
  const paths = [process.execPath, ...candidates.filter((path) => existsSync(path))].map((path) => realpathSync(path));
  return [...new Set(paths)].map((path) => ({ path, version: versionOf(path) }));
}

/** Whether a version is at least 22.18, which all packages need. */
export function isSupported({ version }: InstalledNode): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

function versionOf(path: string): string {
  return execFileSync(path, ['--version'], { encoding: 'utf8' }).trim().slice(1);
}
