import type { Reply } from '@harness-sdk/core/testing';

/** A line of the vendor, as JSON. */
export type RawLine = Readonly<Record<string, unknown>>;

/** Lines as the body of an answer. */
export function lines(...objects: readonly RawLine[]): string {
  return objects.map((object) => `${JSON.stringify(object)}\n`).join('');
}

/** A piece of an answer. */
export function piece(message: RawLine): RawLine {
  return { model: 'qwen3', message: { role: 'assistant', content: '', ...message }, done: false };
}

/** A piece of text. */
export function say(content: string): RawLine {
  return piece({ content });
}

/** A tool call as newer servers send it. */
export function call(name: string, args: unknown, id?: string): RawLine {
  return { ...(id !== undefined && { id }), function: { name, arguments: args } };
}

/** The last line, with token counts. */
export function finish(fields: RawLine = {}): RawLine {
  return { ...say(''), done: true, done_reason: 'stop', prompt_eval_count: 7, eval_count: 5, ...fields };
}

/** A body of lines, as a server sends it. */
export function reply(...objects: readonly RawLine[]): Reply {
  return { contentType: 'application/x-ndjson', body: lines(...objects) };
}

/** A whole answer that says something. */
export function answer(...pieces: readonly string[]): Reply {
  return reply(...pieces.map(say), finish());
}
