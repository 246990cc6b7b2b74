import { calledName, type CallSite } from '../../flow/call-site.ts';
import { isExposed, type Analysis, type Exposure } from '../../flow/analysis.ts';
import { constantText, textOf, type Value } from '../../flow/value.ts';
import { exposedAt, type Detection, type DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { contains } from '../../knowledge/naming.ts';
import { returnsOf } from '../../program/returns-of.ts';
import type { FunctionDefinition } from '../../program/program.ts';
import { placeOf } from '../../flow/place.ts';
import { isResponse } from '../model/requests.ts';

/** Fields of records that people fill in freely. */
const FREE_TEXT =
  /\.(?:title|body|text|content|comment|message|bio|description|subject|about|note|notes|caption|headline|summary|nick|nickname|displayName|html|review|signature)$/;
/** Attributes whose value is opened, or run where it starts with `javascript:`. */
const ADDRESSES = ['href', 'src', 'action', 'formAction', 'xlinkHref'];

/** Methods of elements and of jQuery that read their argument as markup. */
const MARKUP_METHODS = /^(?:html|append|prepend|before|after|replaceWith|appendTo|prependTo|wrap)$/;
const TRUSTED =
  /(?:^|\.)(?:SafeString|bypassSecurityTrust(?:Html|Script|Url|ResourceUrl)|unsafeHTML|htmlSafe|createContextualFragment|trustAsHtml)$/;

/** Text from outside in a page, as it came. */
export const XSS: DetectingRule = {
  id: 'js/xss',
  ...KIND_DESCRIPTIONS.xss,
  fix: 'Use a template that escapes, `textContent` in a page, or pass markup through a sanitiser such as DOMPurify.',
  weakExample:
    "import express from 'express';\n\nexpress().get('/hello', (request, response) => {\n  response.send(`<h1>Hello ${request.query.name}</h1>`);\n});\n",
  safeExample:
    "import escapeHtml from 'escape-html';\nimport express from 'express';\n\nexpress().get('/hello', (request, response) => {\n  response.send(`<h1>Hello ${escapeHtml(request.query.name)}</h1>`);\n});\n",
  *detect(analysis) {
    for (const site of analysis.calls) {
      const exposure = callExposure(site, analysis);
      if (exposure !== 'none') yield exposedAt(site.call.span, exposure);
      else if (turnsEscapingOff(site)) yield { span: site.call.span, confidence: 0.7 };
    }
    yield* assigned(analysis);
    yield* returned(analysis);
    yield* answeredAsObject(analysis);
  },
};

function callExposure(site: CallSite, analysis: Analysis): Exposure {
  const content = pageContent(site, analysis);
  if (content !== undefined) {
    const exposure = nearest(content, 'remote', analysis);
    return exposure === 'none' ? storedExposure(content, analysis) : exposure;
  }
  if (site.ref.startsWith('<') && opensAddress(site, analysis)) return 'remote';
  for (const markup of markupOf(site)) {
    const exposure = markupExposure(markup, analysis);
    if (exposure !== 'none') return exposure;
  }
  return 'none';
}

/** What the call answers a request with, where that is a page. */
function pageContent(site: CallSite, analysis: Analysis): Value | undefined {
  const { ref, positional } = site;
  const name = calledName(site);
  const [first] = positional;
  if (first === undefined || first.entries !== undefined || first.items !== undefined) return undefined;
  if (/(?:^|\.)(?:Response|NextResponse)$/.test(ref)) {
    const type = contentType(positional[1]?.entries?.get('headers'));
    return type !== undefined && /html/i.test(type) ? first : undefined;
  }
  if (
    !/^(?:send|end|write|html|body|response)$/.test(name) ||
    site.receiver === undefined ||
    !isResponse(site.receiver.ref)
  ) {
    return undefined;
  }
  const type = typeBefore(site, analysis);
  if (name === 'html') return first;
  if (type !== undefined) return /html|svg|^xml|xhtml/i.test(type) ? first : undefined;
  // Express takes a text for a page; Node itself says nothing, and Fastify and Koa call it text.
  const isPage = name === 'send' && !analysis.importsFrom('fastify');
  return isPage || holdsMarkup(first) ? first : undefined;
}

function contentType(headers: Value | undefined): string | undefined {
  for (const [key, value] of headers?.entries ?? []) if (/^content-type$/i.test(key)) return constantText(value);
  return undefined;
}

/** A record's free text between tags: what one visitor stored, another opens. */
function storedExposure(content: Value, analysis: Analysis): Exposure {
  if (!holdsMarkup(content)) return 'none';
  const isStored = textOf(content).some(
    (part) =>
      typeof part !== 'string' &&
      FREE_TEXT.test(part.ref) &&
      !/\$(?:error|exception)/.test(part.ref) &&
      isExposed(analysis.exposureOf(part, 'html'), 'unknown'),
  );
  return isStored ? 'unknown' : 'none';
}

/** `<a href={text}>` with text from the address of the page. */
function opensAddress(site: CallSite, analysis: Analysis): boolean {
  return ADDRESSES.some((name) => {
    const address = site.named.get(name);
    const isOpen = address !== undefined && textOf(address)[0] !== undefined && typeof textOf(address)[0] !== 'string';
    return (
      isOpen &&
      isExposed(analysis.exposureOf(address, 'scheme'), 'remote') &&
      isExposed(analysis.exposureOf(address, 'html'), 'remote')
    );
  });
}

/** Content type that the same function has set before, or in the same chain. */
function typeBefore(site: CallSite, analysis: Analysis): string | undefined {
  let type: string | undefined;
  for (const other of analysis.calls) {
    if (
      other.caller !== site.caller ||
      (other.call.span.start > site.call.span.start && !contains(site.call.span, other.call.span))
    ) {
      continue;
    }
    const isOn =
      other.receiver !== undefined && (isResponse(other.receiver.ref) || other.receiver.ref.endsWith('.headers'));
    const called = calledName(other);
    if (!isOn || contains(other.call.span, site.call.span)) continue;
    if (called === 'type' || called === 'contentType') type = constantText(other.positional[0]) ?? type;
    if (called === 'json') continue;
    const isHeader =
      /^(?:set|setHeader|header)$/.test(called) && /^content-type$/i.test(constantText(other.positional[0]) ?? '');
    if (isHeader) type = constantText(other.positional[1]) ?? type;
    if (/^(?:writeHead|set)$/.test(called)) {
      type = contentType(other.positional.find(({ entries }) => entries !== undefined)) ?? type;
    }
  }
  return type;
}

/** Markup that the call puts into a page. */
function markupOf(site: CallSite): Value[] {
  const { ref, positional } = site;
  const name = calledName(site);
  const [first, second] = positional;
  if (ref.startsWith('<')) {
    const html =
      site.named.get('dangerouslySetInnerHTML')?.entries?.get('__html') ??
      site.named.get('srcDoc') ??
      site.named.get('innerHTML');
    return html === undefined ? [] : [html];
  }
  if (/(?:^|\.)document\.(?:write|writeln)$/.test(ref)) return [...positional];
  if (name === 'insertAdjacentHTML') return second === undefined ? [] : [second];
  if (TRUSTED.test(ref)) return first === undefined ? [] : [first];
  const isElement =
    /^(?:\$|jQuery|jquery)\(\)/.test(site.receiver?.ref ?? '') || placeOf(site.call.callee)?.startsWith('$') === true;
  if (MARKUP_METHODS.test(name) && isElement) {
    return first === undefined || !(name === 'html' || holdsMarkup(first)) ? [] : [first];
  }
  return /^(?:\$|jQuery|jquery)$/.test(ref) && first !== undefined && holdsMarkup(first) ? [first] : [];
}

/** How near to the outside markup comes from: anything that is not seen counts where it is put between known markup. */
function markupExposure(markup: Value, analysis: Analysis): Exposure {
  const least: Exposure =
    markup.text === undefined &&
    markup.ref.endsWith('()') &&
    !/\.(?:get|json|text|getItem|parse|value)\(\)$/.test(markup.ref)
      ? 'parameter'
      : 'unknown';
  return nearest(markup, least, analysis);
}

function nearest(value: Value, least: Exposure, analysis: Analysis): Exposure {
  const exposure = analysis.exposureOf(value, 'html');
  return isExposed(exposure, least) ? exposure : 'none';
}

function holdsMarkup(value: Value): boolean {
  return textOf(value).some((part) => typeof part === 'string' && /<\/?[a-z!]/i.test(part));
}

/** `element.innerHTML = …`, and the body of a Koa answer. */
function* assigned(analysis: Analysis): Generator<Detection> {
  for (const { targets, value, span } of analysis.program.assignments) {
    for (const target of targets) {
      if (target.kind !== 'member') continue;
      const given = analysis.valueOf(value);
      if (/^(?:innerHTML|outerHTML|srcdoc)$/.test(target.property)) {
        const exposure = markupExposure(given, analysis);
        if (exposure !== 'none') yield exposedAt(span, exposure);
      }
      const isBody =
        target.property === 'body' && /^\$context(?:\.res(?:ponse)?)?$/.test(analysis.valueOf(target.object).ref);
      const isPage = isBody && given.entries === undefined && holdsMarkup(given);
      if (isPage && isExposed(analysis.exposureOf(given, 'html'), 'remote')) yield exposedAt(span, 'remote');
    }
  }
}

/** Handlers whose returned text becomes a page: those of NestJS, and of Fastify and Hono where they say that it is one. */
function* returned(analysis: Analysis): Generator<Detection> {
  for (const definition of analysis.program.functions) {
    if (!answersWithPage(definition, analysis)) continue;
    for (const { value, span } of returnsOf(definition.body)) {
      const page = analysis.valueOf(value);
      const isPage = page.entries === undefined && value.kind !== 'mapping' && holdsMarkup(page);
      if (isPage && isExposed(analysis.exposureOf(page, 'html'), 'remote')) yield exposedAt(span, 'remote');
    }
  }
}

/** `{ statusCode, headers, body }`, as a function in the cloud answers. */
function* answeredAsObject(analysis: Analysis): Generator<Detection> {
  for (const expression of analysis.program.expressions) {
    if (expression.kind !== 'mapping') continue;
    const { entries } = analysis.valueOf(expression);
    const body = entries?.get('body');
    if (body === undefined || !entries?.has('statusCode') || !/html/i.test(contentType(entries.get('headers')) ?? '')) {
      continue;
    }
    if (isExposed(analysis.exposureOf(body, 'html'), 'remote')) yield exposedAt(expression.span, 'remote');
  }
}

function answersWithPage(definition: FunctionDefinition, analysis: Analysis): boolean {
  const isRoute = definition.decorators.some(
    (decorator) =>
      decorator.kind === 'call' &&
      decorator.callee.kind === 'name' &&
      /^(?:Get|Post|Put|Patch|Delete|All)$/.test(decorator.callee.name),
  );
  if (isRoute) return true;
  return analysis.calls.some((site) => {
    if (site.caller !== definition || site.receiver === undefined || !isResponse(site.receiver.ref)) return false;
    const type = constantText(site.positional[calledName(site) === 'type' ? 0 : 1]);
    return /^(?:type|header|set|setHeader)$/.test(calledName(site)) && /html/i.test(type ?? '');
  });
}

/** Template engines that are told not to escape. */
function turnsEscapingOff(site: CallSite): boolean {
  const option = (name: string): unknown =>
    site.positional.map((value) => value.entries?.get(name)?.literal).find((value) => value !== undefined);
  if (/^handlebars\.compile$/.test(site.ref)) return option('noEscape') === true;
  return /^nunjucks\.(?:configure|Environment)$/.test(site.ref) && option('autoescape') === false;
}
