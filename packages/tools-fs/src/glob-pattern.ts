/** A glob, as a directory to search and what to look for in it. */
export interface SplitGlob {
  /** The part before the first wildcard: absolute, or from where the search starts. */
  readonly base: string;
  /** For ripgrep's `--glob`, anchored in `base`; `undefined` where everything matches. */
  readonly glob: string | undefined;
}

const wildcard = /[*?[\]{}\\]/;

/**
 * Splits a glob at its first wildcard. One without `/` matches at any depth, as ripgrep and git have it; any other starts
 * from its base.
 *
 * @returns What is wrong with the glob, where it could not mean what it says.
 */
export function splitGlob(pattern: string): SplitGlob | { readonly problem: string } {
  if (pattern.startsWith('!')) return { problem: 'A glob that excludes is not supported. Name what to include.' };
  if (!pattern.includes('/')) return { base: '.', glob: toGlob(`**/${pattern}`) };
  const segments = pattern.split('/');
  const found = segments.findIndex((segment) => wildcard.test(segment));
  // The last segment is what to look for, even if it is a plain name.
  const first = found === -1 ? segments.length - 1 : found;
  const rest = segments.slice(first).filter((segment) => segment !== '.');
  if (rest.includes('..')) return { problem: '".." cannot follow a wildcard. Start the path there instead.' };
  const base = segments.slice(0, first).join('/');
  return { base: base === '' ? (first === 0 ? '.' : '/') : base, glob: toGlob(`/${rest.join('/')}`) };
}

/** Spells a glob so that ripgrep reads every character of it: it would drop spaces at the end, and a `/` there is for directories. */
function toGlob(pattern: string): string | undefined {
  const files = pattern.endsWith('/') ? `${pattern}**` : pattern;
  if (/^\/?\*\*(\/\*\*?)*$/.test(files)) return undefined;
  return files.replace(/ +$/, (spaces) => '[ ]'.repeat(spaces.length));
}
