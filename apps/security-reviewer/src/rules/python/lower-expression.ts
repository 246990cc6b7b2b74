import type {
  Argument,
  ComprehensionClause,
  Expression,
  MappingExpression,
  Parameter,
  Span,
  TemplatePart,
} from '../program/program.ts';
import type { ProgramBuilder } from '../program/program-builder.ts';
import { childOf, childrenOf, type SyntaxNode } from '../program/syntax-node.ts';
import { conversionOf, stringContent, stringPrefix } from './string-literal.ts';

/** Levels of nesting that are followed; what lies deeper is taken as unknown, so that no input exhausts the stack. */
export const MAX_DEPTH = 200;

/** Turns expressions of a Python syntax tree into those of a program. */
export class ExpressionLowering {
  /** The whole source, which the nodes point into. */
  readonly source: string;
  readonly #builder: ProgramBuilder;
  #depth = 0;

  constructor(source: string, builder: ProgramBuilder) {
    this.source = source;
    this.#builder = builder;
  }

  /** Lowers any expression, pattern or target. */
  lower(node: SyntaxNode): Expression {
    if (this.#depth >= MAX_DEPTH) return this.note({ kind: 'opaque', span: spanOf(node), parts: [] });
    this.#depth += 1;
    try {
      return (LOWERINGS[node.type] ?? lowerOpaque)(node, this);
    } finally {
      this.#depth -= 1;
    }
  }

  /** Lowers a list of nodes. */
  lowerAll(nodes: readonly SyntaxNode[]): Expression[] {
    return nodes.map((node) => this.lower(node));
  }

  /** Lowers the child in a field, or an empty opaque expression where the source is broken there. */
  lowerField(node: SyntaxNode, field: string): Expression {
    const child = childOf(node, field);
    return child === undefined ? this.note({ kind: 'opaque', span: spanOf(node), parts: [] }) : this.lower(child);
  }

  /** Lowers the parameters of a function or lambda. */
  lowerParameters(node: SyntaxNode | undefined): Parameter[] {
    return node === undefined ? [] : node.children.flatMap((child) => this.#lowerParameter(child));
  }

  /** Source text of a node. */
  textOf(node: SyntaxNode): string {
    return this.source.slice(node.start, node.end);
  }

  /** Records a lowered expression. */
  note(expression: Expression): Expression {
    return this.#builder.expression(expression);
  }

  #lowerParameter(node: SyntaxNode): Parameter[] {
    const inner = childOf(node, 'name') ?? node.children.find((child) => child.isNamed) ?? node;
    const annotation = childOf(node, 'type');
    const fallback = childOf(node, 'value');
    const base = {
      annotation: annotation === undefined ? undefined : this.lower(annotation),
      fallback: fallback === undefined ? undefined : this.lower(fallback),
      span: spanOf(node),
    };
    switch (node.type) {
      case 'identifier':
        return [{ ...base, name: this.textOf(node), rest: undefined }];
      case 'default_parameter':
      case 'typed_default_parameter':
        return [{ ...base, name: this.textOf(inner), rest: undefined }];
      case 'typed_parameter': {
        const [parameter] = this.#lowerParameter(inner);
        return parameter === undefined ? [] : [{ ...base, name: parameter.name, rest: parameter.rest }];
      }
      case 'list_splat_pattern':
        return [{ ...base, name: this.textOf(inner), rest: 'list' }];
      case 'dictionary_splat_pattern':
        return [{ ...base, name: this.textOf(inner), rest: 'mapping' }];
      default:
        return [];
    }
  }
}

/** Place of a node. */
export function spanOf(node: SyntaxNode): Span {
  return { start: node.start, end: node.end, line: node.line, endLine: node.endLine };
}

type Lowering = (node: SyntaxNode, lowering: ExpressionLowering) => Expression;

function named(node: SyntaxNode): readonly SyntaxNode[] {
  return node.children.filter((child) => child.isNamed && child.type !== 'comment');
}

function lowerOpaque(node: SyntaxNode, lowering: ExpressionLowering): Expression {
  return lowering.note({ kind: 'opaque', span: spanOf(node), parts: lowering.lowerAll(named(node)) });
}

function lowerInner(node: SyntaxNode, lowering: ExpressionLowering): Expression {
  const inner = named(node);
  return inner.length === 1 && inner[0] !== undefined ? lowering.lower(inner[0]) : lowerOpaque(node, lowering);
}

function lowerSequence(node: SyntaxNode, lowering: ExpressionLowering): Expression {
  return lowering.note({ kind: 'sequence', span: spanOf(node), elements: lowering.lowerAll(named(node)) });
}

function lowerSpread(node: SyntaxNode, lowering: ExpressionLowering): Expression {
  return lowering.note({ kind: 'spread', span: spanOf(node), value: lowerInner(node, lowering) });
}

function lowerName(node: SyntaxNode, lowering: ExpressionLowering): Expression {
  return lowering.note({ kind: 'name', span: spanOf(node), name: lowering.textOf(node) });
}

function lowerNumber(node: SyntaxNode, lowering: ExpressionLowering): Expression {
  const text = lowering.textOf(node).replaceAll('_', '').toLowerCase();
  const number = Number(/^0\d/.test(text) ? `0o${text.slice(1)}` : text.replace(/l$/, ''));
  if (Number.isNaN(number)) return lowering.note({ kind: 'literal', span: spanOf(node), value: 0 });
  return lowering.note({ kind: 'literal', span: spanOf(node), value: number });
}

/** Parts of one string, or of several written next to each other. */
function stringParts(node: SyntaxNode, lowering: ExpressionLowering): TemplatePart[] {
  if (node.type === 'concatenated_string') return named(node).flatMap((part) => stringParts(part, lowering));
  const prefix = stringPrefix(node, lowering.source);
  return node.children.flatMap((child): TemplatePart[] => {
    if (child.type === 'string_content') return [stringContent(child, lowering.source, prefix)];
    if (child.type !== 'interpolation') return [];
    const expression = lowering.lowerField(child, 'expression');
    return [{ expression, conversion: conversionOf(child, lowering.source) }];
  });
}

function lowerString(node: SyntaxNode, lowering: ExpressionLowering): Expression {
  const parts = stringParts(node, lowering);
  const span = spanOf(node);
  if (parts.every((part) => typeof part === 'string')) {
    return lowering.note({ kind: 'literal', span, value: parts.join('') });
  }
  return lowering.note({ kind: 'template', span, parts });
}

function lowerMember(node: SyntaxNode, lowering: ExpressionLowering): Expression {
  const property = childOf(node, 'attribute');
  return lowering.note({
    kind: 'member',
    span: spanOf(node),
    object: lowering.lowerField(node, 'object'),
    property: property === undefined ? '' : lowering.textOf(property),
  });
}

function lowerIndex(node: SyntaxNode, lowering: ExpressionLowering): Expression {
  const subscripts = childrenOf(node, 'subscript');
  const object = lowering.lowerField(node, 'value');
  const [first] = subscripts;
  if (subscripts.length === 1 && first !== undefined && first.type !== 'slice') {
    return lowering.note({ kind: 'index', span: spanOf(node), object, index: lowering.lower(first) });
  }
  lowering.lowerAll(subscripts);
  return lowering.note({ kind: 'index', span: spanOf(node), object, index: undefined });
}

function lowerDottedName(node: SyntaxNode, lowering: ExpressionLowering): Expression {
  const [first, ...rest] = named(node);
  if (first === undefined) return lowerOpaque(node, lowering);
  return rest.reduce<Expression>(
    (object, part) => lowering.note({ kind: 'member', span: spanOf(node), object, property: lowering.textOf(part) }),
    lowering.lower(first),
  );
}

function lowerCall(node: SyntaxNode, lowering: ExpressionLowering): Expression {
  const list = childOf(node, 'arguments');
  const callee = lowering.lowerField(node, 'function');
  const nodes = list?.type === 'argument_list' ? named(list) : [list].filter((item) => item !== undefined);
  return lowering.note({
    kind: 'call',
    span: spanOf(node),
    callee,
    arguments: nodes.map((argument) => lowerArgument(argument, lowering)),
  });
}

function lowerArgument(node: SyntaxNode, lowering: ExpressionLowering): Argument {
  switch (node.type) {
    case 'keyword_argument': {
      const name = childOf(node, 'name');
      const value = lowering.lowerField(node, 'value');
      return { name: name === undefined ? undefined : lowering.textOf(name), spread: undefined, value };
    }
    case 'list_splat':
      return { name: undefined, spread: 'list', value: lowerInner(node, lowering) };
    case 'dictionary_splat':
      return { name: undefined, spread: 'mapping', value: lowerInner(node, lowering) };
    default:
      return { name: undefined, spread: undefined, value: lowering.lower(node) };
  }
}

/** Long sums lean left: `a + b + c …` is followed down without recursion. */
function lowerLeftLeaning(node: SyntaxNode, lowering: ExpressionLowering): Expression {
  const spine: SyntaxNode[] = [];
  let leftmost = node;
  while (leftmost.type === node.type) {
    const left = childOf(leftmost, 'left');
    spine.push(leftmost);
    if (left === undefined) return lowerOpaque(node, lowering);
    leftmost = left;
  }
  return spine.reduceRight<Expression>((left, operation) => {
    const operator = childOf(operation, 'operator');
    const text = operator === undefined ? '' : lowering.textOf(operator);
    const right = lowering.lowerField(operation, 'right');
    const span = spanOf(operation);
    if (operation.type === 'boolean_operator') {
      return lowering.note({ kind: 'logical', span, operator: text === 'or' ? 'or' : 'and', left, right });
    }
    return lowering.note({ kind: 'binary', span, operator: text, left, right });
  }, lowering.lower(leftmost));
}

function lowerCompare(node: SyntaxNode, lowering: ExpressionLowering): Expression {
  return lowering.note({
    kind: 'compare',
    span: spanOf(node),
    operators: childrenOf(node, 'operators').map((operator) => lowering.textOf(operator).replaceAll(/\s+/g, ' ')),
    operands: lowering.lowerAll(
      node.children.filter((child) => child.field !== 'operators' && child.isNamed && child.type !== 'comment'),
    ),
  });
}

function lowerConditional(node: SyntaxNode, lowering: ExpressionLowering): Expression {
  const [consequence, test, alternative] = named(node);
  if (consequence === undefined || test === undefined || alternative === undefined) return lowerOpaque(node, lowering);
  return lowering.note({
    kind: 'conditional',
    span: spanOf(node),
    test: lowering.lower(test),
    consequence: lowering.lower(consequence),
    alternative: lowering.lower(alternative),
  });
}

function lowerMapping(node: SyntaxNode, lowering: ExpressionLowering): Expression {
  const entries: MappingExpression['entries'][number][] = [];
  for (const child of named(node)) {
    if (child.type === 'pair') {
      entries.push({ key: lowering.lowerField(child, 'key'), value: lowering.lowerField(child, 'value') });
    } else if (child.type === 'dictionary_splat') {
      entries.push({ key: undefined, value: lowerInner(child, lowering) });
    }
  }
  return lowering.note({ kind: 'mapping', span: spanOf(node), entries });
}

function lowerComprehension(node: SyntaxNode, lowering: ExpressionLowering): Expression {
  const clauses: ComprehensionClause[] = [];
  for (const child of named(node)) {
    if (child.type === 'for_in_clause') {
      const target = lowering.lowerField(child, 'left');
      clauses.push({ kind: 'for', target, iterable: lowering.lowerField(child, 'right') });
    } else if (child.type === 'if_clause') {
      clauses.push({ kind: 'if', condition: lowerInner(child, lowering) });
    }
  }
  const body = childOf(node, 'body');
  const isPair = body?.type === 'pair';
  return lowering.note({
    kind: 'comprehension',
    span: spanOf(node),
    key: isPair ? lowering.lowerField(body, 'key') : undefined,
    element: isPair ? lowering.lowerField(body, 'value') : lowering.lowerField(node, 'body'),
    clauses,
  });
}

function lowerLambda(node: SyntaxNode, lowering: ExpressionLowering): Expression {
  return lowering.note({
    kind: 'lambda',
    span: spanOf(node),
    parameters: lowering.lowerParameters(childOf(node, 'parameters')),
    body: lowering.lowerField(node, 'body'),
  });
}

function lowerUnary(node: SyntaxNode, lowering: ExpressionLowering): Expression {
  const value = lowering.lowerField(node, 'argument');
  if (value.kind === 'literal' && typeof value.value === 'number') {
    const isNegative = lowering.textOf(node).startsWith('-');
    return lowering.note({ kind: 'literal', span: spanOf(node), value: isNegative ? -value.value : value.value });
  }
  return lowering.note({ kind: 'opaque', span: spanOf(node), parts: [value] });
}

/** `Optional[str]` in an annotation: the same as an index. */
function lowerGenericType(node: SyntaxNode, lowering: ExpressionLowering): Expression {
  const [object, parameters] = named(node);
  if (object === undefined) return lowerOpaque(node, lowering);
  const index = parameters === undefined ? undefined : lowerSequence(parameters, lowering);
  return lowering.note({ kind: 'index', span: spanOf(node), object: lowering.lower(object), index });
}

const literal =
  (value: boolean | null): Lowering =>
  (node, lowering) =>
    lowering.note({ kind: 'literal', span: spanOf(node), value });

const LOWERINGS: Readonly<Record<string, Lowering>> = {
  identifier: lowerName,
  keyword_identifier: lowerName,
  dotted_name: lowerDottedName,
  string: lowerString,
  concatenated_string: lowerString,
  integer: lowerNumber,
  float: lowerNumber,
  true: literal(true),
  false: literal(false),
  none: literal(null),
  attribute: lowerMember,
  subscript: lowerIndex,
  call: lowerCall,
  binary_operator: lowerLeftLeaning,
  boolean_operator: lowerLeftLeaning,
  comparison_operator: lowerCompare,
  not_operator: (node, lowering) =>
    lowering.note({ kind: 'not', span: spanOf(node), operand: lowering.lowerField(node, 'argument') }),
  unary_operator: lowerUnary,
  conditional_expression: lowerConditional,
  parenthesized_expression: lowerInner,
  await: lowerInner,
  type: lowerInner,
  generic_type: lowerGenericType,
  tuple: lowerSequence,
  list: lowerSequence,
  set: lowerSequence,
  expression_list: lowerSequence,
  pattern_list: lowerSequence,
  tuple_pattern: lowerSequence,
  list_pattern: lowerSequence,
  union_type: lowerSequence,
  list_splat: lowerSpread,
  list_splat_pattern: lowerSpread,
  as_pattern_target: lowerInner,
  dictionary: lowerMapping,
  list_comprehension: lowerComprehension,
  set_comprehension: lowerComprehension,
  dictionary_comprehension: lowerComprehension,
  generator_expression: lowerComprehension,
  lambda: lowerLambda,
  named_expression: (node, lowering) => {
    const target = lowering.lowerField(node, 'name');
    return lowering.note({ kind: 'binding', span: spanOf(node), target, value: lowering.lowerField(node, 'value') });
  },
};
