import type { Analysis } from '../../flow/analysis.ts';
import type { CallSite } from '../../flow/call-site.ts';
import { contains, wordsIn } from '../../knowledge/naming.ts';
import { wordsOf } from '../../knowledge/secret-name.ts';

/** Hashes that are broken. */
export const BROKEN_HASH: RegExp = /^crypto\/(?:md5|sha1)\.(?:New|Sum)$|^crypto\/md4\.New$/;
/** Hashes that are fast, broken or not. */
export const FAST_HASH: RegExp = /^crypto\/(?:md5|sha1|sha256|sha512|sha3)\.(?:New\w*|Sum\w*)$/;

/** The words around a hash: what goes in, what comes out, and the function it stands in. */
export function wordsAround(site: CallSite, analysis: Analysis): ReadonlySet<string> {
  const words = new Set<string>(wordsOf(site.caller?.name ?? ''));
  const add = (found: ReadonlySet<string>): void => {
    for (const word of found) words.add(word);
  };
  for (const { value } of site.call.arguments) add(wordsIn(value));
  for (const { name } of site.caller?.parameters ?? []) for (const word of wordsOf(name)) words.add(word);
  for (const { targets, value } of analysis.program.assignments) {
    if (contains(value.span, site.call.span)) for (const target of targets) add(wordsIn(target));
  }
  // What a hash that is fed in steps is given: `h.Write([]byte(password))`.
  for (const other of analysis.calls) {
    const isFed = other.receiver?.madeBy === site.call || other.positional[0]?.madeBy === site.call;
    if (isFed) for (const { value } of other.call.arguments) add(wordsIn(value));
  }
  return words;
}
