import { messageOf } from '../errors.ts';
import type { Json } from '../json.ts';

/** JSON found in an answer, or why there is none. */
export type ParsedOutput = { readonly json: Json } | { readonly problem: string };

/**
 * The JSON in a model's answer: all of it, or what stands in its one code fence, or between its outermost braces, because
 * models like to say a word before it.
 */
export function parseOutput(text: string): ParsedOutput {
  const whole = parse(text);
  if ('json' in whole) return whole;
  const fenced = [...text.matchAll(/```(?:json)?[^\S\n]*\n(.*?)\n?[^\S\n]*```/gs)];
  const inBraces = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1);
  const candidates = [...(fenced.length === 1 ? [fenced[0]?.[1] ?? ''] : []), inBraces];
  const found = candidates.map(parse).find((candidate) => 'json' in candidate);
  return found ?? whole;
}

function parse(text: string): ParsedOutput {
  if (text.trim() === '') return { problem: 'Expected JSON, received no text' };
  try {
    // What it parses is JSON by definition.
    return { json: JSON.parse(text) as Json };
  } catch (error) {
    return { problem: `Expected JSON and nothing else: ${messageOf(error)}` };
  }
}
