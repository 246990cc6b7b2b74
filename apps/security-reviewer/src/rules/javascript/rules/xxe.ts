import type { CallSite } from '../../flow/call-site.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { optionOf } from './settings.ts';

/** XML that can make the parser read files and call addresses. */
export const XXE: DetectingRule = {
  id: 'js/xxe',
  ...KIND_DESCRIPTIONS.xxe,
  fix: 'Leave `noent`, `dtdload` and `nonet: false` out, or use a parser that knows no external entities, such as `fast-xml-parser`.',
  weakExample:
    "import libxmljs from 'libxmljs';\n\nexport function read(body) {\n  return libxmljs.parseXml(body, { noent: true });\n}\n",
  safeExample:
    "import libxmljs from 'libxmljs';\n\nexport function read(body) {\n  return libxmljs.parseXml(body, { noent: false, nonet: true });\n}\n",
  *detect(analysis) {
    for (const site of analysis.calls) if (resolvesEntities(site)) yield { span: site.call.span };
  },
};

function resolvesEntities(site: CallSite): boolean {
  if (!/^(?:libxmljs2?|libxml|libxmljs2-xsd|libxml-xsd|node-libxml|libxslt)\b/.test(site.ref)) return false;
  const option = (name: string): unknown => optionOf(site, name)?.literal;
  return (
    option('noent') === true ||
    option('replaceEntities') === true ||
    option('dtdload') === true ||
    option('resolveEntities') === true
  );
}
