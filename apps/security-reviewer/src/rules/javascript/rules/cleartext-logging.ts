import type { Expression } from '../../program/program.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { showsSecret } from '../../knowledge/shown-secret.ts';
import { isLog } from './logs.ts';

/** A secret in a log that many can read. */
export const CLEARTEXT_LOGGING: DetectingRule = {
  id: 'js/cleartext-logging',
  ...KIND_DESCRIPTIONS['cleartext-logging'],
  fix: 'Leave the value out, or log a mark of it that cannot be turned back.',
  weakExample: 'export function signIn(user, password) {\n  console.log(`sign-in of ${user} with ${password}`);\n}\n',
  safeExample:
    'export function signIn(user, password) {\n  console.log(`sign-in of ${user}`);\n  return password.length;\n}\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      if (isLog(site) && site.call.arguments.some(({ value }) => shows(value))) yield { span: site.call.span };
    }
  },
};

function shows(expression: Expression): boolean {
  if (expression.kind === 'mapping') return expression.entries.some(({ value }) => shows(value));
  const isWritten =
    expression.kind === 'call' &&
    expression.callee.kind === 'member' &&
    expression.callee.property === 'stringify' &&
    expression.arguments.some(({ value }) => shows(value));
  return isWritten || showsSecret(expression);
}
