import { calledName, type CallSite } from '../../flow/call-site.ts';
import { isExposed } from '../../flow/analysis.ts';
import { textOf, type Value } from '../../flow/value.ts';
import { exposedAt, type DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

/** Text from outside in a path through a document. */
export const XPATH_INJECTION: DetectingRule = {
  id: 'js/xpath-injection',
  ...KIND_DESCRIPTIONS['xpath-injection'],
  fix: 'Pass the value as a variable (`xpath.parse("//user[@name=$name]").select({ node, variables: { name } })`), or check it against what is allowed.',
  weakExample:
    'import xpath from \'xpath\';\n\nexport function find(document, name) {\n  return xpath.select("//user[@name=\'" + name + "\']", document);\n}\n',
  safeExample:
    "import xpath from 'xpath';\n\nexport function find(node, name) {\n  return xpath.parse('//user[@name=$name]').select({ node, variables: { name } });\n}\n",
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
    /^(?:select|select1|evaluate|find|get|parse|useNamespaces|query|selectNodes|selectSingleNode|\$x)$/.test(
      calledName(site),
    );
  return isSearch ? site.positional[0] : undefined;
}

/** Built from text that reads as a path through a document. */
function isPath(value: Value): boolean {
  const parts = textOf(value);
  const known = parts.filter((part) => typeof part === 'string').join(' ');
  return (
    parts.some((part) => typeof part !== 'string') &&
    /\/\/?[\w*.@]+\[|\/\/\w|\[@?[\w-]+\s*=|\[contains\(|text\(\)\s*=/.test(known) &&
    !/^https?:\/\//.test(known)
  );
}
