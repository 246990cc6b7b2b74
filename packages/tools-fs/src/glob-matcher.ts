/** A glob as ripgrep can look for it without letting it win over ignore rules. */
export interface PlannedGlob {
  /** Pattern of the file's own name; `undefined` where every name matches. */
  readonly name: string | undefined;
  /** Whether a file lies in a directory that matches; `directory` is from where the search starts, `''` for that itself. */
  matchesDirectory(directory: string): boolean;
}

/**
 * Takes a glob of `splitGlob` apart into the pattern of a name, which ripgrep can match beside ignore rules, and the
 * directories, which are matched here.
 *
 * @returns `undefined` for the rarer patterns, which only ripgrep reads exactly as ripgrep does.
 */
export function planGlob(glob: string): PlannedGlob | undefined {
  const isAnyDepth = glob.startsWith('**/');
  const segments = glob.replace(/^\//, '').split('/');
  if (!segments.every((segment) => segment === '**' || isPlain(segment))) return undefined;
  const last = segments.at(-1);
  const name = last === '**' ? undefined : last;
  // `a/**` is what is in `a`, at any depth: the directories go as far as `a` and whatever follows.
  const directories = name === undefined ? segments : segments.slice(0, -1);
  if (isAnyDepth && directories.every((segment) => segment === '**')) return { name, matchesDirectory: () => true };
  const pattern = directories.map((segment) => (segment === '**' ? segment : toExpression(segment)));
  const known = new Map<string, boolean>();
  return {
    name,
    matchesDirectory: (directory) => {
      const seen = known.get(directory);
      if (seen !== undefined) return seen;
      const matches = matchesSegments(pattern, directory === '' ? [] : directory.split('/'));
      known.set(directory, matches);
      return matches;
    },
  };
}

/** More of them in one name could be tried in too many ways. */
const maxStars = 2;
const maxBraces = 2;

/** Ordinary characters, `?`, a few stars apart from each other, and a few braces without anything special in them. */
function isPlain(segment: string): boolean {
  if (!/^(?:[\w@+=,%~ .#$()&';-]|[*?]|\{[\w.-]+(?:,[\w.-]+)*\})+$/.test(segment)) return false;
  if (segment.split('*').length - 1 > maxStars || segment.split('{').length - 1 > maxBraces) return false;
  return segment !== '..' && !segment.includes('**') && !/[ .]$/.test(segment);
}

function toExpression(segment: string): RegExp {
  const source = segment
    .replaceAll(/[.+$()]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
    .replaceAll(/\{([^}]*)\}/g, (_braces, choices: string) => `(?:${choices.replaceAll(',', '|')})`);
  return new RegExp(`^${source}$`, 's');
}

/** `**` stands for any number of names, none included. Takes at most as many steps as both lengths multiplied. */
function matchesSegments(pattern: readonly (RegExp | string)[], names: readonly string[]): boolean {
  let reached = new Set([0]);
  const skipStars = (from: ReadonlySet<number>): Set<number> => {
    const all = new Set(from);
    for (const index of all) if (pattern[index] === '**') all.add(index + 1);
    return all;
  };
  reached = skipStars(reached);
  for (const name of names) {
    const next = new Set<number>();
    for (const index of reached) {
      const part = pattern[index];
      if (part === '**') next.add(index);
      else if (part instanceof RegExp && part.test(name)) next.add(index + 1);
    }
    reached = skipStars(next);
  }
  return reached.has(pattern.length);
}
