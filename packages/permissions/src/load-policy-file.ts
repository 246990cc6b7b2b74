import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { OptionError, checkOptions, messageOf } from '@harness-sdk/core';
import { isInside } from '@harness-sdk/core/node';
import type { PolicyScope } from './policy-defaults.ts';
import { parsePolicyFile } from './parse-policy-file.ts';
import type { FilePosition, PolicyFile } from './policy-file.ts';
import { PolicyFileError } from './policy-file-error.ts';

/** How {@link loadPolicyFile} reads a file. */
export interface LoadPolicyOptions {
  /** Whose the file is. Default `organisation`. */
  readonly scope?: PolicyScope;
  /**
   * The directories of the workspace, absolute. A file of the organisation must not be in them, where an agent or a
   * repository could change it; a project's may extend what is in them.
   */
  readonly roots?: readonly string[];
}

const maxBytes = 256 * 1024;
const maxDepth = 8;
const maxFiles = 64;

/**
 * Loads a policy file, and those that it extends before it. What a file says goes before what the files say that it
 * extends.
 *
 * @param path - Absolute.
 * @throws PolicyFileError with the line and the column of all that is wrong in the first file that cannot be honoured.
 */
export function loadPolicyFile(path: string, options: LoadPolicyOptions = {}): readonly PolicyFile[] {
  checkOptions('loadPolicyFile', options, { scope: { oneOf: ['organisation', 'project'] }, roots: { type: 'array' } });
  if (typeof path !== 'string' || !isAbsolute(path)) {
    throw new OptionError('path', `Expected the path of a policy file to be absolute, got ${JSON.stringify(path)}.`);
  }
  const { scope = 'organisation', roots = [] } = options;
  const realRoots = roots.map((root) => realpathSync.native(root));
  const realPath = realPathOf(path);
  const boundaries = [
    dirname(realPath),
    ...(scope === 'project' ? realRoots.filter((root) => isInside(root, realPath)) : []),
  ];
  const loaded = new Map<string, PolicyFile>();
  load(realPath, { scope, realRoots, boundaries, loaded, chain: [] });
  return [...loaded.values()];
}

interface Loading {
  readonly scope: PolicyScope;
  readonly realRoots: readonly string[];
  /** Directories that relative paths must not lead out of. */
  readonly boundaries: readonly string[];
  /** What was loaded, in the order in which it counts. */
  readonly loaded: Map<string, PolicyFile>;
  /** The files that led here. */
  readonly chain: readonly string[];
}

function load(path: string, loading: Loading): void {
  const { scope, realRoots, loaded, chain } = loading;
  if (scope === 'organisation' && realRoots.some((root) => isInside(root, path))) {
    throw new PolicyFileError(
      path,
      "This file lies in the workspace, where the agent and the repository can change it, so that it cannot be the organisation's. Pass it as the project's, which can only tighten, or keep it elsewhere.",
    );
  }
  const content = parsePolicyFile(readText(path, scope));
  if (!('simulate' in content)) throw new PolicyFileError(path, content);
  for (const base of content.extends) {
    const fail = (message: string, cause?: unknown): never => {
      throw new PolicyFileError(path, [{ line: base.line, column: base.column, message }], { cause });
    };
    const target = targetOf(path, base, loading, fail);
    if ([...chain, path].includes(target)) fail(`${JSON.stringify(base.path)} extends, in the end, itself.`);
    if (chain.length + 1 >= maxDepth) fail(`Files may extend one another ${maxDepth} deep, and this goes deeper.`);
    if (loaded.has(target)) continue;
    if (loaded.size + 1 >= maxFiles) fail(`More than ${maxFiles} files in all are not supported.`);
    load(target, {
      ...loading,
      boundaries: isAbsolute(base.path) ? [dirname(target)] : loading.boundaries,
      chain: [...chain, path],
    });
  }
  loaded.set(path, { ...content, path, scope });
}

type FailHere = (message: string, cause?: unknown) => never;

function targetOf(
  from: string,
  base: FilePosition & { readonly path: string },
  { scope, boundaries }: Loading,
  fail: FailHere,
): string {
  const written = JSON.stringify(base.path);
  if (isAbsolute(base.path) && scope === 'project') {
    return fail(
      `${written} is absolute, and a project's file may extend only files of the project; write a relative path.`,
    );
  }
  let target: string;
  try {
    target = realpathSync.native(resolve(dirname(from), base.path));
  } catch (error) {
    return fail(`The file ${written} that is extended cannot be opened: ${messageOf(error)}.`, error);
  }
  if (isAbsolute(base.path) || boundaries.some((boundary) => isInside(boundary, target))) return target;
  return fail(
    scope === 'project'
      ? `${written} leads out of the project, whose files may extend only files of the project.`
      : `${written} leads out of the directory of this file; write an absolute path to extend a file elsewhere.`,
  );
}

function realPathOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    throw new PolicyFileError(
      path,
      `The policy file cannot be opened, and nothing runs without it: ${messageOf(error)}.`,
      {
        cause: error,
      },
    );
  }
}

/** Opened once: what is checked is what is read. A pipe does not hold the opening up. */
function readText(path: string, scope: PolicyScope): string {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new PolicyFileError(path, 'A policy file must be a regular file.');
    if (stats.size > maxBytes) {
      throw new PolicyFileError(path, `A policy file may have ${maxBytes} bytes, and this has ${stats.size}.`);
    }
    if (scope === 'organisation' && process.platform !== 'win32' && (stats.mode & 0o002) !== 0) {
      throw new PolicyFileError(
        path,
        "Everybody may write to this file, so that it cannot be the organisation's; chmod o-w it.",
      );
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(descriptor));
  } catch (error) {
    if (PolicyFileError.isInstance(error)) throw error;
    const problem = error instanceof TypeError ? 'it is not UTF-8' : messageOf(error);
    throw new PolicyFileError(path, `The policy file cannot be read, and nothing runs without it: ${problem}.`, {
      cause: error,
    });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
