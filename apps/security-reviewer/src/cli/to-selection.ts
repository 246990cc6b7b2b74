import type { FindingSelection } from '../select-findings.ts';
import { DEFAULTS } from './defaults.ts';
import type { GivenSettings } from './settings.ts';
import { isOfChange } from './to-diff-request.ts';

/** Least confidence of a finding that is worth stopping a change for. */
const pullRequestConfidence = 0.8;

/** The findings that the settings ask for. What is said by itself wins over what the profile implies. */
export function toSelection(settings: GivenSettings): FindingSelection {
  const isPullRequest = (settings.profile ?? (isOfChange(settings) ? 'pr' : 'audit')) === 'pr';
  return {
    minSeverity: settings['min-severity'] ?? DEFAULTS['min-severity'],
    minConfidence: settings['min-confidence'] ?? (isPullRequest ? pullRequestConfidence : DEFAULTS['min-confidence']),
    isWithoutHygiene: isPullRequest,
    only: settings.only ?? [],
    skip: settings.skip ?? [],
  };
}
