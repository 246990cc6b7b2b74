import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Check, Comparison } from '../../flow/language-model.ts';
import { partsOf } from '../../flow/place.ts';
import { ALL_FAMILIES, familySet, type FamilySet } from '../../flow/taint.ts';
import { constantText, knownPrefix, textOf, type Value } from '../../flow/value.ts';
import { wordsOf } from '../../knowledge/secret-name.ts';
import type { Expression } from '../../program/program.ts';

const NONE: readonly Check[] = [];
const PATH = familySet('path');
const REMAINS_HERE = familySet('redirect', 'path');

/** What is proved by a call whose result is true, or is false. */
export function checksOf(site: CallSite, isTrue: boolean): readonly Check[] {
  const name = calledName(site);
  const { receiver, ref } = site;
  if (name === 'startsWith' && receiver !== undefined) return startsWith(site, isTrue);
  if (name === 'includes' || name === 'has' || name === 'contains') return holds(site, isTrue);
  if (name === 'test' && receiver?.ref === 'RegExp()') return pattern(constantText(receiver), 0, isTrue);
  if (name === 'match' && site.positional[0]?.ref === 'RegExp()') {
    return pattern(constantText(site.positional[0]), 'receiver', isTrue);
  }
  if (ref === 'path.isAbsolute' && !isTrue) return NONE;
  if (!isTrue) return /^(?:isNaN|Number\.isNaN)$/.test(ref) ? [{ about: 0, families: ALL_FAMILIES }] : NONE;
  if (/^(?:Number\.is(?:Integer|SafeInteger|Finite)|isFinite|net\.isIP|net\.isIPv[46])$/.test(ref)) {
    return [{ about: 0, families: ALL_FAMILIES }];
  }
  if (
    /^validator\.is(?:Int|Numeric|Alpha|Alphanumeric|UUID|MongoId|Hexadecimal|In|Boolean|Email|ISO8601|Slug|Port|IP)$/.test(
      ref,
    )
  ) {
    return [{ about: 0, families: ALL_FAMILIES }];
  }
  if (/(?:^|\.)(?:ObjectId|ObjectID)\.isValid$|(?:^|\.)isValidObjectId$|^uuid\.validate$/.test(ref)) {
    return [{ about: 0, families: ALL_FAMILIES }];
  }
  if (/(?:^|\.)timingSafeEqual$|(?:^|\.)safeCompare$/.test(ref)) return [{ about: 'authenticity', families: 0 }];
  if (/^(?:verify|verifySignature|checkSignature|isValidSignature|verifyHmac)$/.test(name)) {
    return [{ about: 'authenticity', families: 0 }, ...aboutArguments(site, ALL_FAMILIES)];
  }
  if (/^(?:Object\.hasOwn)$/.test(ref) || ref.endsWith('hasOwnProperty.call')) {
    return site.positional[0]?.taint.size === 0 ? [{ about: 1, families: ALL_FAMILIES }] : NONE;
  }
  if (name === 'hasOwnProperty' && receiver?.taint.size === 0) return [{ about: 0, families: ALL_FAMILIES }];
  return site.definition === undefined && isNamedCheck(name) ? aboutArguments(site, ALL_FAMILIES) : NONE;
}

/** What is proved by comparing a call's result. */
export function comparedChecks(site: CallSite, { operator, other, isTrue }: Comparison): readonly Check[] {
  const isSame = operator === '==' ? isTrue : operator === '!=' ? !isTrue : undefined;
  if (site.ref === 'typeof') return isSame === true ? typeChecks(constantText(other)) : NONE;
  const name = calledName(site);
  if (name === 'indexOf' || name === 'search') {
    const isAbsent =
      other.literal === -1
        ? isSame === true
        : other.literal === 0 && (operator === '<' ? isTrue : operator === '>=' && !isTrue);
    if (isAbsent) return holds(site, false);
    const isPresent =
      other.literal === -1
        ? isSame === false || (operator === '>' && isTrue)
        : other.literal === 0 && operator === '>=' && isTrue;
    if (isPresent) return holds(site, true);
    return other.literal === 0 && isSame === true ? startsWith(site, true) : NONE;
  }
  // The last part of a path is the path itself: there are no others.
  if (site.ref === 'path.basename' && isSame === true) return [{ about: 0, families: PATH }];
  if (site.ref === 'path.normalize' && isSame === true) return [{ about: 0, families: PATH }];
  if (name === 'charAt' && isSame === false && constantText(other) === '/') return NONE;
  return NONE;
}

function typeChecks(type: string | undefined): readonly Check[] {
  if (type === 'string') return [{ about: 0, families: familySet('query') }];
  return type === 'number' || type === 'boolean' || type === 'bigint' ? [{ about: 0, families: ALL_FAMILIES }] : NONE;
}

function aboutArguments(site: CallSite, families: FamilySet): readonly Check[] {
  return site.call.arguments.map((_, position) => ({ about: position, families }));
}

/** `ALLOWED.includes(name)`, `ALLOWED.has(name)`; `!name.includes("..")`. */
function holds(site: CallSite, isTrue: boolean): readonly Check[] {
  const { receiver } = site;
  const [searched] = site.positional;
  if (receiver === undefined || searched === undefined) return NONE;
  if (isTrue) {
    const isList = receiver.taint.size === 0 || receiver.items?.every((item) => item.taint.size === 0) === true;
    return isList || isListRef(receiver) ? [{ about: 0, families: ALL_FAMILIES }] : NONE;
  }
  const text = constantText(searched);
  if (text === undefined) return NONE;
  if (text.includes('..') || text === '/') return [{ about: 'receiver', families: PATH }];
  return /^[\r\n]+$/.test(text) ? [{ about: 'receiver', families: familySet('header', 'log') }] : NONE;
}

/** A list that comes from elsewhere, by its name. */
function isListRef({ ref, text }: Value): boolean {
  const words = new Set(wordsOf(ref.split('.').at(-1) ?? ''));
  return (
    text === undefined &&
    ['allowed', 'allow', 'allowlist', 'whitelist', 'permitted', 'valid', 'trusted', 'safe'].some((word) =>
      words.has(word),
    )
  );
}

function startsWith(site: CallSite, isTrue: boolean): readonly Check[] {
  const [prefix] = site.positional;
  if (prefix === undefined) return NONE;
  const text = constantText(prefix);
  if (!isTrue) {
    return text === '//' || text === '..' ? [{ about: 'receiver', families: REMAINS_HERE }] : NONE;
  }
  const start = text ?? knownPrefix(prefix);
  if (/^https?:\/\/[^/]+\//.test(start)) {
    return [{ about: 'receiver', families: familySet('url', 'redirect', 'scheme') }];
  }
  if (/^(?:https?:|\/)/.test(start) && text !== undefined && text !== '//' && !/^\/./.test(text)) {
    return [{ about: 'receiver', families: familySet('scheme') }];
  }
  if (text !== undefined) {
    return text.length > 1 && /[/\\]$/.test(text) && !text.startsWith('//')
      ? [{ about: 'receiver', families: PATH }]
      : NONE;
  }
  return endsInSeparator(prefix) ? [{ about: 'receiver', families: PATH }] : NONE;
}

/** Without a separator at its end, `/srv/data` is the start of `/srv/data-of-others` too. */
function endsInSeparator(prefix: Value): boolean {
  const last = textOf(prefix).at(-1);
  if (typeof last === 'string') return /[/\\]$/.test(last);
  return (
    last?.ref === 'path.sep' || prefix.ref.endsWith('sep') || (last !== undefined && !last.ref.startsWith('path.'))
  );
}

/** A pattern that lets only harmless text through, where it is anchored at both ends. */
function pattern(text: string | undefined, about: Check['about'], isTrue: boolean): readonly Check[] {
  if (text === undefined) return isTrue ? [{ about, families: ALL_FAMILIES }] : NONE;
  if (!isTrue) {
    const families =
      (/\\r|\\n|[\r\n]/.test(text) ? familySet('log', 'header') : 0) | (/\\\.\\\.|\[\^/.test(text) ? PATH : 0);
    return families === 0 ? NONE : [{ about, families }];
  }
  const isClosed = /(?:[^\\]|^)\$\)?$/.test(text) && /^\(?\^/.test(text);
  if (/^\^\\?\/\(\?!/.test(text) || /^\^\\\/\[\^\\?\/\\*\]/.test(text) || /^\^\\\/\[[\w\\-]+\]/.test(text)) {
    return [{ about, families: familySet('redirect') }];
  }
  if (/^\^https\??:\\?\/\\?\/[\w\\.-]+(?:\\?\/|\$)/.test(text)) {
    return [{ about, families: familySet('url', 'redirect') }];
  }
  const isLoose = /(?<!\\)\.[*+]|\[\^|\\S[*+]/.test(text);
  return isClosed && !isLoose ? [{ about, families: ALL_FAMILIES }] : NONE;
}

const CHECK_WORDS: ReadonlySet<string> = new Set(
  'safe valid validate allowed permitted trusted whitelisted allowlisted acceptable internal local same'.split(' '),
);

/** A function of another file whose name says that it checks. */
function isNamedCheck(name: string): boolean {
  return wordsOf(name).some((word) => CHECK_WORDS.has(word));
}

const ADDRESS = /^(?:URL|url\.URL|url\.parse)$/;
const PATHS =
  /^(?:path(?:\.posix|\.win32)?\.(?:resolve|normalize|relative|join|dirname)|fs\.(?:promises\.)?realpath(?:Sync)?)$/;

/** Families that a check of a part of a value says something about: the host of a URL, a resolved path. */
export function familiesOfPart(expression: Expression, refOf: (expression: Expression) => string): FamilySet {
  // The scheme says nothing of the host.
  if (expression.kind === 'member' && expression.property === 'protocol') return familySet('scheme');
  if (expression.kind === 'member' && /^(?:port|search|hash|pathname)$/.test(expression.property)) return 0;
  let families: FamilySet = 0;
  const open: Expression[] = [expression];
  for (let steps = 0; steps < 60; steps += 1) {
    const current = open.pop();
    if (current === undefined) break;
    const ref = current.kind === 'call' ? refOf(current.callee) : refOf(current);
    if (ADDRESS.test(ref)) families |= familySet('url', 'redirect', 'scheme');
    if (PATHS.test(ref)) families |= PATH;
    if (current.kind === 'member' && /^(?:host|hostname|origin)$/.test(current.property)) {
      families |= familySet('url', 'redirect', 'scheme');
    }
    open.push(...partsOf(current));
  }
  return families;
}
