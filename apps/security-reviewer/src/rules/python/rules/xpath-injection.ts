import { argumentOf, calledName, type CallSite } from '../../flow/call-site.ts';
import { isExposed } from '../../flow/analysis.ts';
import { textOf, type Value } from '../../flow/value.ts';
import { exposedAt, type DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

/** Text from outside in a path through a document. */
export const XPATH_INJECTION: DetectingRule = {
  id: 'py/xpath-injection',
  ...KIND_DESCRIPTIONS['xpath-injection'],
  fix: 'Pass the value as a variable: `tree.xpath("//user[@name=$name]", name=name)`.',
  weakExample: 'def find(tree, name):\n    return tree.xpath("//user[@name=\'" + name + "\']")\n',
  safeExample: 'def find(tree, name):\n    return tree.xpath("//user[@name=$name]", name=name)\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      const path = pathOf(site);
      if (path === undefined || !isPath(path)) continue;
      const exposure = analysis.exposureOf(path, 'xpath');
      if (isExposed(exposure, 'parameter')) yield exposedAt(site.call.span, exposure);
    }
  },
};

function pathOf(site: CallSite): Value | undefined {
  const isSearch =
    site.receiver !== undefined &&
    /^(?:xpath|find|findall|findtext|iterfind|XPath|ETXPath|select)$/.test(calledName(site));
  return isSearch ? argumentOf(site, 0, 'path') : undefined;
}

/** Built from text that reads as a path through a document. */
function isPath(value: Value): boolean {
  const parts = textOf(value);
  const known = parts.filter((part) => typeof part === 'string').join(' ');
  return (
    parts.some((part) => typeof part !== 'string') &&
    /\/\/?[\w*.@]+\[|\/\/\w|\[@?\w+\s*=|\[contains\(|text\(\)\s*=/.test(known)
  );
}
