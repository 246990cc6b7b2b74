import { isDeepStrictEqual } from 'node:util';
import { nearestName, type AccessContext, type Json, type ToolContext, type ToolOutput } from '@harness-sdk/core';
import type { FileContent, ResolvedPath, Workspace } from '@harness-sdk/core/node';
import { encodeText, plainFormat, type DecodedText } from './decode-text.ts';
import { failure, type Hint } from './explain-refusal.ts';
import { historyOf } from './read-history.ts';
import { shownPath } from './shown-path.ts';
import { diffDisplay, type DiffDisplay } from './unified-diff.ts';

/** Options of {@link writeTool} and {@link editTool}. */
export interface ReplaceOptions {
  /**
   * Whether an existing file must have been read by Read, over the same workspace and in the same session, and be
   * unchanged since; or somebody has seen the diff of the change and said yes to it in `resume`. Default true.
   */
  readonly requireRead?: boolean;
}

/** An existing file that is to be replaced, and its text. */
export interface OldFile {
  readonly content: FileContent;
  readonly decoded: DecodedText;
}

/** Larger files are not replaced, since they were not read. */
export const maxFileBytes: number = 32 * 1024 * 1024;

/** The failure where the model does not know what it would overwrite. */
export function checkRead(workspace: Workspace, file: FileContent, context: ToolContext): ToolOutput | undefined {
  const name = shownPath(file.path.requested, context.cwd);
  switch (historyOf(workspace).check(context.sessionId, file.path, file.bytes)) {
    case 'current':
      return undefined;
    case 'stale':
      return failure(`${name} has changed since you last read it. Read it again, then make the change.`);
    case 'unread':
      return failure(`${name} exists and you have not read it. Read it first, then make the change.`);
  }
}

/** A change that has been worked out and could be made. */
export interface PlannedChange {
  readonly path: ResolvedPath;
  /** `undefined` where a file is made. */
  readonly old: OldFile | undefined;
  readonly text: string;
  /** What the model is told once it is made. */
  readonly done: string;
}

/** Why there is no change to make, or that none is needed. */
export interface NoChange {
  readonly answer: ToolOutput;
}

/**
 * Writes the new text of a file, in the format the file has, and only over the state that was read.
 *
 * @throws PathRefusedError with reason `changed` where the file was written to meanwhile.
 */
export async function makeChange(
  workspace: Workspace,
  change: PlannedChange | NoChange,
  context: ToolContext,
): Promise<ToolOutput> {
  if ('answer' in change) return change.answer;
  const { path, old, text, done } = change;
  const bytes = encodeText(text, old?.decoded ?? plainFormat);
  context.signal.throwIfAborted();
  await workspace.writeFile(path, bytes, { expect: old?.content.version ?? 'absent' });
  historyOf(workspace).remember(context.sessionId, path, bytes);
  return { content: done, display: { ...displayOf(change, context) } };
}

/**
 * What a change would look like once it is made: the same as its `display`.
 *
 * @throws Error where there is no change to make, saying why.
 */
export function previewOf(change: PlannedChange | NoChange, context: AccessContext): Json {
  if ('answer' in change) throw new Error(`There is nothing to show: ${JSON.stringify(change.answer.content)}`);
  return { ...displayOf(change, context) };
}

function displayOf({ path, old, text }: PlannedChange, { cwd }: AccessContext): DiffDisplay {
  return diffDisplay(shownPath(path.requested, cwd), old?.decoded.text, text);
}

/**
 * True for a change of which somebody saw the whole diff, over this very content, and said yes to it later: what a process
 * knew that has ended since is not needed for it.
 */
export function isApproved(change: PlannedChange | NoChange, context: ToolContext): change is PlannedChange {
  if (context.approvedPreview === undefined || 'answer' in change) return false;
  const shown = displayOf(change, context);
  return shown.diff !== undefined && isDeepStrictEqual(context.approvedPreview, { ...shown });
}

/** The failure where a file would not keep the text. */
export function checkText(text: string): ToolOutput | undefined {
  if (text.isWellFormed()) return undefined;
  return failure('The text has half a surrogate pair, which a file would not keep. Give the whole character.');
}

/** A hint for a path that is not there: the nearest one that the session has read. */
export function nearestRead(workspace: Workspace, path: string, context: ToolContext): Hint {
  return async (reason) => {
    if (reason === 'changed') return 'Read it again first.';
    if (reason === 'too_large') return 'Files of this size are not changed; leave it as it is.';
    if (reason !== 'not_found') return undefined;
    const paths = historyOf(workspace).paths(context.sessionId);
    const nearest = nearestName(
      path,
      paths.map((seen) => shownPath(seen, context.cwd)),
    );
    return nearest === undefined
      ? 'Use Glob to find it, or Write to make it.'
      : `Did you mean ${JSON.stringify(nearest)}?`;
  };
}
