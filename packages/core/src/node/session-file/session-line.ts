import { AgentError } from '../../errors.ts';
import type { ChecksumChain } from './checksum-chain.ts';

/** Version of the file format; not that of the events. */
export const sessionFileFormat = 1;

/** What a line can hold: the head comes first, the end last, events between them. */
export type LinePart = 'session' | 'event' | 'end';

const form = /^\{"sum":"(?<sum>[0-9a-f]{64})","(?<part>session|event|end)":(?<text>.*)\}$/s;

/** One line of the file, without its newline. It is JSON, with the checksum first. */
export function writeLine(chain: ChecksumChain, part: LinePart, value: object): string {
  const text = JSON.stringify(value);
  return `{"sum":"${chain.next(`${part} ${text}`)}","${part}":${text}}`;
}

/** A line that says what was written. */
export interface SessionLine {
  readonly part: LinePart;
  readonly value: unknown;
}

/**
 * Reads a line back.
 *
 * @param number - Of the line, from 1, for the error.
 * @throws AgentError `session_corrupt` where it is not exactly what was written.
 */
export function readLine(chain: ChecksumChain, line: string, number: number): SessionLine {
  const { sum, part, text } = form.exec(line)?.groups ?? {};
  if (!isPart(part) || text === undefined) {
    throw new AgentError('session_corrupt', `Line ${number} is not a line of an exported session.`);
  }
  if (chain.next(`${part} ${text}`) !== sum) {
    const message = `Line ${number} is not what was exported: its checksum does not fit it and the lines above.`;
    throw new AgentError('session_corrupt', message);
  }
  return { part, value: JSON.parse(text) };
}

function isPart(value: string | undefined): value is LinePart {
  return value === 'session' || value === 'event' || value === 'end';
}
