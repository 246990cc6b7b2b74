import { allArguments, calledName, type CallSite } from '../../flow/call-site.ts';
import { ALL_FAMILIES, familySet } from '../../flow/taint.ts';
import { formatVerbs, joinParts } from '../../flow/text-format.ts';
import {
  cleaned,
  concatenate,
  constantText,
  derived,
  elementOf,
  FIXED,
  joinAll,
  knownPrefix,
  listValue,
  UNKNOWN,
  valueFrom,
  valueWith,
  type Value,
} from '../../flow/value.ts';
import { requestCall } from './requests.ts';
import { cleanedFamilies, isFixing } from './sanitisers.ts';

/** What a known call gives back. */
type Result = (site: CallSite) => Value;

const first: Result = (site) => site.positional[0] ?? UNKNOWN;
const fromFirst: Result = (site) => derived(first(site), `${site.ref}()`);
const fromAll: Result = (site) => derived(joinAll(allArguments(site)), `${site.ref}()`);
const fromReceiver: Result = (site) => derived(site.receiver ?? UNKNOWN, `${site.ref}()`);
const own: Result = (site) => site.receiver ?? UNKNOWN;
/** The same text, as a thing of its own kind. */
const renamed: Result = (site) => ({ ...first(site), ref: `${site.ref}()` });
const text: Result = (site) => ({ ...first(site), ref: '' });

const FUNCTIONS: ReadonlyMap<string, Result> = new Map<string, Result>([
  ['fmt.Sprintf', formatted],
  ['fmt.Errorf', (site) => derived(formatted(site), 'fmt.Errorf()')],
  ...each('fmt.Sprint fmt.Sprintln', (site) => concatenate([...site.positional, ...site.spread], site.call)),
  ...each('string []byte []rune (string) ([]byte) encoding/json.RawMessage encoding/json.Number', text),
  ...each('$slice', (site) => derived(first(site))),
  ...each(
    'strings.TrimSpace strings.ToLower strings.ToUpper strings.Trim strings.TrimLeft strings.TrimRight strings.TrimSuffix strings.Title strings.Clone strings.TrimPrefix bytes.TrimSpace os.ExpandEnv',
    text,
  ),
  ...each('strings.Join bytes.Join', (site) => joinParts(site.positional[1] ?? FIXED, first(site), site.call)),
  ...each('strings.Split strings.SplitN strings.Fields strings.SplitAfter bytes.Split filepath.SplitList', (site) =>
    listValue([derived(first(site))]),
  ),
  ...each('strings.ReplaceAll strings.Replace', replaced),
  ['strings.Map', fromAll],
  ['strings.Repeat', repeated],
  ['strings.NewReplacer', (site) => ({ ...FIXED, ref: 'strings.NewReplacer()', items: site.positional })],
  ['strings.NewReplacer().Replace', replacedAll],
  ...each('path/filepath.Join path.Join', (site) => joinPath([...site.positional, ...site.spread], site.ref)),
  ...each('path/filepath.Clean path.Clean', cleanPath),
  ...each(
    'path/filepath.Abs path/filepath.EvalSymlinks path/filepath.FromSlash path/filepath.ToSlash path/filepath.Dir path.Dir',
    renamed,
  ),
  ['path/filepath.Rel', (site) => derived(site.positional[1] ?? UNKNOWN, 'path/filepath.Rel()')],
  ...each('net/url.Parse net/url.ParseRequestURI', renamed),
  ...each(
    'net/url.QueryUnescape net/url.PathUnescape net/url.ParseQuery html.UnescapeString io.ReadAll ioutil.ReadAll io/ioutil.ReadAll io.LimitReader io.NopCloser net/http.MaxBytesReader',
    (site) =>
      derived(site.ref === 'net/http.MaxBytesReader' ? (site.positional[1] ?? UNKNOWN) : first(site), `${site.ref}()`),
  ),
  ...each(
    'bufio.NewReader bufio.NewScanner encoding/json.NewDecoder encoding/xml.NewDecoder encoding/gob.NewDecoder encoding/csv.NewReader yaml.NewDecoder compress/gzip.NewReader encoding/hex.DecodeString net.SplitHostPort net.LookupIP net.LookupHost net/mail.ParseAddress',
    fromFirst,
  ),
  ...each('strings.NewReader bytes.NewReader bytes.NewBuffer bytes.NewBufferString', renamed),
  ['regexp.MustCompile', renamed],
  ['regexp.Compile', renamed],
  ['append', appended],
  ['make', () => ({ ...FIXED, ref: 'make()', entries: undefined })],
  ['new', (site) => ({ ...FIXED, ref: `${first(site).ref}()` })],
  ['$keyOf', keyOf],
  ['$zero', () => ({ ...FIXED, ref: '$zero()' })],
  ['$field', () => valueFrom('unknown', '$field()')],
  ...each('slices.Clone slices.Compact slices.Concat maps.Clone min max', fromAll),
  [
    'net.JoinHostPort',
    (site) => concatenate([site.positional[0] ?? UNKNOWN, ':', site.positional[1] ?? FIXED], site.call),
  ],
  ['crypto/sha256.Sum256', renamedFixed],
]);

const METHODS: ReadonlyMap<string, Result> = new Map<string, Result>([
  ...each('String Bytes Text', own),
  ...each(
    'Query Get Values Cookies Value ReadString ReadBytes ReadLine Token Read ReadAll Hostname Port EscapedPath RequestURI Filename Open NextPart FormName FileName Peek ParseQuery Load',
    fromReceiver,
  ),
  ...each('ReplaceAllString ReplaceAllLiteralString', replacedPattern),
  ...each('FindString FindStringSubmatch FindAllString', fromFirst),
  ...each('DecodeString', (site) => derived(first(site), `${site.ref}()`)),
]);

/** Result of a call of anything outside the file. */
export function callResult(site: CallSite): Value {
  const source = requestCall(site);
  if (source !== undefined) return source;
  const { ref } = site;
  if (/^archive\/(?:zip|tar)\./.test(ref)) return archiveResult(site);
  const families = cleanedFamilies(ref);
  if (families !== undefined) return cleaned(derived(joinAll(allArguments(site)), `${ref}()`), families);
  const known = FUNCTIONS.get(ref);
  if (known !== undefined) return known(site);
  if (isFixing(ref)) return valueWith({ ref: `${ref}()` });
  if (/^(?:bson|primitive)\.(?:D|M|A|E)$/.test(ref) || site.named.size > 0) return structure(site);
  const method = site.receiver === undefined ? undefined : METHODS.get(calledName(site));
  if (method !== undefined && !isPackage(site.receiver)) return method(site);
  // A type that the argument is turned into keeps it.
  if (/^(?:html|text)\/template\.\w+$|^\(/.test(ref) && site.positional.length === 1) return renamed(site);
  if (isOwnChain(site)) return valueWith({ ref: `${ref}()`, taint: joinAll(allArguments(site)).taint });
  return valueWith({ taint: UNKNOWN.taint, ref: `${ref}()` });
}

/** Whether the value is a package rather than data. */
export function isPackage(value: Value | undefined): boolean {
  return (
    value !== undefined && value.taint.size === 0 && value.text === undefined && /^[A-Za-z_][\w/.-]*$/.test(value.ref)
  );
}

/** The parts put after each other as a path. */
function joinPath(parts: readonly Value[], ref: string): Value {
  const all = parts.flatMap((part) => part.items ?? [part]);
  const pieces = all.flatMap((part, position): (string | Value)[] => (position === 0 ? [part] : ['/', part]));
  return { ...concatenate(pieces, undefined), ref: `${ref}()` };
}

function each(names: string, result: Result): [string, Result][] {
  return names.split(' ').map((name) => [name, result]);
}

function formatted(site: CallSite): Value {
  const [template, ...given] = site.positional;
  const rest = site.spread.length === 0 ? undefined : elementOf(joinAll(site.spread));
  return formatVerbs(template ?? UNKNOWN, given, rest, site.call);
}

function renamedFixed(site: CallSite): Value {
  return { ...FIXED, ref: `${site.ref}()` };
}

/** `path.Clean("/" + name)` cannot lead above its root. */
function cleanPath(site: CallSite): Value {
  const given = renamed(site);
  return knownPrefix(given) === '/' ? cleaned(given, familySet('path')) : given;
}

function replaced(site: CallSite): Value {
  const [subject = UNKNOWN, searched, replacement = FIXED] = site.positional;
  const result: Value = { ...derived(joinAll([subject, replacement])), text: subject.text };
  return /[\r\n]/.test(constantText(searched) ?? '') ? cleaned(result, familySet('log', 'header')) : result;
}

function replacedAll(site: CallSite): Value {
  const searched = site.receiver?.items?.map((item) => constantText(item) ?? '').join('') ?? '';
  const subject = derived(first(site));
  let families = 0;
  if (/[\r\n]/.test(searched)) families |= familySet('log', 'header');
  if (searched.includes('<')) families |= familySet('html');
  return cleaned(subject, families);
}

function replacedPattern(site: CallSite): Value {
  const pattern = constantText(site.receiver) ?? '';
  const subject = derived(first(site));
  const kept = /^\[\^([^\]]*)\][+*]?$/.exec(pattern)?.[1];
  if (kept !== undefined && !/[/'"`$;&|<>(){}\\]|\\s|\\S/.test(kept.replaceAll(/\\[wd.\-_]/g, ''))) {
    return cleaned(subject, ALL_FAMILIES);
  }
  return /\\r|\\n|\\s|[\r\n]/.test(pattern) ? cleaned(subject, familySet('log', 'header')) : subject;
}

function repeated(site: CallSite): Value {
  const given = first(site);
  return given.taint.size === 0 ? given : derived(given);
}

function appended(site: CallSite): Value {
  const [list = FIXED, ...added] = site.positional;
  const spread = site.spread.flatMap((value) => value.items ?? [elementOf(value)]);
  const before = list.items ?? (list.taint.size === 0 ? [] : [elementOf(list)]);
  return { ...listValue([...before, ...added, ...spread]), ref: list.ref };
}

/** The key of an entry: a number for a list, a part of the table where that comes from outside. */
function keyOf(site: CallSite): Value {
  const iterable = first(site);
  if (iterable.items !== undefined || (iterable.entries !== undefined && !iterable.entries.has('*'))) return FIXED;
  return /(?:Header|Form|Query\(\)|PostForm|Trailer|ParseQuery\(\)|Vars\(\)|\$decoded)$/.test(iterable.ref)
    ? derived(iterable)
    : FIXED;
}

/** Fields of a structure of another package, by their names. */
function structure(site: CallSite): Value {
  return valueWith({
    taint: joinAll(allArguments(site)).taint,
    ref: `${site.ref}()`,
    entries: site.named.size > 0 ? site.named : undefined,
    items: site.named.size === 0 && site.positional.length > 0 ? site.positional : undefined,
    trail: joinAll(allArguments(site)).trail,
  });
}

function archiveResult(site: CallSite): Value {
  return { ...FIXED, ref: `${site.ref}()` };
}

/** A method of a value of the program's own, such as that of a builder, given nothing from outside. */
function isOwnChain(site: CallSite): boolean {
  const { receiver } = site;
  return (
    receiver !== undefined &&
    receiver.taint.size === 0 &&
    !isPackage(receiver) &&
    receiver.instanceOf === undefined &&
    allArguments(site).every((value) => value.taint.size === 0)
  );
}
