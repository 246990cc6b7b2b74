import { createHash } from 'node:crypto';
import { createWorkspace, PathRefusedError, type Workspace } from '@harness-sdk/core/node';
import type { SourceFile } from '../collect-files.ts';
import { sourceLines, sourceText } from '../source-lines.ts';
import { MODEL_UNIT, toUnits, unitOf, type ReviewUnit } from '../units.ts';
import { factsOf, type FileFacts } from './file-facts.ts';
import { relativeImports, withoutEnding } from './relative-imports.ts';
import { repositoryContext } from './repository-context.ts';
import { MOST_LINES, splitBySymbol, type LineRange } from './split-by-symbol.ts';

/** How a language model goes about the files. */
export interface ModelPlan {
  readonly units: readonly ReviewUnit[];
  readonly factsOf: (name: string) => FileFacts | undefined;
  readonly contextOf: (unit: ReviewUnit) => string;
  /** Bytes of a unit's files, or of its part of one, about. */
  readonly partBytes: (unit: ReviewUnit) => number;
  /** Of a file's content, and of the files that it imports. */
  readonly hashesOf: (file: SourceFile) => readonly string[];
}

/** A larger file is reviewed in parts, in bytes: about 8,000 tokens. */
const mostBytes = 32 * 1024;

/** Looks through the files one by one, and keeps of each what others should know, and how it is split. */
export async function planModelPass(files: readonly SourceFile[]): Promise<ModelPlan> {
  const workspaces = new Map<string, Workspace>();
  const facts = new Map<string, FileFacts>();
  const hashes = new Map<string, string>();
  const imports = new Map<SourceFile, readonly string[]>();
  const parts = new Map<SourceFile, readonly LineRange[]>();
  for (const file of files) {
    const workspace = workspaces.get(file.root) ?? createWorkspace({ root: file.root });
    workspaces.set(file.root, workspace);
    const text = await textOf(workspace, file);
    facts.set(file.name, factsOf(file, text));
    hashes.set(placeOf(file.root, file.path), createHash('sha256').update(text).digest('hex'));
    imports.set(file, relativeImports(file.path, text));
    const lines = sourceLines(text);
    const isLarge = lines.length > MOST_LINES || file.sizeBytes > mostBytes;
    if (isLarge) parts.set(file, splitBySymbol(lines, partLines(lines)));
  }
  const contexts = new Map<string, string>();
  const byRoot = Map.groupBy(facts.values(), ({ file }) => file.root);
  return {
    units: toUnits(files, MODEL_UNIT).flatMap((unit) => split(unit, parts)),
    factsOf: (name) => facts.get(name),
    partBytes: ({ files: of, lines }) => {
      const bytes = of.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      const [file] = of;
      const all = (file === undefined ? undefined : parts.get(file)?.at(-1)?.last) ?? 0;
      return lines === undefined || all === 0 ? bytes : Math.ceil((bytes * (lines.last - lines.first + 1)) / all);
    },
    hashesOf: (file) =>
      [file.path, ...(imports.get(file) ?? [])].map((path) => hashes.get(placeOf(file.root, path)) ?? ''),
    contextOf({ root }) {
      const context = contexts.get(root) ?? repositoryContext(byRoot.get(root) ?? []);
      contexts.set(root, context);
      return context;
    },
  };
}

/** The same for an import as for the file it means. */
function placeOf(root: string, path: string): string {
  return JSON.stringify([root, withoutEnding(path)]);
}

/** Fewer lines where they are long. */
function partLines(lines: readonly string[]): number {
  const bytes = lines.reduce((sum, line) => sum + line.length + 1, 0);
  return Math.min(MOST_LINES, Math.max(1, Math.floor((mostBytes * lines.length) / Math.max(bytes, 1))));
}

function split(unit: ReviewUnit, parts: ReadonlyMap<SourceFile, readonly LineRange[]>): ReviewUnit[] {
  const large = unit.files.filter((file) => (parts.get(file)?.length ?? 0) > 1);
  if (large.length === 0) return [unit];
  const small = unit.files.filter((file) => !large.includes(file));
  const ranges = large.flatMap((file) => (parts.get(file) ?? []).map((lines) => unitOf(unit, file, lines)));
  return small.length === 0 ? ranges : [{ ...unit, files: small }, ...ranges];
}

/** Empty where the file can no longer be read: its reviewer will say so. */
async function textOf(workspace: Workspace, { path }: SourceFile): Promise<string> {
  try {
    return sourceText((await workspace.readFile(path)).bytes);
  } catch (error) {
    if (PathRefusedError.isInstance(error)) return '';
    throw error;
  }
}
