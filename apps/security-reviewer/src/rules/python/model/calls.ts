import { allArguments, argumentOf, calledName, type CallSite } from '../../flow/call-site.ts';
import { ALL_FAMILIES, familySet, joinTaint, type FamilySet } from '../../flow/taint.ts';
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
import { cleanedFamilies, isFixing } from './sanitisers.ts';
import { sourceCall } from './sources.ts';
import { formatBraces, formatDollars, joinParts } from '../../flow/text-format.ts';

/** What a known call gives back. */
type Result = (site: CallSite) => Value;

const firstArgument: Result = (site) => site.positional[0] ?? joinAll(allArguments(site));
const fromFirst: Result = (site) => derived(firstArgument(site), `${site.ref}()`);
const fromAll: Result = (site) => derived(joinAll(allArguments(site)), `${site.ref}()`);
const elements: Result = (site) => {
  const first = firstArgument(site);
  return first.items === undefined ? listValue([elementOf(first)]) : first;
};

/** Functions that give back what they are given, by ref. */
const FUNCTIONS: ReadonlyMap<string, Result> = new Map<string, Result>([
  ...each('str bytes bytearray memoryview unicode', asText),
  ...each(
    'copy.copy copy.deepcopy textwrap.dedent contextlib.closing os.fspath sqlalchemy.text sqlalchemy.sql.text',
    firstArgument,
  ),
  ...each(
    'os.path.abspath os.path.realpath os.path.normpath os.path.expanduser os.path.expandvars os.fsencode',
    firstArgument,
  ),
  ...each('markupsafe.Markup flask.Markup jinja2.Markup inspect.cleandoc sys.intern asyncio.shield', fromText),
  ...each('list tuple set frozenset sorted reversed iter', elements),
  ...each('next itertools.chain.from_iterable', (site) => elementOf(firstArgument(site))),
  ...each('typing.cast asyncio.wait_for', (site) => site.positional.at(-1) ?? UNKNOWN),
  ['enumerate', (site) => listValue([listValue([FIXED, elementOf(firstArgument(site))])])],
  ['zip', (site) => listValue([listValue(site.positional.map((value) => elementOf(value)))])],
  ['map', mapped],
  ['filter', (site) => listValue([elementOf(site.positional[1] ?? UNKNOWN)])],
  [
    'dict',
    (site) =>
      valueWith({
        taint: joinAll(allArguments(site)).taint,
        entries: site.positional.length + site.spread.length === 0 ? site.named : undefined,
      }),
  ],
  ['os.path.join', (site) => joinPath(site.positional)],
  ['posixpath.join', (site) => joinPath(site.positional)],
  ...each('pathlib.Path pathlib.PurePath pathlib.PosixPath pathlib.PurePosixPath anyio.Path', (site) => ({
    ...joinPath(site.positional),
    ref: 'pathlib.Path()',
  })),
  ...each(
    'json.loads json.load simplejson.loads ujson.loads orjson.loads yaml.safe_load ast.literal_eval tomllib.loads',
    fromFirst,
  ),
  ...each(
    'urllib.parse.urlparse urllib.parse.urlsplit urllib.parse.parse_qs urllib.parse.parse_qsl urlparse.urlparse',
    fromFirst,
  ),
  ...each(
    'urllib.parse.unquote urllib.parse.unquote_plus urllib.parse.urlunparse urllib.parse.urlunsplit html.unescape',
    fromFirst,
  ),
  ...each('zlib.decompress gzip.decompress bz2.decompress lzma.decompress gzip.GzipFile', fromFirst),
  ...each(
    'binascii.unhexlify binascii.a2b_base64 bytes.fromhex bytearray.fromhex codecs.decode codecs.encode',
    fromFirst,
  ),
  ...each(
    'base64.b64decode base64.urlsafe_b64decode base64.standard_b64decode base64.b32decode base64.b85decode base64.decodebytes',
    fromFirst,
  ),
  ...each(
    'io.BytesIO io.StringIO StringIO.StringIO csv.reader csv.DictReader shlex.split cStringIO.StringIO',
    fromFirst,
  ),
  ...each(
    'pickle.loads pickle.load yaml.load yaml.full_load marshal.loads dill.loads compile email.message_from_string',
    fromFirst,
  ),
  ...each(
    'os.path.dirname os.path.splitext os.path.split urllib.parse.urljoin os.path.relpath os.path.commonpath',
    fromAll,
  ),
  ...each(
    'collections.OrderedDict collections.ChainMap collections.deque itertools.chain operator.add functools.reduce',
    fromAll,
  ),
  ...each('max min sum', fromAll),
  ...each('re.match re.search re.fullmatch re.findall re.finditer re.split', (site) =>
    derived(argumentOf(site, 1, 'string') ?? UNKNOWN, `${site.ref}()`),
  ),
  ['re.sub', replacePattern],
  ['re.compile', (site) => ({ ...firstArgument(site), ref: 're.compile()' })],
  ['string.Template', (site) => ({ ...firstArgument(site), ref: 'string.Template()' })],
  ['getattr', attribute],
  ...each('__import__ importlib.import_module', imported),
  ['open', opened],
]);

/** Methods of strings, collections, files and requests, which give back what their object holds. */
const METHODS: ReadonlyMap<string, Result> = new Map<string, Result>([
  ...each(
    'strip lstrip rstrip encode decode expandtabs removeprefix removesuffix ljust rjust zfill center resolve absolute expanduser as_posix copy',
    ownText,
  ),
  ...each('lower upper casefold title capitalize swapcase', ownText),
  ...each('split rsplit splitlines partition rpartition readlines getlist getall get_all groups', (site) =>
    listValue([fromReceiver(site)]),
  ),
  ...each(
    'read readline getvalue group groupdict hex to_dict dict json text tobytes tolist getfirst get_json __str__ as_uri',
    fromReceiver,
  ),
  // The fields are those that the class of the record declares.
  ['model_dump', (site) => cleaned(fromReceiver(site), familySet('fields'))],
  ...each(
    'with_suffix with_name with_stem relative_to setdefault pop popitem most_common geturl _replace to_bytes',
    fromReceiverAndArguments,
  ),
  ...each(
    'startswith endswith isdigit isalnum isalpha isdecimal isnumeric isidentifier count index find rfind tell fileno is_file is_dir exists',
    () => FIXED,
  ),
  ...each('hexdigest digest', (site) => valueWith({ ref: `${site.ref}()` })),
  ['format', formatted],
  ['format_map', (site) => formatBraces(receiverOf(site), [], new Map(), site.positional, site.call)],
  ['join', (site) => joinParts(receiverOf(site), site.positional[0] ?? FIXED, site.call)],
  ['replace', replaceText],
  ['joinpath', (site) => joinPath([receiverOf(site), ...site.positional])],
  ['get', lookUp],
  ['values', (site) => listValue([elementOf(receiverOf(site))])],
  ['keys', (site) => listValue([keyOf(receiverOf(site))])],
  ['items', (site) => listValue([listValue([keyOf(receiverOf(site)), elementOf(receiverOf(site))])])],
]);

/** Result of a call of anything outside the file. */
export function callResult(site: CallSite): Value {
  const source = sourceCall(site);
  if (source !== undefined) return source;
  const name = calledName(site);
  const families = cleanedFamilies(site.ref);
  if (families !== undefined) return cleaned(identity(site), families);
  const known = FUNCTIONS.get(site.ref);
  if (known !== undefined) return known(site);
  if (isFixing(site.ref)) return valueWith({ ref: `${site.ref}()` });
  if (site.ref === 'string.Template().substitute' || site.ref === 'string.Template().safe_substitute') {
    return formatDollars(receiverOf(site), site.named, [...site.positional, ...site.spread], site.call);
  }
  if (site.ref.startsWith('re.compile().')) return patternResult(site, name);
  const method = site.receiver === undefined ? undefined : METHODS.get(name);
  if (method !== undefined && !isModule(receiverOf(site))) return method(site);
  if (isFixedMethod(site)) return valueWith({ ref: `${site.ref}()` });
  return valueWith({ taint: UNKNOWN.taint, ref: `${site.ref}()` });
}

/** The parts put after each other as a path. */
export function joinPath(parts: readonly Value[]): Value {
  const pieces = parts.flatMap((part, position): (string | Value)[] => (position === 0 ? [part] : ['/', part]));
  return { ...concatenate(pieces, undefined), ref: 'pathlib.Path()' };
}

/** Whether the value is a string declared safe for a page. */
export function isMarkup(value: Value): boolean {
  return /(?:^|\.)(?:Markup|SafeString|mark_safe)\(\)$/.test(value.ref);
}

/** Whether the value is a module or class from an import, rather than data. */
export function isModule(value: Value): boolean {
  return (
    value.taint.size === 0 &&
    value.text === undefined &&
    /^\.*[A-Za-z_][\w.]*$/.test(value.ref) &&
    !value.ref.endsWith('environ')
  );
}

/** A file whose name the program fixes is a part of the program; any other is not seen. */
function opened(site: CallSite): Value {
  const isOwn = argumentOf(site, 0, 'file')?.taint.size === 0;
  return valueWith({ taint: isOwn ? FIXED.taint : UNKNOWN.taint, ref: 'open()' });
}

function each(names: string, result: Result): [string, Result][] {
  return names.split(' ').map((name) => [name, result]);
}

function receiverOf(site: CallSite): Value {
  return site.receiver ?? UNKNOWN;
}

function asText(site: CallSite): Value {
  return cleaned(firstArgument(site), familySet('query', 'fields'));
}

function fromText(site: CallSite): Value {
  return { ...firstArgument(site), ref: `${site.ref}()` };
}

/** Argument whose safety a sanitiser is asked for, with its shape where the result keeps it. */
function identity(site: CallSite): Value {
  return derived(joinAll(allArguments(site)), `${site.ref}()`);
}

function ownText(site: CallSite): Value {
  const receiver = receiverOf(site);
  return { ...receiver, ref: receiver.ref.startsWith('$') ? '' : receiver.ref, instanceOf: undefined };
}

function fromReceiver(site: CallSite): Value {
  return derived(receiverOf(site), `${site.ref}()`);
}

function fromReceiverAndArguments(site: CallSite): Value {
  return derived(joinAll([receiverOf(site), ...allArguments(site)]), `${site.ref}()`);
}

/** A method of a value of the program's own, given nothing from outside. */
function isFixedMethod(site: CallSite): boolean {
  const receiver = site.receiver;
  if (receiver === undefined || receiver.taint.size > 0 || isModule(receiver)) return false;
  return (
    receiver.instanceOf === undefined &&
    !receiver.ref.startsWith('$') &&
    allArguments(site).every((value) => value.taint.size === 0)
  );
}

/** A string declared safe for a page escapes what it is filled with. */
function formatted(site: CallSite): Value {
  const receiver = receiverOf(site);
  const fill = isMarkup(receiver)
    ? (value: Value): Value => cleaned(value, familySet('html'))
    : (value: Value): Value => value;
  const named = new Map([...site.named].map(([name, value]) => [name, fill(value)] as const));
  return formatBraces(receiver, site.positional.map(fill), named, site.spread.map(fill), site.call);
}

function mapped(site: CallSite): Value {
  const [callee, ...iterables] = site.positional;
  if (callee === undefined) return UNKNOWN;
  const element = joinAll(iterables.map((value) => elementOf(value)));
  if (isFixing(callee.ref)) return listValue([FIXED]);
  const families = cleanedFamilies(callee.ref);
  return listValue([families === undefined ? element : cleaned(element, families)]);
}

/** `re.sub(r"[^a-z0-9]", "", text)` leaves only harmless characters. */
function replacePattern(site: CallSite): Value {
  const subject = argumentOf(site, 2, 'string') ?? UNKNOWN;
  return cleaned(
    derived(subject, 're.sub()'),
    keptBy(constantText(argumentOf(site, 0, 'pattern')), argumentOf(site, 1, 'repl')),
  );
}

function keptBy(pattern: string | undefined, replacement: Value | undefined): FamilySet {
  const kept = /^\[\^([^\]]*)\][+*]?$/.exec(pattern ?? '')?.[1];
  if (kept !== undefined && constantText(replacement) !== undefined) {
    if (!/[/'"`$;&|<>(){}\\]|\\s|\\S/.test(kept.replaceAll(/\\[wd.\-_]/g, ''))) return ALL_FAMILIES;
  }
  return pattern !== undefined && /\\r|\\n|\\s|\[\\x00|[\r\n]/.test(pattern) ? familySet('log', 'header') : 0;
}

function patternResult(site: CallSite, name: string): Value {
  if (name === 'sub' || name === 'subn') {
    const subject = argumentOf(site, 1, 'string') ?? UNKNOWN;
    return cleaned(derived(subject, 're.sub()'), keptBy(constantText(receiverOf(site)), site.positional[0]));
  }
  return derived(site.positional[0] ?? UNKNOWN, `re.${name}()`);
}

function imported(site: CallSite): Value {
  const name = constantText(site.positional[0]);
  return name === undefined ? valueWith({ taint: UNKNOWN.taint, ref: `${site.ref}()` }) : valueWith({ ref: name });
}

function attribute(site: CallSite): Value {
  const [object, name] = site.positional;
  const property = constantText(name);
  if (object === undefined || property === undefined) return UNKNOWN;
  return { ...derived(object), ref: `${object.ref}.${property}` };
}

function replaceText(site: CallSite): Value {
  const receiver = receiverOf(site);
  const searched = constantText(site.positional[0]);
  const replaced = derived(joinAll([receiver, ...site.positional.slice(1)]), '');
  const withText: Value = { ...replaced, text: receiver.text };
  return searched !== undefined && /[\r\n]/.test(searched) ? cleaned(withText, familySet('log', 'header')) : withText;
}

/** `mapping.get(key, default)`; a framework's `type=int` makes a number of it. */
function lookUp(site: CallSite): Value {
  const receiver = receiverOf(site);
  const converter = site.named.get('type');
  if (converter !== undefined && isFixing(converter.ref)) return FIXED;
  const fallback = argumentOf(site, 1, 'default');
  const key = constantText(site.positional[0]);
  const entry = key === undefined ? undefined : receiver.entries?.get(key);
  const found = entry ?? elementOf(receiver);
  const shaped = entry === undefined && receiver.entries === undefined ? derived(receiver, `${site.ref}()`) : found;
  return fallback === undefined
    ? shaped
    : { ...joinValues(shaped, fallback), taint: joinTaint(shaped.taint, fallback.taint), literal: undefined };
}

function keyOf(mapping: Value): Value {
  if (mapping.entries !== undefined && !mapping.entries.has('*')) return FIXED;
  return derived(mapping);
}
