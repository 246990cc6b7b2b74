/** Characters that are not seen, that change the direction of text, or that a terminal acts on. */
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Whether a text has characters that do not show, so that people and models may take it for another. */
export function hasHiddenCharacters(text: string): boolean {
  return text.search(hidden) !== -1;
}

/** A text as JSON, on one line, with every character escaped that does not show. */
export function quoteText(text: string): string {
  return JSON.stringify(text).replaceAll(hidden, toEscapes);
}

function toEscapes(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    const unit = character.charCodeAt(index);
    return `\\u${unit.toString(16).padStart(4, '0')}`;
  }).join('');
}
