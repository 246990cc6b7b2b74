import { calledName, type CallSite } from '../../flow/call-site.ts';
import { FIXED, valueFrom, type Value } from '../../flow/value.ts';

/** Types of requests, and of contexts that hold a request, in the frameworks in use. */
const REQUEST =
  /(?:^|\.)(?:net\/http\.Request|http\.Request|gin\.Context|echo\.Context|fiber\.Ctx|iris\.Context|fasthttp\.RequestCtx|web\.Controller|context\.Context\(\)\.Input)\(\)$/;

/** Parts of a request of the standard library that hold what the client sent. */
const DATA: ReadonlySet<string> = new Set(
  'URL Body Form PostForm MultipartForm Header Host RequestURI Trailer Pattern Params'.split(' '),
);

/** Methods of requests and contexts that give what the client sent. */
const METHODS: ReadonlySet<string> = new Set(
  (
    'FormValue PostFormValue PathValue Cookie Cookies UserAgent Referer FormFile BasicAuth MultipartReader ' +
    'Query DefaultQuery GetQuery QueryArray GetQueryArray QueryMap Param Params PostForm DefaultPostForm GetPostForm ' +
    'PostFormArray GetHeader GetRawData FullPath MultipartForm QueryParam QueryParams QueryString ParamValues FormParams ' +
    'Get GetReqHeaders Body BodyRaw OriginalURL Hostname Path AllParams Queries GetString URLParam PostValue ReqHeaderParam'
  ).split(' '),
);

/** Methods that put what the client sent into their argument. */
const BINDERS =
  /^(?:Should|Must)?Bind(?:JSON|XML|YAML|TOML|Query|Uri|Header|With|BodyWith|Body)?$|^(?:Body|Query|Params|Cookie|ReqHeader)Parser$|^Read(?:JSON|Form|Query|Body)$/;

/** Whether the ref is that of a request or of a context that holds one. */
export function isRequest(ref: string): boolean {
  return REQUEST.test(ref);
}

/** Whether the call puts what the client sent into its argument. */
export function bindsRequest(site: CallSite): boolean {
  return site.receiver !== undefined && isRequest(site.receiver.ref) && BINDERS.test(calledName(site));
}

/** What a property of a request holds. */
export function requestMember(object: Value, property: string): Value | undefined {
  if (!isRequest(object.ref)) return undefined;
  if (property === 'Request') return valueFrom('unknown', 'net/http.Request()');
  if (property === 'Writer') return valueFrom('unknown', 'net/http.ResponseWriter()');
  if (!object.ref.endsWith('http.Request()')) return undefined;
  if (DATA.has(property)) return valueFrom('remote', `${object.ref}.${property}`);
  return { ...FIXED, ref: `${object.ref}.${property}` };
}

/** Data from outside that a call gives, if it does. */
export function requestCall(site: CallSite): Value | undefined {
  const { ref, receiver } = site;
  if (/^(?:gorilla\/mux\.Vars|chi\.URLParam(?:FromCtx)?|httprouter\.ParamsFromContext)$/.test(ref)) {
    return valueFrom('remote', `${ref}()`);
  }
  if (/^flag\.(?:String|Arg|Args)$/.test(ref)) return valueFrom('local', `${ref}()`);
  if (receiver === undefined) return undefined;
  const name = calledName(site);
  if (/(?:^|\.)httprouter\.Params\(\)$/.test(receiver.ref) && name === 'ByName') {
    return valueFrom('remote', `${ref}()`);
  }
  if (/websocket\.(?:Conn|Upgrader)\(\)(?:\.Upgrade\(\))?$/.test(receiver.ref) && name.startsWith('Read')) {
    return valueFrom('remote', `${ref}()`);
  }
  if (!isRequest(receiver.ref)) return undefined;
  if (name === 'Request') return valueFrom('unknown', 'net/http.Request()');
  if (name === 'Response') return valueFrom('unknown', 'net/http.ResponseWriter()');
  if (receiver.ref.endsWith('http.Request()') && /^(?:Context|WithContext|Clone)$/.test(name)) {
    return name === 'Context' ? { ...FIXED, ref: `${ref}()` } : receiver;
  }
  // What earlier handlers left in a context is their own.
  if (name === 'Get' && /^(?:gin|echo)\./.test(receiver.ref)) return undefined;
  return METHODS.has(name) ? valueFrom('remote', `${ref}()`) : undefined;
}
