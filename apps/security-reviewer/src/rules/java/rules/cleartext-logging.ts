import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import type { Expression } from '../../program/program.ts';
import { showsSecret } from '../../knowledge/shown-secret.ts';
import { at, siteRule } from '../../site-rule.ts';
import { isLog } from './logs.ts';

/** A secret in a log. */
export const CLEARTEXT_LOGGING: DetectingRule = siteRule(
  {
    id: 'java/cleartext-logging',
    ...KIND_DESCRIPTIONS['cleartext-logging'],
    fix: 'Leave the secret out of the message, or log only that there is one.',
    weakExample:
      'import org.slf4j.*;\n\nclass Login {\n  private static final Logger log = LoggerFactory.getLogger(Login.class);\n\n  void login(String user, String password) {\n    log.debug("sign-in of {} with {}", user, password);\n  }\n}\n',
    safeExample:
      'import org.slf4j.*;\n\nclass Login {\n  private static final Logger log = LoggerFactory.getLogger(Login.class);\n\n  void login(String user, String password) {\n    log.debug("sign-in of {}", user);\n  }\n}\n',
  },
  (site) => at(site, isLog(site) && site.call.arguments.some(({ value }) => shows(value))),
);

function shows(value: Expression): boolean {
  if (value.kind === 'binary') return shows(value.left) || shows(value.right);
  if (value.kind !== 'call' || value.callee.kind !== 'member' || value.arguments.length > 0) return showsSecret(value);
  // `user.getPassword()` is the field under another name.
  const name = /^(?:get)?([A-Za-z]\w*)$/.exec(value.callee.property)?.[1];
  return name !== undefined && showsSecret({ ...value.callee, property: name.charAt(0).toLowerCase() + name.slice(1) });
}
