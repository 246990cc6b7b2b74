import type { ToolContext } from '@harness-sdk/core';
import { PathRefusedError, type CheckedFile, type ResolvedPath, type Workspace } from '@harness-sdk/core/node';
import type { GrepTarget } from './grep-target.ts';
import { lineReader, type LinePosition } from './line-reader.ts';
import { slicesOf } from './permitted-path.ts';
import type { Hit, Search } from './search.ts';
import { shownPath, shownSource } from './shown-path.ts';

/** What ripgrep found, and what is needed to show it. */
export interface GrepHits {
  readonly workspace: Workspace;
  readonly target: GrepTarget;
  readonly found: Search;
  readonly context: ToolContext;
}

/** One line a file: its path, and the number of matching lines where ripgrep has counted them. */
export async function* fileLines({ target, found, context }: GrepHits): AsyncGenerator<string, void, void> {
  for await (const hits of found.hits) {
    for (const slice of slicesOf(hits)) {
      const files = await target.permitted(slice.map(({ path }) => path));
      for (const [index, { detail }] of slice.entries()) {
        const path = files[index]?.requested;
        if (path === undefined) continue;
        yield detail === '' ? shownPath(path, context.cwd) : `${shownSource(path, context.cwd)}:${detail.trimEnd()}`;
      }
    }
  }
}

/**
 * Matching lines as `path:number:line`, lines around them as `path-number-line`, and `--` where lines between two of them
 * are left out.
 */
export async function* contentLines(hits: GrepHits): AsyncGenerator<string, void, void> {
  let last: FoundFile | undefined;
  // The last file's hits may go on in the next batch: it is not asked about again.
  let permitted = new Map<string, ResolvedPath | undefined>();
  for await (const batch of hits.found.hits) {
    for (const slice of slicesOf(byFile(batch))) {
      const paths = [...new Set(slice.map(({ path }) => path))].filter((path) => !permitted.has(path));
      const files = await hits.target.permitted(paths);
      for (const [index, path] of paths.entries()) permitted.set(path, files[index]);
      const before = [last, ...slice];
      const lines = slice.map((file, index) => linesOf(file, permitted.get(file.path), before[index], hits));
      for (const ofOneFile of await Promise.all(lines)) yield* ofOneFile;
      last = slice.at(-1) ?? last;
      permitted = new Map([...permitted].filter(([path]) => path === last?.path));
    }
  }
}

/** Hits one behind the other that are in the same file. */
interface FoundFile {
  readonly path: string;
  readonly hits: readonly Hit[];
}

/** Hits of one file whose lines are read at a time, so that no more are read than an answer is likely to have room for. */
const maxReadAhead = 250;

function byFile(hits: readonly Hit[]): readonly FoundFile[] {
  const files: { path: string; hits: Hit[] }[] = [];
  for (const hit of hits) {
    const file = files.at(-1);
    if (file?.path === hit.path && file.hits.length < maxReadAhead) file.hits.push(hit);
    else files.push({ path: hit.path, hits: [hit] });
  }
  return files;
}

/** The lines of one file; empty where it may not be shown. */
async function linesOf(
  file: FoundFile,
  permitted: ResolvedPath | undefined,
  before: FoundFile | undefined,
  { workspace, context }: GrepHits,
): Promise<readonly string[]> {
  const source = await openUnlessRefused(workspace, permitted);
  if (source === undefined) return [];
  try {
    const shown = shownSource(source.path.requested, context.cwd);
    const read = await lineReader(source);
    const lines: string[] = [];
    let last = before?.path === file.path ? positionIn(before.hits.at(-1)?.detail ?? '') : undefined;
    for (const { detail } of file.hits) {
      const position = positionIn(detail);
      if (position === undefined) continue;
      const mark = position.isMatch ? ':' : '-';
      const isApart = last !== undefined && position.line > last.line + 1 && !(last.isMatch && position.isMatch);
      const line = `${shown}${mark}${position.line}${mark}${await read(position)}`;
      lines.push(isApart ? `--\n${line}` : line);
      last = position;
    }
    return lines;
  } finally {
    await source.close();
  }
}

async function openUnlessRefused(
  workspace: Workspace,
  file: ResolvedPath | undefined,
): Promise<CheckedFile | undefined> {
  try {
    return file === undefined ? undefined : await workspace.open(file);
  } catch (error) {
    // Replaced since ripgrep saw it: what is there now was not searched.
    if (PathRefusedError.isInstance(error)) return undefined;
    throw error;
  }
}

interface Position extends LinePosition {
  readonly isMatch: boolean;
}

/** `line:column:offset:` of a line that matches, `line-offset-` of one around it. */
const printedPosition = /^(?:(\d+):(\d+):(\d+):|(\d+)-(\d+)-)/;

function positionIn(detail: string): Position | undefined {
  const [found, line, column, offset, aroundLine, aroundOffset] = printedPosition.exec(detail) ?? [];
  if (found === undefined) return undefined;
  return line === undefined
    ? { isMatch: false, line: Number(aroundLine), column: 1, offset: Number(aroundOffset) }
    : { isMatch: true, line: Number(line), column: Number(column), offset: Number(offset) };
}
