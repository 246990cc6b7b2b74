import type { PermissionTool } from '@harness-sdk/core';
import type { PolicySettings } from '../policy-settings.ts';
import type { AllowRule } from '../rule.ts';
import { redirectProblem, type OpenFile } from './cover-files.ts';
import { coverWordsBy } from './cover-words.ts';
import { lookThrough } from './look-through.ts';
import { judgeNeutral } from './neutral.ts';
import { assignmentProblem } from './shell-assignments.ts';
import type { ShellPlaces } from './shell-path.ts';
import type { ShellUnit } from './shell-unit.ts';

/** What it takes to say whether a unit is allowed. */
export interface CoverContext {
  readonly settings: PolicySettings;
  readonly tool: PermissionTool;
  readonly places: ShellPlaces;
  /** The allow rules about commands. */
  readonly commandRules: readonly AllowRule[];
  /** The allow rules about files. */
  readonly fileRules: readonly AllowRule[];
}

/** Whether a unit is allowed, and by which rule; it needs none where it does nothing. */
export type Coverage =
  | { readonly isCovered: true; readonly rule?: AllowRule }
  | { readonly isCovered: false; readonly problem: string; readonly file?: OpenFile };

/** Whether the allow rules cover a unit: its words, its assignments and what it redirects. */
export function coverUnit(unit: ShellUnit, context: CoverContext): Coverage {
  if (unit.kind === 'definition') return open('it defines what later words run');
  const problem = unit.danger ?? assignmentProblem(unit);
  if (problem !== undefined) return open(problem);
  const file = redirectProblem(unit, context);
  if (file !== undefined) return { isCovered: false, problem: file.problem, file };
  if (unit.kind !== 'command' || unit.isLiteral || unit.words.length === 0) return { isCovered: true };
  const neutral = judgeNeutral(unit, context.places);
  if (neutral === 'neutral') return { isCovered: true };
  return coverCommand(unit, context, neutral?.problem);
}

function coverCommand(unit: ShellUnit, context: CoverContext, neutralProblem: string | undefined): Coverage {
  let problem = neutralProblem;
  let file: OpenFile | undefined;
  for (const words of lookThrough(unit.words)) {
    for (const rule of context.commandRules) {
      const coverage = coverWordsBy(rule, words, unit, context);
      if (coverage === undefined) continue;
      if (coverage.isCovered) return coverage;
      problem ??= coverage.problem;
      file ??= coverage.file;
    }
  }
  return { ...open(problem ?? 'no allow rule is about it'), ...(file === undefined ? {} : { file }) };
}

function open(problem: string): Extract<Coverage, { isCovered: false }> {
  return { isCovered: false, problem };
}
