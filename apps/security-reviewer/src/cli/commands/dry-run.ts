import { OptionError } from '@harness-sdk/core';
import { toPreviewJson, toPreviewText } from '../../report/preview.ts';
import type { CliContext } from '../cli-context.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { writeOutputFile } from '../output-file.ts';
import { performPreview } from '../perform-review.ts';
import type { PreparedReview } from '../prepare-review.ts';
import { reportTargets } from '../report-targets.ts';

/**
 * Says what a review would look at and may cost, and reviews nothing.
 *
 * @throws OptionError for a format other than text and JSON.
 */
export async function runDryRun(
  operands: readonly string[],
  { settings, progress }: PreparedReview,
  context: CliContext,
): Promise<number> {
  const wrong = settings.format?.find(({ format }) => format !== 'text' && format !== 'json');
  if (wrong !== undefined) {
    throw new OptionError(
      'format',
      `A dry run is told as text or json, and not as ${wrong.format}. Give --format text.`,
    );
  }
  const targets = await reportTargets(settings, context);
  const { preview, maxCostUsd } = await performPreview({ operands, settings, context, progress });
  const hasSecondLooks = preview.reviewer.isLanguageModel && (settings.verify ?? 'model') === 'model';
  const options = { version: context.version, hasSecondLooks, maxCostUsd };
  progress.stop();
  for (const { format, file } of targets) {
    const text = format === 'json' ? toPreviewJson(preview, options) : toPreviewText(preview, options);
    await (file === undefined ? context.writeOut(text) : writeOutputFile(file, text));
  }
  return EXIT_CODES.clean;
}
