import type { ReviewNotice } from '../review-result.ts';
import { maskLine, maskSecrets } from '../mask-secrets.ts';
import { readDirective, type Directive } from './directive.ts';
import type { SourceComment } from './source-comment.ts';

/** A directive in its place. */
export interface PlacedDirective extends Directive {
  readonly file: string;
  /** Line that it stands on. */
  readonly line: number;
  /** Line whose findings it is about. */
  readonly target: number;
}

/** What the comments of a file ask for. */
export interface FileDirectives {
  readonly directives: readonly PlacedDirective[];
  /** Comments that look like directives and are none. */
  readonly notices: readonly ReviewNotice[];
}

/** A file whose comments are to be read. */
export interface CommentedFile {
  /** As the report names it. */
  readonly file: string;
  readonly source: string;
  /** Its comments; `undefined` where it is not known how comments are written in it. Called only where it matters. */
  readonly commentsOf: () => readonly SourceComment[] | undefined;
}

/**
 * Reads the directives of a file. One that stands behind code is about its own line; one that stands alone is about the
 * next line that is no comment.
 */
export function readDirectives({ file, source, commentsOf }: CommentedFile): FileDirectives {
  if (!/security-review-ignore/i.test(source)) return { directives: [], notices: [] };
  const comments = commentsOf();
  if (comments === undefined) return unknownLanguage(file, source);
  const lines = toLines(source, comments);
  const alone = new Set(lines.filter(({ isAlone }) => isAlone).map(({ line }) => line));
  const texts = source.split('\n');
  const directives: PlacedDirective[] = [];
  const notices: ReviewNotice[] = [];
  for (const { line, text, isAlone } of lines) {
    const reading = readDirective(text);
    if (reading === undefined) continue;
    if ('problem' in reading) {
      notices.push(malformed(file, line, reading.problem));
      continue;
    }
    const target = isAlone ? nextLine(line, alone) : line;
    const { secrets } = maskLine(texts[target - 1] ?? '');
    const { classes, reason } = reading.directive;
    directives.push({ file, line, target, classes, reason: maskSecrets(reason, secrets) });
  }
  return { directives, notices };
}

/** One line of a comment, without its marks. */
interface CommentLine {
  readonly line: number;
  readonly text: string;
  /** Whether nothing else is on the line. */
  readonly isAlone: boolean;
}

function toLines(source: string, comments: readonly SourceComment[]): CommentLine[] {
  const starts = lineStarts(source);
  let line = 1;
  return comments.flatMap(({ start, end }) => {
    while ((starts[line] ?? Infinity) <= start) line += 1;
    const before = source.slice(starts[line - 1], start);
    const lineEnd = source.indexOf('\n', end);
    const after = source.slice(end, lineEnd === -1 ? undefined : lineEnd);
    const parts = source.slice(start, end).split('\n');
    return parts.map((part, index) => ({
      line: line + index,
      text: withoutMarks(part),
      isAlone: (index > 0 || isNothing(before)) && (index < parts.length - 1 || isNothing(after)),
    }));
  });
}

function lineStarts(source: string): number[] {
  const starts = [0];
  for (let end = source.indexOf('\n'); end !== -1; end = source.indexOf('\n', end + 1)) starts.push(end + 1);
  return starts;
}

/** White space, and the braces that a comment stands in between elements of JSX. */
function isNothing(text: string): boolean {
  return ['', '{', '}'].includes(text.trim());
}

function withoutMarks(text: string): string {
  return text
    .trim()
    .replace(/^(?:#+|\/\/+!?|\/\*+|<!--|--+|;+|\*(?!\/))\s*/, '')
    .replace(/(?:\*+\/|-->)$/, '')
    .trim();
}

function nextLine(line: number, alone: ReadonlySet<number>): number {
  let next = line + 1;
  while (alone.has(next)) next += 1;
  return next;
}

function malformed(file: string, line: number, problem: string): ReviewNotice {
  const message = `This comment suppresses nothing: ${problem}. Write it as in security-review-ignore[CWE-89]: why it is no weakness.`;
  return { level: 'error', file, line, message };
}

function unknownLanguage(file: string, source: string): FileDirectives {
  const line = source.slice(0, source.search(/security-review-ignore/i)).split('\n').length;
  return {
    directives: [],
    notices: [malformed(file, line, 'how comments are written in this kind of file is not known')],
  };
}
