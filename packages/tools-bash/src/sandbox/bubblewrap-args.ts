import { statSync } from 'node:fs';
import { dirname, sep } from 'node:path';
import { isInside } from '@harness-sdk/core/node';
import type { SandboxProfile } from './sandbox-provider.ts';

/** One path of the sandbox's file system that differs from the read-only whole. */
interface Mount {
  readonly path: string;
  /** Of several mounts on one path, the last one holds. */
  readonly rank: 0 | 1 | 2 | 3;
  readonly args: readonly string[];
}

/**
 * The arguments of bubblewrap that run a command as a profile says. Deeper paths win over those around them; on one path
 * `hidden` wins over `readOnly`, and that over `writable`.
 */
export function bubblewrapArgs(argv: readonly string[], profile: SandboxProfile): readonly string[] {
  const mounts = [...freshDirectories(profile), ...profileMounts(profile)].toSorted(
    (left, right) => depthOf(left.path) - depthOf(right.path) || left.rank - right.rank,
  );
  const hiddenDirectories = profile.hidden.filter(isDirectory);
  return [
    '--ro-bind / / --dev /dev --proc /proc'.split(' '),
    ...mounts.map(({ args }) => args),
    // At the end: what lies in them had to be mounted first.
    ...['/run', ...hiddenDirectories].map((path) => ['--remount-ro', path]),
    ['--unshare-all', profile.network ? ['--share-net'] : [], '--die-with-parent', '--new-session'].flat(),
    ['--chdir', profile.cwd, '--', ...argv],
  ].flat();
}

/** Directories that start out empty: for temporary files, and where the sockets of services are. */
function freshDirectories({ network }: SandboxProfile): readonly Mount[] {
  return [
    { path: '/tmp', rank: 0, args: ['--tmpfs', '/tmp'] },
    { path: '/run', rank: 0, args: ['--tmpfs', '/run'] },
    ...(network ? [tryReadOnly('/run/systemd/resolve')] : []),
    tryReadOnly('/run/current-system'),
  ];
}

/** Names are resolved with the help of the first, and programs are found by the second, on systems that have them. */
function tryReadOnly(path: string): Mount {
  return { path, rank: 2, args: ['--ro-bind-try', path, path] };
}

function profileMounts({ writable, readOnly, hidden }: SandboxProfile): readonly Mount[] {
  // A directory that holds a mount can be renamed, and another one put in its place; a mount itself cannot.
  const held = [...readOnly, ...hidden].flatMap((path) => writable.flatMap((root) => between(root, path)));
  return [
    ...[...new Set([...writable, ...held])].map((path): Mount => ({ path, rank: 1, args: ['--bind', path, path] })),
    ...readOnly.map((path): Mount => ({ path, rank: 2, args: ['--ro-bind', path, path] })),
    ...hidden.map((path): Mount => ({ path, rank: 3, args: hidingArgs(path) })),
  ];
}

/** A device that cannot be opened stands for a file, an empty directory for a directory. */
function hidingArgs(path: string): readonly string[] {
  return isDirectory(path) ? ['--tmpfs', path] : ['--ro-bind', '/dev/null', path];
}

/** The directories between a root and a path in it. */
function between(root: string, path: string): readonly string[] {
  const directories: string[] = [];
  if (!isInside(root, path)) return directories;
  for (let current = dirname(path); current !== root && isInside(root, current); current = dirname(current)) {
    directories.push(current);
  }
  return directories;
}

function depthOf(path: string): number {
  return path === '/' ? 0 : path.split(sep).length;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
