import { argumentOf, type CallSite } from '../../flow/call-site.ts';
import { isExposed, type Analysis } from '../../flow/analysis.ts';
import { constantText } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { hasNestedRepetition } from '../../knowledge/regular-expression.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

/** A pattern that takes forever on the wrong text. */
export const REDOS: DetectingRule = {
  id: 'py/redos',
  ...KIND_DESCRIPTIONS.redos,
  fix: 'Write the pattern so that each text has one way to match, and limit the length of what is matched.',
  weakExample: 'import re\n\ndef is_list(text):\n    return re.fullmatch(r"(\\w+,?)+", text) is not None\n',
  safeExample: 'import re\n\ndef is_list(text):\n    return re.fullmatch(r"\\w+(?:,\\w+)*", text) is not None\n',
  *detect(analysis) {
    for (const site of analysis.calls) if (isSlow(site, analysis)) yield { span: site.call.span };
  },
};

function isSlow(site: CallSite, analysis: Analysis): boolean {
  const used = /^re\.(?:match|fullmatch|search|findall|finditer|split|sub|subn|compile)$/.exec(site.ref);
  if (used === null) return false;
  const given = argumentOf(site, 0, 'pattern');
  // A pattern of the client's own choice can be as slow as it likes.
  if (isExposed(analysis.exposureOf(given, 'pattern'), 'remote')) return true;
  const pattern = constantText(given);
  if (pattern === undefined || !hasNestedRepetition(pattern)) return false;
  if (used[0] === 're.compile') return true;
  const subject = argumentOf(site, /subn?$/.test(used[0]) ? 2 : 1, 'string');
  return isExposed(analysis.exposureOf(subject, 'pattern'), 'unknown');
}
