import { createHash } from 'node:crypto';

/** Links the lines of a file: the checksum of each covers its own text and, through the one before, all above it. */
export class ChecksumChain {
  #last = '';

  /** The checksum of the next line: SHA-256 in hex, 64 digits. */
  next(text: string): string {
    this.#last = createHash('sha256').update(`${this.#last}\n${text}`).digest('hex');
    return this.#last;
  }
}
