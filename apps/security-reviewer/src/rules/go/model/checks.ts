import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Check } from '../../flow/language-model.ts';
import { partsOf } from '../../flow/place.ts';
import { ALL_FAMILIES, familySet, type FamilySet } from '../../flow/taint.ts';
import { constantText, knownPrefix, textOf } from '../../flow/value.ts';
import type { Expression } from '../../program/program.ts';
import { isClosedPattern } from '../../knowledge/closed-pattern.ts';

const NONE: readonly Check[] = [];
const PATH = familySet('path');

/** What is proved by a call whose result is true, or is false. */
export function checksOf(site: CallSite, isTrue: boolean): readonly Check[] {
  const name = calledName(site);
  const { ref } = site;
  if (/^(?:strings|bytes)\.HasPrefix$/.test(ref)) return hasPrefix(site, isTrue);
  if (/^strings\.(?:Contains|ContainsAny|ContainsRune|HasSuffix)$/.test(ref)) return isTrue ? NONE : lacks(site);
  if (/^regexp\.MatchString$/.test(ref)) return pattern(constantText(site.positional[0]), 1, isTrue);
  if (/^regexp\.(?:Must)?Compile\(\)\.Match(?:String)?$/.test(ref)) {
    return pattern(constantText(site.receiver), 0, isTrue);
  }
  if (ref === 'slices.Contains' && isTrue && site.positional[0]?.taint.size === 0) {
    return [{ about: 1, families: ALL_FAMILIES }];
  }
  if (ref === 'path/filepath.IsAbs' && !isTrue) return NONE;
  if (/^(?:IsLoopback|IsPrivate|IsLinkLocalUnicast|IsUnspecified)$/.test(name)) {
    return isTrue ? NONE : [{ about: 'receiver', families: familySet('url') }];
  }
  if (!isTrue) return NONE;
  if (ref === 'path/filepath.IsLocal' || ref === 'io/fs.ValidPath') return [{ about: 0, families: PATH }];
  if (
    /^strconv\.(?:Atoi|Parse(?:Int|Uint|Float|Bool))$|^(?:uuid\.(?:Parse|Validate)|net\.ParseIP|netip\.ParseAddr)$/.test(
      ref,
    )
  ) {
    return [{ about: 0, families: ALL_FAMILIES }];
  }
  if (/^crypto\/hmac\.Equal$/.test(ref)) return [{ about: 'authenticity', families: 0 }];
  if (/(?:safe|valid|allow|permit|trust|whitelist|allowlist|acceptable|known)/i.test(name)) {
    return site.call.arguments.map((_, position) => ({ about: position, families: ALL_FAMILIES }));
  }
  return NONE;
}

function hasPrefix(site: CallSite, isTrue: boolean): readonly Check[] {
  const prefix = site.positional[1];
  if (prefix === undefined) return NONE;
  const text = constantText(prefix);
  if (!isTrue) {
    const isWayOut = text === '//' || text === '..' || text === '../';
    return isWayOut ? [{ about: 0, families: familySet('redirect', 'path') }] : NONE;
  }
  const start = text ?? knownPrefix(prefix);
  if (/^https?:\/\/[^/]+\//.test(start)) return [{ about: 0, families: familySet('url', 'redirect') }];
  const isFolder = text === undefined ? textOf(prefix).length > 0 : text.length > 1;
  return isFolder ? [{ about: 0, families: PATH }] : NONE;
}

/** What is looked for is not there. */
function lacks(site: CallSite): readonly Check[] {
  const text = constantText(site.positional[1]);
  if (text === undefined) return NONE;
  let families: FamilySet = 0;
  if (text.includes('..') || /^[/\\.]+$/.test(text)) families |= PATH;
  if (/[\r\n]/.test(text)) families |= familySet('header', 'log');
  return families === 0 ? NONE : [{ about: 0, families }];
}

function pattern(text: string | undefined, about: number, isTrue: boolean): readonly Check[] {
  return isTrue && isClosedPattern(text) ? [{ about, families: ALL_FAMILIES }] : NONE;
}

const URL_PARTS = /^net\/url\.(?:Parse|ParseRequestURI)(?:\(\))?$/;
const PATH_PARTS = /^path(?:\/filepath)?\.(?:Clean|Abs|Base|Rel|EvalSymlinks|Dir)(?:\(\))?$/;

/** Families that a check of a part of a value says something about: the host of a URL, a resolved path. */
export function familiesOfPart(expression: Expression, refOf: (expression: Expression) => string): FamilySet {
  let families: FamilySet = 0;
  const open: Expression[] = [expression];
  for (let steps = 0; steps < 60; steps += 1) {
    const current = open.pop();
    if (current === undefined) break;
    const ref = current.kind === 'call' ? refOf(current.callee) : refOf(current);
    if (URL_PARTS.test(ref)) families |= familySet('url', 'redirect');
    if (PATH_PARTS.test(ref)) families |= PATH;
    if (current.kind === 'member' && /^(?:Host|Hostname)$/.test(current.property)) {
      families |= familySet('url', 'redirect');
    }
    open.push(...partsOf(current));
  }
  return families;
}
