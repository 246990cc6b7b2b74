import { counted } from './numbered-lines.ts';

/** Which part of an output one answer holds. */
export interface PageOptions {
  /** Lines at most. */
  readonly limit: number;
  /** Lines to leave out before the first. */
  readonly offset: number;
  /** What one line is, for the note: `path`, `line`. */
  readonly unit: string;
  /** Asked once the lines have ended: whether some files could not be looked at. */
  isIncomplete(): boolean;
  /** Asked at the same time: what else is to be said, without brackets. */
  remarks?(): readonly string[];
}

/** The whole output of a search without a hit. */
export const nothingFound = '[nothing found]';
const incomplete =
  '[incomplete: some files or directories could not be read, or only up to a NUL, or have a path that is too long or not UTF-8]';

/** Starts every note that says that something was left out. */
const incompleteStart = '[incomplete: ';

/** Of one answer, whatever the number of lines. */
const maxCharacters = 100_000;

/** One page of an output, with a note in brackets where it is cut, empty or incomplete. Takes one line more than it shows. */
export async function pageOf(lines: AsyncIterable<string>, options: PageOptions): Promise<string> {
  const shown: string[] = [];
  let seen = 0;
  let characters = 0;
  for await (const line of lines) {
    if (seen++ < options.offset) continue;
    characters += line.length;
    if (shown.length === options.limit || (characters > maxCharacters && shown.length > 0)) {
      const next = options.offset + shown.length;
      return [...shown, `[cut after ${counted(shown.length, options.unit)}; go on with offset ${next}]`].join('\n');
    }
    shown.push(line);
  }
  if (shown.length === 0) shown.push(nothingFound);
  if (options.isIncomplete()) shown.push(incomplete);
  shown.push(...(options.remarks?.() ?? []).map((remark) => `[${remark}]`));
  return shown.join('\n');
}

const cutNote = /^\[cut after \d+ paths?; go on with offset (\d+)\]$/;

/** What {@link parsePaths} finds in an answer of Glob. */
export interface FoundPaths {
  /** In the order of paths; from the working directory where they lie in it, else absolute. */
  readonly paths: readonly string[];
  /** The `offset` to go on with; `undefined` where nothing was cut. */
  readonly nextOffset: number | undefined;
  /** True where some files or directories could not be read or named, or the time was up. */
  readonly isIncomplete: boolean;
}

/** Turns Glob's answer back into paths. */
export function parsePaths(output: string): FoundPaths {
  const lines = output.split('\n');
  const next = lines.map((line) => cutNote.exec(line)?.[1]).find((offset) => offset !== undefined);
  return {
    paths: lines.filter((line) => !line.startsWith('[')).map(unquoted),
    nextOffset: next === undefined ? undefined : Number(next),
    isIncomplete: lines.some((line) => line.startsWith(incompleteStart)),
  };
}

/** A name that starts with a quote was written as JSON, by `shownPath`. */
function unquoted(line: string): string {
  return line.startsWith('"') ? String(JSON.parse(line)) : line;
}
