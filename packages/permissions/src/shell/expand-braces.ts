/** A piece of a word: one character that has its special meaning, a text that has none, or something not known. */
export interface Letter {
  readonly kind: 'plain' | 'quoted' | 'unknown';
  readonly text: string;
  /** Of what is not known: true where it stays in one word. */
  readonly isQuoted?: boolean;
}

type Letters = readonly Letter[];

/** Expands `{a,b}` and `{1..3}` as bash does, before anything else. `undefined` where that makes too many words. */
export function expandBraces(letters: Letters, maxWords: number): readonly Letters[] | undefined {
  if (!letters.some((letter) => isPlain(letter, '{'))) return [letters];
  try {
    return expand(letters, { left: maxWords, steps: 100_000 });
  } catch (error) {
    if (error instanceof TooMany) return undefined;
    throw error;
  }
}

class TooMany extends Error {}

interface Limit {
  readonly left: number;
  /** Work that may still be done, so that braces in braces cannot take long. */
  steps: number;
}

function expand(letters: Letters, limit: Limit): readonly Letters[] {
  limit.steps -= letters.length + 1;
  if (limit.steps < 0) throw new TooMany();
  for (let start = 0; start < letters.length; start++) {
    if (!isPlain(letters[start], '{')) continue;
    const group = groupAt(letters, start, limit);
    if (group === undefined) continue;
    const before = letters.slice(0, start);
    const middles = group.choices.flatMap((choice) => expand(choice, limit));
    const rests = expand(letters.slice(group.end), limit);
    if (middles.length * rests.length > limit.left) throw new TooMany();
    return middles.flatMap((middle) => rests.map((rest) => [...before, ...middle, ...rest]));
  }
  return [letters];
}

interface Group {
  readonly choices: readonly Letters[];
  /** Behind the closing brace. */
  readonly end: number;
}

/** The braces that open here, where they are ones that bash expands. */
function groupAt(letters: Letters, start: number, limit: Limit): Group | undefined {
  const commas: number[] = [];
  let depth = 0;
  for (let index = start; index < letters.length; index++) {
    if (--limit.steps < 0) throw new TooMany();
    const letter = letters[index];
    if (isPlain(letter, '{')) depth++;
    else if (isPlain(letter, '}')) depth--;
    else if (depth === 1 && isPlain(letter, ',')) commas.push(index);
    if (depth > 0) continue;
    const inside = letters.slice(start + 1, index);
    if (commas.length > 0) return { choices: split(letters, start, commas, index), end: index + 1 };
    const sequence = sequenceOf(inside);
    return sequence === undefined ? undefined : { choices: sequence, end: index + 1 };
  }
  return undefined;
}

function split(letters: Letters, start: number, commas: readonly number[], end: number): readonly Letters[] {
  const edges = [start, ...commas, end];
  return edges.slice(1).map((edge, index) => letters.slice((edges[index] ?? 0) + 1, edge));
}

/** `1..3`, `a..e` and `01..10..3`. */
function sequenceOf(inside: Letters): readonly Letters[] | undefined {
  if (!inside.every(({ kind }) => kind === 'plain')) return undefined;
  const text = inside.map((letter) => letter.text).join('');
  const [, first, last, step] = /^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?$/.exec(text) ?? [];
  if (first === undefined || last === undefined) return undefined;
  const isNumeric = /\d/.test(first);
  if (isNumeric !== /\d/.test(last)) return undefined;
  const [from, to] = isNumeric ? [Number(first), Number(last)] : [first.charCodeAt(0), last.charCodeAt(0)];
  const by = Math.abs(Number(step ?? 1)) || 1;
  if (Math.abs(to - from) / by > 1000 || !Number.isSafeInteger(from) || !Number.isSafeInteger(to)) throw new TooMany();
  const width = [first, last].some((end) => /^-?0\d/.test(end)) ? Math.max(first.length, last.length) : 0;
  const values: string[] = [];
  for (let value = from; from <= to ? value <= to : value >= to; value += from <= to ? by : -by) {
    values.push(isNumeric ? padded(value, width) : String.fromCharCode(value));
  }
  return values.map((value) => [{ kind: 'quoted', text: value }]);
}

function padded(value: number, width: number): string {
  return value < 0 ? `-${String(-value).padStart(width - 1, '0')}` : String(value).padStart(width, '0');
}

function isPlain(letter: Letter | undefined, text: string): boolean {
  return letter?.kind === 'plain' && letter.text === text;
}
