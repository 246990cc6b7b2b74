/** Code points that HFS+ ignores in names, so that `.g\u200cit` opens `.git` there. */
const ignored = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

const ascii = /^[\0-\x7f]*$/;

/** A name in composed form, without the characters that some file systems ignore. */
export function composeName(name: string): string {
  return name.replace(ignored, '').normalize('NFC');
}

/**
 * A name as some file system may read it: composed, and without regard to case. Two names that any supported file
 * system takes for one are equal once folded; the reverse need not hold.
 */
export function foldName(name: string): string {
  // Nearly every name, and searches fold those of every file they find.
  if (ascii.test(name)) return name.toLowerCase();
  return Array.from(composeName(name), foldCharacter).join('');
}

/** Up and down again: `ſ`, `S` and `s` are one letter. What does not stay one character (`ß`) is only lowered. */
export function foldCharacter(character: string): string {
  const upper = character.toUpperCase();
  const lower = (isOne(upper) ? upper : character).toLowerCase();
  return isOne(lower) ? lower : character;
}

function isOne(text: string): boolean {
  return Array.from(text).length === 1;
}
