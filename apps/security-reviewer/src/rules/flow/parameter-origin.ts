import type { FunctionDefinition } from '../program/program.ts';
import type { Origin } from './taint.ts';

/**
 * Origin of what a caller passes to a parameter.
 *
 * @param file - Tells the origins of this file from those of others; empty for a file by itself.
 */
export function parameterOrigin(file: string, definition: FunctionDefinition, name: string): Origin {
  return `parameter:${file}${definition.span.start}:${name}`;
}
