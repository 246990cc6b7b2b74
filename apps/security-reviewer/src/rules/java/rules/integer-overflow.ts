import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import type { Analysis } from '../../flow/analysis.ts';
import type { CallSite } from '../../flow/call-site.ts';
import { placeOf } from '../../flow/place.ts';
import { at, siteRule } from '../../site-rule.ts';

/** A number that was read wide and is cut to a narrow type. */
export const INTEGER_OVERFLOW: DetectingRule = siteRule(
  {
    id: 'java/integer-overflow',
    ...KIND_DESCRIPTIONS['integer-overflow'],
    fix: 'Read the number with the width it is used in, or use `Math.toIntExact`.',
    weakExample:
      'class Cart {\n  int quantity(String text) {\n    long number = Long.parseLong(text);\n    return (int) number;\n  }\n}\n',
    safeExample:
      'class Cart {\n  int quantity(String text) {\n    return Math.toIntExact(Long.parseLong(text));\n  }\n}\n',
  },
  (site, analysis) =>
    at(
      site,
      /^\((?:int|short|byte)\)$/.test(site.ref) &&
        /^Long\.(?:parseLong|valueOf)\(\)$|^Double\.parseDouble\(\)$/.test(site.positional[0]?.ref ?? '') &&
        !isCompared(site, analysis),
    ),
);

/** Whether the number is compared with a bound before. */
function isCompared(site: CallSite, analysis: Analysis): boolean {
  const number = site.call.arguments[0]?.value;
  const place = number === undefined ? undefined : placeOf(number);
  return analysis.program.expressions.some(
    (expression) =>
      expression.kind === 'compare' &&
      /^[<>]=?$/.test(expression.operators[0] ?? '') &&
      expression.span.start < site.call.span.start &&
      expression.operands.some((operand) => place !== undefined && placeOf(operand) === place),
  );
}
