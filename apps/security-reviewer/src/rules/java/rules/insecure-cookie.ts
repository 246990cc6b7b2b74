import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Analysis } from '../../flow/analysis.ts';
import { constantText } from '../../flow/value.ts';
import { isSensitiveCookie } from '../../knowledge/sensitive-cookie.ts';
import { at, siteRule } from '../../site-rule.ts';

/** A cookie of a session that scripts or plain connections can see. */
export const INSECURE_COOKIE: DetectingRule = siteRule(
  {
    id: 'java/insecure-cookie',
    ...KIND_DESCRIPTIONS['insecure-cookie'],
    fix: 'Call `setHttpOnly(true)` and `setSecure(true)`, and set `SameSite`.',
    weakExample:
      'import javax.servlet.http.*;\n\nclass Login {\n  void done(HttpServletResponse response, String id) {\n    Cookie cookie = new Cookie("session", id);\n    response.addCookie(cookie);\n  }\n}\n',
    safeExample:
      'import javax.servlet.http.*;\n\nclass Login {\n  void done(HttpServletResponse response, String id) {\n    Cookie cookie = new Cookie("session", id);\n    cookie.setHttpOnly(true);\n    cookie.setSecure(true);\n    response.addCookie(cookie);\n  }\n}\n',
  },
  (site, analysis) => at(site, isBare(site, analysis) || isSwitchedOff(site)),
);

/** A cookie that is made and never given both protections. */
function isBare(site: CallSite, analysis: Analysis): boolean {
  const isMade = site.ref === 'Cookie' || site.ref === 'NewCookie';
  if (!isMade || site.positional.length > 4 || !isSensitiveCookie(constantText(site.positional[0]))) return false;
  const later = analysis.calls.filter(({ receiver }) => receiver?.madeBy === site.call);
  const isRemoved = later.some((other) => calledName(other) === 'setMaxAge' && other.positional[0]?.literal === 0);
  const isOn = (name: string): boolean =>
    later.some((other) => calledName(other) === name && other.positional[0]?.literal !== false);
  return !isRemoved && !(isOn('setHttpOnly') && isOn('setSecure'));
}

/** `ResponseCookie.from(…).secure(false)`. */
function isSwitchedOff(site: CallSite): boolean {
  return (
    /ResponseCookie\.from\w*\(\)/.test(site.ref) &&
    /^(?:secure|httpOnly)$/.test(calledName(site)) &&
    site.positional[0]?.literal === false
  );
}
