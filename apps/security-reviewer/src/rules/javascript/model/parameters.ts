import type { Expression } from '../../program/program.ts';
import type { ParameterContext } from '../../flow/language-model.ts';
import { familySet } from '../../flow/taint.ts';
import { cleaned, FIXED, valueFrom, type Value } from '../../flow/value.ts';
import { CONTEXT, ERROR, requestValue, RESPONSE } from './requests.ts';

const REQUEST_TYPES =
  /^(?:[\w$]+\.)?(?:\w*(?:Express|Fastify|NextApi|Next|Authenticated|Auth)Request|Request|IncomingMessage|VercelRequest|GetServerSidePropsContext|LoaderFunctionArgs|ActionFunctionArgs|LoaderArgs|ActionArgs|RequestEvent|APIContext|APIGatewayProxyEvent(?:V2)?|APIGatewayEvent)\b/;
const RESPONSE_TYPES =
  /^(?:[\w$]+\.)?(?:\w*(?:Express|NextApi)Response|Response|ServerResponse|FastifyReply|VercelResponse)\b/;
const CONTEXT_TYPES = /^(?:[\w$]+\.)?(?:Koa)?(?:Context|ParameterizedContext|RouterContext|DefaultContext)\b/;
const PLAIN_TYPES =
  /^(?:number|boolean|bigint|Date|symbol|(?:['"][^'"]*['"]\s*\|?\s*)+|(?:number|string)\[\]\[\]|Record<string, number>)$/;
const VERBS = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/;

/** What a parameter holds when the function is entered from outside, as its name, type and decorators tell. */
export function parameterValue(context: ParameterContext): Value | undefined {
  const { parameter, position, definition } = context;
  const type = parameter.annotation === undefined ? '' : typeText(parameter.annotation);
  const decorated = decoratedValue(context, type);
  if (decorated !== undefined) return decorated;
  if (PLAIN_TYPES.test(type)) return FIXED;
  if (RESPONSE_TYPES.test(type) && position > 0) return valueFrom('unknown', RESPONSE);
  if (REQUEST_TYPES.test(type)) return requestValue();
  if (CONTEXT_TYPES.test(type) && position === 0) return requestValue(CONTEXT);
  if (definition.decorators.some((one) => one.kind === 'literal')) return valueFrom('remote', `$${parameter.name}`);
  if (definition.isExported === true && VERBS.test(definition.name)) {
    return position === 0 ? requestValue() : position === 1 ? valueFrom('remote', '$params') : undefined;
  }
  if (
    definition.isExported === true &&
    /^(?:loader|action|load|getServerSideProps)$/.test(definition.name) &&
    position === 0
  ) {
    return requestValue();
  }
  if (type !== '' && !/^(?:any|unknown|Error)$/.test(type)) return typedValue(type, context);
  return namedValue(context);
}

function namedValue({ parameter, position, definition }: ParameterContext): Value | undefined {
  const { name } = parameter;
  const following = definition.parameters[position + 1]?.name ?? '';
  if (/^_?(?:req|request|incomingMessage)$/.test(name)) return requestValue();
  if (/^(?:ctx|context)$/.test(name) && position === 0 && !/^info$/.test(following)) return requestValue(CONTEXT);
  if (/^_?(?:err|error|ex|exception)$/.test(name) && position === 0) return valueFrom('exception', ERROR);
  // `app.onError((e, c) => …)`
  if (/^(?:e|err|error)$/.test(name) && position === 0 && /^(?:c|ctx|context)$/.test(following)) {
    return valueFrom('exception', ERROR);
  }
  if (
    /^(?:c|ctx|context)$/.test(name) &&
    position === 1 &&
    /^(?:e|err|error)$/.test(definition.parameters[0]?.name ?? '')
  ) {
    return requestValue(CONTEXT);
  }
  const before = definition.parameters[position - 1]?.name ?? '';
  if (/^(?:res|response|reply|rep|resp|h)$/.test(name) && /^_?(?:req|request)\w*$|^%/.test(before)) {
    return valueFrom('unknown', RESPONSE);
  }
  if (name === 'event' && (definition.name === 'handler' || following === 'context')) return requestValue();
  // A resolver of a graph gets its parent first and what the client asks for second.
  const isResolver = position === 1 && /^(?:_+|parent|root|_parent|_root|source|_source|obj)$/.test(before);
  if (isResolver && /^(?:args|_args|input|%\d+)$/.test(name)) return valueFrom('remote', `$${name}`);
  return undefined;
}

/** An object of a named type is no text: its ref says what it is. */
function typedValue(type: string, { origin }: ParameterContext): Value | undefined {
  return /^[A-Z][\w.]*$/.test(type) ? valueFrom(origin, `${type}()`) : undefined;
}

/** `@Query("name") name: string` and its kin. */
function decoratedValue({ parameter, refOf }: ParameterContext, type: string): Value | undefined {
  for (const decorator of parameter.decorators ?? []) {
    const name = nameOf(decorator.kind === 'call' ? decorator.callee : decorator);
    const given = decorator.kind === 'call' ? decorator.arguments : [];
    if (/^(?:Req|Request|Ctx)$/.test(name)) return requestValue(name === 'Ctx' ? CONTEXT : undefined);
    if (/^(?:Res|Response)$/.test(name)) return valueFrom('unknown', RESPONSE);
    if (/^(?:UploadedFiles?)$/.test(name)) return valueFrom('remote', '$request.file');
    if (
      !/^(?:Query|QueryParam|QueryParams|Param|PathParam|Body|BodyParam|Headers?|HeaderParam|Cookies?|CookieParam|Args?|Session|HostParam)$/.test(
        name,
      )
    ) {
      continue;
    }
    if (name === 'Session') return undefined;
    const isConverted = given.some(({ value }) =>
      /Parse(?:Int|Float|Bool|UUID|Enum|Date)Pipe$/.test(
        nameOf(value.kind === 'call' ? value.callee : value) || refOf(value),
      ),
    );
    if (isConverted || PLAIN_TYPES.test(type)) return FIXED;
    const data = valueFrom('remote', `$request.${name.toLowerCase()}.${parameter.name}`);
    return /^(?:Param|PathParam|Header|Headers|HeaderParam|Cookie|Cookies)$/.test(name)
      ? cleaned(data, familySet('query'))
      : data;
  }
  return undefined;
}

function nameOf(expression: Expression): string {
  if (expression.kind === 'member') return expression.property;
  return expression.kind === 'name' ? expression.name : '';
}

/** The type as it is written. */
function typeText(annotation: Expression): string {
  if (annotation.kind === 'literal') return String(annotation.value);
  if (annotation.kind === 'name') return annotation.name;
  return annotation.kind === 'member' ? `${typeText(annotation.object)}.${annotation.property}` : '';
}
