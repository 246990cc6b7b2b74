import { wordsOf } from './secret-name.ts';

const SEEN_BY_ALL: ReadonlySet<string> = new Set(
  'theme lang language locale consent banner dismissed tz timezone color colour mode layout sidebar currency view font size seen prefs preferences'.split(
    ' ',
  ),
);

/** Whether a cookie of that name may hold what must not be seen; one whose name is not known may. */
export function isSensitiveCookie(name: string | undefined): boolean {
  return name === undefined || !wordsOf(name).some((word) => SEEN_BY_ALL.has(word));
}
