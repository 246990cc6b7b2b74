import type { CommandExpansionPart, HereDoc } from 'unbash';

/**
 * What `$(cat <<'X' … X)` puts into a word: a text that is spelled out, written in a way that needs no quoting.
 * `undefined` for every other substitution.
 */
export function literalOutput({ script }: CommandExpansionPart): string | undefined {
  const [statement, ...others] = script?.commands ?? [];
  const command = statement?.command;
  if (others.length > 0 || command?.type !== 'Command' || statement?.background === true) return undefined;
  const [document, ...more] = command.suffix;
  if (command.name?.text !== 'cat' || command.prefix.length > 0 || more.length > 0) return undefined;
  if (document?.type !== 'HereDoc' || document.descriptor !== undefined || (script?.errors?.length ?? 0) > 0) {
    return undefined;
  }
  return literalBody(document)?.replace(/\n+$/, '');
}

/** The text of a here-document in which nothing is expanded. */
export function literalBody({ delimiter, body, operator }: HereDoc): string | undefined {
  if (delimiter?.quoted !== true && /[$`\\]/.test(body.text)) return undefined;
  return operator === '<<-' ? body.text.replace(/^\t+/gm, '') : body.text;
}
