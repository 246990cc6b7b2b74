import { posix } from 'node:path';

const javascript = /(?:from|import|require\()\s*['"](\.{1,2}\/[^'"\n]{1,200})['"]/g;
const python = /^\s*from\s+(\.+)([\w.]*)\s+import\b/gm;

/** The files that a text imports by a path relative to its own, without their endings. */
export function relativeImports(path: string, text: string): string[] {
  const directory = posix.dirname(path);
  const scripts = [...text.matchAll(javascript)].map(([, specifier = '']) => posix.join(directory, specifier));
  const modules = [...text.matchAll(python)].map(([, dots = '.', name = '']) =>
    posix.join(directory, '../'.repeat(dots.length - 1), name.replaceAll('.', '/')),
  );
  return [...new Set([...scripts, ...modules].map(withoutEnding))].toSorted();
}

/** A path without the ending of its language. */
export function withoutEnding(path: string): string {
  return path.replace(/\.(?:[cm]?[jt]sx?|py)$/, '');
}
