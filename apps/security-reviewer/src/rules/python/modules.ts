import { posix } from 'node:path';
import type { FileTree, ModulePlace, ModuleResolver } from '../project/module-resolver.ts';

/** Directories above a file that an absolute import is looked for in. */
const MAX_LEVELS = 12;

/** `.db.close` starts from the package of the file, `app.db.close` from a directory above it. */
export const PYTHON_MODULES: ModuleResolver = {
  resolve(path, from, tree) {
    const dots = /^\.*/.exec(path)?.[0].length ?? 0;
    const segments = path
      .slice(dots)
      .split('.')
      .filter((segment) => segment !== '');
    let directory = posix.dirname(from);
    if (dots > 0) {
      for (let level = 1; level < dots; level += 1) directory = posix.dirname(directory);
      return moduleIn(directory, segments, tree) ?? packageAt(directory, segments, tree);
    }
    for (let level = 0; level < MAX_LEVELS; level += 1) {
      // Inside a package only what is above it is found by its whole name.
      const isPackage = tree.has(posix.join(directory, '__init__.py'));
      const found = isPackage ? undefined : moduleIn(directory, segments, tree);
      if (found !== undefined) return found;
      if (directory === '.' || directory === '/') break;
      directory = posix.dirname(directory);
    }
    return undefined;
  },
};

/** The module that the longest start of the path names. */
function moduleIn(directory: string, segments: readonly string[], tree: FileTree): ModulePlace | undefined {
  for (let length = segments.length; length > 0; length -= 1) {
    const base = posix.join(directory, ...segments.slice(0, length));
    const file = [`${base}.py`, `${base}/__init__.py`].find((candidate) => tree.has(candidate));
    if (file !== undefined) return { files: [file], members: segments.slice(length) };
  }
  return undefined;
}

function packageAt(directory: string, members: readonly string[], tree: FileTree): ModulePlace | undefined {
  const file = posix.join(directory, '__init__.py');
  return tree.has(file) ? { files: [file], members } : undefined;
}
