import type { DetectingRule } from '../../detection.ts';
import type { CallSite } from '../../flow/call-site.ts';
import { placeOf } from '../../flow/place.ts';
import type { Analysis } from '../../flow/analysis.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import type { Expression } from '../../program/program.ts';
import { at, siteRule } from '../../site-rule.ts';

const WIDTHS: Readonly<Record<string, number>> = {
  int8: 8,
  uint8: 8,
  byte: 8,
  int16: 16,
  uint16: 16,
  int32: 32,
  uint32: 32,
  rune: 32,
};

/** A number that was read wide and is cut to a narrow type. */
export const INTEGER_OVERFLOW: DetectingRule = siteRule(
  {
    id: 'go/integer-overflow',
    ...KIND_DESCRIPTIONS['integer-overflow'],
    fix: 'Read the number with the width it is used in: `strconv.ParseInt(text, 10, 32)`, or check its range first.',
    weakExample:
      'package cart\n\nimport "strconv"\n\nfunc Quantity(text string) (int32, error) {\n\tnumber, err := strconv.Atoi(text)\n\treturn int32(number), err\n}\n',
    safeExample:
      'package cart\n\nimport "strconv"\n\nfunc Quantity(text string) (int32, error) {\n\tnumber, err := strconv.ParseInt(text, 10, 32)\n\treturn int32(number), err\n}\n',
  },
  (site, analysis) => at(site, isCut(site, analysis)),
);

function isCut(site: CallSite, analysis: Analysis): boolean {
  const width = Object.hasOwn(WIDTHS, site.ref) ? WIDTHS[site.ref] : undefined;
  const [given] = site.call.arguments;
  if (width === undefined || given === undefined) return false;
  const read = widthRead(site, analysis);
  return read !== undefined && read > width && !isCompared(given.value, site, analysis);
}

/** Width that the number was read with. */
function widthRead(site: CallSite, analysis: Analysis): number | undefined {
  const [value] = site.positional;
  const made = value?.madeBy;
  if (value === undefined || made === undefined) return undefined;
  if (value.ref === 'strconv.Atoi()') return 64;
  if (!/^strconv\.Parse(?:Int|Uint)\(\)$/.test(value.ref)) return undefined;
  const bits = made.arguments[2]?.value;
  const width = bits === undefined ? undefined : analysis.valueOf(bits).literal;
  return width === 0 ? 64 : typeof width === 'number' ? width : undefined;
}

/** Whether the number is compared with a bound before. */
function isCompared(number: Expression, site: CallSite, analysis: Analysis): boolean {
  const place = placeOf(number);
  return analysis.program.expressions.some(
    (expression) =>
      expression.kind === 'compare' &&
      /^[<>]=?$/.test(expression.operators[0] ?? '') &&
      expression.span.start < site.call.span.start &&
      expression.operands.some((operand) => place !== undefined && placeOf(operand) === place),
  );
}
