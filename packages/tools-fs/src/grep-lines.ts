import type { ToolContext } from '@harness-sdk/core';
import { PathRefusedError, type CheckedFile, type Workspace } from '@harness-sdk/core/node';
import type { GrepTarget } from './grep-target.ts';
import { lineReader, type LinePosition, type LineReader } from './line-reader.ts';
import type { Search } from './search.ts';
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
  for await (const { path, detail } of found.hits) {
    const file = await target.permitted(path);
    if (file === undefined) continue;
    yield detail === ''
      ? shownPath(file.requested, context.cwd)
      : `${shownSource(file.requested, context.cwd)}:${detail.trimEnd()}`;
  }
}

/**
 * Matching lines as `path:number:line`, lines around them as `path-number-line`, and `--` where lines between two of them
 * are left out.
 */
export async function* contentLines(hits: GrepHits): AsyncGenerator<string, void, void> {
  let source: LineSource | undefined;
  let last: Position | undefined;
  try {
    for await (const { path, detail } of hits.found.hits) {
      if (source?.path !== path) {
        await source?.close();
        source = await openSource(path, hits);
        last = undefined;
      }
      const position = positionIn(detail);
      if (source.read === undefined || position === undefined) continue;
      const mark = position.isMatch ? ':' : '-';
      const isApart = last !== undefined && position.line > last.line + 1 && !(last.isMatch && position.isMatch);
      const line = `${source.shown}${mark}${position.line}${mark}${await source.read(position)}`;
      yield isApart ? `--\n${line}` : line;
      last = position;
    }
  } finally {
    await source?.close();
  }
}

/** The file whose lines are shown. */
interface LineSource {
  readonly path: string;
  readonly shown: string;
  /** `undefined` where the file may not be shown. */
  readonly read: LineReader | undefined;
  close(): Promise<void>;
}

async function openSource(path: string, { workspace, target, context }: GrepHits): Promise<LineSource> {
  const file = await openPermitted(path, workspace, target);
  if (file === undefined) return { path, shown: '', read: undefined, close: async () => {} };
  return {
    path,
    shown: shownSource(file.path.requested, context.cwd),
    read: await lineReader(file),
    close: async () => await file.close(),
  };
}

async function openPermitted(path: string, workspace: Workspace, target: GrepTarget): Promise<CheckedFile | undefined> {
  const file = await target.permitted(path);
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
