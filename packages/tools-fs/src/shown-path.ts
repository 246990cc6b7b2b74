import { relative, sep } from 'node:path';
import { isInside } from '@harness-sdk/core/node';

/** Control characters, and those that are not seen or change the direction of text. */
const oddCharacter = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * A path for the model, which it can give back to any tool: from the working directory, with `/`, where it lies in it,
 * else absolute. Names with odd characters, and those that could be taken for a note or a quoted name, are written as
 * JSON, so that one line is one path and shows what it is.
 */
export function shownPath(path: string, cwd: string): string {
  const shown = isInside(cwd, path) ? relative(cwd, path).split(sep).join('/') || '.' : path;
  if (shown.search(oddCharacter) === -1 && !/^["[]/.test(shown)) return shown;
  return JSON.stringify(shown).replaceAll(oddCharacter, toEscapes);
}

function toEscapes(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    const unit = character.charCodeAt(index);
    return `\\u${unit.toString(16).padStart(4, '0')}`;
  }).join('');
}
