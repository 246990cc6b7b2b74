import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quoteWords } from './quote-words.ts';

test.skipIf(process.platform === 'win32')('a shell reads back exactly the words that were quoted', () => {
  const character = fc.constantFrom("'", '"', '\\', '$', '`', '\n', ' ', '*', '!', '~', '#', '-', 'é', '🙂', 'a');
  const words = fc.array(fc.string({ unit: character, maxLength: 12 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(words, (list) => {
      const script = `printf '%s\\0' ${quoteWords(list)}`;
      expect(execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' })).toBe(
        list.map((word) => `${word}\0`).join(''),
      );
    }),
    { numRuns: 40 },
  );
});
