import type { Expression } from '../../program/program.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { DetectingRule } from '../../detection.ts';
import { lastName } from '../../knowledge/naming.ts';
import { secretClassOf, wordsOf } from '../../knowledge/secret-name.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const LOGS = /^(?:debug|info|warning|warn|error|critical|exception|log|fatal|print)$/;
const LOGGER =
  /^(?:\$?(?:self\.)?_?(?:log|logger|logging|LOG|LOGGER)|logging|loguru\.logger|structlog|flask\.current_app\.logger|current_app\.logger|(?:.*\.)?(?:log|logger))$/;
const PRIVATE: readonly RegExp[] = [
  /^(?:credit_?)?card_?(?:number|no|num)$/i,
  /^cvv2?$|^cvc$/i,
  /^ssn$|^social_security(?:_number)?$/i,
  /^(?:iban|pan)$/i,
];

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
      if (isLog(site) && site.call.arguments.some(({ value }) => shows(value))) yield { span: site.call.span };
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

/** Whether the expression shows a secret as it is; a call of anything but a formatter hides or measures it. */
function shows(expression: Expression): boolean {
  switch (expression.kind) {
    case 'name':
    case 'member':
    case 'index':
      return isPrivate(lastName(expression));
    case 'template':
      return expression.parts.some((part) => typeof part !== 'string' && shows(part.expression));
    case 'binary':
      return shows(expression.left) || shows(expression.right);
    case 'sequence':
      return expression.elements.some((element) => shows(element));
    case 'call':
      return (
        expression.callee.kind === 'member' &&
        expression.callee.property === 'format' &&
        expression.arguments.some(({ value }) => shows(value))
      );
    default:
      return false;
  }
}

function isPrivate(name: string): boolean {
  if (PRIVATE.some((pattern) => pattern.test(name))) return true;
  const secret = secretClassOf(name);
  // A `token` of a parser or a page is no secret; one of an access or a session is.
  const words = wordsOf(name);
  return (
    secret === 'password' ||
    secret === 'secret' ||
    (secret === 'token' && words.length > 1 && !words.includes('next') && !words.includes('page'))
  );
}
