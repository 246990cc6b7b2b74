import { checkOptions, defineTool, type AccessContext, type Tool } from '@harness-sdk/core';
import type { ResolvedPath, Workspace } from '@harness-sdk/core/node';
import { z } from 'zod';
import { decodeText, encodeText } from './decode-text.ts';
import { explainRefusals, failure } from './explain-refusal.ts';
import { lineEndsOf, withLineEnds } from './line-ends.ts';
import { counted, linesOf } from './numbered-lines.ts';
import { resolvePermitted } from './permitted-path.ts';
import { historyOf } from './read-history.ts';
import {
  checkRead,
  checkText,
  isApproved,
  makeChange,
  maxFileBytes,
  nearestRead,
  previewOf,
  type NoChange,
  type OldFile,
  type PlannedChange,
  type ReplaceOptions,
} from './replace-file.ts';
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
    preview: async (args, context) => {
      const path = await workspace.resolve(args.file_path, { cwd: context.cwd });
      return previewOf(await planWrite(workspace, args, path, context), context);
    },
    execute: async (args, context) =>
      await explainRefusals(nearestRead(workspace, args.file_path, context), async () => {
        const path = await resolvePermitted(workspace, args.file_path, ['write'], context);
        const change = await planWrite(workspace, args, path, context);
        const { old } = change;
        // Also where a call is repeated whose answer was lost.
        if ('answer' in change && old !== undefined) {
          historyOf(workspace).remember(context.sessionId, path, old.content.bytes);
        }
        const isKnown =
          'answer' in change || old === undefined || options.requireRead === false || isApproved(change, context);
        const unknown = isKnown ? undefined : checkRead(workspace, old.content, context);
        return unknown ?? (await makeChange(workspace, change, context));
      }),
  });
}

async function planWrite(
  workspace: Workspace,
  args: WriteArgs,
  path: ResolvedPath,
  { cwd }: AccessContext,
): Promise<PlannedChange | (NoChange & { readonly old?: OldFile })> {
  const no = (why: string): NoChange => ({ answer: failure(why) });
  if (args.file_path.endsWith('/')) return no('file_path names a directory. Name the file in it.');
  const broken = checkText(args.content);
  if (broken !== undefined) return { answer: broken };
  const name = shownPath(path.requested, cwd);
  if (!path.exists) {
    const lines = counted(linesOf(args.content).length, 'line');
    return { path, old: undefined, text: args.content, done: `Made ${name}: ${lines}.` };
  }
  const content = await workspace.readFile(path, { maxBytes: maxFileBytes });
  const decoded = decodeText(content.bytes);
  if (decoded === undefined) return no(`${name} is a binary file, which Write does not replace.`);

  const text = withLineEnds(args.content.replace(/^\ufeff/, ''), lineEndsOf(decoded.text));
  const old = { content, decoded };
  if (!encodeText(text, decoded).equals(content.bytes)) return { path, old, text, done: `Replaced ${name}.` };
  return { old, answer: { content: `${name} already has this content.` } };
}
