import type { DetectingRule } from '../../detection.ts';
import { calledName } from '../../flow/call-site.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { exposed, siteRule } from '../../site-rule.ts';

/** Text from outside that is parsed as a template. */
export const TEMPLATE_INJECTION: DetectingRule = siteRule(
  {
    id: 'go/template-injection',
    ...KIND_DESCRIPTIONS['template-injection'],
    fix: 'Parse templates of the program alone, and hand the text to them as data.',
    weakExample:
      'package page\n\nimport (\n\t"net/http"\n\t"text/template"\n)\n\nfunc Page(w http.ResponseWriter, r *http.Request) {\n\ttemplate.New("page").Parse("Hello " + r.FormValue("name"))\n}\n',
    safeExample:
      'package page\n\nimport (\n\t"html/template"\n\t"net/http"\n)\n\nfunc Page(w http.ResponseWriter, r *http.Request) {\n\tpage, err := template.New("page").Parse("Hello {{.}}")\n\tif err == nil {\n\t\tpage.Execute(w, r.FormValue("name"))\n\t}\n}\n',
  },
  (site, analysis) => {
    const isParse = /(?:html|text)\/template\.\w+/.test(site.ref) && calledName(site) === 'Parse';
    const isOther =
      /^(?:pongo2|raymond|mustache|liquid)\b.*\.(?:FromString|RenderTemplateString|Render|ParseString|Parse|ParseAndRenderString)$/.test(
        site.ref,
      );
    return isParse || isOther ? exposed(site, site.positional.slice(0, 1), 'template', 'remote', analysis) : undefined;
  },
);
