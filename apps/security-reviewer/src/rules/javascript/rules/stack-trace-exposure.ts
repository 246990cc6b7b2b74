import { isExposed, type Analysis } from '../../flow/analysis.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import { partsOf, placeOf } from '../../flow/place.ts';
import type { Expression } from '../../program/program.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { ERROR } from '../model/requests.ts';

const SENDERS = /^(?:send|json|end|write|html|text|body|jsonp|render)$/;
const RESPONSE_CLASSES =
  /(?:^|\.)(?:Response|NextResponse|HttpException|InternalServerErrorException|Response\.json|NextResponse\.json)$/;

/** The inside of an error, shown to whoever caused it. */
export const STACK_TRACE_EXPOSURE: DetectingRule = {
  id: 'js/stack-trace-exposure',
  ...KIND_DESCRIPTIONS['stack-trace-exposure'],
  fix: 'Log the error, and answer with a message of your own.',
  weakExample:
    "import express from 'express';\n\nconst app = express();\napp.use((error, request, response, next) => {\n  response.status(500).send(error.stack);\n});\n",
  safeExample:
    "import express from 'express';\n\nconst app = express();\napp.use((error, request, response, next) => {\n  console.error('request failed', error);\n  response.status(500).send('something went wrong');\n});\n",
  *detect(analysis) {
    for (const site of analysis.calls) {
      if (answers(site) && site.call.arguments.some(({ value }) => shows(value, isFailure(site), analysis))) {
        yield { span: site.call.span };
      }
    }
    for (const { targets, value, span } of analysis.program.assignments) {
      const isBody = targets.some((target) => /^(?:ctx|context)\.(?:response\.)?body$/.test(placeOf(target) ?? ''));
      if (isBody && shows(value, true, analysis)) yield { span };
    }
  },
};

function answers(site: CallSite): boolean {
  if (RESPONSE_CLASSES.test(site.ref)) return true;
  return (
    site.receiver !== undefined && SENDERS.test(calledName(site)) && /^\$(?:response|context)/.test(site.receiver.ref)
  );
}

/** Whether the answer speaks of a failure of the server, or of no certain one; what was wrong with a request may be told. */
function isFailure(site: CallSite): boolean {
  let current: Expression = site.call;
  for (let steps = 0; steps < 8 && current.kind === 'call' && current.callee.kind === 'member'; steps += 1) {
    if (/^(?:status|code|sendStatus)$/.test(current.callee.property)) {
      const [status] = current.arguments;
      return status?.value.kind === 'literal' && Number(status.value.value) >= 500;
    }
    current = current.callee.object;
  }
  const options = site.positional[1]?.entries?.get('status') ?? site.positional[1];
  return options === undefined || typeof options.literal !== 'number' || options.literal >= 500;
}

/** Whether the expression shows a trace, or the whole error, or the message of one that was not foreseen. */
function shows(expression: Expression, isServerFailure: boolean, analysis: Analysis): boolean {
  const value = analysis.valueOf(expression);
  const isError = analysis.comesFrom(value, 'exception', 'html');
  if (!isError && !isExposed(analysis.exposureOf(value, 'html'), 'unknown')) return false;
  if (expression.kind === 'call') return showsCall(expression, isServerFailure, analysis);
  if (expression.kind === 'conditional') return isError && showsAlways(expression, isServerFailure, analysis);
  if (expression.kind === 'logical') {
    return shows(expression.left, isServerFailure, analysis) || shows(expression.right, isServerFailure, analysis);
  }
  if (expression.kind === 'mapping') {
    return expression.entries.some(({ value: entry }) => shows(entry, isServerFailure, analysis));
  }
  if (expression.kind === 'template' || expression.kind === 'binary') {
    return partsOf(expression).some((part) => shows(part, isServerFailure, analysis));
  }
  if (!isError) return false;
  if (expression.kind === 'member') {
    if (/^(?:stack|sqlMessage|sql|detail|trace|cause|parent|original|config|query)$/.test(expression.property)) {
      return true;
    }
    return expression.property === 'message' && isServerFailure;
  }
  return expression.kind === 'name' && (value.ref === ERROR || value.ref === '$exception' || isServerFailure);
}

function showsCall(expression: Expression & { kind: 'call' }, isServerFailure: boolean, analysis: Analysis): boolean {
  const { callee } = expression;
  const isMethod = callee.kind === 'member' && /^(?:toString|slice|split|join|trim)$/.test(callee.property);
  if (isMethod) return shows(callee.object, isServerFailure, analysis);
  const isText = /^(?:String|inspect|stringify|format|serializeError)$/.test(
    callee.kind === 'member' ? callee.property : callee.kind === 'name' ? callee.name : '',
  );
  return isText && expression.arguments.some(({ value }) => shows(value, isServerFailure, analysis));
}

/** `isProduction ? "failed" : error.stack` shows it to developers. */
function showsAlways(
  expression: Expression & { kind: 'conditional' },
  isServerFailure: boolean,
  analysis: Analysis,
): boolean {
  return (
    shows(expression.consequence, isServerFailure, analysis) && shows(expression.alternative, isServerFailure, analysis)
  );
}
