import { checkOptions, defineTool, type AccessContext, type Tool, type ToolOutput } from '@harness-sdk/core';
import type { FileContent, ResolvedPath, Workspace } from '@harness-sdk/core/node';
import { z } from 'zod';
import { decodeText } from './decode-text.ts';
import { explainRefusals, failure } from './explain-refusal.ts';
import { lineEndsOf, withLineEnds } from './line-ends.ts';
import { describeNearMiss } from './near-miss.ts';
import { counted } from './numbered-lines.ts';
import { resolvePermitted } from './permitted-path.ts';
import {
  checkRead,
  checkText,
  isApproved,
  makeChange,
  maxFileBytes,
  nearestRead,
  previewOf,
  type NoChange,
  type PlannedChange,
  type ReplaceOptions,
} from './replace-file.ts';
import { shownPath } from './shown-path.ts';

/** Arguments of Edit. */
export interface EditArgs {
  readonly file_path: string;
  /** The text to replace, as it stands in the file. */
  readonly old_string: string;
  readonly new_string: string;
  /** Replaces every occurrence, not just the only one. Default false. */
  readonly replace_all?: boolean | undefined;
}

const EditArgsSchema: z.ZodType<EditArgs> = z.strictObject({
  file_path: z.string().min(1).describe('Path of the file, absolute or from the working directory.'),
  old_string: z
    .string()
    .min(1, 'Expected the text to replace; to make a new file, use Write')
    .describe('The text to replace, exactly as it stands in the file, without line numbers.'),
  new_string: z.string().describe('The text to put in its place.'),
  replace_all: z.boolean().optional().describe('Replaces every occurrence. Default false: old_string must be unique.'),
});

const description = `Replaces a text in a file of the workspace that has been read before.
old_string must occur exactly once, unless replace_all is set: add the lines around it to make it unique. Both texts may
have plain line ends; those of the file, its byte order mark and its mode are kept.`;

/**
 * The tool Edit. The file is replaced in one step; nothing is ever written in place or through a link to elsewhere.
 *
 * @throws OptionError
 */
export function editTool(workspace: Workspace, options: ReplaceOptions = {}): Tool {
  checkOptions('editTool', options, { requireRead: { type: 'boolean' } });
  return defineTool<EditArgs>({
    name: 'Edit',
    description,
    input: EditArgsSchema,
    accessKinds: ['write'],
    access: (args) => [{ kind: 'write', path: args.file_path }],
    effect: 'once',
    preview: async (args, context) => {
      const path = await workspace.resolve(args.file_path, { cwd: context.cwd });
      return previewOf(await planEdit(workspace, args, path, context), context);
    },
    execute: async (args, context) =>
      await explainRefusals(nearestRead(workspace, args.file_path, context), async () => {
        const path = await resolvePermitted(workspace, args.file_path, ['write'], context);
        const check = (file: FileContent): ToolOutput | undefined =>
          options.requireRead === false ? undefined : checkRead(workspace, file, context);
        const shown =
          context.approvedPreview === undefined ? undefined : await planEdit(workspace, args, path, context);
        if (shown !== undefined && isApproved(shown, context)) return await makeChange(workspace, shown, context);
        return await makeChange(workspace, await planEdit(workspace, args, path, context, check), context);
      }),
  });
}

/** @param check - Whether the file may be changed; asked before anything in it is told. */
async function planEdit(
  workspace: Workspace,
  args: EditArgs,
  path: ResolvedPath,
  { cwd }: AccessContext,
  check?: (file: FileContent) => ToolOutput | undefined,
): Promise<PlannedChange | NoChange> {
  const no = (why: string): NoChange => ({ answer: failure(why) });
  if (args.old_string === args.new_string) return no('old_string and new_string are the same.');
  const content = await workspace.readFile(path, { maxBytes: maxFileBytes });
  const name = shownPath(path.requested, cwd);
  const decoded = decodeText(content.bytes);
  if (decoded === undefined) return no(`${name} is a binary file, which Edit does not change.`);
  if (!decoded.isExact) {
    const encoding = decoded.encoding.toUpperCase();
    return no(`${name} has bytes that are no valid text in ${encoding}, which an edit would destroy.`);
  }
  const unknown = check?.(content);
  if (unknown !== undefined) return { answer: unknown };

  const replaced = replaceText(decoded.text, args);
  if (typeof replaced === 'string') return no(`${name}: ${replaced}`);
  const { text, lines } = replaced;
  const broken = checkText(text);
  if (broken !== undefined) return { answer: broken };
  const where = lines.length === 1 ? `at line ${lines[0]}` : `in ${counted(lines.length, 'place')}`;
  return { path, old: { content, decoded }, text, done: `Edited ${name} ${where}.` };
}

interface Replaced {
  readonly text: string;
  /** Where the old text started, from 1. */
  readonly lines: readonly number[];
}

/** The new text, or why it could not be made. */
function replaceText(text: string, args: EditArgs): Replaced | string {
  const ends = lineEndsOf(text);
  const wanted = withLineEnds(args.old_string, ends);
  const replacement = withLineEnds(args.new_string, ends);
  const parts = text.split(wanted);
  const lines = startLines(parts, wanted);
  if (lines.length === 0) return `old_string does not occur in it. ${describeNearMiss(text, wanted)}`;
  if (lines.length > 1 && args.replace_all !== true) {
    const where = lines.slice(0, 10).join(', ');
    return `old_string occurs ${lines.length} times, at lines ${where}${lines.length > 10 ? ' …' : ''}. Add lines around it to name one place, or set replace_all.`;
  }
  return { text: parts.join(replacement), lines };
}

/** The line that each occurrence between two parts starts in. */
function startLines(parts: readonly string[], wanted: string): readonly number[] {
  const lines: number[] = [];
  let line = 1;
  for (const part of parts.slice(0, -1)) {
    line += newlinesIn(part);
    lines.push(line);
    line += newlinesIn(wanted);
  }
  return lines;
}

function newlinesIn(text: string): number {
  return text.split('\n').length - 1;
}
