import type { BigIntStats } from 'node:fs';

/** Which state of which file this is. Two that are equal in every field are the same file, not written to in between. */
export interface FileVersion {
  readonly device: bigint;
  readonly inode: bigint;
  readonly sizeBytes: bigint;
  /** Time of the last write, nanoseconds since 1970. */
  readonly modifiedNs: bigint;
  /** Time of the last change of content, name or mode, nanoseconds since 1970. Programs cannot set it. */
  readonly changedNs: bigint;
}

/** The version that a file has, by its facts. */
export function versionOf(stats: BigIntStats): FileVersion {
  return {
    device: stats.dev,
    inode: stats.ino,
    sizeBytes: stats.size,
    modifiedNs: stats.mtimeNs,
    changedNs: stats.ctimeNs,
  };
}

/** True where nothing was written or replaced between the two. */
export function isSameVersion(left: FileVersion, right: FileVersion): boolean {
  return (
    left.device === right.device &&
    left.inode === right.inode &&
    left.sizeBytes === right.sizeBytes &&
    left.modifiedNs === right.modifiedNs &&
    left.changedNs === right.changedNs
  );
}

/** Permission bits, such as `0o644`. */
export function modeOf(stats: BigIntStats): number {
  return Number(stats.mode) & 0o7777;
}
