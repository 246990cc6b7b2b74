import { type DetectingRule, exposedAt, type Detection } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import { isExposed, type Analysis } from '../../flow/analysis.ts';
import { formatVerbs } from '../../flow/text-format.ts';
import { constantText, textOf, UNKNOWN, type Value } from '../../flow/value.ts';
import { exposed } from '../../site-rule.ts';
import { returnsOf } from '../../program/returns-of.ts';
import type { Expression, FunctionDefinition } from '../../program/program.ts';
import { annotationName } from '../model/parameters.ts';

/** Text from outside that a page shows as it came. */
export const XSS: DetectingRule = {
  id: 'java/xss',
  ...KIND_DESCRIPTIONS.xss,
  fix: 'Escape the text with `HtmlUtils.htmlEscape` or `Encode.forHtml`, or render the page from a template.',
  weakExample:
    'import javax.servlet.http.*;\n\nclass Hello extends HttpServlet {\n  protected void doGet(HttpServletRequest request, HttpServletResponse response) throws java.io.IOException {\n    response.getWriter().println("<h1>Hello " + request.getParameter("name") + "</h1>");\n  }\n}\n',
  safeExample:
    'import javax.servlet.http.*;\nimport org.springframework.web.util.HtmlUtils;\n\nclass Hello extends HttpServlet {\n  protected void doGet(HttpServletRequest request, HttpServletResponse response) throws java.io.IOException {\n    response.getWriter().println("<h1>Hello " + HtmlUtils.htmlEscape(request.getParameter("name")) + "</h1>");\n  }\n}\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      const shown = shownBy(site);
      const detection =
        shown.length === 0 || answersWithoutPage(site.caller, analysis)
          ? undefined
          : exposed(site, shown, 'html', 'remote', analysis);
      if (detection !== undefined) yield detection;
    }
    yield* returnedPages(analysis);
  },
};

function shownBy(site: CallSite): readonly Value[] {
  const { positional, receiver } = site;
  const name = calledName(site);
  const isWriter = /(?:getWriter|getOutputStream)\(\)$|^(?:PrintWriter|ServletOutputStream|JspWriter)\(\)$/.test(
    receiver?.ref ?? '',
  );
  if (isWriter && /^(?:print|println|write|append)$/.test(name)) return positional.slice(0, 1);
  if (isWriter && /^(?:printf|format)$/.test(name)) {
    return [formatVerbs(positional[0] ?? UNKNOWN, positional.slice(1), undefined, site.call)];
  }
  if (name === 'html' && /^(?:Context|Ctx|Response)\(\)/.test(receiver?.ref ?? '')) return positional.slice(0, 1);
  const isBody = /^ResponseEntity\b/.test(site.ref) && /^(?:body|ok)$/.test(name);
  return isBody ? positional.slice(0, 1).filter((value) => isMarkup(value)) : [];
}

/** Whether the function around says that its answer is no page. */
function answersWithoutPage(caller: FunctionDefinition | undefined, analysis: Analysis): boolean {
  const types = analysis.calls
    .filter(
      (site) =>
        site.caller === caller &&
        /^(?:setContentType|contentType|setHeader|addHeader|header|type)$/.test(calledName(site)),
    )
    .map((site) => `${constantText(site.positional.at(-1)) ?? ''} ${site.positional.at(-1)?.ref ?? ''}`);
  return types.some((type) =>
    /application\/(?!xhtml)|text\/(?:plain|csv|event-stream)|image\/(?!svg)|APPLICATION_(?:JSON|OCTET|PDF)|TEXT_PLAIN/.test(
      type,
    ),
  );
}

function isMarkup(value: Value): boolean {
  return textOf(value).some((part) => typeof part === 'string' && /<[a-z!/]/i.test(part));
}

/** Pages that a handler returns as text. */
function* returnedPages(analysis: Analysis): Generator<Detection> {
  for (const { body, decorators, span: whole } of analysis.program.functions) {
    const names = decorators.map((decorator) => annotationName(decorator));
    const isHandler = names.some((name) => /Mapping$|^(?:GET|POST|Get|Post)$/.test(name));
    if (!isHandler) continue;
    const produced = decorators.flatMap((decorator) => producedBy(decorator, analysis)).join(' ');
    if (/json|text\/plain|TEXT_PLAIN|JSON/.test(produced)) continue;
    const isPage = names.includes('ResponseBody') || /html/i.test(produced) || isRest(analysis, whole.start);
    for (const { value, span } of returnsOf(body)) {
      const returned = analysis.valueOf(value);
      const exposure = analysis.exposureOf(returned, 'html');
      const isText = returned.text !== undefined && (isMarkup(returned) || /html/i.test(produced));
      if (isPage && isText && isExposed(exposure, 'remote')) yield exposedAt(span, exposure);
    }
  }
}

function producedBy(decorator: Expression, analysis: Analysis): string[] {
  if (decorator.kind !== 'call') return [];
  return decorator.arguments
    .filter(
      ({ name, value }) =>
        name === 'produces' ||
        (name === undefined && annotationName(decorator) === 'Produces') ||
        value.kind === 'member',
    )
    .flatMap(({ value }) => (value.kind === 'sequence' ? value.elements : [value]))
    .map((value) => constantText(analysis.valueOf(value)) ?? analysis.valueOf(value).ref);
}

/** Whether the class around answers with what its methods return. */
function isRest(analysis: Analysis, start: number): boolean {
  return analysis.program.classes.some(
    ({ span, decorators }) =>
      span.start <= start &&
      start <= span.end &&
      decorators.some((decorator) =>
        /^(?:RestController|ResponseBody|Path|Controller)$/.test(annotationName(decorator)),
      ),
  );
}
