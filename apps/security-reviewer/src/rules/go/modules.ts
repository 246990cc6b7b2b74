import { posix } from 'node:path';
import type { FileTree, ModuleResolver } from '../project/module-resolver.ts';

/** A directory is a package; an import names it by a path that ends as the directory's does. */
export const GO_MODULES: ModuleResolver = {
  resolve(path, from, tree) {
    const slash = path.lastIndexOf('/');
    if (slash === -1) return undefined;
    const [last = '', ...members] = path.slice(slash + 1).split('.');
    const segments = [...path.slice(0, slash).split('/'), last];
    // The longest end of the path that is a directory of the review; the module's own name is not one.
    for (let start = 1; start < segments.length; start += 1) {
      for (const root of rootsOf(from)) {
        const files = packageFiles(posix.join(root, ...segments.slice(start)), tree);
        if (files.length > 0) return { files, members };
      }
    }
    return undefined;
  },
  siblings: (from, tree) => packageFiles(posix.dirname(from), tree).filter((path) => path !== from),
};

/** The directories above a file, the nearest last: a module starts at one of them. */
function rootsOf(from: string): string[] {
  const roots: string[] = [];
  let directory = posix.dirname(from);
  while (directory !== '.' && directory !== '/' && roots.length < 12) {
    roots.unshift(directory);
    directory = posix.dirname(directory);
  }
  return [directory, ...roots];
}

function packageFiles(directory: string, tree: FileTree): string[] {
  return tree.filesIn(directory).filter((path) => path.endsWith('.go') && !path.endsWith('_test.go'));
}
