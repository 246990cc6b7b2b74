import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Analysis } from '../../flow/analysis.ts';
import type { Value } from '../../flow/value.ts';
import { returnsOf } from '../../program/returns-of.ts';
import { annotationName } from '../model/parameters.ts';

/** The inside of an error, shown to whoever caused it. */
export const STACK_TRACE_EXPOSURE: DetectingRule = {
  id: 'java/stack-trace-exposure',
  ...KIND_DESCRIPTIONS['stack-trace-exposure'],
  fix: 'Log the error, and answer with a message of your own.',
  weakExample:
    'import javax.servlet.http.*;\n\nclass Api extends HttpServlet {\n  protected void doGet(HttpServletRequest request, HttpServletResponse response) throws java.io.IOException {\n    try {\n      load();\n    } catch (Exception error) {\n      error.printStackTrace(response.getWriter());\n    }\n  }\n\n  private void load() {}\n}\n',
  safeExample:
    'import javax.servlet.http.*;\n\nclass Api extends HttpServlet {\n  protected void doGet(HttpServletRequest request, HttpServletResponse response) throws java.io.IOException {\n    try {\n      load();\n    } catch (Exception error) {\n      log("failed", error);\n      response.sendError(500, "something went wrong");\n    }\n  }\n\n  private void load() {}\n}\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      if (isTraced(site) || (isAnswer(site) && site.positional.some((value) => showsError(value, analysis)))) {
        yield { span: site.call.span };
      }
    }
    for (const { body, decorators } of analysis.program.functions) {
      if (
        !decorators.some((decorator) =>
          /Mapping$|^(?:GET|POST|PUT|DELETE|ExceptionHandler)$/.test(annotationName(decorator)),
        )
      ) {
        continue;
      }
      for (const { value, span } of returnsOf(body)) {
        if (value.kind !== 'name' && showsError(analysis.valueOf(value), analysis) && isText(analysis.valueOf(value))) {
          yield { span };
        }
      }
    }
  },
};

function isTraced(site: CallSite): boolean {
  return (
    calledName(site) === 'printStackTrace' &&
    /getWriter\(\)|PrintWriter\(\)|getOutputStream\(\)/.test(site.positional[0]?.ref ?? '') &&
    /Response/.test(site.positional[0]?.ref ?? 'Response')
  );
}

function isAnswer(site: CallSite): boolean {
  const name = calledName(site);
  const owner = site.receiver?.ref ?? '';
  if (/(?:getWriter|getOutputStream)\(\)$/.test(owner)) return /^(?:print|println|write|printf|append)$/.test(name);
  if (/^PrintWriter\(\)$/.test(owner)) return /^(?:print|println|write)$/.test(name);
  if (owner.endsWith('Response()')) return name === 'sendError' || name === 'setHeader';
  if (/^ResponseEntity\b/.test(site.ref)) return name === 'body' || /internalServerError/.test(site.ref);
  if (/^Response\.(?:status|serverError|ok)\(\)/.test(site.ref)) return name === 'entity';
  return /^(?:Context|Ctx)\(\)/.test(site.ref) && /^(?:result|json|html)$/.test(name);
}

function isText(value: Value): boolean {
  return value.text !== undefined || /getMessage\(\)|toString\(\)|getStackTrace/.test(value.ref);
}

function showsError(value: Value, analysis: Analysis): boolean {
  return analysis.comesFrom(value, 'exception', 'html') || /getStackTrace\w*\(\)$/.test(value.ref);
}
