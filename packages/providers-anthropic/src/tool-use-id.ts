const valid = /^[a-zA-Z0-9_-]+$/;

/** Starts the ids that we rewrote. An id that starts so by itself is rewritten too, so that no two can meet. */
const rewritten = 'rewritten_';

/**
 * A tool call's id as the API takes it: letters, digits, `_` and `-`. Ids of other providers that have anything else are
 * rewritten, each always to the same id, and no two to one.
 */
export function toToolUseId(id: string): string {
  if (valid.test(id) && !id.startsWith(rewritten)) return id;
  const units = Array.from({ length: id.length }, (_, index) => id.charCodeAt(index).toString(16).padStart(4, '0'));
  return rewritten + units.join('');
}

/**
 * The name of a called tool as the API takes it in a history: up to 128 letters, digits, `_` and `-`. A model of another
 * provider may have called a tool that does not exist by any name.
 */
export function toToolUseName(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_-]/g, '_').slice(0, 128) || '_';
}
