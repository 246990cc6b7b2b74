import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import { isExposed, type Analysis } from '../../flow/analysis.ts';
import { constantText, type Value } from '../../flow/value.ts';
import { at, siteRule } from '../../site-rule.ts';

/** A site that lets every other call it with the visitor’s credentials. */
export const CORS_MISCONFIGURATION: DetectingRule = siteRule(
  {
    id: 'java/cors-misconfiguration',
    ...KIND_DESCRIPTIONS['cors-misconfiguration'],
    fix: 'List the origins that may call.',
    weakExample:
      'import org.springframework.web.servlet.config.annotation.*;\n\nclass Web {\n  void cors(CorsRegistry registry) {\n    registry.addMapping("/**").allowedOriginPatterns("*").allowCredentials(true);\n  }\n}\n',
    safeExample:
      'import org.springframework.web.servlet.config.annotation.*;\n\nclass Web {\n  void cors(CorsRegistry registry) {\n    registry.addMapping("/**").allowedOrigins("https://app.example.org").allowCredentials(true);\n  }\n}\n',
  },
  (site, analysis) => at(site, (isOpen(site, analysis) && letsCredentials(site, analysis)) || isAnnotation(site)),
);

function isOpen(site: CallSite, analysis: Analysis): boolean {
  const name = calledName(site);
  if (
    /^(?:allowedOriginPatterns|allowedOrigins|addAllowedOrigin|addAllowedOriginPattern|setAllowedOrigins|setAllowedOriginPatterns)$/.test(
      name,
    )
  ) {
    return site.positional.some((value) => holdsStar(value));
  }
  if (!/^access-control-allow-origin$/i.test(headerOf(site))) return false;
  return (
    constantText(site.positional[1]) === '*' || isExposed(analysis.exposureOf(site.positional[1], 'redirect'), 'remote')
  );
}

function headerOf(site: CallSite): string {
  return /^(?:setHeader|addHeader|header|set|add|putHeader)$/.test(calledName(site))
    ? (constantText(site.positional[0]) ?? '')
    : '';
}

function holdsStar(value: Value): boolean {
  return [value, ...(value.items ?? [])].some((item) => constantText(item) === '*');
}

function letsCredentials(site: CallSite, analysis: Analysis): boolean {
  return analysis.calls.some(
    (other) =>
      other.caller === site.caller &&
      ((/^(?:allowCredentials|setAllowCredentials)$/.test(calledName(other)) &&
        other.positional[0]?.literal !== false) ||
        /^access-control-allow-credentials$/i.test(headerOf(other))),
  );
}

/** `@CrossOrigin(originPatterns = "*", allowCredentials = "true")`. */
function isAnnotation(site: CallSite): boolean {
  if (site.ref !== 'CrossOrigin' || constantText(site.named.get('allowCredentials')) !== 'true') return false;
  const origins = site.named.get('origins') ?? site.named.get('originPatterns') ?? site.named.get('value');
  return origins === undefined || holdsStar(origins);
}
