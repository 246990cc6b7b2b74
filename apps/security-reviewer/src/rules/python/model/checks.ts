import { argumentOf, calledName, type CallSite } from '../../flow/call-site.ts';
import type { Check } from '../../flow/language-model.ts';
import { ALL_FAMILIES, familySet, type FamilySet } from '../../flow/taint.ts';
import { constantText, knownPrefix, textOf } from '../../flow/value.ts';
import { partsOf } from '../../flow/place.ts';
import type { Expression } from '../../program/program.ts';

const NONE: readonly Check[] = [];

/** What is proved by a call whose result is true, or is false. */
export function checksOf(site: CallSite, isTrue: boolean): readonly Check[] {
  const name = calledName(site);
  if (name === 'startswith' && site.receiver !== undefined) return startsWith(site, isTrue);
  if (/^(?:match|fullmatch|search)$/.test(name)) return isTrue ? patternChecks(site, name) : NONE;
  if (!isTrue) return NONE;
  if (/^(?:isdigit|isdecimal|isnumeric|isalnum|isalpha|isidentifier)$/.test(name)) {
    return [{ about: 'receiver', families: ALL_FAMILIES }];
  }
  if (name === 'is_relative_to') return [{ about: 'receiver', families: familySet('path') }];
  if (/(?:^|_)compare_digest$|(?:^|\.)constant_time_compare$/.test(name)) {
    return [{ about: 'authenticity', families: 0 }];
  }
  if (/^(?:verify|verify_signature|check_signature|is_valid_signature)$/.test(name)) {
    return [{ about: 'authenticity', families: 0 }, ...aboutArguments(site, ALL_FAMILIES)];
  }
  if (name === 'isinstance') {
    return /^(?:int|float|bool)$/.test(site.positional[1]?.ref ?? '') ? [{ about: 0, families: ALL_FAMILIES }] : NONE;
  }
  if (
    /(?:^|_)(?:safe|valid|validate|allowed|permitted|trusted|whitelisted|allowlisted|acceptable)(?:_|$)/i.test(name)
  ) {
    return aboutArguments(site, ALL_FAMILIES);
  }
  return NONE;
}

function aboutArguments(site: CallSite, families: FamilySet): readonly Check[] {
  return site.call.arguments.map((_, position) => ({ about: position, families }));
}

function startsWith(site: CallSite, isTrue: boolean): readonly Check[] {
  const prefix = argumentOf(site, 0);
  if (prefix === undefined) return NONE;
  const text = constantText(prefix);
  if (!isTrue) {
    return text === '//' || text === '..' ? [{ about: 'receiver', families: familySet('redirect', 'path') }] : NONE;
  }
  const start = text ?? knownPrefix(prefix);
  if (/^https?:\/\/[^/]+\//.test(start)) return [{ about: 'receiver', families: familySet('url', 'redirect') }];
  // A prefix that names a folder, however it is put together; a lone slash proves nothing.
  const isFolder = text === undefined ? textOf(prefix).length > 0 : text.length > 1;
  return isFolder ? [{ about: 'receiver', families: familySet('path') }] : NONE;
}

/** A pattern that lets only harmless text through, where it is anchored at both ends. */
function patternChecks(site: CallSite, name: string): readonly Check[] {
  const isFunction = site.ref.startsWith('re.') && !site.ref.startsWith('re.compile()');
  const pattern = constantText(isFunction ? argumentOf(site, 0, 'pattern') : site.receiver);
  const subject = isFunction ? 1 : 0;
  const proof: readonly Check[] = [{ about: subject, families: ALL_FAMILIES }];
  if (pattern === undefined) return name === 'search' ? NONE : proof;
  const isClosed = name === 'fullmatch' || /(?:\$|\\Z|\\z)\)?$/.test(pattern);
  const isOpened = name !== 'search' || /^\(?(?:\^|\\A)/.test(pattern);
  const isLoose = /(?<!\\)\.[*+]|\[\^|\\S[*+]/.test(pattern);
  return isClosed && isOpened && !isLoose ? proof : NONE;
}

const URL_PARTS = /(?:^|\.)(?:urlparse|urlsplit|url_parse|urlparse\(\)\.\w+|urlsplit\(\)\.\w+)(?:\(\))?$/;
const PATH_PARTS =
  /(?:^|\.)(?:realpath|abspath|normpath|commonpath|commonprefix|resolve|is_relative_to|relative_to|parents)(?:\(\))?$|^os\.path\.join$/;

/** Families that a check of a part of a value says something about: the host of a URL, a resolved path. */
export function familiesOfPart(expression: Expression, refOf: (expression: Expression) => string): FamilySet {
  let families: FamilySet = 0;
  const open: Expression[] = [expression];
  for (let steps = 0; steps < 60; steps += 1) {
    const current = open.pop();
    if (current === undefined) break;
    const ref = current.kind === 'call' ? refOf(current.callee) : refOf(current);
    if (URL_PARTS.test(ref)) families |= familySet('url', 'redirect');
    if (PATH_PARTS.test(ref)) families |= familySet('path');
    if (current.kind === 'member' && /^(?:netloc|hostname|host|scheme)$/.test(current.property)) {
      families |= familySet('url', 'redirect');
    }
    if (current.kind === 'member' && /^(?:parents)$/.test(current.property)) families |= familySet('path');
    open.push(...partsOf(current));
  }
  return families;
}
