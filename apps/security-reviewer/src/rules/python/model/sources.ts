import type { CallSite } from '../../flow/call-site.ts';
import { calledName } from '../../flow/call-site.ts';
import type { ClassModel } from '../../flow/definition.ts';
import { familySet } from '../../flow/taint.ts';
import { cleaned, FIXED, valueFrom, type Value } from '../../flow/value.ts';

const REQUEST = [
  /^(?:flask|quart|bottle|sanic)\.request$/,
  /^\$(?:self\.)?(?:request|req)$/,
  /(?:^|\.)(?:Http|Wsgi|Web|Web(?:S|s)ocket|ASGI|Base)?Request\(\)$/,
  /(?:^|\.)WebSocket\(\)$/,
];

/** Attributes of a request that hold what the client sent, in the frameworks in use. */
const REQUEST_DATA: ReadonlySet<string> = new Set(
  (
    'args form values json data cookies headers files view_args GET POST body META COOKIES FILES query_params ' +
    'path_params query query_string match_info rel_url url path full_path params content stream arguments forms ' +
    'raw_post_data DATA QUERY_PARAMS base_url referrer user_agent body_arguments query_arguments uri multi_items'
  ).split(' '),
);

/** Methods of a request that give what the client sent. */
const REQUEST_METHODS: ReadonlySet<string> = new Set(
  'get_json get_data json form text read post body get_full_path get_raw_uri build_absolute_uri multipart stream'.split(
    ' ',
  ),
);

/** Methods that give data from a peer, whatever object they belong to. */
const RECEIVING_METHODS: ReadonlySet<string> = new Set(
  (
    'recv recvfrom recv_json recv_string receive_text receive_json receive_bytes get_argument get_arguments ' +
    'get_query_argument get_query_arguments get_body_argument get_body_arguments get_cookie get_secure_header'
  ).split(' '),
);

/** Attributes that a request handler's own object gets from the client, by what the class inherits from. */
const HANDLER_DATA: readonly { readonly base: RegExp; readonly attributes: ReadonlySet<string> }[] = [
  {
    base: /(?:BaseHTTP|SimpleHTTP|CGIHTTP)RequestHandler$/,
    attributes: new Set(['path', 'headers', 'rfile', 'requestline']),
  },
  { base: /View(?:Set)?$|Mixin$/, attributes: new Set(['kwargs']) },
  { base: /(?:Stream|Datagram)RequestHandler$/, attributes: new Set(['rfile', 'packet']) },
];

/** Whether the ref is that of a request as a web framework hands it out. */
function isRequest(ref: string): boolean {
  return REQUEST.some((pattern) => pattern.test(ref));
}

/** Parts of a request whose values are strings, whatever the client sends. */
const TEXT_DATA: ReadonlySet<string> = new Set(
  'args cookies headers view_args GET COOKIES path url query_params match_info full_path'.split(' '),
);

function requestData(property: string, ref: string): Value {
  const data = valueFrom('remote', ref);
  return TEXT_DATA.has(property) ? cleaned(data, familySet('query')) : data;
}

/** Data from outside that an attribute gives, if it does. */
export function sourceMember(object: Value, property: string, inside: ClassModel | undefined): Value | undefined {
  if (isRequest(object.ref)) {
    if (REQUEST_DATA.has(property)) return requestData(property, `${object.ref}.${property}`);
    if (REQUEST_METHODS.has(property)) return undefined;
    return valueFrom('unknown', `${object.ref}.${property}`);
  }
  if (object.ref === 'sys' && property === 'argv') return valueFrom('local', 'sys.argv');
  if (object.ref === '$self' && inside !== undefined) {
    const isData = HANDLER_DATA.some(
      ({ base, attributes }) => attributes.has(property) && inside.bases.some((name) => base.test(name)),
    );
    if (isData) return valueFrom('remote', `$self.${property}`);
  }
  return undefined;
}

/** Names of the members of an archive, which whoever made it chose. */
const ARCHIVE_MEMBERS =
  /^(?:zipfile\.(?:ZipFile|PyZipFile)|tarfile\.(?:open|TarFile|TarFile\.open)|rarfile\.RarFile)\(\)\.(?:infolist|namelist|getmembers|getnames|next|getmember|getinfo)$/;

/** Data from outside that a call gives, if it does. */
export function sourceCall(site: CallSite): Value | undefined {
  const name = calledName(site);
  const { ref } = site;
  if (ref === 'input' || ref === 'raw_input' || /^sys\.stdin\.(?:buffer\.)?read/.test(ref)) {
    return valueFrom('local', `${ref}()`);
  }
  if (/\.parse_(?:known_)?args$/.test(ref)) return valueFrom('local', `${ref}()`);
  if (ref === 'cgi.FieldStorage') return valueFrom('remote', 'cgi.FieldStorage()');
  if (/^os\.(?:environ\.get|getenv|environb\.get)$/.test(ref)) return { ...FIXED, ref: 'os.environ[]' };
  if (ARCHIVE_MEMBERS.test(ref)) return valueFrom('archive', `${ref}()`);
  if (/^traceback\.format_(?:exc|exception|tb|stack)$/.test(ref)) return valueFrom('exception', `${ref}()`);
  if (site.receiver === undefined) return undefined;
  if (REQUEST_METHODS.has(name) && isRequest(site.receiver.ref)) return valueFrom('remote', `${ref}()`);
  if (RECEIVING_METHODS.has(name)) return valueFrom('remote', `${ref}()`);
  if (name === 'get' && /^\$environ$/.test(site.receiver.ref)) return valueFrom('remote', `${ref}()`);
  return undefined;
}
