import { createHash } from 'node:crypto';
import { fold } from './evidence.ts';
import type { FindingKind } from './finding.ts';

/** What a fingerprint is made of: the weakness and its code, not where in the file it is. */
export interface FingerprintParts {
  readonly kind: FindingKind;
  readonly file: string;
  /** Function or class around the code; empty at the top of a file. */
  readonly scope: string;
  /** The code itself, unmasked. */
  readonly evidence: string;
  /** True where the code is a secret: then every character of it counts. */
  readonly isSecret: boolean;
  /** 0 for the first finding that is the same in all of this, 1 for the second. */
  readonly ordinal: number;
}

/** 32 hex digits that stay while the code does, wherever its line moves to. */
export function fingerprintOf({ kind, file, scope, evidence, isSecret, ordinal }: FingerprintParts): string {
  const code = isSecret ? fold(evidence) : fold(evidence).replace(/\d+/g, '0');
  const parts = JSON.stringify([kind, file, scope, code, ordinal]);
  return createHash('sha256').update(parts).digest('hex').slice(0, 32);
}
