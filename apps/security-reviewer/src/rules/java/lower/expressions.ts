import type { Argument, Expression, MappingExpression } from '../../program/program.ts';
import { childOf, type SyntaxNode } from '../../program/syntax-node.ts';
import { partOfType, partsOfNode, spanOf, unescaped } from '../../program/tree-lowering.ts';
import { lowerDefinition, lowerLambda } from './functions.ts';
import type { ExpressionMaker, JavaLowering } from './java-lowering.ts';
import { lowerSwitchValue } from './switch.ts';
import { lowerType } from './types.ts';

const inner: ExpressionMaker = (node, lowering) => {
  const [first, second] = partsOfNode(node);
  return first !== undefined && second === undefined ? lowering.expression(first) : lowering.opaque(node);
};

const literal =
  (value: boolean | null): ExpressionMaker =>
  (node, lowering) =>
    lowering.note({ kind: 'literal', span: spanOf(node), value });

const lowerName: ExpressionMaker = (node, lowering) => lowering.resolved(lowering.textOf(node), spanOf(node));

const lowerString: ExpressionMaker = (node, lowering) => {
  const text = lowering.textOf(node);
  const content = text.startsWith('"""') ? text.slice(3, -3).replace(/^[^\n]*\n/, '') : text.slice(1, -1);
  return lowering.note({ kind: 'literal', span: spanOf(node), value: unescaped(content) });
};

const lowerNumber: ExpressionMaker = (node, lowering) => {
  const text = lowering.textOf(node).replaceAll('_', '').toLowerCase();
  const digits = text.startsWith('0x') ? text.replace(/l$/, '') : text.replace(/[lfd]$/, '');
  const value = Number(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return lowering.note({ kind: 'literal', span: spanOf(node), value: Number.isNaN(value) ? 0 : value });
};

const lowerField: ExpressionMaker = (node, lowering) =>
  lowering.note({
    kind: 'member',
    span: spanOf(node),
    object: lowering.field(node, 'object'),
    property: lowering.textOf(childOf(node, 'field')),
  });

const lowerIndex: ExpressionMaker = (node, lowering) =>
  lowering.note({
    kind: 'index',
    span: spanOf(node),
    object: lowering.field(node, 'array'),
    index: lowering.field(node, 'index'),
  });

/** Calls of one chain that are followed, so that no input exhausts the stack. */
const MAX_CHAIN = 200;

/** A call: long chains of them are followed down without recursion. */
const lowerCall: ExpressionMaker = (node, lowering) => {
  const chain: SyntaxNode[] = [];
  let start: SyntaxNode | undefined = node;
  while (start?.type === 'method_invocation' && chain.length < MAX_CHAIN) {
    chain.push(start);
    start = childOf(start, 'object');
  }
  let object =
    start === undefined
      ? undefined
      : start.type === 'method_invocation'
        ? lowering.note<Expression>({ kind: 'opaque', span: spanOf(start), parts: [] })
        : lowering.expression(start);
  for (const call of chain.toReversed()) {
    const name = childOf(call, 'name');
    const property = lowering.textOf(name);
    const callee: Expression =
      object === undefined
        ? lowering.resolved(property, spanOf(name ?? call))
        : lowering.note({ kind: 'member', span: spanOf(call), object, property });
    object = lowering.note({
      kind: 'call',
      span: spanOf(call),
      callee,
      arguments: lowerArguments(childOf(call, 'arguments'), lowering),
    });
  }
  return object ?? lowering.opaque(node);
};

function lowerArguments(list: SyntaxNode | undefined, lowering: JavaLowering): Argument[] {
  return list === undefined
    ? []
    : partsOfNode(list).map((node) => ({ name: undefined, spread: undefined, value: lowering.expression(node) }));
}

/** `new Type(…)`: a call of the type; what is declared in its own body goes along under the name of nothing. */
const lowerCreation: ExpressionMaker = (node, lowering) => {
  const type = childOf(node, 'type');
  const body = partOfType(node, 'class_body');
  const given = lowerArguments(childOf(node, 'arguments'), lowering);
  return lowering.note({
    kind: 'call',
    span: spanOf(node),
    callee: type === undefined ? lowering.name('', spanOf(node)) : lowerType(type, lowering),
    arguments:
      body === undefined ? given : [...given, { name: '$body', spread: undefined, value: lowerBody(body, lowering) }],
  });
};

/** The methods of a class without a name. */
function lowerBody(body: SyntaxNode, lowering: JavaLowering): Expression {
  const entries = partsOfNode(body).flatMap((member): MappingExpression['entries'][number][] => {
    if (member.type !== 'method_declaration') return [];
    const definition = lowerDefinition(member, lowering.textOf(childOf(member, 'name')), lowering);
    const span = spanOf(member);
    return [
      {
        key: lowering.note({ kind: 'literal', span, value: definition.name }),
        value: lowering.note({ kind: 'function-value', span, definition }),
      },
    ];
  });
  return lowering.note({ kind: 'mapping', span: spanOf(body), entries });
}

const lowerArray: ExpressionMaker = (node, lowering) => {
  const value = childOf(node, 'value');
  if (value !== undefined) return lowering.expression(value);
  const sizes = partsOfNode(node)
    .filter(({ type }) => type === 'dimensions_expr')
    .map((size) => lowering.opaque(size));
  return lowering.construct('$array', sizes, spanOf(node));
};

const lowerDisplay: ExpressionMaker = (node, lowering) =>
  lowering.note({ kind: 'sequence', span: spanOf(node), elements: lowering.expressions(partsOfNode(node)) });

const lowerBinary: ExpressionMaker = (node, lowering) =>
  lowering.leftLeaning(node, (left, operator, right, span) => {
    if (operator === '&&' || operator === '||') {
      return { kind: 'logical', span, operator: operator === '&&' ? 'and' : 'or', left, right };
    }
    if (/^(?:[=!]=|[<>]=?)$/.test(operator)) {
      return { kind: 'compare', span, operators: [operator], operands: [left, right] };
    }
    return { kind: 'binary', span, operator, left, right };
  });

const lowerUnary: ExpressionMaker = (node, lowering) => {
  const operand = lowering.field(node, 'operand');
  const operator = lowering.textOf(childOf(node, 'operator'));
  if (operator === '!') return lowering.note({ kind: 'not', span: spanOf(node), operand });
  if (operator === '-' && operand.kind === 'literal' && typeof operand.value === 'number') {
    return lowering.note({ kind: 'literal', span: spanOf(node), value: -operand.value });
  }
  return lowering.note({ kind: 'opaque', span: spanOf(node), parts: [operand] });
};

/** `(Type) value` is a call of the type in parentheses. */
const lowerCast: ExpressionMaker = (node, lowering) => {
  const type = childOf(node, 'type');
  const value = lowering.field(node, 'value');
  return lowering.construct(`(${lowering.textOf(type).replace(/<.*$/s, '')})`, [value], spanOf(node));
};

const lowerConditional: ExpressionMaker = (node, lowering) =>
  lowering.note({
    kind: 'conditional',
    span: spanOf(node),
    test: lowering.field(node, 'condition'),
    consequence: lowering.field(node, 'consequence'),
    alternative: lowering.field(node, 'alternative'),
  });

const lowerAssignment: ExpressionMaker = (node, lowering) => {
  const target = lowering.field(node, 'left');
  const value = lowering.field(node, 'right');
  return lowering.note({ kind: 'binding', span: spanOf(node), target, value });
};

/** `value instanceof Type name` gives the value another name. */
const lowerInstanceOf: ExpressionMaker = (node, lowering) => {
  const value = lowering.field(node, 'left');
  const name = childOf(node, 'name');
  if (name === undefined) return lowering.construct('$instanceof', [value], spanOf(node));
  lowering.declare(lowering.textOf(name));
  const target = lowering.name(lowering.textOf(name), spanOf(name));
  return lowering.note({ kind: 'binding', span: spanOf(node), target, value });
};

/** `Type::method`: a name for a function. */
const lowerReference: ExpressionMaker = (node, lowering) => {
  const [object, method] = partsOfNode(node);
  if (object === undefined) return lowering.opaque(node);
  return lowering.note({
    kind: 'member',
    span: spanOf(node),
    object: lowering.expression(object),
    property: method === undefined ? 'new' : lowering.textOf(method),
  });
};

/** `Type.class`. */
const lowerClassLiteral: ExpressionMaker = (node, lowering) => {
  const [type] = partsOfNode(node);
  const object = type === undefined ? lowering.name('', spanOf(node)) : lowerType(type, lowering);
  return lowering.note({ kind: 'member', span: spanOf(node), object, property: 'class' });
};

const lowerNamedType: ExpressionMaker = (node, lowering) => lowerType(node, lowering);

/** How expressions are lowered, by the type of their node. */
export const EXPRESSIONS: Readonly<Record<string, ExpressionMaker>> = {
  identifier: lowerName,
  this: (node, lowering) => lowering.name('this', spanOf(node)),
  super: (node, lowering) => lowering.name('super', spanOf(node)),
  type_identifier: lowerNamedType,
  scoped_type_identifier: lowerNamedType,
  generic_type: lowerNamedType,
  array_type: lowerNamedType,
  scoped_identifier: (node, lowering) => {
    const scope = childOf(node, 'scope');
    const object = scope === undefined ? lowering.name('', spanOf(node)) : lowering.expression(scope);
    return lowering.note({
      kind: 'member',
      span: spanOf(node),
      object,
      property: lowering.textOf(childOf(node, 'name')),
    });
  },
  string_literal: lowerString,
  character_literal: lowerString,
  decimal_integer_literal: lowerNumber,
  hex_integer_literal: lowerNumber,
  octal_integer_literal: lowerNumber,
  binary_integer_literal: lowerNumber,
  decimal_floating_point_literal: lowerNumber,
  true: literal(true),
  false: literal(false),
  null_literal: literal(null),
  parenthesized_expression: inner,
  expression_statement: inner,
  field_access: lowerField,
  array_access: lowerIndex,
  method_invocation: lowerCall,
  object_creation_expression: lowerCreation,
  array_creation_expression: lowerArray,
  array_initializer: lowerDisplay,
  element_value_array_initializer: lowerDisplay,
  binary_expression: lowerBinary,
  unary_expression: lowerUnary,
  cast_expression: lowerCast,
  ternary_expression: lowerConditional,
  assignment_expression: lowerAssignment,
  instanceof_expression: lowerInstanceOf,
  lambda_expression: lowerLambda,
  method_reference: lowerReference,
  class_literal: lowerClassLiteral,
  switch_expression: lowerSwitchValue,
};
