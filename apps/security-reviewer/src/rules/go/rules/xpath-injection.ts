import type { DetectingRule } from '../../detection.ts';
import { calledName } from '../../flow/call-site.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { exposed, siteRule } from '../../site-rule.ts';

const PACKAGES =
  /^(?:xmlquery|htmlquery|jsonquery|xmlpath)\.(?:Find|FindOne|Query|QueryAll|Compile|MustCompile|FindEach)$/;

/** Text from outside in a path through a document. */
export const XPATH_INJECTION: DetectingRule = siteRule(
  {
    id: 'go/xpath-injection',
    ...KIND_DESCRIPTIONS['xpath-injection'],
    fix: 'Look the text up among the nodes in Go code, or let only letters and digits through.',
    weakExample:
      'package users\n\nimport "github.com/antchfx/xmlquery"\n\nfunc Find(root *xmlquery.Node, name string) *xmlquery.Node {\n\treturn xmlquery.FindOne(root, "//user[@name=\'"+name+"\']")\n}\n',
    safeExample:
      'package users\n\nimport "github.com/antchfx/xmlquery"\n\nfunc Find(root *xmlquery.Node, name string) *xmlquery.Node {\n\tfor _, user := range xmlquery.Find(root, "//user") {\n\t\tif user.SelectAttr("name") == name {\n\t\t\treturn user\n\t\t}\n\t}\n\treturn nil\n}\n',
  },
  (site, analysis) => {
    if (/^xpath\.(?:Compile|MustCompile|Select)$/.test(site.ref)) {
      return exposed(
        site,
        site.positional.slice(0, 2).filter((value) => value.text !== undefined),
        'xpath',
        'parameter',
        analysis,
      );
    }
    const isElement =
      /etree|xmlquery|htmlquery/.test(site.ref) && /^(?:FindElements?|SelectElement)$/.test(calledName(site));
    const paths = PACKAGES.test(site.ref) ? site.positional : isElement ? site.positional.slice(0, 1) : [];
    return exposed(
      site,
      paths.filter((value) => value.text !== undefined),
      'xpath',
      'parameter',
      analysis,
    );
  },
);
