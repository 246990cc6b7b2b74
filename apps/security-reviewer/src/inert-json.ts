/** JSON in one line of ASCII, without angle brackets: no text in it can end a block of a prompt, or begin one. */
export function toInertJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
