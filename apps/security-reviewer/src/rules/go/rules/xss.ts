import type { DetectingRule } from '../../detection.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import { constantText, textOf, type Value } from '../../flow/value.ts';
import { formatVerbs } from '../../flow/text-format.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { exposed, siteRule } from '../../site-rule.ts';
import { answersWithoutPage, isResponseWriter, writtenBody, writtenPage } from './responses.ts';

/** Text from outside that a page shows as it came. */
export const XSS: DetectingRule = siteRule(
  {
    id: 'go/xss',
    ...KIND_DESCRIPTIONS.xss,
    fix: 'Render pages with `html/template` and plain strings, or escape the text with `html.EscapeString`.',
    weakExample:
      'package hello\n\nimport (\n\t"fmt"\n\t"net/http"\n)\n\nfunc Hello(w http.ResponseWriter, r *http.Request) {\n\tfmt.Fprintf(w, "<h1>Hello %s</h1>", r.FormValue("name"))\n}\n',
    safeExample:
      'package hello\n\nimport (\n\t"fmt"\n\t"html"\n\t"net/http"\n)\n\nfunc Hello(w http.ResponseWriter, r *http.Request) {\n\tfmt.Fprintf(w, "<h1>Hello %s</h1>", html.EscapeString(r.FormValue("name")))\n}\n',
  },
  (site, analysis) => {
    if (/^html\/template\.(?:HTML|JS|JSStr|CSS|URL|HTMLAttr|Srcset)$/.test(site.ref)) {
      const isRemote = exposed(site, site.positional, 'html', 'remote', analysis);
      return (
        isRemote ?? exposed(site, isMarkup(site.positional[0]) ? site.positional : [], 'html', 'parameter', analysis)
      );
    }
    const shown = [...bodyOf(site), ...writtenPage(site), ...rendered(site)];
    if (shown.length === 0 || answersWithoutPage(site, analysis)) return undefined;
    return exposed(site, shown, 'html', 'remote', analysis);
  },
);

/** What is written as it is; numbers among the arguments of a format are not. */
function bodyOf(site: CallSite): readonly Value[] {
  const written = writtenBody(site);
  const [template, ...given] = written;
  return site.ref === 'fmt.Fprintf' && template !== undefined
    ? [formatVerbs(template, given, undefined, site.call)]
    : written;
}

/** What a template of the package that does not escape shows. */
function rendered(site: CallSite): readonly Value[] {
  const isTemplate = site.ref.startsWith('text/template.') && /^Execute(?:Template)?$/.test(calledName(site));
  return isTemplate && isResponseWriter(site.positional[0]) ? site.positional.slice(1) : [];
}

function isMarkup(value: Value | undefined): boolean {
  if (value === undefined || constantText(value) !== undefined) return false;
  return textOf(value).some((part) => typeof part === 'string' && /<[a-z/]/i.test(part));
}
