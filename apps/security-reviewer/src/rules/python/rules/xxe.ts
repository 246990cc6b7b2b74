import { argumentOf, calledName, type CallSite } from '../../flow/call-site.ts';
import { isExposed, type Analysis } from '../../flow/analysis.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const LXML = /^lxml\.(?:etree|objectify)\./;
const EXTERNAL_FEATURES = /(?:^|\.)feature_external_(?:ges|pes)$/;

/** XML that can make the parser read files and call addresses. */
export const XXE: DetectingRule = {
  id: 'py/xxe',
  ...KIND_DESCRIPTIONS.xxe,
  fix: 'Parse with `defusedxml`, or with `XMLParser(resolve_entities=False, no_network=True)`.',
  weakExample:
    'from lxml import etree\n\ndef read(body):\n    parser = etree.XMLParser(resolve_entities=True)\n    return etree.fromstring(body, parser)\n',
  safeExample:
    'from lxml import etree\n\ndef read(body):\n    parser = etree.XMLParser(resolve_entities=False, no_network=True)\n    return etree.fromstring(body, parser)\n',
  *detect(analysis) {
    for (const site of analysis.calls) if (resolvesEntities(site, analysis)) yield { span: site.call.span };
  },
};

function resolvesEntities(site: CallSite, analysis: Analysis): boolean {
  if (calledName(site) === 'setFeature') {
    const value = argumentOf(site, 1)?.literal;
    return EXTERNAL_FEATURES.test(argumentOf(site, 0)?.ref ?? '') && (value === true || value === 1);
  }
  if (!LXML.test(site.ref)) return false;
  const name = calledName(site);
  const option = (key: string): unknown => site.named.get(key)?.literal;
  if (/^(?:XMLParser|XMLPullParser|iterparse)$/.test(name)) {
    return option('resolve_entities') === true || option('load_dtd') === true || option('no_network') === false;
  }
  // Without a parser of its own, lxml resolves entities by default.
  const isParse = /^(?:parse|fromstring|XML|fromstringlist)$/.test(name) && argumentOf(site, 1, 'parser') === undefined;
  return isParse && isExposed(analysis.exposureOf(argumentOf(site, 0), 'data'), 'remote');
}
