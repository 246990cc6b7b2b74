import { allArguments, argumentOf, calledName, type CallSite } from '../../flow/call-site.ts';
import { ALL_FAMILIES, familySet, soilTaint } from '../../flow/taint.ts';
import { formatPercent, joinParts } from '../../flow/text-format.ts';
import {
  cleaned,
  concatenate,
  constantText,
  derived,
  elementOf,
  FIXED,
  joinAll,
  joinValues,
  listValue,
  UNKNOWN,
  valueWith,
  type Value,
} from '../../flow/value.ts';
import { modulePath } from '../lower/module-path.ts';
import { cleanedFamilies, isFixing, keptBy, validatedFamilies } from './sanitisers.ts';
import { sourceCall } from './sources.ts';
import { templateResult } from './templates.ts';
import { validated } from './validation.ts';

/** What a known call gives back. */
type Result = (site: CallSite) => Value;

const firstArgument: Result = (site) => site.positional[0] ?? joinAll(allArguments(site));
const fromFirst: Result = (site) => derived(firstArgument(site), `${site.ref}()`);
const fromAll: Result = (site) => derived(joinAll(allArguments(site)), `${site.ref}()`);
const merged: Result = (site) => mergedObjects([...site.positional, ...site.spread]);

/** Functions that give back what they are given, by ref. */
const FUNCTIONS: ReadonlyMap<string, Result> = new Map<string, Result>([
  ...each('require import', required),
  ...each(
    'util.promisify bluebird.promisify structuredClone lodash.cloneDeep util.callbackify Object.freeze Object.seal Promise.resolve',
    firstArgument,
  ),
  ...each('React.memo express-async-handler asyncHandler', firstArgument),
  ...each('Promise.all Promise.allSettled Promise.race Promise.any', firstArgument),
  ...each('path.join path.resolve path.posix.join path.posix.resolve path.win32.join', (site) =>
    joinPath(site.positional, site.spread, site.ref),
  ),
  ...each(
    'path.normalize path.posix.normalize fs.realpathSync fs.promises.realpath fs.realpath url.fileURLToPath path.format',
    pathOf,
  ),
  ...each('path.dirname path.relative path.parse', fromAll),
  ...each('decodeURIComponent decodeURI unescape atob btoa querystring.unescape', fromFirst),
  ...each('JSON.parse qs.parse querystring.parse json5.parse superjson.parse devalue.parse flatted.parse', parsed),
  ...each(
    'URL URLSearchParams url.URL url.URLSearchParams url.parse url.resolve url.format Headers Request FormData',
    addressOf,
  ),
  ...each(
    'Buffer.from Buffer Uint8Array.from TextEncoder().encode TextDecoder().decode stream.Readable.from Readable.from Blob',
    fromFirst,
  ),
  ...each('Object.keys Object.getOwnPropertyNames Reflect.ownKeys', (site) => listValue([keyOf(firstArgument(site))])),
  ...each('Object.values', (site) => listValue([elementOf(firstArgument(site))])),
  ...each('Object.entries', (site) =>
    listValue([listValue([keyOf(firstArgument(site)), elementOf(firstArgument(site))])]),
  ),
  ...each('Object.fromEntries Map', fromFirst),
  ...each(
    'Object.assign lodash.merge lodash.assign lodash.extend lodash.defaults _.merge _.extend _.assign _.defaults deepmerge',
    merged,
  ),
  ...each('Array.from Array.of Set', elementsOf),
  ...each(
    'React.useMemo react.useMemo React.useCallback react.useCallback',
    (site) => site.returned.get(0) ?? firstArgument(site),
  ),
  // State is set elsewhere too.
  ...each('React.useState react.useState', (site) => listValue([joinValues(UNKNOWN, firstArgument(site)), FIXED])),
  ...each('String', asText),
  ...each('RegExp', (site) => ({ ...firstArgument(site), ref: 'RegExp()' })),
  ...each('util.format util.inspect sprintf sprintf-js.sprintf', formatted),
  ...each('String.raw.`', (site) => concatenate(site.positional, site.call)),
  ...each('zlib.gunzipSync zlib.inflateSync zlib.unzipSync zlib.brotliDecompressSync', fromFirst),
  ...each('encodeURI', (site) => cleaned(derived(firstArgument(site)), familySet('html', 'header', 'log'))),
]);

/** Methods of strings, lists, maps, URLs and requests, which give back what their object holds. */
const METHODS: ReadonlyMap<string, Result> = new Map<string, Result>([
  ...each(
    'trim trimStart trimEnd toLowerCase toUpperCase toLocaleLowerCase toLocaleUpperCase normalize padStart padEnd toString valueOf',
    ownText,
  ),
  ...each('slice substring substr at charAt subarray', sliced),
  ...each('repeat reverse sort toSorted toReversed flat fill', (site) => ({ ...receiverOf(site), literal: undefined })),
  ...each('split match matchAll exec getAll splitlines', (site) => listValue([fromReceiver(site)])),
  ...each(
    'json text formData blob arrayBuffer entriesOf readAsText unwrap get shift pop find findLast next toJSON toObject lean',
    fromReceiver,
  ),
  ...each(
    'indexOf lastIndexOf search includes startsWith endsWith charCodeAt codePointAt localeCompare test has some every findIndex push unshift getTime length',
    () => FIXED,
  ),
  ...each('digest', (site) => valueWith({ ref: `${site.ref}()` })),
  ...each('concat', (site) => concatenate([receiverOf(site), ...site.positional], site.call)),
  ...each('replace replaceAll', replaceText),
  ...each('map', (site) => listValue([site.returned.get(0) ?? mappedBy(site)])),
  ...each('flatMap', (site) => listValue([elementOf(site.returned.get(0) ?? fromReceiver(site))])),
  ...each('filter', filtered),
  ...each('reduce reduceRight', (site) => joinValues(site.returned.get(0) ?? UNKNOWN, site.positional[1] ?? FIXED)),
  ...each('then', (site) => site.returned.get(0) ?? receiverOf(site)),
  ...each('catch finally', (site) => ({ ...receiverOf(site) })),
  ...each('join', (site) => joined(site)),
  ...each('values', (site) => listValue([elementOf(receiverOf(site))])),
  ...each('keys', (site) => listValue([keyOf(receiverOf(site))])),
  ...each('entries', (site) => listValue([listValue([keyOf(receiverOf(site)), elementOf(receiverOf(site))])])),
  ...each('bind', (site) => receiverOf(site)),
]);

/** Result of a call of anything outside the file. */
export function callResult(site: CallSite): Value {
  const source = sourceCall(site);
  if (source !== undefined) return source;
  const { ref } = site;
  if (ref.startsWith('<')) return valueWith({ ref: '<>' });
  const name = calledName(site);
  if (name === '`') return ref === 'String.raw.`' ? concatenate(site.positional, site.call) : tagged(site);
  const template = templateResult(site);
  if (template !== undefined) return template;
  const known = FUNCTIONS.get(ref);
  if (known !== undefined) return known(site);
  const families = cleanedFamilies(ref);
  if (families !== undefined) return cleaned(kept(site), families);
  if (isFixing(ref)) return valueWith({ ref: `${ref}()` });
  const checked = validatedFamilies(ref, name);
  if (checked !== undefined) return validated(site, name, checked);
  const method = site.receiver === undefined ? undefined : METHODS.get(name);
  if (method !== undefined && !isModule(receiverOf(site))) return method(site);
  if (/^(?:zod|yup|joi|valibot)\b/.test(ref)) {
    return valueWith({ ref: `${ref}()`, entries: site.positional[0]?.entries });
  }
  if (isFixedMethod(site)) return valueWith({ ref: `${ref}()` });
  return valueWith({ taint: UNKNOWN.taint, ref: `${ref}()` });
}

/** Whether the value is a module or something of one, rather than data. */
export function isModule(value: Value): boolean {
  return (
    value.taint.size === 0 &&
    value.text === undefined &&
    value.items === undefined &&
    value.entries === undefined &&
    value.definition === undefined &&
    /^[\w@./#$-]+$/.test(value.ref) &&
    !/^(?:\$|local\.|process\.env|location)/.test(value.ref)
  );
}

/** Parsed text can be any structure. */
function parsed(site: CallSite): Value {
  const value = fromFirst(site);
  return { ...value, taint: soilTaint(value.taint, familySet('query', 'fields')) };
}

/** The parts put after each other as a path. */
function joinPath(parts: readonly Value[], spread: readonly Value[], ref: string): Value {
  const pieces = [...parts, ...spread.map((value) => elementOf(value))].flatMap((part, position): (string | Value)[] =>
    position === 0 ? [part] : ['/', part],
  );
  return { ...concatenate(pieces, undefined), ref: `${ref}()` };
}

function each(names: string, result: Result): [string, Result][] {
  return names.split(' ').map((name) => [name, result]);
}

function receiverOf(site: CallSite): Value {
  return site.receiver ?? UNKNOWN;
}

function fromReceiver(site: CallSite): Value {
  return derived(receiverOf(site), `${site.ref}()`);
}

function required(site: CallSite): Value {
  const path = constantText(site.positional[0]);
  return path === undefined
    ? valueWith({ taint: UNKNOWN.taint, ref: `${site.ref}()` })
    : valueWith({ ref: modulePath(path) });
}

function pathOf(site: CallSite): Value {
  return { ...firstArgument(site), ref: `${site.ref}()` };
}

/** An address with a base: an absolute address in place of a path wins over the base. */
function addressOf(site: CallSite): Value {
  const [first, base] = site.positional;
  if (base === undefined || first === undefined) {
    const isPlace = /^(?:location|document\.location|window\.location)$/.test(first?.ref ?? '');
    const value = isPlace
      ? valueWith({ taint: new Map([['remote', familySet('query', 'fields')]]) })
      : (first ?? FIXED);
    return { ...derived(value, `${site.ref}()`), text: value.text, entries: value.entries };
  }
  const isPath = /^\/(?!\/)/.test(typeof first.text?.[0] === 'string' ? first.text[0] : '');
  if (isPath) return { ...concatenate([base, first], undefined), ref: `${site.ref}()` };
  return { ...derived(joinValues(first, base), `${site.ref}()`) };
}

function keyOf(mapping: Value): Value {
  if (mapping.entries !== undefined && !mapping.entries.has('*')) return FIXED;
  return derived(mapping);
}

function elementsOf(site: CallSite): Value {
  const first = site.positional[0] ?? FIXED;
  const element = site.returned.get(1) ?? elementOf(first);
  return first.items === undefined || site.returned.size > 0 ? listValue(first === FIXED ? [] : [element]) : first;
}

function asText(site: CallSite): Value {
  return cleaned(firstArgument(site), familySet('query', 'fields'));
}

/** What a cleaning function is given, with its shape. */
function kept(site: CallSite): Value {
  return derived(joinAll(allArguments(site)), `${site.ref}()`);
}

/** Entries of all objects, the last of each name. */
function mergedObjects(objects: readonly Value[]): Value {
  const entries = new Map<string, Value>();
  const isKnown = objects.every((object) => object.entries !== undefined);
  for (const object of objects) for (const [key, value] of object.entries ?? []) entries.set(key, value);
  return valueWith({ taint: joinAll(objects).taint, entries: isKnown ? entries : undefined });
}

function ownText(site: CallSite): Value {
  const receiver = receiverOf(site);
  const encoding = constantText(site.positional[0]) ?? '';
  if (/^(?:hex|base64|base64url)$/.test(encoding)) {
    return cleaned(fromReceiver(site), ALL_FAMILIES);
  }
  const text = receiver.ref === 'RegExp()' ? receiver.text : receiver.text;
  const isText = calledName(site) !== 'valueOf';
  return {
    ...cleaned(receiver, isText ? familySet('query', 'fields') : 0),
    text,
    ref: receiver.ref.startsWith('$') ? `${receiver.ref}.${calledName(site)}()` : receiver.ref,
    instanceOf: undefined,
    entries: undefined,
  };
}

function sliced(site: CallSite): Value {
  const receiver = receiverOf(site);
  if (receiver.items !== undefined) return receiver;
  return { ...derived(receiver), ref: receiver.ref.startsWith('$') ? `${receiver.ref}.slice()` : receiver.ref };
}

/** A list that a named function is put over. */
function mappedBy(site: CallSite): Value {
  const callee = site.positional[0];
  const element = elementOf(receiverOf(site));
  if (callee === undefined) return element;
  if (isFixing(callee.ref)) return FIXED;
  const families = cleanedFamilies(callee.ref);
  return families === undefined ? derived(element) : cleaned(derived(element), families);
}

/** What a filter lets through is what its test allows, where the test is a list of constants. */
function filtered(site: CallSite): Value {
  const receiver = receiverOf(site);
  const [only] = site.call.arguments;
  const body = only?.value.kind === 'function-value' ? only.value.definition.body : [];
  const [first] = body;
  const test = body.length === 1 && first?.kind === 'exit' ? first.value : undefined;
  const isList =
    test?.kind === 'call' && test.callee.kind === 'member' && /^(?:includes|has)$/.test(test.callee.property);
  const element = elementOf(receiver);
  return isList ? listValue([cleaned(element, ALL_FAMILIES)]) : { ...receiver, literal: undefined };
}

function joined(site: CallSite): Value {
  const receiver = receiverOf(site);
  return joinParts(site.positional[0] ?? valueWith({ text: [','], literal: ',' }), receiver, site.call);
}

/** `.replace(/[^a-z]/g, "")` leaves only harmless characters; `.replace(/</g, "&lt;")` escapes. */
function replaceText(site: CallSite): Value {
  const receiver = receiverOf(site);
  const [searched, replacement] = site.positional;
  const isPattern = searched?.ref === 'RegExp()';
  const isAll = calledName(site) === 'replaceAll' || (isPattern && /g/.test(flagsOf(site)));
  const text = constantText(searched);
  const result: Value = { ...derived(joinAll([receiver, replacement ?? FIXED]), ''), text: undefined };
  if (!isAll || text === undefined) return result;
  const families = isPattern
    ? keptBy(text)
    : keptBy(/^[<]$/.test(text) ? '<' : /^[\r\n]+$/.test(text) ? '\\n' : undefined);
  return cleaned(result, families);
}

/** Flags of the pattern that is the first argument. */
function flagsOf(site: CallSite): string {
  const given = site.call.arguments[0]?.value;
  const pattern = given?.kind === 'call' ? given : site.positional[0]?.madeBy;
  const flags = pattern?.arguments[1]?.value;
  return flags?.kind === 'literal' ? String(flags.value) : 'g';
}

function formatted(site: CallSite): Value {
  const [template, ...rest] = site.positional;
  if (template === undefined || site.ref === 'util.inspect') return fromAll(site);
  return formatPercent(template, listValue(rest), site.call);
}

/** Tags take values apart from texts: parameters of a query, escaped parts of a page. */
function tagged(site: CallSite): Value {
  return valueWith({ ref: `${site.ref.slice(0, -2)}()` });
}

/** A method of a value of the program's own, given nothing from outside. */
function isFixedMethod(site: CallSite): boolean {
  const receiver = site.receiver;
  if (receiver === undefined || receiver.taint.size > 0 || isModule(receiver)) return false;
  return (
    receiver.instanceOf === undefined &&
    !receiver.ref.startsWith('$') &&
    (receiver.text !== undefined || receiver.items !== undefined || receiver.entries !== undefined) &&
    allArguments(site).every((value) => value.taint.size === 0) &&
    argumentOf(site, 0)?.definition === undefined
  );
}
