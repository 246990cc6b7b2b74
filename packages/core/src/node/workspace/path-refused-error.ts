import { AgentError } from '../../errors.ts';

/**
 * Why a path was refused.
 *
 * - `invalid`: it is no path: not a string, empty, with a NUL, or too long.
 * - `outside`: it lies outside the roots of the workspace, or goes through a link that leads to nothing in them.
 * - `not_found`: there is nothing at it.
 * - `not_file`: it is something else than a regular file: a directory, a pipe, a socket, a device.
 * - `not_directory`: it, or a part of it, is something else than a directory.
 * - `no_access`: the operating system does not let this process do it.
 * - `too_large`: the file is larger than the caller's limit.
 * - `changed`: what is there now is not what was checked or expected; trying again checks anew.
 */
export type PathRefusal =
  | 'invalid'
  | 'outside'
  | 'not_found'
  | 'not_file'
  | 'not_directory'
  | 'no_access'
  | 'too_large'
  | 'changed';

const mark = Symbol.for('@harness-sdk/core/PathRefusedError');

/** A path that the workspace does not open. The message says what to do, and never what lies outside. */
export class PathRefusedError extends AgentError {
  readonly reason: PathRefusal;
  /** The path as the caller gave it; of what is no string, a description. */
  readonly path: string;

  constructor(reason: PathRefusal, path: string, message: string, options?: { readonly cause?: unknown }) {
    super('path_refused', message, options);
    this.reason = reason;
    this.path = path;
    Object.defineProperty(this, mark, { value: true });
  }

  /** True for a `PathRefusedError` of any copy of this package in the process. */
  static override isInstance(value: unknown): value is PathRefusedError {
    return typeof value === 'object' && value !== null && mark in value;
  }
}
