import type { ParameterOperation, RedirectOperator, SyntaxNode, Word } from 'unbash';
import { isPlainName } from './find-integers.ts';

/**
 * Where the parser and bash are known to read the same text differently, so that what bash would run does not show.
 * Each guard names a place that cannot be judged, or `undefined`.
 */

const unknownArithmetic = /\$\(|`|;|\n|<</;

/** An unbalanced parenthesis in a substitution makes bash take the whole for a command. */
export function arithmeticGuard(text: string): string | undefined {
  return unknownArithmetic.test(text) ? `the arithmetic ${text} holds more than numbers` : undefined;
}

/** Quotes in the operand of an expansion mean one thing inside of quotes and here-documents, and another outside. */
function operandGuard(operand: Word): string | undefined {
  const { text } = operand;
  const hasQuotes = /['"\\]/.test(text);
  const isUnclear = (hasQuotes && /[$`<>]/.test(text)) || text.includes('\\\n');
  return isUnclear ? `the operand ${text} of an expansion mixes quotes with expansions` : undefined;
}

/** An operator inside a word is one that the parser did not see. */
export function wordGuard(word: Word, plainText: string): string | undefined {
  return /[<>()&|;\s]/.test(plainText) ? `the word ${word.text} has an operator in it` : undefined;
}

/** For bash, a redirection may end at the `-`, and the rest of the word is the next one. */
export function duplicationGuard(operator: RedirectOperator, target: Word): string | undefined {
  if (operator !== '>&' && operator !== '<&') return undefined;
  const isClear = isDuplication(target) || (operator === '>&' && !/^[\d-]/.test(target.text));
  return isClear ? undefined : `${operator}${target.text} is no copy of a descriptor, and no file either`;
}

/** `{a[x]}>file` evaluates what is in `x`, and `{PATH}>file` sets what a program looks at. */
export function descriptorGuard(redirection: string): string | undefined {
  const [text, name] = /^\{([^}]*)\}/.exec(redirection) ?? [];
  return name === undefined || isPlainName(name) ? undefined : `${text} is no plain name for a descriptor`;
}

/** `2>&1`, `>&-`, `3<&0-`. */
export function isDuplication({ text }: Word): boolean {
  return /^(?:\d+-?|-)$/.test(text);
}

/** What holds for a node by itself, wherever it is. */
export function nodeGuard(node: SyntaxNode, source: string): string | undefined {
  switch (node.type) {
    case 'ArithmeticExpansion':
      return arithmeticGuard(node.text.slice(3, -2));
    case 'ArithmeticCommand':
      return arithmeticGuard(source.slice(node.pos + 2, node.end - 2));
    case 'ParameterExpansion':
      return node.operation === undefined ? undefined : operationGuard(node.operation);
    case 'CommandExpansion':
    case 'ProcessSubstitution':
      return node.script === undefined ? `what ${node.text} runs cannot be seen` : undefined;
    default:
      return undefined;
  }
}

function operationGuard(operation: ParameterOperation): string | undefined {
  switch (operation.type) {
    case 'Slice':
      return arithmeticGuard(`${operation.offset.text}:${operation.length?.text ?? ''}`);
    case 'Replace':
      return operandGuard(operation.pattern) ?? operandGuard(operation.replacement);
    case 'Default':
    case 'Remove':
    case 'Transform':
      return operandGuard(operation.operand);
    case 'CaseModification':
      return operation.operand === undefined ? undefined : operandGuard(operation.operand);
    case 'Names':
      return undefined;
    case 'Unknown':
      return 'it has an expansion of an unknown kind';
  }
}
