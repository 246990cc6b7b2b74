import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { exposed, siteRule } from '../../site-rule.ts';
import { isLog } from './logs.ts';

/** A line break from outside in a log. */
export const LOG_INJECTION: DetectingRule = siteRule(
  {
    id: 'java/log-injection',
    ...KIND_DESCRIPTIONS['log-injection'],
    fix: 'Remove line breaks from the text before it is logged, or log it as a field of a structured message.',
    weakExample:
      'import javax.servlet.http.*;\nimport org.slf4j.*;\n\nclass Login extends HttpServlet {\n  private static final Logger log = LoggerFactory.getLogger(Login.class);\n\n  protected void doPost(HttpServletRequest request, HttpServletResponse response) {\n    log.info("sign-in of {}", request.getParameter("user"));\n  }\n}\n',
    safeExample:
      'import javax.servlet.http.*;\nimport org.slf4j.*;\n\nclass Login extends HttpServlet {\n  private static final Logger log = LoggerFactory.getLogger(Login.class);\n\n  protected void doPost(HttpServletRequest request, HttpServletResponse response) {\n    log.info("sign-in of {}", request.getParameter("user").replaceAll("[\\\\r\\\\n]", "_"));\n  }\n}\n',
  },
  (site, analysis) =>
    isLog(site) && !site.ref.startsWith('System.')
      ? exposed(site, site.positional, 'log', 'remote', analysis)
      : undefined,
);
