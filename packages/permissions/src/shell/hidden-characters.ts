/** Control characters but tab and newline, what changes the direction of text, and what does not show at all. */
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
/** Tab, newline, and the selectors that only choose between the looks of one character. */
const harmless = /[\t\n]|\p{Variation_Selector}/gu;

/** Whether people may take a command for another one, or a shell may end it elsewhere than it seems to. */
export function hidesCharacters(command: string): boolean {
  return hidden.test(command.replace(harmless, ''));
}
