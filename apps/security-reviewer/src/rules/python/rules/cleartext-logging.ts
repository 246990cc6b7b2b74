import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { DetectingRule } from '../../detection.ts';
import { lastName } from '../../knowledge/naming.ts';
import { showsSecret } from '../../knowledge/shown-secret.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const LOGS = /^(?:debug|info|warning|warn|error|critical|exception|log|fatal|print)$/;
const LOGGER =
  /^(?:\$?(?:self\.)?_?(?:log|logger|logging|LOG|LOGGER)|logging|loguru\.logger|structlog|flask\.current_app\.logger|current_app\.logger|(?:.*\.)?(?:log|logger))$/;
/** A secret in a log that many can read. */
export const CLEARTEXT_LOGGING: DetectingRule = {
  id: 'py/cleartext-logging',
  ...KIND_DESCRIPTIONS['cleartext-logging'],
  fix: 'Leave the value out, or log a mark of it that cannot be turned back.',
  weakExample:
    'import logging\n\ndef sign_in(user, password):\n    logging.info("sign-in of %s with %s", user, password)\n',
  safeExample: 'import logging\n\ndef sign_in(user, password):\n    logging.info("sign-in of %s", user)\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      if (isLog(site) && site.call.arguments.some(({ value }) => showsSecret(value))) yield { span: site.call.span };
    }
  },
};

function isLog(site: CallSite): boolean {
  const name = calledName(site);
  if (!LOGS.test(name)) return false;
  if (site.receiver === undefined) return site.ref === 'print';
  const callee = site.call.callee;
  const owner = callee.kind === 'member' ? lastName(callee.object) : '';
  return (
    LOGGER.test(site.receiver.ref) || /^_?log(?:ger|ging)?$/i.test(owner) || site.receiver.ref.endsWith('getLogger()')
  );
}
