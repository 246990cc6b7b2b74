import { expect, test, vi } from 'vitest';
import { makeTree } from '../test/make-tree.ts';
import { runRipgrep } from './ripgrep.ts';

// Alone in its file: the first search of a process is what counts.
test('the program that searches is not named by the environment', async () => {
  const tree = await makeTree({ a: '' });
  // As npm sets it, from `arch=…` in the `.npmrc` of the directory it is started in.
  vi.stubEnv('npm_config_arch', 'x/../../../planted');
  try {
    const { signal } = new AbortController();
    const { records } = runRipgrep({ args: ['--files', '--', './'], cwd: tree.root, fieldEnds: [0], signal });
    const found: string[] = [];
    for await (const fields of records) found.push(fields.join());
    expect(found).toEqual(['./a']);
  } finally {
    vi.unstubAllEnvs();
    await tree.remove();
  }
});
