import { applyBaseline } from '../../baseline/apply-baseline.ts';
import { selectFindings } from '../../select-findings.ts';
import type { CliContext } from '../cli-context.ts';
import { DEFAULTS } from '../defaults.ts';
import { exitCodeOf } from '../exit-code.ts';
import { performReview } from '../perform-review.ts';
import { prepareReview } from '../prepare-review.ts';
import { readBaseline } from '../read-baseline.ts';
import { reportTargets, writeReports } from '../report-targets.ts';
import type { GivenSettings } from '../settings.ts';
import { toSelection } from '../to-selection.ts';
import { runDryRun } from './dry-run.ts';

/** Reviews, writes the reports, and gives the exit code. */
export async function runReview(
  operands: readonly string[],
  flags: GivenSettings,
  context: CliContext,
): Promise<number> {
  using prepared = await prepareReview(operands, flags, context);
  const { settings, progress } = prepared;
  if (settings['dry-run'] === true) return await runDryRun(operands, prepared, context);
  // What would go wrong at the end goes wrong here, before anything is spent.
  const targets = await reportTargets(settings, context);
  const baseline = readBaseline(settings, context.cwd, progress);
  const reviewed = await performReview({ operands, settings, context, progress });
  const isNewOnly = settings['new-only'] === true;
  const divided = baseline === undefined ? reviewed : applyBaseline(reviewed, baseline, { newOnly: isNewOnly });
  const result = selectFindings(divided, toSelection(settings));
  progress.stop();
  await writeReports(result, targets, context, {
    version: context.version,
    isColored: context.output?.isColored === true && settings['no-color'] !== true,
    withSuppressed: settings['sarif-suppressed'] === true,
  });
  return exitCodeOf(result, settings['fail-on'] ?? DEFAULTS['fail-on']);
}
