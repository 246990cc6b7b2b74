import type { Argument, Expression, MappingExpression, TemplatePart } from '../../program/program.ts';
import { childOf, type SyntaxNode } from '../../program/syntax-node.ts';
import { isFunctionNode, lowerFunctionValue } from './functions.ts';
import { JSX_EXPRESSIONS } from './jsx.ts';
import { partsOfNode, spanOf } from '../../program/tree-lowering.ts';
import type { ExpressionLowering, Lowering } from './lowering.ts';
import { modulePath } from './module-path.ts';
import { numberOf, unescapeText } from './text-literal.ts';

/** The inside, for what changes nothing: parentheses, `await`, `as` and their kin. */
const lowerFirst: ExpressionLowering = (node, lowering) => {
  const [inner] = partsOfNode(node);
  return inner === undefined
    ? lowering.note({ kind: 'opaque', span: spanOf(node), parts: [] })
    : lowering.expression(inner);
};

const lowerName: ExpressionLowering = (node, lowering) => lowering.name(lowering.textOf(node), spanOf(node));

const lowerProperty: ExpressionLowering = (node, lowering) =>
  lowering.note({ kind: 'literal', span: spanOf(node), value: lowering.textOf(node) });

const lowerString: ExpressionLowering = (node, lowering) =>
  lowering.note({
    kind: 'literal',
    span: spanOf(node),
    value: unescapeText(lowering.source.slice(node.start + 1, Math.max(node.start + 1, node.end - 1))),
  });

const lowerNumber: ExpressionLowering = (node, lowering) =>
  lowering.note({ kind: 'literal', span: spanOf(node), value: numberOf(lowering.textOf(node)) });

const literal =
  (value: boolean | null): ExpressionLowering =>
  (node, lowering) =>
    lowering.note({ kind: 'literal', span: spanOf(node), value });

/** Texts and expressions of a template, in their order. */
function templateParts(node: SyntaxNode, lowering: Lowering): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let from = node.start + 1;
  for (const child of node.children) {
    if (child.type !== 'template_substitution') continue;
    if (child.start > from) parts.push(unescapeText(lowering.source.slice(from, child.start)));
    parts.push({ expression: lowerFirst(child, lowering), conversion: 'text' });
    from = child.end;
  }
  const rest = lowering.source.slice(from, Math.max(from, node.end - 1));
  if (rest !== '') parts.push(unescapeText(rest));
  return parts;
}

const lowerTemplate: ExpressionLowering = (node, lowering) => {
  const parts = templateParts(node, lowering);
  const span = spanOf(node);
  if (parts.every((part) => typeof part === 'string')) {
    return lowering.note({ kind: 'literal', span, value: parts.join('') });
  }
  return lowering.note({ kind: 'template', span, parts });
};

/** A pattern is what `RegExp` makes of it. */
const lowerPattern: ExpressionLowering = (node, lowering) => {
  const span = spanOf(node);
  const text = lowering.textOf(node);
  const end = text.lastIndexOf('/');
  const given = [text.slice(1, Math.max(1, end)), text.slice(end + 1)].map((value) =>
    lowering.note({ kind: 'literal', span, value }),
  );
  return call(lowering.name('RegExp', span), given, node, lowering);
};

function call(callee: Expression, given: readonly Expression[], node: SyntaxNode, lowering: Lowering): Expression {
  return lowering.note({
    kind: 'call',
    span: spanOf(node),
    callee,
    arguments: given.map((value) => ({ name: undefined, spread: undefined, value })),
  });
}

const lowerMember: ExpressionLowering = (node, lowering) =>
  lowering.note({
    kind: 'member',
    span: spanOf(node),
    object: lowering.field(node, 'object'),
    property: lowering.textOf(childOf(node, 'property')),
  });

/** `object["name"]` is the same as `object.name`. */
const lowerIndex: ExpressionLowering = (node, lowering) => {
  const object = lowering.field(node, 'object');
  const index = lowering.field(node, 'index');
  const span = spanOf(node);
  if (index.kind === 'literal' && typeof index.value === 'string') {
    return lowering.note({ kind: 'member', span, object, property: index.value });
  }
  return lowering.note({ kind: 'index', span, object, index });
};

const lowerCall: ExpressionLowering = (node, lowering) => {
  const list = childOf(node, 'arguments');
  const callee = lowering.field(node, node.type === 'new_expression' ? 'constructor' : 'function');
  if (list?.type === 'template_string') return lowerTagged(callee, list, node, lowering);
  const given = (list === undefined ? [] : partsOfNode(list)).map((part) => lowerArgument(part, lowering));
  noteImport(callee, given, lowering);
  return lowering.note({ kind: 'call', span: spanOf(node), callee, arguments: given });
};

/** `require("x")` and `import("x")` bring in a module as a statement does. */
function noteImport(callee: Expression, given: readonly Argument[], lowering: Lowering): void {
  const [first] = given;
  if (callee.kind !== 'name' || !/^(?:require|import)$/.test(callee.name) || first?.value.kind !== 'literal') return;
  lowering.keep({
    kind: 'import',
    span: callee.span,
    bindings: [{ name: '', path: modulePath(String(first.value.value)) }],
  });
}

/** What a tagged template calls gets texts and values apart; `` tag.` `` tells it from a call. */
function lowerTagged(tag: Expression, list: SyntaxNode, node: SyntaxNode, lowering: Lowering): Expression {
  const callee = lowering.note({ kind: 'member', span: tag.span, object: tag, property: '`' });
  const given = templateParts(list, lowering).map((part) =>
    typeof part === 'string' ? lowering.note({ kind: 'literal', span: spanOf(list), value: part }) : part.expression,
  );
  return call(callee, given, node, lowering);
}

function lowerArgument(node: SyntaxNode, lowering: Lowering): Argument {
  if (node.type === 'spread_element') return { name: undefined, spread: 'list', value: lowerFirst(node, lowering) };
  return { name: undefined, spread: undefined, value: lowering.expression(node) };
}

const COMPARISONS: Readonly<Record<string, string>> = {
  '==': '==',
  '===': '==',
  '!=': '!=',
  '!==': '!=',
  '<': '<',
  '>': '>',
  '<=': '<=',
  '>=': '>=',
  in: 'in',
  instanceof: 'instanceof',
};

/** Long sums lean left: `a + b + c …` is followed down without recursion. */
const lowerBinary: ExpressionLowering = (node, lowering) => {
  const spine: SyntaxNode[] = [];
  let leftmost = node;
  while (leftmost.type === 'binary_expression') {
    const left = childOf(leftmost, 'left');
    spine.push(leftmost);
    if (left === undefined) return lowering.note({ kind: 'opaque', span: spanOf(node), parts: [] });
    leftmost = left;
  }
  return spine.reduceRight<Expression>((left, operation) => {
    const operator = lowering.textOf(childOf(operation, 'operator'));
    return operate(operator, left, lowering.field(operation, 'right'), operation, lowering);
  }, lowering.expression(leftmost));
};

function operate(
  operator: string,
  left: Expression,
  right: Expression,
  node: SyntaxNode,
  lowering: Lowering,
): Expression {
  const span = spanOf(node);
  if (operator === '&&') return lowering.note({ kind: 'logical', span, operator: 'and', left, right });
  if (operator === '||' || operator === '??') {
    return lowering.note({ kind: 'logical', span, operator: 'or', left, right });
  }
  const comparison = COMPARISONS[operator];
  if (comparison !== undefined) {
    return lowering.note({ kind: 'compare', span, operators: [comparison], operands: [left, right] });
  }
  return lowering.note({ kind: 'binary', span, operator, left, right });
}

const lowerUnary: ExpressionLowering = (node, lowering) => {
  const operator = lowering.textOf(childOf(node, 'operator'));
  const span = spanOf(node);
  const operand = lowering.field(node, 'argument');
  switch (operator) {
    case '!':
      return lowering.note({ kind: 'not', span, operand });
    case '-':
    case '+':
    case '~':
      if (operand.kind === 'literal' && typeof operand.value === 'number' && operator !== '~') {
        return lowering.note({ kind: 'literal', span, value: operator === '-' ? -operand.value : operand.value });
      }
      return call(lowering.name('Number', span), [operand], node, lowering);
    case 'typeof':
      return call(lowering.name('typeof', span), [operand], node, lowering);
    case 'void':
      return lowering.note({ kind: 'literal', span, value: null });
    default:
      return lowering.note({ kind: 'opaque', span, parts: [operand] });
  }
};

const lowerConditional: ExpressionLowering = (node, lowering) =>
  lowering.note({
    kind: 'conditional',
    span: spanOf(node),
    test: lowering.field(node, 'condition'),
    consequence: lowering.field(node, 'consequence'),
    alternative: lowering.field(node, 'alternative'),
  });

const lowerArray: ExpressionLowering = (node, lowering) =>
  lowering.note({
    kind: 'sequence',
    span: spanOf(node),
    elements: partsOfNode(node).map((part) => lowering.expression(part)),
  });

const lowerObject: ExpressionLowering = (node, lowering) =>
  lowering.note({
    kind: 'mapping',
    span: spanOf(node),
    entries: partsOfNode(node).flatMap((part) => lowerEntry(part, lowering)),
  });

function lowerEntry(node: SyntaxNode, lowering: Lowering): MappingExpression['entries'][number][] {
  switch (node.type) {
    case 'pair': {
      const key = lowering.field(node, 'key');
      const value = childOf(node, 'value');
      const name = key.kind === 'literal' ? String(key.value) : '';
      return [
        {
          key,
          value: isFunctionNode(value) ? lowerFunctionValue(value, name, lowering) : lowering.field(node, 'value'),
        },
      ];
    }
    case 'shorthand_property_identifier':
      return [{ key: lowerProperty(node, lowering), value: lowerName(node, lowering) }];
    case 'method_definition': {
      const key = lowering.field(node, 'name');
      const name = key.kind === 'literal' ? String(key.value) : '';
      return [{ key, value: lowerFunctionValue(node, name, lowering) }];
    }
    case 'spread_element':
      return [{ key: undefined, value: lowerFirst(node, lowering) }];
    default:
      return [];
  }
}

/** An assignment that stands within an expression. */
const lowerAssignment: ExpressionLowering = (node, lowering) => {
  const left = childOf(node, 'left');
  const span = spanOf(node);
  const given = childOf(node, 'right');
  const target = lowering.field(node, 'left');
  const value = isFunctionNode(given)
    ? lowerFunctionValue(given, lastNameOf(target), lowering)
    : lowering.field(node, 'right');
  if (left !== undefined && left.type.endsWith('pattern')) return value;
  const operator = lowering.textOf(childOf(node, 'operator')).replace(/=$/, '');
  const combined = operator === '' ? value : operate(operator, target, value, node, lowering);
  return lowering.note({ kind: 'binding', span, target, value: combined });
};

/** The last part of what is assigned to. */
export function lastNameOf(target: Expression): string {
  if (target.kind === 'member') return target.property;
  return target.kind === 'name' ? target.name : '';
}

const lowerFunction: ExpressionLowering = (node, lowering) => lowerFunctionValue(node, '', lowering);

/** How expressions are lowered, by the type of their node. */
export const EXPRESSIONS: Readonly<Record<string, ExpressionLowering>> = {
  ...JSX_EXPRESSIONS,
  identifier: lowerName,
  this: lowerName,
  super: lowerName,
  import: lowerName,
  meta_property: lowerName,
  shorthand_property_identifier_pattern: lowerName,
  property_identifier: lowerProperty,
  private_property_identifier: lowerProperty,
  computed_property_name: lowerFirst,
  string: lowerString,
  number: lowerNumber,
  true: literal(true),
  false: literal(false),
  null: literal(null),
  undefined: literal(null),
  template_string: lowerTemplate,
  regex: lowerPattern,
  member_expression: lowerMember,
  subscript_expression: lowerIndex,
  call_expression: lowerCall,
  new_expression: lowerCall,
  binary_expression: lowerBinary,
  unary_expression: lowerUnary,
  ternary_expression: lowerConditional,
  array: lowerArray,
  object: lowerObject,
  assignment_expression: lowerAssignment,
  augmented_assignment_expression: lowerAssignment,
  arrow_function: lowerFunction,
  function_expression: lowerFunction,
  function: lowerFunction,
  generator_function: lowerFunction,
  parenthesized_expression: lowerFirst,
  await_expression: lowerFirst,
  yield_expression: lowerFirst,
  as_expression: lowerFirst,
  satisfies_expression: lowerFirst,
  non_null_expression: lowerFirst,
  instantiation_expression: lowerFirst,
  expression_statement: lowerFirst,
  type_assertion: (node, lowering) => {
    const inner = partsOfNode(node).at(-1);
    return inner === undefined ? lowerFirst(node, lowering) : lowering.expression(inner);
  },
  spread_element: (node, lowering) =>
    lowering.note({ kind: 'spread', span: spanOf(node), value: lowerFirst(node, lowering) }),
};
