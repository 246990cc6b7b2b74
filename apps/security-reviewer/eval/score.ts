import { extname } from 'node:path';
import type { Claim } from './claim.ts';
import type { TruthEntry } from './truth.ts';
import { isSameWeakness } from './weakness-families.ts';

/** How well a group of claims fits the truth. */
export interface Measure {
  readonly weak: number;
  readonly found: number;
  /** Claims on what is known to be safe. */
  readonly wrong: number;
  /** Claims on what nobody has judged. */
  readonly unjudged: number;
  /** Share of the weak lines that were found; `undefined` where there are none. */
  readonly recall: number | undefined;
  /** Share of the judged claims that are right; `undefined` where there are none. */
  readonly precision: number | undefined;
}

/** A review compared with the truth. */
export interface Score {
  readonly overall: Measure;
  /** By ending of the file, in order. */
  readonly byLanguage: ReadonlyMap<string, Measure>;
  /** By class, in order. */
  readonly byKind: ReadonlyMap<string, Measure>;
  readonly safeLines: { readonly all: number; readonly flagged: number };
  readonly cleanFiles: { readonly all: number; readonly flagged: number };
  readonly missed: readonly TruthEntry[];
  readonly wrong: readonly Claim[];
  readonly unjudged: readonly Claim[];
}

/** Lines that a claim may be away from the weakness that it means. */
const TOLERANCE = 2;

/** A claim with what came of it. */
interface Judged {
  readonly claim: Claim;
  verdict: 'right' | 'again' | 'uncounted' | 'wrong' | 'unjudged';
  /** Class that it was found to be, or to be wrong about. */
  kind: string;
}

/**
 * Compares claims with the truth about a corpus.
 *
 * A claim is right when it lies within two lines of a weakness, or on another line of the same flow, under a CWE of
 * the same family; each weakness is found once. It is wrong on a safe line, or in a file whose rest is said to hold
 * none of its CWE. Claims on files that the truth does not name are left out.
 */
export function score(given: readonly Claim[], truth: readonly TruthEntry[]): Score {
  const byFile = Map.groupBy(truth, ({ file }) => file);
  const judged = distinct(given, byFile).map((claim): Judged => ({ claim, verdict: 'unjudged', kind: '' }));
  const found = pairUp(judged, byFile);
  for (const one of judged) {
    if (one.verdict === 'unjudged') judgeRest(one, byFile.get(one.claim.file) ?? []);
  }
  const weak = truth.filter(({ isWeak }) => isWeak === true);
  const kinds = [...new Set(weak.map(({ kind }) => kind))].toSorted();
  const languages = [...new Set(truth.map(({ file }) => extname(file)))].toSorted();
  const measured = (entries: readonly TruthEntry[], claims: readonly Judged[]): Measure =>
    measure(entries, found, claims);
  const wrong = claimsThat('wrong', judged);
  const safe = truth.filter(({ isWeak, line }) => isWeak === false && line > 0);
  const clean = [...byFile].filter(([, entries]) => entries.every(({ isWeak }) => isWeak !== true));
  return {
    overall: measured(weak, judged),
    byLanguage: new Map(
      languages.map((language) => [
        language,
        measured(
          weak.filter(({ file }) => extname(file) === language),
          judged.filter(({ claim }) => extname(claim.file) === language),
        ),
      ]),
    ),
    byKind: new Map(
      kinds.map((kind) => [
        kind,
        measured(
          weak.filter((entry) => entry.kind === kind),
          judged.filter((one) => one.kind === kind),
        ),
      ]),
    ),
    safeLines: {
      all: safe.length,
      flagged: safe.filter((entry) =>
        wrong.some((claim) => claim.file === entry.file && distance(claim, entry) <= 0.5 && agrees(claim, entry)),
      ).length,
    },
    cleanFiles: {
      all: clean.length,
      flagged: clean.filter(([file]) => wrong.some((claim) => claim.file === file)).length,
    },
    missed: weak.filter((entry) => !found.has(entry)),
    wrong,
    unjudged: claimsThat('unjudged', judged),
  };
}

/** Claims on files of the truth, by its names for them; the same claim once. */
function distinct(given: readonly Claim[], byFile: ReadonlyMap<string, readonly TruthEntry[]>): Claim[] {
  const files = [...byFile.keys()];
  const claims = given.flatMap((claim) => {
    const path = claim.file
      .replaceAll('\\', '/')
      .replace(/^file:\/\//, '')
      .replace(/^\.\//, '');
    const file = byFile.has(path)
      ? path
      : files.filter((name) => path.endsWith(`/${name}`)).toSorted((a, b) => b.length - a.length)[0];
    return file === undefined || claim.line < 1 ? [] : [{ ...claim, file }];
  });
  const byPlace = new Map(
    claims.map((claim) => [JSON.stringify([claim.file, claim.line, claim.cwe.toSorted((a, b) => a - b)]), claim]),
  );
  return [...byPlace.values()];
}

/** Gives each weakness to the nearest claim that means it. */
function pairUp(judged: readonly Judged[], byFile: ReadonlyMap<string, readonly TruthEntry[]>): Set<TruthEntry> {
  const pairs: { gap: number; one: Judged; entry: TruthEntry }[] = [];
  for (const one of judged) {
    for (const entry of byFile.get(one.claim.file) ?? []) {
      if (entry.isWeak !== true || !agrees(one.claim, entry)) continue;
      const gap = distance(one.claim, entry);
      if (gap <= TOLERANCE) pairs.push({ gap, one, entry });
      // A line of the flow stands behind any line near the weakness itself.
      else if (one.claim.cwe.length > 0 && entry.also.includes(one.claim.line)) {
        pairs.push({ gap: 10 + gap, one, entry });
      }
    }
  }
  const found = new Set<TruthEntry>();
  for (const { one, entry } of pairs.toSorted((a, b) => a.gap - b.gap)) {
    const { claim } = one;
    const isInside = claim.endLine > claim.line && entry.line >= claim.line && entry.line <= claim.endLine;
    if (one.verdict === 'unjudged') one.verdict = 'again';
    if (found.has(entry) || (one.verdict === 'right' && !isInside)) continue;
    found.add(entry);
    one.verdict = 'right';
    one.kind = entry.kind;
  }
  return found;
}

function judgeRest(one: Judged, entries: readonly TruthEntry[]): void {
  const { claim } = one;
  const speaksOf = (entry: TruthEntry): boolean =>
    claim.cwe.length === 0 || entry.cwe.length === 0 || entry.cwe.some((cwe) => includesSame(claim.cwe, cwe));
  const isUncounted = entries.some(
    (entry) => entry.isWeak === null && distance(claim, entry) <= TOLERANCE && speaksOf(entry),
  );
  if (isUncounted) {
    one.verdict = 'uncounted';
    return;
  }
  const safe = entries.find(
    (entry) => entry.isWeak === false && entry.line > 0 && distance(claim, entry) <= 1 && speaksOf(entry),
  );
  const rest = entries.find((entry) => entry.isWeak === false && entry.line === 0 && speaksOf(entry));
  if (safe === undefined && rest === undefined) return;
  one.verdict = 'wrong';
  one.kind = safe?.kind ?? `CWE-${claim.cwe[0] ?? 0}`;
}

function measure(weak: readonly TruthEntry[], found: ReadonlySet<TruthEntry>, judged: readonly Judged[]): Measure {
  const right = claimsThat('right', judged).length;
  const wrong = claimsThat('wrong', judged).length;
  const hits = weak.filter((entry) => found.has(entry)).length;
  return {
    weak: weak.length,
    found: hits,
    wrong,
    unjudged: claimsThat('unjudged', judged).length,
    recall: weak.length === 0 ? undefined : hits / weak.length,
    precision: right + wrong === 0 ? undefined : right / (right + wrong),
  };
}

function claimsThat(verdict: Judged['verdict'], judged: readonly Judged[]): Claim[] {
  return judged.filter((one) => one.verdict === verdict).map(({ claim }) => claim);
}

function agrees({ cwe }: Claim, entry: TruthEntry): boolean {
  return cwe.length === 0 || [...entry.cwe, ...entry.otherCwe].some((one) => includesSame(cwe, one));
}

function includesSame(numbers: readonly number[], one: number): boolean {
  return numbers.some((number) => isSameWeakness(number, one));
}

/** Lines between a claim and a statement; inside it, a little more for each line from where it is cited. */
function distance({ line, endLine }: Claim, entry: TruthEntry): number {
  const end = Math.max(line, endLine);
  if (end < entry.firstLine) return entry.firstLine - end;
  if (line > entry.lastLine) return line - entry.lastLine;
  return Math.abs(line - entry.line) / 1000;
}
