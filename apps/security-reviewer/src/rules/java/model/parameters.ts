import type { ParameterContext } from '../../flow/language-model.ts';
import { taintedBy } from '../../flow/taint.ts';
import { FIXED, valueFrom, valueWith, type Value } from '../../flow/value.ts';
import type { Expression } from '../../program/program.ts';
import { isPlainType, isTextType } from './plain-types.ts';
import { isRequest } from './requests.ts';

/** Annotations of parameters that the client fills. */
const CLIENT =
  /^(?:RequestParam|PathVariable|RequestBody|RequestHeader|CookieValue|ModelAttribute|MatrixVariable|RequestPart|QueryParam|PathParam|FormParam|HeaderParam|CookieParam|BeanParam|MatrixParam|FormDataParam|QueryValue|Body|Header|Part|RestQuery|RestPath|RestForm|RestHeader|RestCookie|MultipartForm|Argument|Payload|DestinationVariable)$/;

/** Annotations of methods that clients call. */
const ROUTE =
  /^(?:\w+Mapping|GET|POST|PUT|DELETE|PATCH|HEAD|Path|Get|Post|Put|Delete|Patch|Head|Options|QueryMapping|MutationMapping|Route)$/;

/** What a framework hands to a handler that is no data of the client. */
const SERVICES =
  /(?:Response|Model|ModelMap|ModelAndView|Session|Principal|Authentication|User|UserDetails|Jwt|OAuth2\w*|RedirectAttributes|BindingResult|Errors|Service|Repository|Template|Client|Logger|Context|Builder|Status|Writer|OutputStream|TimeZone|SecurityContext|AsyncResponse|Sse|Sink)$/;

/** What a parameter holds when the function is entered from outside, as its type and annotations tell. */
export function parameterValue(context: ParameterContext): Value | undefined {
  const { parameter, definition, origin } = context;
  if (parameter.annotation === undefined) return undefined;
  const type = context.refOf(parameter.annotation);
  const names = (parameter.decorators ?? []).map((decorator) => annotationName(decorator));
  const isSent = names.some((name) => CLIENT.test(name));
  const owner = context.classOf(type);
  if (isPlainType(type) || isEnumeration(context, type)) return FIXED;
  if (isRequest(`${type}()`) && type !== 'Part' && type !== 'Context' && !isTextType(type)) {
    return valueFrom('unknown', `${type}()`);
  }
  if (/^(?:Context|Part)$/.test(type)) return valueFrom('unknown', `${type}()`);
  const routes = definition.decorators.map((decorator) => annotationName(decorator));
  if (routes.includes('ExceptionHandler') && /(?:Exception|Throwable)$/.test(type)) {
    return valueFrom(
      /^(?:Exception|Throwable|RuntimeException)$/.test(type) ? 'exception' : 'unknown',
      `$${parameter.name}`,
    );
  }
  const isHandler = routes.some((name) => ROUTE.test(name)) && names.length === 0 && !SERVICES.test(type);
  if (isSent || isHandler) {
    return owner === undefined
      ? valueFrom('remote', isTextType(type) ? `$${parameter.name}` : `${type}()`)
      : valueWith({ taint: taintedBy('remote'), ref: '$decoded', instanceOf: owner });
  }
  if (definition.name === 'main' && type === 'String[]') return valueFrom('local', '$args');
  if (isTextType(type)) return undefined;
  if (/^(?:ZipEntry|TarArchiveEntry|ArchiveEntry|JarEntry|ZipArchiveEntry)$/.test(type)) {
    return { ...FIXED, ref: `${type}()` };
  }
  if (owner !== undefined) return valueWith({ taint: taintedBy(origin), ref: `${type}()`, instanceOf: owner });
  return /^[A-Z]\w*/.test(type) ? valueFrom(origin, `${type}()`) : undefined;
}

/** Name of an annotation. */
export function annotationName(decorator: Expression): string {
  const callee = decorator.kind === 'call' ? decorator.callee : decorator;
  return callee.kind === 'name' ? callee.name : '';
}

/** A type of this file whose values are all written in it. */
function isEnumeration(context: ParameterContext, type: string): boolean {
  const fields = context.classOf(type)?.fields;
  return (
    fields !== undefined &&
    fields.size > 0 &&
    [...fields.values()].some(({ ref }) => ref === '$constant()' || ref.startsWith('$self.$constant'))
  );
}
