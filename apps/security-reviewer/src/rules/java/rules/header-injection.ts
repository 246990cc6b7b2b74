import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import { constantText } from '../../flow/value.ts';
import { exposed, siteRule } from '../../site-rule.ts';

/** A line break from outside in a header. */
export const HEADER_INJECTION: DetectingRule = siteRule(
  {
    id: 'java/header-injection',
    ...KIND_DESCRIPTIONS['header-injection'],
    fix: 'Remove line breaks from the text, or refuse text that holds one.',
    weakExample:
      'import javax.servlet.http.*;\n\nclass Files extends HttpServlet {\n  protected void doGet(HttpServletRequest request, HttpServletResponse response) {\n    response.setHeader("X-Name", request.getParameter("name"));\n  }\n}\n',
    safeExample:
      'import javax.servlet.http.*;\n\nclass Files extends HttpServlet {\n  protected void doGet(HttpServletRequest request, HttpServletResponse response) {\n    response.setHeader("X-Name", request.getParameter("name").replaceAll("[\\\\r\\\\n]", ""));\n  }\n}\n',
  },
  (site, analysis) =>
    isHeader(site) ? exposed(site, site.positional.slice(1, 2), 'header', 'remote', analysis) : undefined,
);

function isHeader(site: CallSite): boolean {
  const isResponse = /Response\(\)$|MimeMessage\(\)$/.test(site.receiver?.ref ?? '');
  const isOther = /^(?:access-control-allow-origin|location)$/i.test(constantText(site.positional[0]) ?? '');
  return isResponse && /^(?:setHeader|addHeader)$/.test(calledName(site)) && !isOther;
}
