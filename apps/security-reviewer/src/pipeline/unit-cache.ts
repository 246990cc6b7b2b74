import type { Model } from '@harness-sdk/core';
import { createWorkspace, PathRefusedError } from '@harness-sdk/core/node';
import { z } from 'zod';
import type { SourceFile } from '../collect-files.ts';
import { enclosingFunction } from '../enclosing-function.ts';
import { checkEvidence } from '../evidence.ts';
import { FindingSchema, type Finding } from '../finding.ts';
import { SYSTEM_PROMPT } from '../prompt.ts';
import type { ReportedFinding } from '../reported-findings.ts';
import { sourceLines, sourceText } from '../source-lines.ts';
import { toFindings } from '../to-findings.ts';
import type { ResultCache } from './result-cache.ts';
import type { LineRange } from './split-by-symbol.ts';

/** Rises when what is kept means something else. */
const version = 1;

const FindingsSchema: z.ZodType<readonly Finding[]> = z.array(FindingSchema);

/** What {@link UnitCache} rests on. */
export interface UnitCacheOptions {
  readonly cache: ResultCache;
  readonly model: Model;
  /** Hashes of a file's content and of what it imports; another one means another review. */
  readonly hashesOf: (file: SourceFile) => readonly string[];
}

/** Remembers what a model found in a file or a part of it. Secrets are kept masked; the code is read from the file again. */
export class UnitCache {
  readonly #options: UnitCacheOptions;

  constructor(options: UnitCacheOptions) {
    this.#options = options;
  }

  async recall(file: SourceFile, lines: LineRange | undefined): Promise<ReportedFinding[] | undefined> {
    const found = await this.#options.cache.get(this.#keyOf(file, lines), FindingsSchema);
    if (found === undefined || found.some(({ location }) => location.file !== file.name)) return undefined;
    const source = await linesOf(file);
    const findings = found.flatMap((finding) => restored(finding, source));
    return findings.length === found.length ? findings : undefined;
  }

  async keep(file: SourceFile, lines: LineRange | undefined, findings: readonly ReportedFinding[]): Promise<void> {
    const own = findings.filter(({ location }) => location.file === file.name);
    await this.#options.cache.put(this.#keyOf(file, lines), toFindings(own));
  }

  #keyOf(file: SourceFile, lines: LineRange | undefined): readonly unknown[] {
    const { model, hashesOf } = this.#options;
    return [version, SYSTEM_PROMPT, model.provider, model.id, file.name, lines ?? null, ...hashesOf(file)];
  }
}

/** With its code as it stands in the file, which the key says is the same. */
function restored(
  { id: _id, fingerprint: _fingerprint, ...finding }: Finding,
  lines: readonly string[],
): ReportedFinding[] {
  const { startLine, endLine } = finding.location;
  const found = checkEvidence(lines, { line: startLine, endLine }, lines[startLine - 1] ?? '');
  return found.isFound ? [{ ...finding, evidence: found.text, scope: enclosingFunction(lines, startLine) }] : [];
}

async function linesOf({ root, path }: SourceFile): Promise<string[]> {
  try {
    return sourceLines(sourceText((await createWorkspace({ root }).readFile(path)).bytes));
  } catch (error) {
    if (PathRefusedError.isInstance(error)) return [];
    throw error;
  }
}
