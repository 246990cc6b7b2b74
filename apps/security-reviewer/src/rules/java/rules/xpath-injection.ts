import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import { exposed, siteRule } from '../../site-rule.ts';

/** Text from outside in a path through a document. */
export const XPATH_INJECTION: DetectingRule = siteRule(
  {
    id: 'java/xpath-injection',
    ...KIND_DESCRIPTIONS['xpath-injection'],
    fix: 'Put a variable into the expression and set it with `setXPathVariableResolver`.',
    weakExample:
      'import javax.xml.xpath.*;\n\nclass Users {\n  Object find(XPath xpath, Object document, String name) throws Exception {\n    return xpath.evaluate("//user[@name=\'" + name + "\']", document, XPathConstants.NODE);\n  }\n}\n',
    safeExample:
      'import javax.xml.xpath.*;\n\nclass Users {\n  Object find(XPath xpath, Object document, String name) throws Exception {\n    xpath.setXPathVariableResolver(variable -> name);\n    return xpath.evaluate("//user[@name=$name]", document, XPathConstants.NODE);\n  }\n}\n',
  },
  (site, analysis) =>
    /^(?:compile|evaluate|evaluateExpression|selectNodes|selectSingleNode|valueOf|nodes)$/.test(calledName(site)) &&
    isPath(site)
      ? exposed(
          site,
          site.positional.slice(0, 1).filter((value) => value.text !== undefined || value.ref === ''),
          'xpath',
          'parameter',
          analysis,
        )
      : undefined,
);

function isPath(site: CallSite): boolean {
  return /XPath|xpath|newXPath\(\)|Document\(\)|Element\(\)|Node\(\)/.test(site.receiver?.ref ?? '');
}
