import { forEachChild, type ParameterExpansionPart, type SyntaxNode } from 'unbash';

/** Names of variables that hold whole numbers, because nothing else is ever put into them. */
export type Integers = ReadonlySet<string>;

/**
 * Why the expansions in a word may do more than give a text, or `undefined`. Commands in it are units of their own, and
 * not looked at here.
 */
export function dangerOf(node: SyntaxNode, integers: Integers, source: string): string | undefined {
  if (node.type === 'Script') return undefined;
  const own = ownDanger(node, integers, source);
  if (own !== undefined) return own;
  let inside: string | undefined;
  forEachChild(node, (child) => {
    inside ??= dangerOf(child, integers, source);
  });
  return inside;
}

function ownDanger(node: SyntaxNode, integers: Integers, source: string): string | undefined {
  switch (node.type) {
    case 'ParameterExpansion':
      return parameterDanger(node, integers);
    case 'ArithmeticExpansion':
      return arithmeticDanger(node.text.slice(3, -2), integers);
    case 'ArithmeticCommandExpansion':
      return 'arithmetic with a command in it may evaluate what the command prints';
    case 'ExtendedGlob':
      return `${source.slice(node.pos, node.end)} is an extended pattern`;
    default:
      return undefined;
  }
}

function parameterDanger(part: ParameterExpansionPart, integers: Integers): string | undefined {
  const { operation, index, prefix, text } = part;
  if (prefix === '!') return `${text} expands what another variable names`;
  if (index !== undefined && !/^(?:\d+|[@*])$/.test(index.text)) return `${text} evaluates its index`;
  if (operation === undefined) return undefined;
  switch (operation.type) {
    case 'Default':
      return operation.operator.includes('=') ? `${text} sets a variable` : undefined;
    case 'Slice':
      return arithmeticDanger(`${operation.offset.text}+${operation.length?.text ?? '0'}`, integers);
    case 'Transform':
      return /^[QULu]$/.test(operation.operand.text) ? undefined : `${text} evaluates the value`;
    case 'Unknown':
      return `${text} is an expansion of an unknown kind`;
    case 'Remove':
    case 'Replace':
    case 'CaseModification':
    case 'Names':
      return undefined;
  }
}

/** Arithmetic evaluates the text of a variable, subscripts and the commands in them included. */
export function arithmeticDanger(text: string, integers: Integers): string | undefined {
  if (!/^[\w\s+\-*/%<>=!&|^~?:(),$@{}]*$/.test(text)) return `the arithmetic ${text} holds more than numbers and names`;
  const names = text.match(/\b(?!0[xX])[A-Za-z_]\w*/g) ?? [];
  const unknown = names.find((name) => !integers.has(name));
  if (unknown !== undefined) return `arithmetic evaluates what is in ${unknown}`;
  return /\$(?![A-Za-z{?#])/.test(text) || /\{(?!\w+\})/.test(text) ? `the arithmetic ${text} is unclear` : undefined;
}

/** The variables that arithmetic sets. What it sets them to is a number. */
export function namesSetIn(text: string): readonly string[] {
  return Array.from(text.matchAll(/([A-Za-z_]\w*)\s*(?:=(?!=)|\+\+|--|[-+*/%]=)/g), ([, name = '']) => name);
}
