import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Analysis } from '../../flow/analysis.ts';
import { constantText } from '../../flow/value.ts';
import { at, siteRule } from '../../site-rule.ts';

const MAKERS =
  /^(?:DocumentBuilderFactory\.newInstance|SAXParserFactory\.newInstance|XMLInputFactory\.(?:newInstance|newFactory)|TransformerFactory\.newInstance|SchemaFactory\.newInstance|XMLReaderFactory\.createXMLReader|SAXReader|SAXBuilder|Digester)$/;

/** A parser of XML that puts into a document what its entities name. */
export const XXE: DetectingRule = siteRule(
  {
    id: 'java/xxe',
    ...KIND_DESCRIPTIONS.xxe,
    fix: 'Switch document types off: `setFeature("http://apache.org/xml/features/disallow-doctype-decl", true)`.',
    weakExample:
      'import javax.xml.parsers.*;\nimport java.io.InputStream;\n\nclass Feed {\n  Object read(InputStream stream) throws Exception {\n    return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(stream);\n  }\n}\n',
    safeExample:
      'import javax.xml.parsers.*;\nimport java.io.InputStream;\n\nclass Feed {\n  Object read(InputStream stream) throws Exception {\n    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();\n    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);\n    return factory.newDocumentBuilder().parse(stream);\n  }\n}\n',
  },
  (site, analysis) => at(site, MAKERS.test(site.ref) && !isHardened(site, analysis) && isUsed(site, analysis)),
);

/** Whether something switches document types or their entities off where the factory is made. */
function isHardened(site: CallSite, analysis: Analysis): boolean {
  return analysis.calls.some(
    (other) => other.caller === site.caller && other.callerClass === site.callerClass && hardens(other),
  );
}

function hardens(site: CallSite): boolean {
  const name = calledName(site);
  if (!/^(?:setFeature|setProperty|setAttribute|setExpandEntityReferences)$/.test(name)) return false;
  const [key, value] = site.positional;
  const setting = `${constantText(key) ?? ''} ${key?.ref ?? ''}`;
  if (/disallow-doctype-decl|FEATURE_SECURE_PROCESSING|secure-processing/.test(setting)) {
    return value?.literal === true || (value?.ref ?? '').endsWith('TRUE');
  }
  if (
    /external-general-entities|external-parameter-entities|SUPPORT_DTD|supportDTD|IS_SUPPORTING_EXTERNAL_ENTITIES|isSupportingExternalEntities|load-external-dtd/.test(
      setting,
    )
  ) {
    return value?.literal === false || (value?.ref ?? '').endsWith('FALSE');
  }
  return /ACCESS_EXTERNAL_|accessExternal/.test(setting) && constantText(value) === '';
}

/** Whether the parser reads anything in the function that makes it, or is handed on. */
function isUsed(site: CallSite, analysis: Analysis): boolean {
  return analysis.calls.some((other) => other !== site && other.caller === site.caller);
}
