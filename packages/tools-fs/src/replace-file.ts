import { nearestName, type ToolContext, type ToolOutput } from '@harness-sdk/core';
import type { FileContent, ResolvedPath, Workspace } from '@harness-sdk/core/node';
import { encodeText, plainFormat, type DecodedText } from './decode-text.ts';
import { failure, type Hint } from './explain-refusal.ts';
import { historyOf } from './read-history.ts';
import { shownPath } from './shown-path.ts';
import { diffDisplay } from './unified-diff.ts';

/** Options of {@link writeTool} and {@link editTool}. */
export interface ReplaceOptions {
  /**
   * Whether an existing file must have been read by Read, over the same workspace and in the same session, and be
   * unchanged since. Default true.
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

/**
 * Writes the new text of a file, in the format the file has, and only over the state that was read.
 *
 * @param say - What the model is told, given the file's name.
 * @throws PathRefusedError with reason `changed` where the file was written to meanwhile.
 */
export async function replaceFile(
  workspace: Workspace,
  path: ResolvedPath,
  old: OldFile | undefined,
  text: string,
  context: ToolContext,
  say: (name: string) => string,
): Promise<ToolOutput> {
  if (!text.isWellFormed()) {
    return failure('The text has half a surrogate pair, which a file would not keep. Give the whole character.');
  }
  const bytes = encodeText(text, old?.decoded ?? plainFormat);
  context.signal.throwIfAborted();
  await workspace.writeFile(path, bytes, { expect: old?.content.version ?? 'absent' });
  historyOf(workspace).remember(context.sessionId, path, bytes);
  const name = shownPath(path.requested, context.cwd);
  return { content: say(name), display: { ...diffDisplay(name, old?.decoded.text, text) } };
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
