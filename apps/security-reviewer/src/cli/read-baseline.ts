import { resolve } from 'node:path';
import { OptionError } from '@harness-sdk/core';
import { BASELINE_PATH, parseBaseline, type Baseline } from '../baseline/baseline.ts';
import { toVisibleName } from '../report/inert-text.ts';
import type { ProgressView } from './progress.ts';
import { readRegularFile } from './read-regular-file.ts';
import type { GivenSettings } from './settings.ts';

const mostBytes = 256 * 1024 * 1024;

/**
 * The baseline that is named, or the one that the working directory holds.
 *
 * @throws OptionError where the named one is not there, where `--new-only` has nothing to go by, and for a broken one.
 */
export function readBaseline(settings: GivenSettings, cwd: string, progress: ProgressView): Baseline | undefined {
  const { baseline: named, 'new-only': isNewOnly = false } = settings;
  const path = named ?? BASELINE_PATH;
  const text = readRegularFile(resolve(cwd, path), mostBytes);
  if (text === undefined) {
    if (named === undefined && !isNewOnly) return undefined;
    const message = `There is no baseline ${JSON.stringify(path)}. Write it with security-reviewer baseline.`;
    throw new OptionError('baseline', message);
  }
  const baseline = parseBaseline(text, path);
  const count = baseline.findings.length;
  progress.tell(`Baseline: ${toVisibleName(path)} (${count} known ${count === 1 ? 'finding' : 'findings'})`);
  return baseline;
}
