/** How a module is called in refs: `node:fs/promises` is `fs.promises`, whatever its file ending. */
export function modulePath(specifier: string): string {
  const path = specifier.replace(/^node:/, '').replace(/\.[cm]?js$/, '');
  return /^(?:fs|timers|stream|readline|dns)\/promises$/.test(path) ? path.replace('/', '.') : path;
}
