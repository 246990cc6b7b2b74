import { checkOptions, defineTool, type Tool, type ToolOutput } from '@harness-sdk/core';
import type { FileContent, Workspace } from '@harness-sdk/core/node';
import { z } from 'zod';
import { decodeText } from './decode-text.ts';
import { explainRefusals, failure } from './explain-refusal.ts';
import { nearestEntries } from './nearest-entries.ts';
import { imageType } from './image-type.ts';
import { counted, linesOf, numberLines } from './numbered-lines.ts';
import { resolvePermitted } from './permitted-path.ts';
import { historyOf } from './read-history.ts';
import { shownPath } from './shown-path.ts';

/** Arguments of Read. */
export interface ReadArgs {
  readonly file_path: string;
  /** First line to show, from 1. Default 1. */
  readonly offset?: number | undefined;
  /** Lines to show at most. */
  readonly limit?: number | undefined;
}

/** Limits of {@link readTool}. */
export interface ReadToolOptions {
  /** Lines in one answer where the call names no `limit`. Default 2,000. */
  readonly maxLines?: number;
  /** Characters shown of one line. Default 2,000. */
  readonly maxLineCharacters?: number;
  /** Characters in one answer. Default 100,000. */
  readonly maxCharacters?: number;
  /** Size of files that are opened at all. Default 32 MiB. */
  readonly maxFileBytes?: number;
  /** Size of images. Default 3,750,000, which is 5 MB in base64, the most that common models take. */
  readonly maxImageBytes?: number;
}

const ReadArgsSchema: z.ZodType<ReadArgs> = z.strictObject({
  file_path: z.string().min(1).describe('Path of the file, absolute or from the working directory.'),
  offset: z.int().min(1).optional().describe('First line to show, from 1. Default 1.'),
  limit: z.int().min(1).optional().describe('How many lines to show at most.'),
});

const description = `Reads a file of the workspace.
Text comes back as one "<line number><TAB><line>" per line; lines in [brackets] are notes and not part of the file.
The last note says where the file ends, or with which offset to go on. Images (PNG, JPEG, GIF, WebP) are shown.
It does not list directories; use Glob for that.`;

/**
 * The tool Read: text with numbered lines (see `parseNumberedLines` for the way back), or an image.
 *
 * Text is UTF-8, or UTF-16 with a byte order mark. What a session has read here is what Write and Edit, made over the
 * same workspace, may replace.
 *
 * @throws OptionError for a limit that is not a positive whole number.
 */
export function readTool(workspace: Workspace, options: ReadToolOptions = {}): Tool {
  const size = { type: 'number', integer: true, min: 1 } as const;
  checkOptions('readTool', options, {
    maxLines: size,
    maxLineCharacters: size,
    maxCharacters: size,
    maxFileBytes: size,
    maxImageBytes: size,
  });
  const { maxFileBytes = 32 * 1024 * 1024 } = options;
  return defineTool<ReadArgs>({
    name: 'Read',
    description,
    input: ReadArgsSchema,
    accessKinds: ['read'],
    access: (args) => [{ kind: 'read', path: args.file_path }],
    effect: 'none',
    execute: async (args, context) =>
      await explainRefusals(nearestEntries(workspace, args.file_path, context), async () => {
        const path = await resolvePermitted(workspace, args.file_path, ['read'], context);
        const file = await workspace.readFile(path, { maxBytes: maxFileBytes });
        const output = show(file, shownPath(path.requested, context.cwd), args, options);
        if (output.isError !== true) historyOf(workspace).remember(context.sessionId, path, file.bytes);
        return output;
      }),
  });
}

function show({ bytes }: FileContent, name: string, args: ReadArgs, options: ReadToolOptions): ToolOutput {
  const mediaType = imageType(bytes);
  if (mediaType !== undefined) return showImage(bytes, mediaType, name, options);
  const file = decodeText(bytes);
  if (file === undefined) return failure(`${name} is a binary file of ${bytes.length} bytes, not text.`);
  const { offset = 1 } = args;
  const content = numberLines(file, {
    offset,
    maxLines: args.limit ?? options.maxLines ?? 2000,
    maxLineCharacters: options.maxLineCharacters ?? 2000,
    maxCharacters: options.maxCharacters ?? 100_000,
  });
  if (content !== undefined) return { content };
  return failure(
    `${name} has no line ${offset}; it has ${counted(linesOf(file.text).length, 'line')}. Use a smaller offset.`,
  );
}

function showImage(bytes: Buffer, mediaType: string, name: string, options: ReadToolOptions): ToolOutput {
  const { maxImageBytes = 3_750_000 } = options;
  if (bytes.length > maxImageBytes) {
    return failure(`${name} is an image of ${bytes.length} bytes; the limit is ${maxImageBytes} bytes.`);
  }
  return {
    content: [
      { type: 'text', text: `[${mediaType}, ${bytes.length} bytes]` },
      { type: 'image', mediaType, data: bytes.toString('base64') },
    ],
  };
}
