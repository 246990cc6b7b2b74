import { calledName, type CallSite } from '../../flow/call-site.ts';
import { valueFrom, type Value } from '../../flow/value.ts';

const REQUEST =
  /^(?:\w*HttpServletRequest(?:Wrapper)?|ServletRequest|ServerHttpRequest|ServerRequest|HttpServerRequest|ContainerRequestContext|HttpExchange|NativeWebRequest|WebRequest|MultipartHttpServletRequest|RoutingContext|Request|HttpRequest|Context|Ctx|UriInfo|HttpHeaders|FullHttpRequest|ServerWebExchange|MultipartFile|Part|FilePart|FileItem|FileUpload)\(\)/;

const METHODS: ReadonlySet<string> = new Set(
  (
    'getParameter getParameterValues getParameterMap getParameterNames getHeader getHeaders getHeaderNames getCookies ' +
    'getQueryString getRequestURI getRequestURL getPathInfo getServletPath getInputStream getReader getPart getParts ' +
    'getPathTranslated getRequestBody getRequestHeaders getQueryParameters getPathParameters getQueryParams getBody ' +
    'queryParam queryParams pathVariable pathParam formParam formParams getParam params param headers header body bodyAsClass ' +
    'bodyToMono bodyAsString getBodyAsString bodyAsJson cookie queryParamMap pathParamMap formData getURI ' +
    'getOriginalFilename getSubmittedFileName getBytes filename fileName getName getRequestHeader getFirst queryString uri cookies getParameters getEntityStream getUri getBodyAsJson getString'
  ).split(' '),
);

/** What a request gives on the way to what the client sent. */
const WAYS: ReadonlySet<string> = new Set(
  'getRequest request req exchange getNativeRequest getFile getFiles uploadedFile file'.split(' '),
);

/** Whether the ref is that of a request, of an upload, or of a context that holds one. */
export function isRequest(ref: string): boolean {
  return REQUEST.test(ref);
}

/** Data from outside that a call gives, if it does. */
export function requestCall(site: CallSite): Value | undefined {
  const { receiver, ref } = site;
  if (/^Scanner\(\)\.next\w*$/.test(ref) && receiver?.taint.has('local') === true) {
    return valueFrom('local', `${ref}()`);
  }
  if (/^System\.console\(\)\.read\w+$/.test(ref)) return valueFrom('local', `${ref}()`);
  if (receiver === undefined || !REQUEST.test(receiver.ref)) return undefined;
  const name = calledName(site);
  const isOwner = /^\w+\(\)$/.test(receiver.ref);
  if (isOwner && WAYS.has(name)) {
    return valueFrom('unknown', name === 'getFile' || name === 'uploadedFile' ? 'MultipartFile()' : 'ServerRequest()');
  }
  if (name === 'getSize' || name === 'getContentLength' || name === 'isEmpty') return undefined;
  return isOwner && METHODS.has(name) ? valueFrom('remote', `${ref}()`) : undefined;
}
