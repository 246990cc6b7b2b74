import type { DetectingRule } from '../../detection.ts';
import { constantText } from '../../flow/value.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { hasNestedRepetition } from '../../knowledge/regular-expression.ts';
import { at, siteRule } from '../../site-rule.ts';

/** A pattern that can take exponential time; those of the standard library cannot. */
export const REDOS: DetectingRule = siteRule(
  {
    id: 'go/redos',
    ...KIND_DESCRIPTIONS.redos,
    fix: 'Use `regexp`, which takes linear time, or write the repetition so that each text matches in one way.',
    weakExample:
      'package check\n\nimport "github.com/dlclark/regexp2"\n\nvar word = regexp2.MustCompile(`^(\\w+\\s?)+$`, 0)\n',
    safeExample: 'package check\n\nimport "regexp"\n\nvar word = regexp.MustCompile(`^(\\w+\\s?)+$`)\n',
  },
  (site) =>
    at(
      site,
      /^(?:regexp2|pcre)\.(?:MustCompile|Compile)$/.test(site.ref) &&
        hasNestedRepetition(constantText(site.positional[0]) ?? ''),
    ),
);
