import type { Analysis } from '../../flow/analysis.ts';
import type { CallSite } from '../../flow/call-site.ts';
import { constantText } from '../../flow/value.ts';
import { contains, wordsIn } from '../../knowledge/naming.ts';
import { wordsOf } from '../../knowledge/secret-name.ts';

/** The algorithm of a hash that the call makes, in capitals and without signs; nothing where it makes none. */
export function hashOf(site: CallSite): string | undefined {
  if (site.ref === 'MessageDigest.getInstance') {
    return (constantText(site.positional[0]) ?? '').replaceAll(/[^A-Za-z\d]/g, '').toUpperCase();
  }
  const named = /^(?:DigestUtils|Hashing)\.(md[245]|sha1?|sha256|sha384|sha512)(?:Hex|DigestAsHex)?$/i.exec(
    site.ref,
  )?.[1];
  return named?.toUpperCase() ?? (site.ref === 'DigestUtils.md5DigestAsHex' ? 'MD5' : undefined);
}

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
  for (const other of analysis.calls) {
    if (other.receiver?.madeBy === site.call) for (const { value } of other.call.arguments) add(wordsIn(value));
  }
  return words;
}
