import type { ToolCallBlock } from '@harness-sdk/core';
import { isObject } from './wire.ts';

/**
 * The arguments of a call as text. Servers parse it, and refuse what is no object; what a model wrote instead is put into
 * one, so that it can see what it wrote.
 */
export function toArguments({ args, rawArgs }: ToolCallBlock): string {
  if (isObject(args)) return JSON.stringify(args);
  if (args !== undefined) return JSON.stringify({ value: args });
  return JSON.stringify(rawArgs === undefined ? {} : { unparsed_input: rawArgs });
}
