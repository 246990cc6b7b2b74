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
  joinValues,
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
const receiver: Result = (site) => site.receiver ?? UNKNOWN;
const fromReceiver: Result = (site) => derived(receiver(site), `${site.ref}()`);
const renamed: Result = (site) => ({ ...first(site), ref: `${site.ref}()`, literal: undefined });
const text: Result = (site) => ({ ...first(site), ref: '' });
const list: Result = (site) => ({ ...listValue(site.positional), ref: '' });
const element: Result = (site) => elementOf(receiver(site));

const FUNCTIONS: ReadonlyMap<string, Result> = new Map<string, Result>([
  ['String.format', (site) => formatted(site, site.positional)],
  ['MessageFormat.format', (site) => concatenate(site.positional, site.call)],
  [
    'String.join',
    (site) =>
      joinParts(
        first(site),
        site.positional.length === 2 ? (site.positional[1] ?? FIXED) : listValue(site.positional.slice(1)),
        site.call,
      ),
  ],
  ...each(
    'String.valueOf Objects.toString Objects.requireNonNull String (String) Optional.of Optional.ofNullable Mono.just Flux.just Stream.of',
    text,
  ),
  ...each(
    'List.of Arrays.asList Set.of Arrays.stream ImmutableList.of ImmutableSet.of Collections.singletonList Lists.newArrayList EnumSet.of',
    list,
  ),
  ...each(
    'ArrayList LinkedList HashSet LinkedHashSet TreeSet List.copyOf Set.copyOf Collections.unmodifiableList Collections.unmodifiableSet',
    (site) => {
      const given = site.positional[0];
      return given === undefined || typeof given.literal === 'number' ? listValue([]) : given;
    },
  ),
  ...each('Map.of ImmutableMap.of', mapping),
  ...each('HashMap LinkedHashMap TreeMap Properties Hashtable ConcurrentHashMap', (site) =>
    valueWith({ ref: `${site.ref}()` }),
  ),
  ...each('Paths.get Path.of', (site) => joinPath(site.positional, 'Path()')),
  ['File', (site) => joinPath(site.positional, 'File()')],
  ...each(
    'URL URI.create URI HttpHost InetAddress.getByName StringBuilder StringBuffer Markup StringReader ByteArrayInputStream InputStreamReader BufferedReader ByteArrayResource InputSource StreamSource SAXSource SimpleJpaQuery',
    renamed,
  ),
  ...each(
    'URLDecoder.decode Base64.getDecoder().decode Base64.getUrlDecoder().decode Base64.getMimeDecoder().decode DatatypeConverter.parseBase64Binary Scanner ObjectInputStream GZIPInputStream BufferedInputStream DataInputStream',
    fromFirst,
  ),
  ...each('Objects.requireNonNullElse StringUtils.defaultString StringUtils.defaultIfBlank Optional.orElse', (site) =>
    joinAll(site.positional),
  ),
  ...each(
    'StringUtils.trim StringUtils.lowerCase StringUtils.upperCase StringUtils.strip StringUtils.trimToEmpty StringUtils.cleanPath FilenameUtils.normalize',
    text,
  ),
  ['Pattern.compile', renamed],
  [
    'System.getProperty',
    (site) =>
      valueWith({ ref: constantText(site.positional[0]) === 'java.io.tmpdir' ? '$tmpdir' : 'System.getProperty()' }),
  ],
  ['ExceptionUtils.getStackTrace', (site) => valueFrom('exception', `${site.ref}()`)],
  ['$zero', () => ({ ...FIXED, ref: '$zero()' })],
  ['$field', () => valueFrom('unknown', '$field()')],
  ['$constant', (site) => ({ ...FIXED, ref: '$constant()', items: site.positional })],
  ['$array', () => ({ ...FIXED, ref: '$array()' })],
]);

const METHODS: ReadonlyMap<string, Result> = new Map<string, Result>([
  ...each(
    'trim strip stripTrailing stripLeading toLowerCase toUpperCase intern toString stripIndent indent',
    (site) => ({ ...receiver(site), ref: '' }),
  ),
  ...each('toCharArray getBytes', (site) => ({ ...receiver(site), ref: '' })),
  ...each(
    'normalize toAbsolutePath toRealPath getCanonicalFile getCanonicalPath getAbsolutePath getAbsoluteFile toFile toPath getPath toURI toURL getParentFile getParent',
    (site) => ({
      ...receiver(site),
      ref: receiver(site).ref === '' ? `${site.ref}()` : receiver(site).ref,
    }),
  ),
  ['getFileName', (site) => cleaned(fromReceiver(site), familySet('path', 'header'))],
  ['concat', (site) => concatenate([receiver(site), first(site)], site.call)],
  ['formatted', (site) => formatted(site, [receiver(site), ...site.positional])],
  ['append', (site) => ({ ...concatenate([receiver(site), first(site)], site.call), ref: receiver(site).ref })],
  [
    'insert',
    (site) => ({ ...concatenate([receiver(site), site.positional[1] ?? FIXED], site.call), ref: receiver(site).ref }),
  ],
  ['resolve', (site) => joinPath([receiver(site), ...site.positional], 'Path()')],
  ['resolveSibling', (site) => joinPath([receiver(site), ...site.positional], 'Path()')],
  ...each('replace replaceAll replaceFirst', replaced),
  ...each(
    'substring subSequence charAt repeat strip getReader getInputStream readLine readAllBytes lines openStream asText textValue path get getFirst getLast getValue getKey getOrDefault nextElement next iterator orElseThrow readValue readTree nextLine',
    fromReceiver,
  ),
  ...each('orElse getOrDefault', (site) => joinValues(element(site), site.positional.at(-1) ?? FIXED)),
  ...each('orElseGet', (site) => joinValues(element(site), site.returned.get(0) ?? FIXED)),
  ...each('getStackTrace', (site) => valueFrom('exception', `${site.ref}()`)),
  ...each('split', (site) => listValue([derived(receiver(site))])),
  ...each('stream parallelStream filter sorted distinct limit skip toList peek boxed toArray', (site) => ({
    ...receiver(site),
  })),
  ...each('keySet entrySet values', fromReceiver),
  ...each('map mapToObj flatMap', (site) => {
    const given = site.returned.get(0);
    return given === undefined ? fromReceiver(site) : listValue([given]);
  }),
  ['collect', collected],
  ...each('matcher', (site) =>
    valueWith({ ref: `${receiver(site).ref}.matcher()`, text: receiver(site).text, taint: first(site).taint }),
  ),
  ...each('group', fromReceiver),
  ...each(
    'equals equalsIgnoreCase contains containsKey startsWith endsWith isEmpty isBlank matches length size indexOf lastIndexOf hashCode compareTo exists isFile isDirectory',
    () => FIXED,
  ),
  ...each('getHost getScheme getAuthority getQuery getRawPath getSubmittedFileName', fromReceiver),
]);

/** Result of a call of anything outside the file. */
export function callResult(site: CallSite): Value {
  const source = requestCall(site);
  if (source !== undefined) return source;
  const { ref } = site;
  const name = calledName(site);
  const archive = archiveCall(site, name);
  if (archive !== undefined) return archive;
  // `new File(name).getName()` is the last part of the name, as `getFileName` is of a `Path`.
  if (name === 'getName' && site.receiver?.ref === 'File()') {
    return cleaned(fromReceiver(site), familySet('path', 'header'));
  }
  const families = cleanedFamilies(ref);
  if (families !== undefined) return cleaned(derived(joinAll(allArguments(site)), `${ref}()`), families);
  const known = FUNCTIONS.get(ref);
  if (known !== undefined) return known(site);
  if (isFixing(ref)) return valueWith({ ref: `${ref}()`, text: undefined });
  if (ref.startsWith('(') && site.positional.length === 1) return cast(site);
  const method = site.receiver === undefined ? undefined : METHODS.get(name);
  if (method !== undefined && !isType(site.receiver)) return method(site);
  if (/^(?:get|is|as|read|to)(?:[A-Z]|$)/.test(name) && site.receiver !== undefined && isData(site.receiver)) {
    return fromReceiver(site);
  }
  if (site.receiver?.ref === '$decoded') return fromReceiver(site);
  if (isOwnChain(site)) return valueWith({ ref: `${ref}()` });
  return valueWith({ taint: UNKNOWN.taint, ref: `${ref}()`, entries: undefined });
}

/** Whether the value is a class rather than an object. */
export function isType(value: Value | undefined): boolean {
  return (
    value !== undefined &&
    value.taint.size === 0 &&
    value.text === undefined &&
    /^[A-Z]\w*(?:\.[A-Z]\w*)*$/.test(value.ref)
  );
}

/** Data from a request or the command line, rather than a service. */
function isData(value: Value): boolean {
  return value.taint.has('remote') || value.taint.has('local') || value.taint.has('exception');
}

/** The parts put after each other as a path. */
function joinPath(parts: readonly Value[], ref: string): Value {
  const pieces = parts.flatMap((part, position): (string | Value)[] => (position === 0 ? [part] : ['/', part]));
  return { ...concatenate(pieces, undefined), ref };
}

function each(names: string, result: Result): [string, Result][] {
  return names.split(' ').map((name) => [name, result]);
}

/** A locale may stand in front of the format. */
function formatted(site: CallSite, given: readonly Value[]): Value {
  const start = /^Locale\b/.test(given[0]?.ref ?? '') ? 1 : 0;
  const [template, ...values] = given.slice(start);
  return formatVerbs(template ?? UNKNOWN, values, undefined, site.call);
}

function cast(site: CallSite): Value {
  const value = first(site);
  const type = site.ref.slice(1, -1);
  return /^(?:String|Object|T|List|Map)$/.test(type) || value.instanceOf !== undefined
    ? value
    : { ...value, ref: `${type}()` };
}

function mapping(site: CallSite): Value {
  const entries = new Map<string, Value>();
  for (let position = 0; position + 1 < site.positional.length; position += 2) {
    entries.set(constantText(site.positional[position]) ?? '*', site.positional[position + 1] ?? FIXED);
  }
  return valueWith({ taint: joinAll(entries.values()).taint, entries });
}

function replaced(site: CallSite): Value {
  const subject = receiver(site);
  const pattern = constantText(first(site)) ?? '';
  const result: Value = { ...derived(joinAll([subject, ...site.positional.slice(1)])), text: subject.text };
  const kept = /^\[\^([^\]]*)\][+*]?$/.exec(pattern)?.[1];
  const isKept = kept !== undefined && !/[/'"`$;&|<>(){}]|\\\\|\\s|\\S/.test(kept.replaceAll(/\\[wd.\-_]/g, ''));
  if (isKept || pattern === '\\W+' || pattern === '\\W' || pattern === '\\D+' || pattern === '\\D') {
    return cleaned(derived(subject), ALL_FAMILIES);
  }
  return /\\r|\\n|\\s|\\R|\\p\{Cntrl\}|[\r\n]/.test(pattern)
    ? cleaned(derived(subject), familySet('log', 'header'))
    : result;
}

/** `collect(Collectors.joining(", "))`. */
function collected(site: CallSite): Value {
  const call = site.call.arguments[0]?.value;
  const isJoined = call?.kind === 'call' && call.callee.kind === 'member' && call.callee.property === 'joining';
  return isJoined ? joinParts(valueWith({ text: [', '] }), receiver(site), site.call) : receiver(site);
}

const ARCHIVE =
  /^(?:ZipInputStream|JarInputStream|ZipFile|JarFile|TarArchiveInputStream|ZipArchiveInputStream|ArchiveInputStream|SevenZFile|TarInputStream)\(\)/;
const ENTRY = /^(?:ZipEntry|JarEntry|TarArchiveEntry|ArchiveEntry|ZipArchiveEntry|SevenZArchiveEntry|TarEntry)\(\)$/;

/** Members of an archive and their names, which whoever made it chose. */
function archiveCall(site: CallSite, name: string): Value | undefined {
  const owner = site.receiver?.ref ?? '';
  if ((ENTRY.test(owner) || (ARCHIVE.test(owner) && owner !== 'ZipFile()')) && /^(?:getName|getLinkName)$/.test(name)) {
    return valueFrom('archive', `${site.ref}()`);
  }
  if (ARCHIVE.test(owner) && /^getNext\w*Entry$/.test(name)) return { ...FIXED, ref: 'ZipEntry()' };
  if (ARCHIVE.test(owner) && /^(?:entries|stream)$/.test(name)) {
    return { ...FIXED, ref: `${site.ref}()`, items: [{ ...FIXED, ref: 'ZipEntry()' }] };
  }
  if (owner.endsWith('entries()') && name === 'nextElement') return { ...FIXED, ref: 'ZipEntry()' };
  return undefined;
}

/** A method of a value of the program's own, such as that of a builder, given nothing from outside. */
function isOwnChain(site: CallSite): boolean {
  const owner = site.receiver;
  return (
    owner !== undefined &&
    owner.taint.size === 0 &&
    owner.instanceOf === undefined &&
    allArguments(site).every((value) => value.taint.size === 0)
  );
}
