import type { DurableEngine, Model } from '@harness-sdk/core';
import type { LeftOutFile, SourceFile } from '../collect-files.ts';
import type { ReportedFinding } from '../reported-findings.ts';
import { reviewUnit } from '../review-unit.ts';
import { RULES_UNIT, toUnits, type UnitSize } from '../units.ts';

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

/** The first unit is small, so that there is something to see at once. */
const FIRST_UNIT: UnitSize = { maxBytes: 64 * 1024, maxFiles: 16 };

/** Reviews files by rules, one unit after the other: they use one processor, whatever their number. */
export async function reviewByRules(files: readonly SourceFile[], options: RulesPassOptions): Promise<RulesPass> {
  const reviewed = new Set<string>();
  const failed: LeftOutFile[] = [];
  const findings: ReportedFinding[] = [];
  const first = toUnits(files, FIRST_UNIT).slice(0, 1);
  const taken = new Set(first.flatMap((unit) => unit.files));
  const rest = toUnits(
    files.filter((file) => !taken.has(file)),
    RULES_UNIT,
  );
  for (const unit of [...first, ...rest]) {
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
