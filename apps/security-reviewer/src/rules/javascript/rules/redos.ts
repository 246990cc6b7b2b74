import { type CallSite } from '../../flow/call-site.ts';
import { isExposed, type Analysis } from '../../flow/analysis.ts';
import { constantText } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { hasNestedRepetition } from '../../knowledge/regular-expression.ts';

/** A pattern that takes forever on the wrong text. */
export const REDOS: DetectingRule = {
  id: 'js/redos',
  ...KIND_DESCRIPTIONS.redos,
  fix: 'Write the pattern so that each text has one way to match, limit the length of what is matched, and escape text that becomes part of a pattern.',
  weakExample: 'export const isList = (text) => /^(\\w+,?)+$/.test(text);\n',
  safeExample: 'export const isList = (text) => /^\\w+(?:,\\w+)*$/.test(text);\n',
  *detect(analysis) {
    for (const site of analysis.calls) if (isSlow(site, analysis)) yield { span: site.call.span };
  },
};

function isSlow(site: CallSite, analysis: Analysis): boolean {
  const isPattern = site.ref === 'RegExp' || /^XRegExp$/.test(site.ref);
  const given = site.positional[0];
  if (!isPattern) {
    // `text.match(pattern)` makes a pattern of a text.
    const isMatch =
      /\.(?:match|search|matchAll)$/.test(site.ref) && given?.text === undefined && given?.ref !== 'RegExp()';
    const isText = site.receiver?.text !== undefined;
    return isMatch && isText && isExposed(analysis.exposureOf(given, 'pattern'), 'remote');
  }
  // A pattern of the client's own choice can be as slow as it likes.
  if (isExposed(analysis.exposureOf(given, 'pattern'), 'remote')) return true;
  const pattern = constantText(given);
  return pattern !== undefined && hasNestedRepetition(pattern);
}
