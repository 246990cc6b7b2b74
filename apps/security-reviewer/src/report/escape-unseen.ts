/** What a terminal obeys or a reader cannot see, beyond what JSON escapes by itself. */
const unseen = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Co}]/gu;

/** JSON in which every invisible character is escaped, which changes nothing for who parses it. */
export function escapeUnseen(json: string): string {
  return json.replace(unseen, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
