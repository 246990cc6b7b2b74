import { familySet } from '../../flow/taint.ts';
import { cleaned, FIXED, valueFrom, type Value } from '../../flow/value.ts';

/** Ref of a request, whatever its framework and name. */
const REQUEST = '$request';
/** Ref of what answers a request. */
export const RESPONSE = '$response';
/** Ref of request and answer in one object, as Koa and Hono hand it out. */
export const CONTEXT = '$context';
/** Ref of an error that was caught or handed over. */
export const ERROR = '$error';

const REQUESTS =
  /^(?:\$request|\$context|\$request\.(?:request|req|raw)|\$context\.(?:request|req|event)|\$context\.req\.raw|\$self\.(?:ctx|request|req)(?:\.request)?)$/;

/** Parts of a request that hold what the client sent, in the frameworks in use. */
const REQUEST_DATA: ReadonlySet<string> = new Set(
  (
    'query params body headers cookies url originalUrl path hostname host rawBody files file signedCookies search ' +
    'searchParams nextUrl querystring rawHeaders href queryStringParameters pathParameters multiValueQueryStringParameters ' +
    'formData fields referrer payload parsedUrl origin'
  ).split(' '),
);

/** Parts whose values are strings, whatever the client sends. */
const TEXT_DATA: ReadonlySet<string> = new Set(
  'params headers cookies signedCookies url originalUrl path hostname host search searchParams nextUrl href querystring origin'.split(
    ' ',
  ),
);

/** Methods of a request that give what the client sent. */
const REQUEST_METHODS: ReadonlySet<string> = new Set(
  'get header param json text formData query queries parseBody body blob arrayBuffer'.split(' '),
);

/** Whether the ref is that of a request. */
export function isRequest(ref: string): boolean {
  return REQUESTS.test(ref);
}

/** Whether the ref is that of an answer, or of a chain of calls on one. */
export function isResponse(ref: string): boolean {
  return /^\$(?:response|context)(?:\.(?:res|response|raw))?(?:\.(?:status|type|code|set|header|headers|contentType|setHeader|location|vary|cookie|append|format|sendStatus)(?:\(\))?)*$/.test(
    ref,
  );
}

/** A request. */
export function requestValue(ref: string = REQUEST): Value {
  return valueFrom('unknown', ref);
}

/** What a property of a request holds. */
export function requestMember(object: Value, property: string): Value | undefined {
  if (!isRequest(object.ref)) return uploadMember(object, property);
  if (object.ref === CONTEXT && /^(?:body|status|type|res|response|set|redirect|cookies)$/.test(property)) {
    return valueFrom('unknown', `${object.ref}.${property}`);
  }
  if (!REQUEST_DATA.has(property)) return valueFrom('unknown', `${object.ref}.${property}`);
  const data = valueFrom('remote', `${object.ref}.${property}`);
  return TEXT_DATA.has(property) ? cleaned(data, familySet('query')) : data;
}

/** Names that the server itself gave to an uploaded file. */
function uploadMember(object: Value, property: string): Value | undefined {
  const isUpload = /^\$request\.files?(?:\[\])?$/.test(object.ref);
  return isUpload && /^(?:path|filename|destination|size|buffer|tempFilePath)$/.test(property)
    ? { ...FIXED, ref: `${object.ref}.${property}` }
    : undefined;
}

/** What a method of a request gives. */
export function requestCall(receiver: Value, method: string): Value | undefined {
  if (receiver.ref === '$context.cookies' || receiver.ref === '$request.cookies') {
    return method === 'get' ? cleaned(valueFrom('remote', '$request.cookies.get()'), familySet('query')) : undefined;
  }
  if (!isRequest(receiver.ref)) return undefined;
  if (method === 'valid') return cleaned(valueFrom('remote', '$request.valid()'), familySet('query', 'fields'));
  if (receiver.ref === CONTEXT && /^(?:json|text|body|html)$/.test(method)) return undefined;
  if (!REQUEST_METHODS.has(method)) return undefined;
  const data = valueFrom('remote', `${receiver.ref}.${method}()`);
  return /^(?:get|header|param|query)$/.test(method) ? cleaned(data, familySet('query')) : data;
}
