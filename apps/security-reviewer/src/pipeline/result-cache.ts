import { createHash, randomUUID } from 'node:crypto';
import { statSync, type Stats } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { OptionError, messageOf } from '@harness-sdk/core';
import { makeDirectory } from '../make-directory.ts';

/** Larger entries are none that this program wrote, in bytes. */
const mostBytes = 4 * 1024 * 1024;

/** Answers of a language model that were paid for once, in files that only their owner can read. */
export class ResultCache {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * Opens a cache, and makes its directory where there is none; one that is there stays as it is.
   *
   * @throws OptionError where it cannot be used.
   */
  static async open(directory: string): Promise<ResultCache> {
    try {
      await makeDirectory(directory, 0o700);
      checkDirectory(statSync(directory));
    } catch (error) {
      const message = `Cannot use ${JSON.stringify(directory)} as a cache: ${messageOf(error)}.`;
      throw new OptionError('cache', message, { cause: error });
    }
    return new ResultCache(directory);
  }

  /** What is kept for a key; `undefined` where there is nothing, or nothing that fits the schema. */
  async get<Value>(key: readonly unknown[], schema: z.ZodType<Value>): Promise<Value | undefined> {
    try {
      const text = await readFile(this.#pathOf(key), 'utf8');
      if (text.length > mostBytes) return undefined;
      return schema.safeParse(JSON.parse(text)).data;
    } catch {
      // ENOENT: it is not there. A SyntaxError: it is damaged, and will be written anew.
      return undefined;
    }
  }

  /** Keeps a value, in one step. A cache that cannot be written makes the next review dearer and nothing worse. */
  async put(key: readonly unknown[], value: unknown): Promise<void> {
    const path = this.#pathOf(key);
    const temporary = `${path}.${randomUUID()}`;
    try {
      await writeFile(temporary, JSON.stringify(value), { mode: 0o600, flag: 'wx' });
      await rename(temporary, path);
    } catch {
      // ENOSPC, EACCES and the like.
      await rm(temporary, { force: true });
    }
  }

  #pathOf(key: readonly unknown[]): string {
    return join(this.#directory, `${createHash('sha256').update(JSON.stringify(key)).digest('hex')}.json`);
  }
}

/** Whoever can write into it could answer in the model's place. */
function checkDirectory(stats: Stats): void {
  if (!stats.isDirectory()) throw new TypeError('it is not a directory');
  // The bits say nothing on Windows.
  if (process.platform !== 'win32' && (stats.mode & 0o002) !== 0) throw new TypeError('everybody can write into it');
}
