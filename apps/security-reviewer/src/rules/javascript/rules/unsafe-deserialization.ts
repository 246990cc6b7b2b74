import type { CallSite } from '../../flow/call-site.ts';
import type { Value } from '../../flow/value.ts';
import { constantText } from '../../flow/value.ts';
import type { Analysis } from '../../flow/analysis.ts';
import { isExposed } from '../../flow/analysis.ts';
import { ARRIVAL, CONFIDENCE, type DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { optionOf } from './settings.ts';

/** What builds functions and objects that its input describes. */
const LOADERS =
  /^(?:node-serialize|funcster|cryo|serialize-to-js|serialijse|serialize-error-js)\.(?:unserialize|deserialize|deepDeserialize|parse)$|^(?:serialize-javascript\.deserialize|js-serialize\.\w+|class-transformer\.deserializeUnsafe)$/;
const NATIVE = /^(?:v8\.deserialize|v8\.Deserializer|bson\.deserialize)$/;

/** Data from outside that is turned into objects of its own choice. */
export const UNSAFE_DESERIALIZATION: DetectingRule = {
  id: 'js/unsafe-deserialization',
  ...KIND_DESCRIPTIONS['unsafe-deserialization'],
  fix: 'Use a format that holds data alone: `JSON.parse`, or the default schema of `js-yaml` 4; or check a signature over the bytes first.',
  weakExample:
    "import serialize from 'node-serialize';\n\nexport function load(text) {\n  return serialize.unserialize(text);\n}\n",
  safeExample: 'export function load(text) {\n  return JSON.parse(text);\n}\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      const data = loadedData(site, analysis);
      if (data === undefined || site.isAuthenticated || constantText(data) !== undefined) continue;
      const exposure = analysis.exposureOf(data, 'data');
      yield {
        span: site.call.span,
        confidence: Math.max(CONFIDENCE[exposure], 0.6),
        severity: exposure === 'remote' ? 'critical' : 'high',
        note: ARRIVAL[exposure],
        exposure,
      };
    }
  },
};

function loadedData(site: CallSite, analysis: Analysis): Value | undefined {
  const [first] = site.positional;
  if (first === undefined) return undefined;
  if (LOADERS.test(site.ref)) return first;
  if (NATIVE.test(site.ref)) return isExposed(analysis.exposureOf(first, 'data'), 'parameter') ? first : undefined;
  if (/^js-yaml\.(?:load|loadAll)$/.test(site.ref)) {
    const schema = optionOf(site, 'schema')?.ref ?? '';
    return /FULL_SCHEMA|UNSAFE|js-yaml-js-types/.test(schema) || analysis.importsFrom('js-yaml-js-types')
      ? first
      : undefined;
  }
  // The names that versions before 4 gave to the safe way show that `load` is the unsafe one.
  return undefined;
}
