import { randomUUID } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { AgentError, OptionError, checkOptions, messageOf } from '@harness-sdk/core';
import { withFileLock } from './file-lock.ts';
import type { GrantStore } from './grant-store.ts';

/** What {@link createGrantStore} takes. */
export interface GrantStoreOptions {
  /** Absolute. Default: `harness-sdk/grants.json` in `$XDG_CONFIG_HOME`, or in `~/.config`. */
  readonly file?: string;
}

/** Rules by the real path of the root that they were granted for. */
type Grants = ReadonlyMap<string, readonly string[]>;

const maxBytes = 1024 * 1024;

/**
 * Keeps grants in one JSON file of the user's, which only they can read. Written whole or not at all, under a lock, so
 * that two processes do not lose each other's.
 *
 * @throws OptionError for an unknown option or a path that is not absolute.
 */
export function createGrantStore(options: GrantStoreOptions = {}): GrantStore {
  checkOptions('createGrantStore', options, { file: { type: 'string' } });
  const { file = defaultFile() } = options;
  if (!isAbsolute(file)) {
    throw new OptionError('file', `Expected \`file\` of createGrantStore to be absolute, got ${JSON.stringify(file)}.`);
  }
  return {
    file,
    read: (root) => readGrants(file).get(root) ?? [],
    async add(root, rules) {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await withFileLock(`${file}.lock`, async () => {
        const grants = readGrants(file);
        await write(file, new Map([...grants, [root, [...new Set([...(grants.get(root) ?? []), ...rules])]]]));
      });
    },
  };
}

/** By the XDG specification a relative path in the variable is to be ignored. */
function defaultFile(): string {
  const configured = process.env['XDG_CONFIG_HOME'] ?? '';
  return join(isAbsolute(configured) ? configured : join(homedir(), '.config'), 'harness-sdk', 'grants.json');
}

function readGrants(file: string): Grants {
  const text = readText(file);
  if (text === undefined) return new Map();
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw broken(file, `it is not JSON: ${messageOf(error)}`);
  }
  if (!isObject(content) || content['version'] !== 1 || !isObject(content['roots'])) {
    throw broken(file, 'expected an object with `version` 1 and `roots`');
  }
  return new Map(
    Object.entries(content['roots']).map(([root, rules]) => {
      if (Array.isArray(rules) && rules.every((rule) => typeof rule === 'string')) return [root, rules];
      throw broken(file, `expected the rules of ${JSON.stringify(root)} to be a list of texts`);
    }),
  );
}

function readText(file: string): string | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw broken(file, 'it is no regular file');
    if (stats.size > maxBytes) throw broken(file, `it has ${stats.size} bytes, and may have ${maxBytes}`);
    if (process.platform !== 'win32' && (stats.mode & 0o022) !== 0) {
      throw broken(file, 'others may write to it; chmod 600 it after a look at what is in it');
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(descriptor));
  } catch (error) {
    if (AgentError.isInstance(error)) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw broken(file, error instanceof TypeError ? 'it is not UTF-8' : messageOf(error));
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** A reader finds the file as it was, or as it will be. */
async function write(file: string, grants: Grants): Promise<void> {
  const temporary = `${file}.${randomUUID()}`;
  const content = { version: 1, roots: Object.fromEntries(grants) };
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(content, undefined, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

function broken(file: string, problem: string): AgentError {
  return new AgentError(
    'policy_invalid',
    `What was granted is kept in ${file}, and that file is not in order: ${problem}. Mend it, or remove it to forget all grants.`,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
