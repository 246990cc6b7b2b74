import { toVisibleName } from '../report/inert-text.ts';
import type { CliContext } from './cli-context.ts';
import { effectiveSettings } from './effective-settings.ts';
import { openLogFile } from './log-file.ts';
import { createProgress, type ProgressView } from './progress.ts';
import { reviewedPaths } from './review-input.ts';
import type { GivenSettings } from './settings.ts';

/** What is settled before a review begins. */
export interface PreparedReview extends Disposable {
  readonly settings: GivenSettings;
  readonly progress: ProgressView;
}

/**
 * Puts the settings together and begins to tell of progress.
 *
 * @throws OptionError for a configuration that is wrong, and for a log that cannot be written.
 */
export async function prepareReview(
  operands: readonly string[],
  flags: GivenSettings,
  context: CliContext,
): Promise<PreparedReview> {
  const { settings, configPath } = effectiveSettings(flags, reviewedPaths(operands, flags), context.cwd);
  const log = settings.log === undefined ? undefined : await openLogFile(settings.log, context.cwd);
  const progress = createProgress(settings, context, log);
  if (configPath !== undefined) progress.tell(`Configuration: ${toVisibleName(configPath)}`);
  return { settings, progress, [Symbol.dispose]: () => progress[Symbol.dispose]() };
}
