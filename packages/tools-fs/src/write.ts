import { checkOptions, defineTool, type Tool, type ToolContext, type ToolOutput } from '@harness-sdk/core';
import type { Workspace } from '@harness-sdk/core/node';
import { z } from 'zod';
import { decodeText, encodeText } from './decode-text.ts';
import { explainRefusals, failure } from './explain-refusal.ts';
import { lineEndsOf, withLineEnds } from './line-ends.ts';
import { counted, linesOf } from './numbered-lines.ts';
import { resolvePermitted } from './permitted-path.ts';
import { historyOf } from './read-history.ts';
import { checkRead, maxFileBytes, nearestRead, replaceFile, type ReplaceOptions } from './replace-file.ts';
import { shownPath } from './shown-path.ts';

/** Arguments of Write. */
export interface WriteArgs {
  readonly file_path: string;
  /** The whole text of the file. */
  readonly content: string;
}

const WriteArgsSchema: z.ZodType<WriteArgs> = z.strictObject({
  file_path: z.string().min(1).describe('Path of the file, absolute or from the working directory.'),
  content: z.string().describe('The whole text of the file.'),
});

const description = `Writes a text file of the workspace: makes it, with the directories it needs, or replaces all of it.
A file that exists must have been read before. Its line ends, byte order mark and mode are kept.
Use Edit to change a part of a file.`;

/**
 * The tool Write. Files are replaced in one step; nothing is ever written in place or through a link to elsewhere.
 *
 * @throws OptionError
 */
export function writeTool(workspace: Workspace, options: ReplaceOptions = {}): Tool {
  checkOptions('writeTool', options, { requireRead: { type: 'boolean' } });
  return defineTool<WriteArgs>({
    name: 'Write',
    description,
    input: WriteArgsSchema,
    accessKinds: ['write'],
    access: (args) => [{ kind: 'write', path: args.file_path }],
    effect: 'idempotent',
    execute: async (args, context) =>
      await explainRefusals(nearestRead(workspace, args.file_path, context), () =>
        write(workspace, args, options, context),
      ),
  });
}

async function write(
  workspace: Workspace,
  args: WriteArgs,
  { requireRead = true }: ReplaceOptions,
  context: ToolContext,
): Promise<ToolOutput> {
  if (args.file_path.endsWith('/')) return failure('file_path names a directory. Name the file in it.');
  const path = await resolvePermitted(workspace, args.file_path, ['write'], context);
  if (!path.exists) {
    const lines = counted(linesOf(args.content).length, 'line');
    return await replaceFile(workspace, path, undefined, args.content, context, (name) => `Made ${name}: ${lines}.`);
  }
  const content = await workspace.readFile(path, { maxBytes: maxFileBytes });
  const name = shownPath(path.requested, context.cwd);
  const decoded = decodeText(content.bytes);
  if (decoded === undefined) return failure(`${name} is a binary file, which Write does not replace.`);

  const text = withLineEnds(args.content.replace(/^\ufeff/, ''), lineEndsOf(decoded.text));
  if (encodeText(text, decoded).equals(content.bytes)) {
    // Also where a call is repeated whose answer was lost.
    historyOf(workspace).remember(context.sessionId, path, content.bytes);
    return { content: `${name} already has this content.` };
  }
  const unknown = requireRead ? checkRead(workspace, content, context) : undefined;
  if (unknown !== undefined) return unknown;
  return await replaceFile(workspace, path, { content, decoded }, text, context, () => `Replaced ${name}.`);
}
