import type { FindingKind } from './finding.ts';

/** Classes that harden rather than mend: worth an audit, and seldom worth stopping a change for. */
export const HYGIENE_KINDS: ReadonlySet<FindingKind> = new Set<FindingKind>([
  'bind-all-interfaces',
  'debug-enabled',
  'insecure-cookie',
  'insecure-temp-file',
  'log-injection',
  'redos',
  'stack-trace-exposure',
  'timing-attack',
  'unbounded-upload',
  'weak-file-permissions',
]);
