/**
 * Whether a pattern lets only harmless text through: closed at both ends, and of no class that holds everything.
 *
 * @param isWhole - Whether the match is of the whole text anyway, as that of `matches` in Java.
 */
export function isClosedPattern(pattern: string | undefined, isWhole = false): boolean {
  if (pattern === undefined) return true;
  const isClosed = isWhole || (/^\(?(?:\^|\\A)/.test(pattern) && /(?:\$|\\z|\\Z)\)?$/.test(pattern));
  return isClosed && !/(?<!\\)\.[*+]|\[\^|\\S[*+]/.test(pattern);
}
