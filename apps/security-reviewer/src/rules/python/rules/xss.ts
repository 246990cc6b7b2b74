import type { Expression } from '../../program/program.ts';
import { argumentOf, calledName, type CallSite } from '../../flow/call-site.ts';
import { isExposed, type Analysis } from '../../flow/analysis.ts';
import { constantText, textOf, type Value } from '../../flow/value.ts';
import { exposedAt, type Detection, type DetectingRule } from '../../detection.ts';
import { returnsOf } from '../../program/returns-of.ts';
import { isPageHandler } from './handlers.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const RESPONSES =
  /^(?:django\.http\.(?:HttpResponse|response\.HttpResponse)|(?:fastapi|starlette)\.responses\.HTMLResponse|flask\.(?:make_response|Response)|werkzeug\.(?:wrappers\.)?Response|quart\.(?:make_response|Response)|aiohttp\.web\.Response|bottle\.HTTPResponse|sanic\.response\.html|webob\.Response|pyramid\.response\.Response)$/;
const TRUSTED =
  /^(?:(?:markupsafe|flask|jinja2)\.Markup|django\.utils\.safestring\.(?:mark_safe|SafeString|SafeText)|django\.utils\.html\.format_html)$/;

/** Text from outside in a page, as it came. */
export const XSS: DetectingRule = {
  id: 'py/xss',
  ...KIND_DESCRIPTIONS.xss,
  fix: 'Render a template that escapes, or pass the text through `markupsafe.escape` first.',
  weakExample:
    'from flask import Flask, request\n\napp = Flask(__name__)\n\n@app.get("/hello")\ndef hello():\n    return "<h1>Hello " + request.args["name"] + "</h1>"\n',
  safeExample:
    'from flask import Flask, request\nfrom markupsafe import escape\n\napp = Flask(__name__)\n\n@app.get("/hello")\ndef hello():\n    return "<h1>Hello " + str(escape(request.args["name"])) + "</h1>"\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      const content = pageContent(site, analysis);
      // Markup that is declared safe with something put into it is open whoever calls.
      const least = TRUSTED.test(site.ref) && content !== undefined && holdsMarkup(content) ? 'parameter' : 'remote';
      const isOpen = content !== undefined && isExposed(analysis.exposureOf(content, 'html'), least);
      if (isOpen) yield exposedAt(site.call.span, analysis.exposureOf(content, 'html'));
      yield* writtenThrough(site, analysis);
      if (turnsEscapingOff(site)) yield { span: site.call.span, confidence: 0.7 };
    }
    yield* returned(analysis);
  },
};

/** What the call makes a page of, or declares safe in one. */
function pageContent(site: CallSite, analysis: Analysis): Value | undefined {
  const { ref } = site;
  const name = calledName(site);
  if (TRUSTED.test(ref)) return name === 'format_html' ? site.positional[0] : argumentOf(site, 0);
  if (RESPONSES.test(ref)) {
    const content =
      argumentOf(site, 0, 'content') ?? site.named.get('text') ?? site.named.get('body') ?? site.named.get('response');
    return isPage(site, content) ? content : undefined;
  }
  if (ref === '$self.write' && site.callerClass?.bases.some((base) => base.endsWith('RequestHandler')) === true) {
    return argumentOf(site, 0);
  }
  const isRaw = /^\$self\.wfile\.write$/.test(ref) && analysis.importsFrom('http.server', 'BaseHTTPServer');
  const raw = isRaw ? argumentOf(site, 0) : undefined;
  return raw !== undefined && holdsMarkup(raw) ? raw : undefined;
}

/** Whether the response is a page, as far as it says: text alone and data are not. */
function isPage(site: CallSite, content: Value | undefined): boolean {
  if (content === undefined || content.entries !== undefined || content.items !== undefined) return false;
  const type = ['content_type', 'mimetype', 'media_type']
    .map((name) => constantText(site.named.get(name)))
    .find((text) => text !== undefined);
  if (type !== undefined) return /html|svg|xml/.test(type);
  if (site.ref.endsWith('aiohttp.web.Response')) return false;
  const headers = site.named.get('headers') ?? site.positional[2];
  if (headers?.entries !== undefined && [...headers.entries.keys()].some((key) => /^content-type$/i.test(key))) {
    return [...headers.entries.values()].some((value) => /html/.test(constantText(value) ?? ''));
  }
  return true;
}

/** Pages that are put together elsewhere in the file and handed to the method that writes them out. */
function* writtenThrough(site: CallSite, analysis: Analysis): Generator<Detection> {
  const raw = /^\$self\.wfile\.write$/.test(site.ref) ? argumentOf(site, 0) : undefined;
  if (raw === undefined || !analysis.importsFrom('http.server', 'BaseHTTPServer')) return;
  for (const origin of raw.taint.keys()) {
    for (const { call, value } of analysis.passedTo(origin)) {
      if (holdsMarkup(value) && isExposed(analysis.exposureOf(value, 'html'), 'remote')) {
        yield exposedAt(call.span, 'remote');
      }
    }
  }
}

function holdsMarkup(value: Value): boolean {
  return textOf(value).some((part) => typeof part === 'string' && /<\/?[a-z]/i.test(part));
}

function turnsEscapingOff(site: CallSite): boolean {
  return (
    /^jinja2\.(?:Environment|Template|sandbox\.SandboxedEnvironment)$/.test(site.ref) &&
    site.named.get('autoescape')?.literal === false
  );
}

/** Handlers whose returned text becomes a page. */
function* returned(analysis: Analysis): Generator<Detection> {
  for (const definition of analysis.program.functions) {
    if (!isPageHandler(definition, analysis)) continue;
    for (const { value, span } of returnsOf(definition.body)) {
      const page = pageOf(value, analysis);
      if (page !== undefined && isExposed(analysis.exposureOf(page, 'html'), 'remote')) yield exposedAt(span, 'remote');
    }
  }
}

/** The text of `return text`, `return text, status` and `return text, status, headers` where it is a page. */
function pageOf(expression: Expression, analysis: Analysis): Value | undefined {
  const [first, ...rest] = expression.kind === 'sequence' ? expression.elements : [expression];
  if (first === undefined || first.kind === 'mapping' || first.kind === 'call') return undefined;
  const isTyped = rest.some((part) =>
    [...(analysis.valueOf(part).entries?.keys() ?? [])].some((key) => /^content-type$/i.test(key)),
  );
  const value = analysis.valueOf(first);
  if (isTyped || value.entries !== undefined || value.items !== undefined || value.ref.endsWith('()')) return undefined;
  return value;
}
