import { posix } from 'node:path';
import type { FileTree, ModuleResolver } from '../project/module-resolver.ts';

const ENDINGS = ['', '.ts', '.tsx', '.js', '.jsx', '.mjs', '.cjs', '.mts', '.cts'];
/** Directories above a file that an alias is looked for in. */
const MAX_LEVELS = 12;

/** `./lib/store.query` starts from the directory of the file; `@/lib/store` and `~/lib/store` from the sources. */
export const JAVASCRIPT_MODULES: ModuleResolver = {
  resolve(path, from, tree) {
    if (/^\.{1,2}(?:\/|$)/.test(path)) return moduleAt(posix.dirname(from), path, tree);
    if (!/^[@~]\//.test(path)) return undefined;
    let directory = posix.dirname(from);
    for (let level = 0; level < MAX_LEVELS; level += 1) {
      const found =
        moduleAt(directory, path.slice(2), tree) ?? moduleAt(posix.join(directory, 'src'), path.slice(2), tree);
      if (found !== undefined) return found;
      if (directory === '.' || directory === '/') break;
      directory = posix.dirname(directory);
    }
    return undefined;
  },
};

/** Names of files may have dots in them: the longest start of the path that is a file wins. */
function moduleAt(directory: string, path: string, tree: FileTree) {
  const segments = posix.basename(path).split('.');
  const above = posix.dirname(path);
  const isUp = /(?:^|\/)\.{1,2}$/.test(path);
  for (let length = isUp ? 1 : segments.length; length > 0; length -= 1) {
    const base = posix.join(directory, isUp ? path : posix.join(above, segments.slice(0, length).join('.')));
    const candidates = [
      ...ENDINGS.map((ending) => base + ending),
      ...ENDINGS.map((ending) => `${base}/index${ending}`),
    ];
    const file = candidates.find((candidate) => tree.has(candidate));
    if (file !== undefined) return { files: [file], members: isUp ? [] : segments.slice(length) };
  }
  return undefined;
}
