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
      if (
        answers(site) &&
        site.call.arguments.some(({ value }) => shows(value, newShowing(isFailure(site), analysis)))
      ) {
        yield { span: site.call.span };
      }
    }
    for (const { targets, value, span } of analysis.program.assignments) {
      const isBody = targets.some((target) => /^(?:ctx|context)\.(?:response\.)?body$/.test(placeOf(target) ?? ''));
      if (isBody && shows(value, newShowing(true, analysis))) yield { span };
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

/** What is asked of an expression, and the names that were looked into for it. */
interface Showing {
  /** Whether the answer speaks of a failure of the server, or of no certain one. */
  readonly isServerFailure: boolean;
  readonly analysis: Analysis;
  readonly followed: Set<string>;
}

function newShowing(isServerFailure: boolean, analysis: Analysis): Showing {
  return { isServerFailure, analysis, followed: new Set() };
}

/** Whether the expression shows a trace, or the whole error, or the message of one that was not foreseen. */
function shows(expression: Expression, showing: Showing): boolean {
  const value = showing.analysis.valueOf(expression);
  const isError = showing.analysis.comesFrom(value, 'exception', 'html');
  if (!isError && !isExposed(showing.analysis.exposureOf(value, 'html'), 'unknown')) return false;
  if (expression.kind === 'call') return showsCall(expression, showing);
  if (expression.kind === 'conditional') return isError && showsAlways(expression, showing);
  if (expression.kind === 'logical') {
    return shows(expression.left, showing) || shows(expression.right, showing);
  }
  if (expression.kind === 'mapping') {
    return expression.entries.some(({ value: entry }) => shows(entry, showing));
  }
  if (expression.kind === 'template' || expression.kind === 'binary') {
    return partsOf(expression).some((part) => shows(part, showing));
  }
  if (!isError) return false;
  if (expression.kind === 'name') {
    // A text that was put together before shows what it was made of.
    const assigned = showing.analysis.program.assignments.filter(({ targets }) =>
      targets.some((target) => target.kind === 'name' && target.name === expression.name),
    );
    const [only] = assigned;
    const isNew = !showing.followed.has(expression.name);
    if (assigned.length === 1 && only !== undefined && only.value.kind !== 'name' && isNew) {
      showing.followed.add(expression.name);
      return shows(only.value, showing);
    }
  }
  if (expression.kind === 'member') {
    if (/^(?:stack|sqlMessage|sql|detail|trace|cause|parent|original|config|query)$/.test(expression.property)) {
      return true;
    }
    return expression.property === 'message' && showing.isServerFailure;
  }
  return expression.kind === 'name' && (value.ref === ERROR || value.ref === '$exception' || showing.isServerFailure);
}

function showsCall(expression: Expression & { kind: 'call' }, showing: Showing): boolean {
  const { callee } = expression;
  const isMethod = callee.kind === 'member' && /^(?:toString|slice|split|join|trim)$/.test(callee.property);
  if (isMethod) return shows(callee.object, showing);
  const isText = /^(?:String|inspect|stringify|format|serializeError)$/.test(
    callee.kind === 'member' ? callee.property : callee.kind === 'name' ? callee.name : '',
  );
  return isText && expression.arguments.some(({ value }) => shows(value, showing));
}

/** `isProduction ? "failed" : error.stack` shows it to developers. */
function showsAlways(expression: Expression & { kind: 'conditional' }, showing: Showing): boolean {
  return shows(expression.consequence, showing) && shows(expression.alternative, showing);
}
