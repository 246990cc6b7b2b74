import type { ToolContent } from '@harness-sdk/core';
import { parseNumberedLines } from '@harness-sdk/tools-fs';
import type { SourceFile } from './collect-files.ts';
import type { LineRange } from './pipeline/split-by-symbol.ts';

/** Lines of one file that its reviewer has seen. */
interface SeenLines {
  readonly lines: Set<number>;
  totalLines: number;
  isCut: boolean;
}

/** What a reviewer has really read, by the answers of `Read` that it got: not by what it says. */
export class ReadCoverage {
  readonly #seen = new Map<SourceFile, SeenLines>();

  /** Takes a successful answer of `Read`. Answers that are no numbered text count for nothing. */
  note(file: SourceFile, content: ToolContent): void {
    const page = typeof content === 'string' ? parseNumberedLines(content) : undefined;
    if (page === undefined) return;
    const seen = this.#seen.get(file) ?? { lines: new Set(), totalLines: page.totalLines, isCut: false };
    this.#seen.set(file, seen);
    seen.totalLines = page.totalLines;
    seen.isCut ||= hasCutLine(content);
    for (let line = page.firstLine; line < page.firstLine + page.lineCount; line++) seen.lines.add(line);
  }

  /** Why a file, or a part of it, does not count as read to its end; `undefined` where it does. */
  gapIn(file: SourceFile, lines?: LineRange): string | undefined {
    const seen = this.#seen.get(file);
    if (seen === undefined) return 'the reviewer did not read it';
    if (seen.isCut) return 'a line of it was too long for the reviewer to see whole';
    for (let line = lines?.first ?? 1; line <= Math.min(lines?.last ?? Infinity, seen.totalLines); line++) {
      if (!seen.lines.has(line)) return `the reviewer did not read line ${line} of ${seen.totalLines}`;
    }
    return undefined;
  }
}

/** Every row that `Read` writes is a numbered line or a note in brackets; this is the note for a line it cut. */
function hasCutLine(content: ToolContent): boolean {
  return typeof content === 'string' && content.split('\n').some((row) => row.startsWith('[line '));
}
