import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { showsSecret } from '../../knowledge/shown-secret.ts';
import { at, siteRule } from '../../site-rule.ts';
import { isLog } from './logs.ts';

/** A secret in a log. */
export const CLEARTEXT_LOGGING: DetectingRule = siteRule(
  {
    id: 'go/cleartext-logging',
    ...KIND_DESCRIPTIONS['cleartext-logging'],
    fix: 'Leave the secret out of the message, or log only that there is one.',
    weakExample:
      'package login\n\nimport "log"\n\nfunc Login(user, password string) {\n\tlog.Printf("sign-in of %q with %q", user, password)\n}\n',
    safeExample:
      'package login\n\nimport "log"\n\nfunc Login(user, password string) {\n\tlog.Printf("sign-in of %q", user)\n}\n',
  },
  (site) => at(site, isLog(site) && site.call.arguments.some(({ value }) => shows(value))),
);

function shows(value: Parameters<typeof showsSecret>[0]): boolean {
  if (value.kind === 'call' && value.callee.kind === 'member' && value.callee.property.startsWith('Sprint')) {
    return value.arguments.some((argument) => shows(argument.value));
  }
  return showsSecret(value);
}
