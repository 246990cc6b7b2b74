import { type DetectingRule, exposedAt, type Detection } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import { isExposed, type Analysis } from '../../flow/analysis.ts';
import { constantText, knownPrefix, valueWith, type Value } from '../../flow/value.ts';
import { exposed } from '../../site-rule.ts';
import { staysHere } from '../../knowledge/address-text.ts';
import { returnsOf } from '../../program/returns-of.ts';

/** A redirect to wherever a link says. */
export const OPEN_REDIRECT: DetectingRule = {
  id: 'java/open-redirect',
  ...KIND_DESCRIPTIONS['open-redirect'],
  fix: 'Redirect to paths of this site alone (one slash at the start), or to entries of a fixed list.',
  weakExample:
    'import javax.servlet.http.*;\n\nclass Login extends HttpServlet {\n  protected void doGet(HttpServletRequest request, HttpServletResponse response) throws java.io.IOException {\n    response.sendRedirect(request.getParameter("next"));\n  }\n}\n',
  safeExample:
    'import javax.servlet.http.*;\n\nclass Login extends HttpServlet {\n  protected void doGet(HttpServletRequest request, HttpServletResponse response) throws java.io.IOException {\n    response.sendRedirect("/home?from=" + request.getParameter("next"));\n  }\n}\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      const detection = exposed(
        site,
        targetsOf(site).filter((target) => !staysHere(target)),
        'redirect',
        'remote',
        analysis,
      );
      if (detection !== undefined) yield detection;
    }
    yield* returnedViews(analysis);
  },
};

function targetsOf(site: CallSite): Value[] {
  const { ref, positional } = site;
  const name = calledName(site);
  if (/^(?:sendRedirect|redirect|temporaryRedirect|seeOther|permanentRedirect|movedPermanently)$/.test(name)) {
    return positional.slice(0, 1);
  }
  if (/^(?:RedirectView)$/.test(ref)) return positional.slice(0, 1);
  if (/^(?:setHeader|addHeader|header|set|add|putHeader)$/.test(name)) {
    return /^location$/i.test(constantText(positional[0]) ?? '') ||
      (positional[0]?.ref ?? '').endsWith('HttpHeaders.LOCATION')
      ? positional.slice(1, 2)
      : [];
  }
  if (name === 'location' || name === 'setLocation') return positional.slice(0, 1);
  const [view] = positional;
  if (ref === 'ModelAndView' && view !== undefined) return viewTarget(view);
  return [];
}

/** Where a view of the name `redirect:…` leads. */
function viewTarget(view: Value): Value[] {
  if (!knownPrefix(view).startsWith('redirect:')) return [];
  const [start, ...rest] = view.text ?? [];
  const text =
    typeof start === 'string' ? [start.slice('redirect:'.length), ...rest].filter((part) => part !== '') : rest;
  return [valueWith({ taint: view.taint, text })];
}

/** `return "redirect:" + next` of a handler. */
function* returnedViews(analysis: Analysis): Generator<Detection> {
  for (const { body } of analysis.program.functions) {
    for (const { value, span } of returnsOf(body)) {
      for (const target of viewTarget(analysis.valueOf(value))) {
        const exposure = analysis.exposureOf(target, 'redirect');
        if (!staysHere(target) && isExposed(exposure, 'remote')) yield exposedAt(span, exposure);
      }
    }
  }
}
