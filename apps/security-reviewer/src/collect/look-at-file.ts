import { extname } from 'node:path';
import type { Workspace } from '@harness-sdk/core/node';
import { isUtf16, sourceText } from '../source-lines.ts';

/** What the beginning of a file tells. */
export interface FileLook {
  readonly sizeBytes: number;
  readonly isBinary: boolean;
  /** True where a script of the web has hardly any line breaks. */
  readonly isMinified: boolean;
  /** The interpreter that the first line names, without its path and version: `python`. */
  readonly interpreter: string | undefined;
}

/** A NUL among the first bytes makes a file binary, as git has it, unless it is UTF-16. */
const sniffedBytes = 8_000;
const minifiable: ReadonlySet<string> = new Set(['.js', '.cjs', '.mjs', '.css']);
/** A script whose lines are longer than this on average was written by a program. */
const longLine = 500;

/**
 * Opens a file and looks at its first bytes.
 *
 * @throws PathRefusedError where it cannot be opened.
 */
export async function lookAtFile(workspace: Workspace, path: string): Promise<FileLook> {
  const file = await workspace.open(path);
  try {
    const { buffer, bytesRead } = await file.handle.read(Buffer.alloc(sniffedBytes), 0, sniffedBytes, 0);
    const start = buffer.subarray(0, bytesRead);
    return {
      sizeBytes: Number(file.version.sizeBytes),
      isBinary: start.includes(0) && !isUtf16(start),
      isMinified: minifiable.has(extname(path).toLowerCase()) && hasLongLines(start),
      interpreter: interpreterIn(sourceText(start)),
    };
  } finally {
    await file.close();
  }
}

function hasLongLines(start: Buffer): boolean {
  if (start.length < sniffedBytes) return false;
  return start.filter((byte) => byte === 0x0a).length < start.length / longLine;
}

/** The program that a script names in its first line, as in `#!/usr/bin/env -S python3.12 -u`: `python`. */
export function interpreterIn(text: string): string | undefined {
  const [line = ''] = text.split('\n', 1);
  if (!line.startsWith('#!')) return undefined;
  const words = line.slice(2).trim().split(/\s+/);
  const isEnv = words[0]?.endsWith('/env') === true;
  const program = isEnv ? words.slice(1).find((word) => !word.startsWith('-') && !word.includes('=')) : words[0];
  const name = program?.split('/').at(-1);
  return name?.replace(/[\d.]+$/, '') || undefined;
}
