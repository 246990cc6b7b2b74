import type { Settings } from './settings.ts';

/** What holds where nothing else is said, and the same for every review. */
export const DEFAULTS: Pick<
  Settings,
  'fail-on' | 'min-severity' | 'min-confidence' | 'max-cost' | 'max-file-size' | 'max-time' | 'concurrency'
> = {
  'fail-on': 'high',
  'min-severity': 'info',
  'min-confidence': 0.5,
  'max-cost': 2,
  'max-file-size': 1024 * 1024,
  'max-time': 20 * 60_000,
  concurrency: 4,
};
