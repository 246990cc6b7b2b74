import type { Expression } from '../../program/program.ts';
import type { ParameterContext } from '../../flow/language-model.ts';
import { FIXED, valueFrom, type Value } from '../../flow/value.ts';
import { isPlainType } from './sanitisers.ts';

const ROUTE_DECORATORS: ReadonlySet<string> = new Set(
  'route get post put patch delete head options websocket api_route add_url_rule view'.split(' '),
);

/** What a framework hands to a handler that is no data of the client. */
const SERVICES =
  /(?:Session|Response|BackgroundTasks|Connection|Engine|Database|Settings|Client|Redis|Pool|Service|Repository|Logger)$/;

/** What a parameter holds when the function is entered from outside, as its decorators, name and annotation tell. */
export function parameterValue(context: ParameterContext): Value | undefined {
  const { parameter, definition } = context;
  const types = parameter.annotation === undefined ? [] : annotationRefs(parameter.annotation, context.refOf);
  const isPlain = types.length > 0 && types.every((ref) => isPlainType(ref) || isEnumeration(ref, context));
  if (isPlain) return FIXED;
  const named = namedRequest(context, types);
  if (named !== undefined) return named;
  if (parameter.name === 'event' && definition.parameters[context.position + 1]?.name === 'context') {
    return valueFrom('remote', '$event');
  }
  if (isErrorHandler(context)) return valueFrom('exception', `$${parameter.name}`);
  const route = routeOf(context);
  if (route !== undefined) return routeParameter(route, types, context);
  if (isCommand(context)) return valueFrom('local', `$${parameter.name}`);
  const [type] = types;
  const isObject =
    type !== undefined && types.length === 1 && /(?:^|\.)[A-Z]\w*$/.test(type) && !/^(?:typing|collections)/.test(type);
  return isObject ? valueFrom(context.origin, `${type}()`) : undefined;
}

function namedRequest(context: ParameterContext, types: readonly string[]): Value | undefined {
  const type = types.find((ref) => /(?:Request|WebSocket)$/.test(ref));
  if (type !== undefined) return valueFrom('unknown', `${type}()`);
  const isUntyped = types.every((ref) => /(?:^|\.)Any$/.test(ref));
  if (isUntyped && /^(?:request|req|environ)$/.test(context.parameter.name)) {
    return valueFrom(context.parameter.name === 'environ' ? 'remote' : 'unknown', `$${context.parameter.name}`);
  }
  return undefined;
}

/** A handler of whatever goes wrong: what it is given was not meant to be seen. */
function isErrorHandler({ definition, refOf }: ParameterContext): boolean {
  return definition.decorators.some((decorator) => {
    if (
      decorator.kind !== 'call' ||
      !/\.(?:app_)?(?:errorhandler|exception_handler|error)$/.test(refOf(decorator.callee))
    ) {
      return false;
    }
    const [caught] = decorator.arguments;
    const isFailure = caught?.value.kind === 'literal' && caught.value.value === 500;
    return isFailure || (caught !== undefined && /(?:^|\.)(?:Base)?Exception$/.test(refOf(caught.value)));
  });
}

/** Path of the route that a decorator makes of the function. */
function routeOf(context: ParameterContext): string | undefined {
  for (const decorator of context.definition.decorators) {
    if (decorator.kind !== 'call' || decorator.callee.kind !== 'member') continue;
    const [path] = decorator.arguments.filter((argument) => argument.name === undefined || argument.name === 'path');
    if (!ROUTE_DECORATORS.has(decorator.callee.property) || path?.value.kind !== 'literal') continue;
    const text = path.value.value;
    if (typeof text === 'string' && (text === '' || text.startsWith('/'))) return text;
  }
  return undefined;
}

function routeParameter(path: string, types: readonly string[], context: ParameterContext): Value | undefined {
  const { parameter } = context;
  const converter = new RegExp(`<(?:(\\w+)(?:\\([^)]*\\))?:)?${parameter.name}>`).exec(path);
  if (converter !== null) {
    return /^(?:int|float|uuid|any)$/.test(converter[1] ?? '') ? FIXED : valueFrom('remote', `$${parameter.name}`);
  }
  const pattern = new RegExp(`\\{${parameter.name}(?::(\\w+))?\\}`).exec(path);
  if (pattern !== null) {
    return /^(?:int|float|uuid)$/.test(pattern[1] ?? '') ? FIXED : valueFrom('remote', `$${parameter.name}`);
  }
  const fallback = parameter.fallback;
  if (fallback?.kind === 'call' && /(?:^|\.)(?:Depends|Security)$/.test(context.refOf(fallback.callee))) {
    return undefined;
  }
  const [type] = types;
  if (type !== undefined && SERVICES.test(type)) return valueFrom('unknown', `${type}()`);
  return valueFrom('remote', `$${parameter.name}`);
}

/** A command of a command line framework. */
function isCommand(context: ParameterContext): boolean {
  return context.definition.decorators.some(
    (decorator) =>
      decorator.kind === 'call' &&
      /^(?:click|typer)\b.*(?:command|argument|option)$/.test(context.refOf(decorator.callee)),
  );
}

function isEnumeration(ref: string, context: ParameterContext): boolean {
  return context.basesOf(ref).some((base) => /(?:^|\.)(?:Str|Int)?(?:Enum|Flag)$/.test(base));
}

const WRAPPERS = /(?:^|\.)(?:Optional|Union|Annotated|List|Sequence|Iterable|Set|list|set|tuple|Tuple)$/;

/** Refs of the types that an annotation speaks of, without `Optional`, `None` and their kin. */
function annotationRefs(annotation: Expression, refOf: (expression: Expression) => string): string[] {
  const refs: string[] = [];
  const open: Expression[] = [annotation];
  for (let steps = 0; steps < 40; steps += 1) {
    const current = open.shift();
    if (current === undefined) break;
    if (current.kind === 'index' && current.index !== undefined) {
      const wrapper = refOf(current.object);
      if (/(?:^|\.)Annotated$/.test(wrapper) && current.index.kind === 'sequence') {
        open.push(...current.index.elements.slice(0, 1));
      } else if (WRAPPERS.test(wrapper)) open.push(current.index);
      else refs.push(`${wrapper}[]`);
    } else if (current.kind === 'sequence') {
      open.push(...current.elements);
    } else if (current.kind === 'binary' && current.operator === '|') {
      open.push(current.left, current.right);
    } else if (current.kind === 'literal') {
      if (typeof current.value === 'string') refs.push(current.value);
    } else {
      refs.push(refOf(current));
    }
  }
  return refs;
}
