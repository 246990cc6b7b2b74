import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { calledName } from '../../flow/call-site.ts';
import { constantText } from '../../flow/value.ts';
import { hasNestedRepetition } from '../../knowledge/regular-expression.ts';
import { at, siteRule } from '../../site-rule.ts';

/** A pattern that can take exponential time. */
export const REDOS: DetectingRule = siteRule(
  {
    id: 'java/redos',
    ...KIND_DESCRIPTIONS.redos,
    fix: 'Write the repetition so that each text matches in one way, with possessive quantifiers such as `++` if need be.',
    weakExample:
      'import java.util.regex.Pattern;\n\nclass Check {\n  private static final Pattern WORDS = Pattern.compile("^(\\\\w+\\\\s?)+$");\n}\n',
    safeExample:
      'import java.util.regex.Pattern;\n\nclass Check {\n  private static final Pattern WORDS = Pattern.compile("^\\\\w+(?:\\\\s\\\\w+)*$");\n}\n',
  },
  (site) =>
    at(
      site,
      (/^Pattern\.(?:compile|matches)$/.test(site.ref) ||
        (site.receiver !== undefined && /^(?:matches|replaceAll|split|replaceFirst)$/.test(calledName(site)))) &&
        hasNestedRepetition(constantText(site.positional[0]) ?? ''),
    ),
);
