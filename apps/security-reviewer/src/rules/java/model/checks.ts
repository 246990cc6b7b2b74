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
  const { receiver, ref, positional } = site;
  if (name === 'startsWith' && receiver !== undefined) return startsWith(site, isTrue);
  if (name === 'contains' && !isTrue) return lacks(site);
  if (/^is(?:Loopback|SiteLocal|LinkLocal|AnyLocal)Address$/.test(name)) {
    return isTrue ? NONE : [{ about: 'receiver', families: familySet('url') }];
  }
  if (!isTrue) return NONE;
  if (/^(?:contains|containsKey|containsValue)$/.test(name) && receiver?.taint.size === 0) {
    return [{ about: 0, families: ALL_FAMILIES }];
  }
  if (/^(?:equals|equalsIgnoreCase|contentEquals)$/.test(name)) return equal(site);
  if (ref === 'Pattern.matches') return matched(constantText(positional[0]), 1);
  if (name === 'matches' && positional.length === 0) return matched(constantText(receiver), 'receiver');
  if (name === 'find' && isClosedPattern(constantText(receiver))) {
    return [{ about: 'receiver', families: ALL_FAMILIES }];
  }
  if (name === 'matches' && receiver !== undefined) return matched(constantText(positional[0]), 'receiver');
  if (/^(?:StringUtils|NumberUtils)\.is(?:Alphanumeric|Alpha|Numeric|Digits|Creatable|Parsable)$/.test(ref)) {
    return [{ about: 0, families: ALL_FAMILIES }];
  }
  if (ref === 'MessageDigest.isEqual') return [{ about: 'authenticity', families: 0 }];
  if (/^(?:verify|verifySignature|checkSignature)$/.test(name)) {
    return [{ about: 'authenticity', families: 0 }, ...aboutArguments(site)];
  }
  return /(?:safe|valid|allow|permit|trust|whitelist|acceptable|known)/i.test(name) ? aboutArguments(site) : NONE;
}

function aboutArguments(site: CallSite): readonly Check[] {
  return site.call.arguments.map((_, position) => ({ about: position, families: ALL_FAMILIES }));
}

/** `"name".equals(column)`, `column.equals("name")`. */
function equal(site: CallSite): readonly Check[] {
  const [other] = site.positional;
  if (site.receiver?.taint.size === 0) return [{ about: 0, families: ALL_FAMILIES }];
  return other?.taint.size === 0 ? [{ about: 'receiver', families: ALL_FAMILIES }] : NONE;
}

function matched(pattern: string | undefined, about: number | 'receiver'): readonly Check[] {
  return isClosedPattern(pattern, true) ? [{ about, families: ALL_FAMILIES }] : NONE;
}

function startsWith(site: CallSite, isTrue: boolean): readonly Check[] {
  const [prefix] = site.positional;
  if (prefix === undefined) return NONE;
  const text = constantText(prefix);
  if (!isTrue) {
    return text === '//' || text === '..' ? [{ about: 'receiver', families: familySet('redirect', 'path') }] : NONE;
  }
  const start = text ?? knownPrefix(prefix);
  if (/^https?:\/\/[^/]+\//.test(start)) return [{ about: 'receiver', families: familySet('url', 'redirect') }];
  const isFolder = text === undefined ? textOf(prefix).length > 0 : text.length > 1;
  return isFolder ? [{ about: 'receiver', families: PATH }] : NONE;
}

/** What is looked for is not there. */
function lacks(site: CallSite): readonly Check[] {
  const text = constantText(site.positional[0]);
  if (text === undefined) return NONE;
  let families: FamilySet = 0;
  if (text.includes('..') || text === '/') families |= PATH;
  if (/[\r\n]/.test(text)) families |= familySet('header', 'log');
  return families === 0 ? NONE : [{ about: 'receiver', families }];
}

/** Families that a check of a part of a value says something about: the host of a URL, a resolved path. */
export function familiesOfPart(expression: Expression, refOf: (expression: Expression) => string): FamilySet {
  let families: FamilySet = 0;
  const open: Expression[] = [expression];
  for (let steps = 0; steps < 60; steps += 1) {
    const current = open.pop();
    if (current === undefined) break;
    const ref = refOf(current);
    if (ref.endsWith('.matcher()')) families |= ALL_FAMILIES;
    if (/^(?:InetAddress\.getByName|InetAddress|URL|URI|URI\.create)\(\)$/.test(ref)) {
      families |= familySet('url', 'redirect');
    }
    if (/^(?:Path|File)\(\)$/.test(ref)) families |= PATH;
    if (current.kind === 'member') {
      if (/^(?:getHost|getAuthority|getScheme)$/.test(current.property)) families |= familySet('url', 'redirect');
      if (
        /^(?:normalize|toRealPath|getCanonicalPath|getCanonicalFile|getFileName|toAbsolutePath|resolve)$/.test(
          current.property,
        )
      ) {
        families |= PATH;
      }
    }
    open.push(...partsOf(current));
  }
  return families;
}
