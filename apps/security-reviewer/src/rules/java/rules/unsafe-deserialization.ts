import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Analysis } from '../../flow/analysis.ts';
import { at, siteRule } from '../../site-rule.ts';

/** Data in a format that makes whatever object it names. */
export const UNSAFE_DESERIALIZATION: DetectingRule = siteRule(
  {
    id: 'java/unsafe-deserialization',
    ...KIND_DESCRIPTIONS['unsafe-deserialization'],
    fix: 'Read data from outside as JSON into a class of plain fields, or set an `ObjectInputFilter` that lets only your classes through.',
    weakExample:
      'import java.io.*;\n\nclass Jobs {\n  Object load(InputStream stream) throws Exception {\n    return new ObjectInputStream(stream).readObject();\n  }\n}\n',
    safeExample:
      'import java.io.*;\n\nclass Jobs {\n  Object load(InputStream stream) throws Exception {\n    ObjectInputStream reader = new ObjectInputStream(stream);\n    reader.setObjectInputFilter(ObjectInputFilter.Config.createFilter("com.example.*;!*"));\n    return reader.readObject();\n  }\n}\n',
  },
  (site, analysis) => at(site, isUnsafe(site, analysis)),
);

function isUnsafe(site: CallSite, analysis: Analysis): boolean {
  const name = calledName(site);
  const owner = site.receiver?.ref ?? '';
  if (/^ObjectInputStream\(\)$/.test(owner) && /^(?:readObject|readUnshared)$/.test(name)) {
    return !analysis.calls.some(
      (other) => other.caller === site.caller && /^setObjectInputFilter$/.test(calledName(other)),
    );
  }
  if (/^XMLDecoder\(\)$/.test(owner) && name === 'readObject') return true;
  if (/^SerializationUtils\.deserialize$/.test(site.ref)) return true;
  if (/^Yaml\(\)$/.test(owner) && /^(?:load|loadAll|loadAs)$/.test(name)) return !isSafeYaml(site, analysis);
  if (/^XStream\(\)$/.test(owner) && name === 'fromXML') {
    return !analysis.calls.some((other) =>
      /^(?:allowTypes|allowTypesByWildcard|addPermission|denyTypes|allowTypeHierarchy)$/.test(calledName(other)),
    );
  }
  if (/^(?:enableDefaultTyping|enableDefaultTypingAsProperty)$/.test(name)) return true;
  if (name === 'activateDefaultTyping') return /LaissezFaire/.test(site.positional[0]?.ref ?? '');
  if (/^(?:Hessian2?Input|BurlapInput|HessianSerializerInput)\(\)$/.test(owner)) return name === 'readObject';
  if (/^Kryo\(\)$/.test(owner)) return name === 'setRegistrationRequired' && site.positional[0]?.literal === false;
  return site.ref === 'ParserConfig.getGlobalInstance().setAutoTypeSupport' && site.positional[0]?.literal === true;
}

/** A reader of YAML that is made with a constructor that makes no classes. */
function isSafeYaml(site: CallSite, analysis: Analysis): boolean {
  const made = site.receiver?.madeBy;
  const options = made === undefined ? undefined : analysis.siteOf(made)?.positional[0];
  return options !== undefined && /SafeConstructor/.test(options.ref);
}
