import type { LintedRule } from './lint-rules.ts';
import { literalPrefix, type Glob } from './glob.ts';
import { type JudgedPath } from './judged-path.ts';
import { foldName } from './fold-name.ts';
import type { RestrictingRule } from './rule.ts';
import type { ShellPattern } from './shell/shell-rule.ts';

/** Whether a deny or ask rule is surely about all that another rule is about. False where that cannot be told. */
export function isAbove(above: RestrictingRule, { rule, pattern }: LintedRule): boolean {
  if (above.tool === '*' || (rule.tool !== undefined && above.tool === rule.tool)) return true;
  if (rule.commands !== undefined) {
    return above.commands === undefined ? above.tool === 'Bash' : coversCommands(above.commands, rule.commands);
  }
  const isMeant = above.family === 'read' || (above.family !== undefined && above.family === rule.family);
  if (!isMeant || rule.family === undefined) return false;
  const { restricts } = above;
  if (restricts === undefined) return true;
  if (pattern === undefined) return false;
  // What is in a directory that a rule is about, the rule is about as well.
  return pattern.globs.every(({ base, glob }) => restricts(pathTo(base, glob)));
}

function coversCommands(above: ShellPattern, { words, isPrefix }: ShellPattern): boolean {
  const isSame = above.words.every((word, index) => {
    const other = words[index];
    return word.type === 'literal' && other?.type === 'literal' && word.text === other.text;
  });
  return isSame && (above.isPrefix || (!isPrefix && words.length === above.words.length));
}

/** The names before the first wildcard, as if they were a path. */
function pathTo(base: readonly string[], glob: Glob): JudgedPath {
  const exact = [...base, ...literalPrefix(glob)];
  const path = `/${exact.join('/')}`;
  const spellings = [{ exact, folded: exact.map(foldName), rootLength: 0 }];
  return {
    given: path,
    resolved: { requested: path, realPath: path, relativePath: path, isLinked: false, exists: false },
    requested: spellings,
    real: spellings,
  };
}
