import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A temporary directory with a workspace in it, and something beside the workspace. */
export interface Tree {
  readonly root: string;
  readonly outside: string;
  readonly remove: () => Promise<void>;
}

/** Makes a tree of files by their paths in the root; `outside/secret.txt` holds `SECRET`. */
export async function makeTree(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<Tree> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'tools-bash-')));
  const [root, outside] = [join(base, 'root'), join(base, 'outside')];
  for (const directory of [root, outside]) await mkdir(directory);
  await writeFile(join(outside, 'secret.txt'), 'SECRET\n');
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return { root, outside, remove: async () => await rm(base, { recursive: true }) };
}
