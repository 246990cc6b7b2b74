import type { Argument, Expression, MappingExpression } from '../../program/program.ts';
import { childOf, type SyntaxNode } from '../../program/syntax-node.ts';
import { partsOfNode, spanOf, unescaped } from '../../program/tree-lowering.ts';
import { lowerFunctionValue } from './functions.ts';
import type { ExpressionMaker, GoLowering } from './go-lowering.ts';
import { lowerType } from './types.ts';

/** The first part of a node stands for the whole. */
const inner: ExpressionMaker = (node, lowering) => {
  const [first, second] = partsOfNode(node);
  return first !== undefined && second === undefined ? lowering.expression(first) : lowering.opaque(node);
};

const literal =
  (value: boolean | null): ExpressionMaker =>
  (node, lowering) =>
    lowering.note({ kind: 'literal', span: spanOf(node), value });

const lowerName: ExpressionMaker = (node, lowering) => lowering.name(lowering.textOf(node), spanOf(node));

const lowerString: ExpressionMaker = (node, lowering) => {
  const text = lowering.textOf(node);
  const value = text.startsWith('`') ? text.slice(1, -1) : unescaped(text.slice(1, -1));
  return lowering.note({ kind: 'literal', span: spanOf(node), value });
};

const lowerNumber: ExpressionMaker = (node, lowering) => {
  const text = lowering.textOf(node).replaceAll('_', '').toLowerCase();
  const value = Number(/^0\d/.test(text) ? `0o${text.slice(1)}` : text);
  return lowering.note({ kind: 'literal', span: spanOf(node), value: Number.isNaN(value) ? 0 : value });
};

const lowerMember: ExpressionMaker = (node, lowering) =>
  lowering.note({
    kind: 'member',
    span: spanOf(node),
    object: lowering.field(node, 'operand'),
    property: lowering.textOf(childOf(node, 'field')),
  });

const lowerIndex: ExpressionMaker = (node, lowering) =>
  lowering.note({
    kind: 'index',
    span: spanOf(node),
    object: lowering.field(node, 'operand'),
    index: lowering.field(node, 'index'),
  });

/** A part of a list or string. */
const lowerSlice: ExpressionMaker = (node, lowering) => {
  const object = lowering.field(node, 'operand');
  for (const field of ['start', 'end', 'capacity']) {
    const bound = childOf(node, field);
    if (bound !== undefined) lowering.expression(bound);
  }
  return lowering.construct('$slice', [object], spanOf(node));
};

const lowerCall: ExpressionMaker = (node, lowering) => {
  const callee = childOf(node, 'function');
  return lowering.note({
    kind: 'call',
    span: spanOf(node),
    callee: callee === undefined ? lowering.field(node, 'function') : lowerCallee(callee, lowering),
    arguments: partsOfNode(childOf(node, 'arguments') ?? node).map((argument) => lowerArgument(argument, lowering)),
  });
};

/** What is called: a function, or a type that the argument is turned into. */
function lowerCallee(node: SyntaxNode, lowering: GoLowering): Expression {
  if (node.type === 'parenthesized_expression') {
    const [only] = partsOfNode(node);
    if (only?.type === 'unary_expression') return lowerType(only, lowering);
  }
  return node.type.endsWith('_type') ? lowerType(node, lowering) : lowering.expression(node);
}

function lowerArgument(node: SyntaxNode, lowering: GoLowering): Argument {
  if (node.type === 'variadic_argument') {
    return { name: undefined, spread: 'list', value: inner(node, lowering) };
  }
  const value = node.type.endsWith('_type') ? lowerType(node, lowering) : lowering.expression(node);
  return { name: undefined, spread: undefined, value };
}

/** `[]byte(text)`: a call of the type. */
const lowerConversion: ExpressionMaker = (node, lowering) => {
  const type = childOf(node, 'type');
  const span = spanOf(node);
  return lowering.note({
    kind: 'call',
    span,
    callee: type === undefined ? lowering.name('', span) : lowerType(type, lowering),
    arguments: [{ name: undefined, spread: undefined, value: lowering.field(node, 'operand') }],
  });
};

const lowerBinary: ExpressionMaker = (node, lowering) =>
  lowering.leftLeaning(node, (left, operator, right, span) => {
    if (operator === '&&' || operator === '||') {
      return { kind: 'logical', span, operator: operator === '&&' ? 'and' : 'or', left, right };
    }
    if (!/^(?:[=!]=|[<>]=?)$/.test(operator)) return { kind: 'binary', span, operator, left, right };
    // An error that is absent says that all went well.
    if (isNothing(right) && isError(left)) {
      const failed = lowering.note({ kind: 'not', span, operand: left });
      return operator === '==' ? { kind: 'not', span, operand: failed } : failed;
    }
    return { kind: 'compare', span, operators: [operator], operands: [left, right] };
  });

function isNothing(expression: Expression): boolean {
  return expression.kind === 'literal' && expression.value === null;
}

/** A name that errors have, or a call whose result is one. */
function isError(expression: Expression): boolean {
  return (
    expression.kind === 'call' || (expression.kind === 'name' && /^(?:e|ok)$|err(?:or)?\d?$/i.test(expression.name))
  );
}

const lowerUnary: ExpressionMaker = (node, lowering) => {
  const operand = lowering.field(node, 'operand');
  const operator = lowering.textOf(childOf(node, 'operator'));
  if (operator === '!') return lowering.note({ kind: 'not', span: spanOf(node), operand });
  if (operator === '-' && operand.kind === 'literal' && typeof operand.value === 'number') {
    return lowering.note({ kind: 'literal', span: spanOf(node), value: -operand.value });
  }
  return operator === '^' ? lowering.note({ kind: 'opaque', span: spanOf(node), parts: [operand] }) : operand;
};

/** `Config{Name: value}` is a call of its type with named arguments; lists and maps are displays. */
const lowerComposite: ExpressionMaker = (node, lowering) => {
  const type = childOf(node, 'type');
  const body = childOf(node, 'body');
  if (body === undefined) return lowering.opaque(node);
  if (type === undefined || /^(?:slice|array|implicit_length_array|map)_type$/.test(type.type)) {
    return lowerDisplay(body, type, lowering);
  }
  const callee = lowerType(type, lowering);
  return lowering.note({
    kind: 'call',
    span: spanOf(node),
    callee,
    arguments: partsOfNode(body).map((element): Argument => {
      if (element.type !== 'keyed_element') {
        return { name: undefined, spread: undefined, value: lowerElement(element, undefined, lowering) };
      }
      const key = childOf(element, 'key');
      const value = childOf(element, 'value');
      return {
        name: keyName(key, lowering),
        spread: undefined,
        value: value === undefined ? lowering.opaque(element) : lowerElement(value, undefined, lowering),
      };
    }),
  });
};

/** Name of a field, or text of a key. */
function keyName(key: SyntaxNode | undefined, lowering: GoLowering): string {
  return lowering.textOf(key).replace(/^["`]([\s\S]*)["`]$/, '$1');
}

/** Elements of a list or entries of a map; those without a type of their own have that of the list. */
function lowerDisplay(body: SyntaxNode, type: SyntaxNode | undefined, lowering: GoLowering): Expression {
  const elements = partsOfNode(body);
  const elementType = type === undefined ? undefined : (childOf(type, 'element') ?? childOf(type, 'value'));
  const span = spanOf(body);
  if (type?.type !== 'map_type' && !elements.some((element) => element.type === 'keyed_element')) {
    return lowering.note({
      kind: 'sequence',
      span,
      elements: elements.map((element) => lowerElement(element, elementType, lowering)),
    });
  }
  const entries = elements.map((element): MappingExpression['entries'][number] => {
    const key = childOf(element, 'key');
    const value = childOf(element, 'value');
    return {
      key: key === undefined ? undefined : lowerKey(key, type, lowering),
      value: value === undefined ? lowering.opaque(element) : lowerElement(value, elementType, lowering),
    };
  });
  return lowering.note({ kind: 'mapping', span, entries });
}

/** Names of fields are text where the display is of no map. */
function lowerKey(key: SyntaxNode, type: SyntaxNode | undefined, lowering: GoLowering): Expression {
  const [only] = partsOfNode(key);
  if (type?.type !== 'map_type' && only?.type === 'identifier') {
    return lowering.note({ kind: 'literal', span: spanOf(key), value: lowering.textOf(only) });
  }
  return lowerElement(key, undefined, lowering);
}

function lowerElement(node: SyntaxNode, type: SyntaxNode | undefined, lowering: GoLowering): Expression {
  const [only] = node.type === 'literal_element' ? partsOfNode(node) : [node];
  if (only === undefined) return lowering.opaque(node);
  if (only.type !== 'literal_value') return lowering.expression(only);
  const isStruct = type !== undefined && !/^(?:slice|array|map)_type$/.test(type.type);
  if (!isStruct) return lowerDisplay(only, type, lowering);
  return lowering.note({
    kind: 'call',
    span: spanOf(only),
    callee: lowerType(type, lowering),
    arguments: partsOfNode(only).map((element): Argument => {
      const value = childOf(element, 'value') ?? element;
      const key = childOf(element, 'key');
      return {
        name: key === undefined ? undefined : keyName(key, lowering),
        spread: undefined,
        value: lowerElement(value, undefined, lowering),
      };
    }),
  });
}

/** `value.(Type)`: the value as the type. */
const lowerAssertion: ExpressionMaker = (node, lowering) => {
  const type = childOf(node, 'type');
  const value = lowering.field(node, 'operand');
  return type === undefined ? value : lowering.construct(`(${lowering.textOf(type)})`, [value], spanOf(node));
};

const lowerNamedType: ExpressionMaker = (node, lowering) => lowerType(node, lowering);

/** How expressions are lowered, by the type of their node. */
export const EXPRESSIONS: Readonly<Record<string, ExpressionMaker>> = {
  identifier: lowerName,
  field_identifier: lowerName,
  package_identifier: lowerName,
  type_identifier: lowerName,
  interpreted_string_literal: lowerString,
  raw_string_literal: lowerString,
  rune_literal: lowerString,
  int_literal: lowerNumber,
  float_literal: lowerNumber,
  true: literal(true),
  false: literal(false),
  nil: literal(null),
  selector_expression: lowerMember,
  index_expression: lowerIndex,
  slice_expression: lowerSlice,
  call_expression: lowerCall,
  type_conversion_expression: lowerConversion,
  binary_expression: lowerBinary,
  unary_expression: lowerUnary,
  parenthesized_expression: inner,
  literal_element: inner,
  composite_literal: lowerComposite,
  type_assertion_expression: lowerAssertion,
  func_literal: lowerFunctionValue,
  qualified_type: lowerNamedType,
  pointer_type: lowerNamedType,
  slice_type: lowerNamedType,
  map_type: lowerNamedType,
  expression_list: (node, lowering) => {
    const parts = partsOfNode(node);
    const [only] = parts;
    if (parts.length === 1 && only !== undefined) return lowering.expression(only);
    return lowering.note({ kind: 'sequence', span: spanOf(node), elements: lowering.expressions(parts) });
  },
  iota: (node, lowering) => lowering.note({ kind: 'literal', span: spanOf(node), value: 0 }),
};
