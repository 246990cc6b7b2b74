import { createHash } from 'node:crypto';

/** The checksum that stands before the first event of every session. */
export const firstSum: Uint8Array = new Uint8Array(0);

/** SHA-256 of an event and of the checksum before it, so that a damaged or missing event cannot go unnoticed. */
export function eventSum(before: Uint8Array, body: string): Uint8Array {
  return createHash('sha256').update(before).update(body).digest();
}
