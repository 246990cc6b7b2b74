import type { CallExpression, Expression } from '../program/program.ts';
import { lastName } from './naming.ts';
import { secretClassOf, wordsOf } from './secret-name.ts';

const PRIVATE: readonly RegExp[] = [
  /^(?:credit_?)?card_?(?:number|no|num)$/i,
  /^cvv2?$|^cvc$/i,
  /^ssn$|^social_security(?:_number)?$/i,
  /^(?:iban|pan)$/i,
];

/** Methods that give the field of a request that they are told the name of. */
const FIELDS = /^(?:(?:Post)?FormValue|PostForm|QueryParam|Query|Get|get|getParameter|getString|get_argument)$/;

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
      return showsByCall(expression);
    default:
      return false;
  }
}

/** `"{}".format(password)`, `request.FormValue("password")`. */
function showsByCall({ callee, arguments: given }: CallExpression): boolean {
  if (callee.kind !== 'member') return false;
  if (callee.property === 'format') return given.some(({ value }) => showsSecret(value));
  const [key] = given;
  return (
    FIELDS.test(callee.property) &&
    key?.value.kind === 'literal' &&
    typeof key.value.value === 'string' &&
    isPrivate(key.value.value)
  );
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
