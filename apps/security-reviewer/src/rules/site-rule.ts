import { exposedAt, type Detection, type DetectingRule } from './detection.ts';
import { isExposed, type Analysis, type Exposure } from './flow/analysis.ts';
import type { CallSite } from './flow/call-site.ts';
import type { Family } from './flow/taint.ts';
import type { Value } from './flow/value.ts';
import type { Rule } from './rule.ts';

/** A rule that looks at each call on its own. */
export function siteRule(
  rule: Rule,
  find: (site: CallSite, analysis: Analysis) => Detection | undefined,
): DetectingRule {
  return {
    ...rule,
    *detect(analysis) {
      for (const site of analysis.calls) {
        const detection = find(site, analysis);
        if (detection !== undefined) yield detection;
      }
    },
  };
}

/** A detection at the call, where it is one. */
export function at(site: CallSite, isFound: boolean): Detection | undefined {
  return isFound ? { span: site.call.span } : undefined;
}

/** A detection at the call, where one of the values comes from at least as near to the outside as `least`. */
export function exposed(
  site: CallSite,
  values: readonly (Value | undefined)[],
  family: Family,
  least: Exposure,
  analysis: Analysis,
): Detection | undefined {
  let nearest: Exposure = 'none';
  for (const value of values) {
    const exposure = analysis.exposureOf(value, family);
    if (isExposed(exposure, nearest)) nearest = exposure;
  }
  return nearest !== 'none' && isExposed(nearest, least) ? exposedAt(site.call.span, nearest) : undefined;
}
