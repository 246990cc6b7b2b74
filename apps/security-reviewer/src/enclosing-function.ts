/** How a named function, method or class begins in the languages that are reviewed; close enough for a name. */
const beginning =
  /^\s*(?:(?:export|default|public|private|protected|static|final|abstract|async|pub)\s+)*(?:def|class|function\*?|func|fn|interface|trait|impl|module)\s+(?:\([^)]*\)\s*)?([\p{L}_$][\p{L}\p{N}_$]*)/u;

/**
 * Name of the function or class that a line stands in, by its indentation: `Ledger.entries`. Empty at the top of a
 * file.
 *
 * @param lines - All lines of the file.
 * @param line - From 1.
 */
export function enclosingFunction(lines: readonly string[], line: number): string {
  const names: string[] = [];
  let indentation = indentationOf(lines[line - 1] ?? '');
  for (let index = line - 2; index >= 0 && indentation > 0; index--) {
    const text = lines[index] ?? '';
    if (text.trim() === '' || indentationOf(text) >= indentation) continue;
    indentation = indentationOf(text);
    const name = beginning.exec(text)?.[1];
    if (name !== undefined) names.unshift(name);
  }
  return names.join('.');
}

function indentationOf(text: string): number {
  return text.length - text.trimStart().length;
}
