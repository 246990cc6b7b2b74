/** An element of a pattern: what it matches, and how often. */
interface Atom {
  readonly text: string;
  readonly group: readonly (readonly Atom[])[] | undefined;
  readonly isOptional: boolean;
  readonly isUnbounded: boolean;
  /** Whether it can match longer and shorter texts, as `{2,4}` can. */
  readonly isElastic: boolean;
}

const MAX_LENGTH = 2000;
const MAX_DEPTH = 40;

/**
 * Whether the pattern repeats a group that can match one text in several ways: `(a+)+`, `(\w+\.?)+`, `(a|a)*`.
 * A group whose repetitions are told apart by a sign of their own, as in `(?:-\w+)*`, is not meant.
 */
export function hasNestedRepetition(pattern: string): boolean {
  if (pattern.length > MAX_LENGTH) return false;
  const open: (readonly (readonly Atom[])[])[] = [new PatternReader(pattern).alternatives(0)];
  for (let alternatives = open.pop(); alternatives !== undefined; alternatives = open.pop()) {
    for (const atoms of alternatives) {
      for (const { group, isUnbounded } of atoms) {
        if (group === undefined) continue;
        if (isUnbounded && isAmbiguous(group)) return true;
        open.push(group);
      }
    }
  }
  return false;
}

/** Whether a repetition of the group can be split in several ways. */
function isAmbiguous(alternatives: readonly (readonly Atom[])[]): boolean {
  if (alternatives.some((atoms) => isOneRepetition(atoms))) return true;
  const texts = alternatives.map((atoms) => atoms.map(({ text }) => text).join(''));
  return alternatives.length > 1 && (new Set(texts).size < texts.length || overlaps(texts));
}

/** All but one of the atoms may be absent, and that one repeats: nothing marks where a turn ends. */
function isOneRepetition(atoms: readonly Atom[]): boolean {
  const needed = atoms.filter(({ isOptional }) => !isOptional);
  const [only] = needed.length === 0 ? atoms.filter(({ isUnbounded }) => isUnbounded) : needed;
  if (only === undefined || needed.length > 1) return false;
  if (only.isUnbounded || only.isElastic) return true;
  return only.group?.some((inner) => isOneRepetition(inner)) ?? false;
}

/** `(\s|.)*`, `(\w|\d)*`: one of two classes holds the other. */
function overlaps(texts: readonly string[]): boolean {
  const isWide = (text: string): boolean => text === '.' || text === '\\w' || text === '\\S';
  const single = texts.filter((text) => /^(?:\\?.|\[[^\]]*\])$/.test(text));
  return (
    single.some((text) => isWide(text)) && single.length > 1 && !(single.includes('\\w') && single.includes('\\W'))
  );
}

class PatternReader {
  readonly #pattern: string;
  #position = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  alternatives(depth: number): (readonly Atom[])[] {
    const found: Atom[][] = [[]];
    while (this.#position < this.#pattern.length) {
      const sign = this.#pattern[this.#position];
      if (sign === ')') break;
      if (sign === '|') {
        this.#position += 1;
        found.push([]);
        continue;
      }
      const atom = this.#atom(depth);
      if (atom !== undefined) found.at(-1)?.push(atom);
    }
    return found;
  }

  #atom(depth: number): Atom | undefined {
    const start = this.#position;
    let group: (readonly Atom[])[] | undefined;
    if (this.#pattern[start] === '(') {
      const opening =
        /^\((?:\?(?:P?<\w+>|[:=!]|<[=!]|[aiLmsux-]+:?|#[^)]*))?/.exec(this.#pattern.slice(start))?.[0] ?? '(';
      this.#position += opening.length;
      if (depth >= MAX_DEPTH) this.#position = this.#pattern.length;
      group = this.alternatives(depth + 1);
      this.#position += 1;
      if (/^\(\?(?:[=!]|<[=!]|#)/.test(opening)) group = undefined;
    } else if (this.#pattern[start] === '[') {
      const rest = /^\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]/.exec(this.#pattern.slice(start))?.[0];
      this.#position += rest?.length ?? 1;
    } else {
      this.#position += this.#pattern[start] === '\\' ? 2 : 1;
    }
    const text = this.#pattern.slice(start, this.#position);
    if (text === '^' || text === '$') return undefined;
    return { text, group, ...this.#quantifier() };
  }

  #quantifier(): { isOptional: boolean; isUnbounded: boolean; isElastic: boolean } {
    const quantifier = /^(?:[*+?]|\{(\d*)(,?)(\d*)\})[?+]?/.exec(
      this.#pattern.slice(this.#position, this.#position + 24),
    );
    if (quantifier === null) return { isOptional: false, isUnbounded: false, isElastic: false };
    this.#position += quantifier[0].length;
    const [whole, least = '', comma = '', most = ''] = quantifier;
    // A possessive quantifier gives nothing back.
    if (whole.startsWith('{')) {
      const isElastic = most !== '' && Number(most) > Number(least) && Number(least) > 0;
      return { isOptional: least === '0' || least === '', isUnbounded: comma !== '' && most === '', isElastic };
    }
    return {
      isOptional: whole.startsWith('*') || whole.startsWith('?'),
      isUnbounded: !whole.startsWith('?') && !/[*+]\+$/.test(whole),
      isElastic: false,
    };
  }
}
