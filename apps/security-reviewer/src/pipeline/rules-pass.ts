import type { DurableEngine, Model } from '@harness-sdk/core';
import type { LeftOutFile, SourceFile } from '../collect-files.ts';
import type { ReportedFinding } from '../reported-findings.ts';
import { reviewUnit } from '../review-unit.ts';
import { RULES_UNIT, toUnits, type ReviewUnit, type UnitSize } from '../units.ts';

/** What the rules made of the files. */
export interface RulesPass {
  readonly reviewed: ReadonlySet<string>;
  readonly failed: readonly LeftOutFile[];
  readonly findings: readonly ReportedFinding[];
}

/** What {@link reviewByRules} takes. */
export interface RulesPassOptions {
  /** As `createRulesModel()` makes it. */
  readonly model: Model;
  readonly signal?: AbortSignal | undefined;
  readonly durable?: DurableEngine | undefined;
  /** Why no more is reviewed; asked before each unit. */
  reasonToStop(): string | undefined;
  /** Called after each unit. Must not throw. */
  onProgress(files: readonly SourceFile[], findings: number): void;
}

/** The first unit of a large review is small, so that there is something to see at once. */
const FIRST_UNIT: UnitSize = { maxBytes: 64 * 1024, maxFiles: 16 };

/** Reviews files by rules, one unit after the other: they use one processor, whatever their number. */
export async function reviewByRules(files: readonly SourceFile[], options: RulesPassOptions): Promise<RulesPass> {
  const reviewed = new Set<string>();
  const failed: LeftOutFile[] = [];
  const findings: ReportedFinding[] = [];
  for (const unit of unitsOf(files)) {
    const reason = options.reasonToStop();
    if (reason !== undefined) {
      failed.push(...unit.files.map(({ name }) => ({ file: name, reason })));
      continue;
    }
    const outcome = await reviewUnit(unit, options);
    for (const name of outcome.reviewed) reviewed.add(name);
    failed.push(...outcome.failed);
    findings.push(...outcome.findings);
    options.onProgress(unit.files, findings.length);
  }
  return { reviewed, failed, findings };
}

/** Data is followed between the files of one unit, so that only a review that is split anyway begins with a small one. */
function unitsOf(files: readonly SourceFile[]): readonly ReviewUnit[] {
  const units = toUnits(files, RULES_UNIT);
  if (units.length <= 1) return units;
  const first = toUnits(files, FIRST_UNIT).slice(0, 1);
  const taken = new Set(first.flatMap((unit) => unit.files));
  const rest = files.filter((file) => !taken.has(file));
  return [...first, ...toUnits(rest, RULES_UNIT)];
}
