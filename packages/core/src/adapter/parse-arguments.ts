import { messageOf } from '../errors.ts';
import type { Json } from '../json.ts';

/** The arguments of a tool call as a block has them: parsed, or as they are with what is wrong. */
export type ParsedArguments = { readonly args: Json } | { readonly rawArgs: string; readonly argsError: string };

/**
 * Parses the text of a tool call's arguments.
 *
 * @param whenEmpty - What no text at all stands for. Default `{}`: a call without arguments.
 */
export function parseArguments(text: string, whenEmpty: Json = {}): ParsedArguments {
  if (text.trim() === '') return { args: whenEmpty };
  try {
    // JSON.parse gives nothing but JSON.
    return { args: JSON.parse(text) as Json };
  } catch (error) {
    // A SyntaxError: JSON.parse throws nothing else.
    return { rawArgs: text, argsError: messageOf(error) };
  }
}
