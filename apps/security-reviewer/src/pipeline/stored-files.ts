import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import type { StoredFile } from '../collect-files.ts';

/** Keeps content that is in no file, so that it can be reviewed as one: in a directory that nobody else can read. */
export class StoredFiles implements AsyncDisposable {
  readonly #files: StoredFile[] = [];
  #root: string | undefined;

  get files(): readonly StoredFile[] {
    return this.#files;
  }

  /** @param name - As the report is to call it. */
  async add(name: string, bytes: Uint8Array): Promise<void> {
    this.#root ??= await realpath(await mkdtemp(join(tmpdir(), 'security-reviewer-')));
    const path = `${this.#files.length + 1}-${safe(basename(name, extname(name)))}${safe(extname(name))}`;
    await writeFile(join(this.#root, path), bytes, { mode: 0o600, flag: 'wx' });
    this.#files.push({ name, root: this.#root, path });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#root !== undefined) await rm(this.#root, { recursive: true, force: true });
  }
}

function safe(name: string): string {
  return name.replace(/[^\w.-]/g, '_').slice(0, 60);
}
