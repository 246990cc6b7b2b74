import type { DetectingRule } from '../../detection.ts';
import type { Analysis } from '../../flow/analysis.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import { partsOf } from '../../flow/place.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import type { Expression } from '../../program/program.ts';
import { at, siteRule } from '../../site-rule.ts';
import { isRequest } from '../model/requests.ts';
import { isResponseWriter, writtenBody } from './responses.ts';

/** The inside of an error, shown to whoever caused it. */
export const STACK_TRACE_EXPOSURE: DetectingRule = siteRule(
  {
    id: 'go/stack-trace-exposure',
    ...KIND_DESCRIPTIONS['stack-trace-exposure'],
    fix: 'Log the error, and answer with a message of your own.',
    weakExample:
      'package api\n\nimport (\n\t"net/http"\n\t"os"\n)\n\nfunc Read(w http.ResponseWriter, r *http.Request) {\n\tif _, err := os.ReadFile("/srv/data"); err != nil {\n\t\thttp.Error(w, err.Error(), http.StatusInternalServerError)\n\t}\n}\n',
    safeExample:
      'package api\n\nimport (\n\t"log"\n\t"net/http"\n\t"os"\n)\n\nfunc Read(w http.ResponseWriter, r *http.Request) {\n\tif _, err := os.ReadFile("/srv/data"); err != nil {\n\t\tlog.Println(err)\n\t\thttp.Error(w, "not available", http.StatusInternalServerError)\n\t}\n}\n',
  },
  (site, analysis) => at(site, isAnswer(site) && site.call.arguments.some(({ value }) => showsError(value, analysis))),
);

/** Whether the call answers, and not with what was wrong with the request. */
function isAnswer(site: CallSite): boolean {
  const { ref, positional, receiver } = site;
  if (ref === 'net/http.Error') return isFailure(positional[2]?.ref ?? '', positional[2]?.literal);
  if (writtenBody(site).length > 0) return true;
  if (ref.endsWith('json.NewEncoder().Encode')) {
    const made = receiver?.madeBy?.arguments[0];
    return (
      made !== undefined && made.value.kind === 'name' && /^(?:w|rw|writer|res|resp|response)$/.test(made.value.name)
    );
  }
  if (receiver === undefined) return false;
  const name = calledName(site);
  const isContext = isRequest(receiver.ref);
  if (isContext && /^(?:JSON|String|IndentedJSON|AbortWithStatusJSON|XML|HTML|JSONPretty)$/.test(name)) {
    return positional.length < 2 || isFailure(positional[0]?.ref ?? '', positional[0]?.literal);
  }
  return (isContext || /^fiber\.Ctx\(\)\.Status\(\)$/.test(receiver.ref)) && /^(?:SendString|JSON)$/.test(name);
}

function isFailure(ref: string, status: unknown): boolean {
  if (typeof status === 'number') return status >= 500;
  return !/Status(?:BadRequest|NotFound|Unauthorized|Forbidden|Conflict|UnprocessableEntity|MethodNotAllowed|RequestEntityTooLarge)$/.test(
    ref,
  );
}

/** Whether the expression shows an error of the program or its stack. */
function showsError(expression: Expression, analysis: Analysis): boolean {
  const value = analysis.valueOf(expression);
  if (/^runtime\/debug\.Stack\(\)$/.test(value.ref)) return true;
  if (isResponseWriter(value)) return false;
  if (expression.kind === 'name') return isErrorName(expression.name) && expression.name !== 'ok';
  if (expression.kind === 'call') {
    const { callee } = expression;
    if (callee.kind === 'member' && callee.property === 'Error' && expression.arguments.length === 0) {
      return callee.object.kind === 'name' && isErrorName(callee.object.name);
    }
    if (callee.kind === 'member' && /^(?:Stack|PrintStack)$/.test(callee.property)) return true;
    return expression.arguments.some(({ value: part }) => showsError(part, analysis));
  }
  if (expression.kind === 'mapping') return expression.entries.some(({ value: entry }) => showsError(entry, analysis));
  return expression.kind === 'binary' && partsOf(expression).some((part) => showsError(part, analysis));
}

function isErrorName(name: string): boolean {
  return /^(?:err|rec|recovered|panicked)\d?$|Err$/.test(name);
}
