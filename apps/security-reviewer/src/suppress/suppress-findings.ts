import { createWorkspace, PathRefusedError, type Workspace } from '@harness-sdk/core/node';
import type { SourceFile } from '../collect-files.ts';
import type { Finding } from '../finding.ts';
import type { ReviewNotice, ReviewStage } from '../review-result.ts';
import type { RulesEngine } from '../rules/engine.ts';
import { sourceText } from '../source-lines.ts';
import { applyDirectives } from './apply-directives.ts';
import { readDirectives, type PlacedDirective } from './read-directives.ts';

/** What comments in the reviewed files made of the findings. */
export interface SuppressPass {
  readonly findings: readonly Finding[];
  readonly suppressed: readonly Finding[];
  readonly notices: readonly ReviewNotice[];
  readonly stage: ReviewStage;
}

/** What {@link suppressFindings} takes. */
export interface SuppressOptions {
  /** Those whose comments have a say. */
  readonly files: readonly SourceFile[];
  readonly rules: RulesEngine;
  /** Whether directives that are about no finding are told of. */
  readonly tellsUnused: boolean;
}

/** Takes out the findings that comments suppress. The files are read one after the other, and none is kept. */
export async function suppressFindings(
  all: readonly Finding[],
  { files, rules, tellsUnused }: SuppressOptions,
): Promise<SuppressPass> {
  const workspaces = new Map<string, Workspace>();
  const directives: PlacedDirective[] = [];
  const notices: ReviewNotice[] = [];
  for (const { name: file, root, path } of files) {
    const workspace = workspaces.get(root) ?? createWorkspace({ root });
    workspaces.set(root, workspace);
    const source = await readSource(workspace, path);
    if (source === undefined) {
      notices.push({ level: 'warning', file, message: 'It was gone before its comments could be read.' });
      continue;
    }
    const read = readDirectives({ file, source, commentsOf: () => rules.commentsOf(source, path) });
    directives.push(...read.directives);
    notices.push(...read.notices);
  }
  const { findings, suppressed, notices: unused } = applyDirectives(all, directives);
  const note = `Comments suppress ${suppressed.length} of ${all.length} findings.`;
  return {
    findings,
    suppressed,
    notices: [...notices, ...(tellsUnused ? unused : [])],
    stage: { name: 'suppress', ran: true, note },
  };
}

async function readSource(workspace: Workspace, path: string): Promise<string | undefined> {
  try {
    return sourceText((await workspace.readFile(path)).bytes);
  } catch (error) {
    if (PathRefusedError.isInstance(error)) return undefined;
    throw error;
  }
}
