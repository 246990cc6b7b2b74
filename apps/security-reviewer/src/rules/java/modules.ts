import { posix } from 'node:path';
import type { FileTree, ModuleResolver } from '../project/module-resolver.ts';

/** Directories above a file that its packages may start in. */
const MAX_LEVELS = 24;

/** `com.example.Store` is the class `Store` of `com/example/Store.java`, below a directory above the file. */
export const JAVA_MODULES: ModuleResolver = {
  resolve(path, from, tree) {
    const segments = path.split('.');
    const end = segments.findIndex((segment) => /^[A-Z]/.test(segment));
    // What is in no package is no import.
    if (end < 1) return undefined;
    const name = segments[end] ?? '';
    let directory = posix.dirname(from);
    for (let level = 0; level < MAX_LEVELS; level += 1) {
      const file = `${posix.join(directory, ...segments.slice(0, end), name)}.java`;
      if (tree.has(file)) return { files: [file], members: segments.slice(end) };
      if (directory === '.' || directory === '/') break;
      directory = posix.dirname(directory);
    }
    return undefined;
  },
  siblings: (from, tree) => classesIn(posix.dirname(from), tree).filter((path) => path !== from),
};

function classesIn(directory: string, tree: FileTree): string[] {
  return tree.filesIn(directory).filter((path) => path.endsWith('.java'));
}
