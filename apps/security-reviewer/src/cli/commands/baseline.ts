import { BASELINE_PATH, toBaseline } from '../../baseline/baseline.ts';
import { toVisibleName } from '../../report/inert-text.ts';
import { selectFindings } from '../../select-findings.ts';
import type { CliContext } from '../cli-context.ts';
import { EXIT_CODES, exitCodeOf } from '../exit-code.ts';
import { checkOutputFile, writeOutputFile } from '../output-file.ts';
import { performReview } from '../perform-review.ts';
import { prepareReview } from '../prepare-review.ts';
import type { GivenSettings } from '../settings.ts';
import { toSelection } from '../to-selection.ts';

/**
 * Reviews, and writes what is found into the baseline, in the place of what was in it. A review that is not complete
 * changes nothing: what it did not see would be new the next time.
 */
export async function runBaseline(
  operands: readonly string[],
  flags: GivenSettings,
  context: CliContext,
): Promise<number> {
  using prepared = await prepareReview(operands, flags, context);
  const { settings, progress } = prepared;
  const path = settings.baseline ?? BASELINE_PATH;
  const file = await checkOutputFile(path, context.cwd, 'baseline');
  const reviewed = await performReview({ operands, settings, context, progress });
  const { findings } = selectFindings(reviewed, toSelection(settings));
  progress.stop();
  if (!reviewed.coverage.isComplete) {
    progress.warn(`the review is incomplete, so ${toVisibleName(path)} was left as it was.`);
    return exitCodeOf({ ...reviewed, findings: [] }, 'none');
  }
  await writeOutputFile(file, toBaseline(findings));
  const count = `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`;
  await context.writeOut(`Wrote ${count} to ${toVisibleName(path)}\n`);
  return EXIT_CODES.clean;
}
