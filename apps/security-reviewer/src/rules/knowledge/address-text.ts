import { knownPrefix, textOf, type Value } from '../flow/value.ts';

/** A known start that settles the host: a path of this site, or an address with its host. */
export function staysHere(target: Value): boolean {
  const prefix = knownPrefix(target);
  if (/^\/[^/\\]/.test(prefix) || /^[a-z][a-z\d+.-]*:\/\/[^/?#]+[/?#]/i.test(prefix) || /^[?#]/.test(prefix)) {
    return true;
  }
  const [first] = textOf(target);
  return typeof first === 'object' && first.taint.size === 0;
}

/** Whether the known start of the address settles the host: `https://host/…`, or a base that the program fixes. */
export function hasFixedHost(address: Value): boolean {
  if (/^[a-z][a-z\d+.-]*:\/\/[^/?#]+[/?#]/i.test(knownPrefix(address))) return true;
  const [first, second] = textOf(address);
  return typeof first === 'object' && first.taint.size === 0 && typeof second === 'string' && second.startsWith('/');
}
