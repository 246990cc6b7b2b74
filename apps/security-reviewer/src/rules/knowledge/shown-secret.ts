import type { Expression } from '../program/program.ts';
import { lastName } from './naming.ts';
import { secretClassOf, wordsOf } from './secret-name.ts';

const PRIVATE: readonly RegExp[] = [
  /^(?:credit_?)?card_?(?:number|no|num)$/i,
  /^cvv2?$|^cvc$/i,
  /^ssn$|^social_security(?:_number)?$/i,
  /^(?:iban|pan)$/i,
];

/** Whether the expression shows a secret as it is; a call of anything but a formatter hides or measures it. */
export function showsSecret(expression: Expression): boolean {
  switch (expression.kind) {
    case 'name':
    case 'member':
    case 'index':
      return isPrivate(lastName(expression));
    case 'template':
      return expression.parts.some((part) => typeof part !== 'string' && showsSecret(part.expression));
    case 'binary':
      return showsSecret(expression.left) || showsSecret(expression.right);
    case 'sequence':
      return expression.elements.some((element) => showsSecret(element));
    case 'call':
      return (
        expression.callee.kind === 'member' &&
        expression.callee.property === 'format' &&
        expression.arguments.some(({ value }) => showsSecret(value))
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
