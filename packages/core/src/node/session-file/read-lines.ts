import { TextDecoder } from 'node:util';
import { AgentError } from '../../errors.ts';

/** What a file is read from: text or bytes in pieces of any size, such as a `ReadStream`. */
export type TextSource = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

/**
 * Lines without their newline. A last line without one counts, unless it is empty.
 *
 * @throws AgentError `session_corrupt` for bytes that are not UTF-8.
 */
export async function* readLines(source: TextSource): AsyncGenerator<string, void> {
  // A mark at the start is no part of what is exported, so it is left in for the checksum to refuse.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let rest = '';
  for await (const piece of source) {
    const lines = (rest + (typeof piece === 'string' ? piece : decode(decoder, piece))).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  rest += decode(decoder);
  if (rest !== '') yield rest;
}

function decode(decoder: TextDecoder, bytes?: Uint8Array): string {
  try {
    return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
  } catch (cause) {
    throw new AgentError('session_corrupt', 'The file is not UTF-8: it was changed after it was exported.', { cause });
  }
}
