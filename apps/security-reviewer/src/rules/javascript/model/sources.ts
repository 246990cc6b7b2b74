import { calledName, type CallSite } from '../../flow/call-site.ts';
import { familySet } from '../../flow/taint.ts';
import { cleaned, FIXED, valueFrom, type Value } from '../../flow/value.ts';
import { requestCall, requestMember } from './requests.ts';

const TEXT = familySet('query', 'fields');

/** Data from outside that a property gives, if it does. */
export function sourceMember(object: Value, property: string): Value | undefined {
  const { ref } = object;
  if (/^(?:location|document\.location)$/.test(ref)) return locationMember(property);
  if (ref === 'document' && /^(?:referrer|URL|documentURI|baseURI)$/.test(property)) {
    return pageText(`document.${property}`);
  }
  if (ref === 'window' && property === 'name') return pageText('window.name');
  if (ref === 'process' && property === 'argv') return valueFrom('local', 'process.argv');
  if (ref === '$message' && property === 'data') return valueFrom('remote', '$message.data');
  if (ref.endsWith('useRouter()') && /^(?:query|asPath)$/.test(property)) return pageText(`${ref}.${property}`);
  if (/^(?:jszip|unzipper)\b.*\(\)$/.test(ref) && property === 'files') return valueFrom('archive', `${ref}.files`);
  if (ref === 'process.env') return { ...FIXED, ref: `process.env.${property}` };
  return requestMember(object, property);
}

function locationMember(property: string): Value | undefined {
  if (/^(?:origin|host|hostname|protocol|port)$/.test(property)) return { ...FIXED, ref: `location.${property}` };
  return /^(?:hash|search|href|pathname|state|query)$/.test(property) ? pageText(`location.${property}`) : undefined;
}

function pageText(ref: string): Value {
  return cleaned(valueFrom('remote', ref), TEXT);
}

const PAGE_HOOKS = /(?:^|\.)(?:useSearchParams|useParams|useQueryParams|useRouteParams)$/;
const SERVER_HOOKS = /^next\/headers\.(?:cookies|headers)$/;
/** What H3 and Nuxt read out of an event. */
const EVENT_READERS =
  /^(?:h3\.)?(?:getQuery|readBody|readRawBody|readFormData|readMultipartFormData|getRouterParams?|getRequestHeaders?|getHeaders?|getCookie|parseCookies|getRequestURL)$/;
/** Names of the members of an archive, which whoever made it chose. */
const ARCHIVE_MEMBERS = /^(?:adm-zip|node-zip|jszip)\(\)\.(?:getEntries|getEntry|file)$/;

/** Data from outside that a call gives, if it does. */
export function sourceCall(site: CallSite): Value | undefined {
  const { ref, receiver } = site;
  if (/^(?:prompt|window\.prompt|readline-sync\.question|prompt-sync\(\))$/.test(ref)) {
    return valueFrom('local', `${ref}()`);
  }
  if (/^(?:yargs|commander|minimist|arg|meow)\b.*(?:\(\)|parse|parseSync|opts)$/.test(ref)) {
    return valueFrom('local', `${ref}()`);
  }
  if (PAGE_HOOKS.test(ref)) return pageText(`${ref}()`);
  if (/(?:^|\.)useLocation$/.test(ref)) return { ...FIXED, ref: 'location' };
  if (SERVER_HOOKS.test(ref)) return pageText(`${ref}()`);
  if (EVENT_READERS.test(ref)) return valueFrom('remote', `${ref}()`);
  if (ARCHIVE_MEMBERS.test(ref)) return valueFrom('archive', `${ref}()`);
  return receiver === undefined ? undefined : requestCall(receiver, calledName(site));
}
