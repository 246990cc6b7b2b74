import type { Expression, Statement } from '../../program/program.ts';
import { childOf, childrenOf, type SyntaxNode } from '../../program/syntax-node.ts';
import { partOfType, partsOfNode, spanOf } from '../../program/tree-lowering.ts';
import { CLASSES } from './classes.ts';
import type { JavaLowering, StatementMaker } from './java-lowering.ts';
import { lowerSwitch } from './switch.ts';
import { lowerType } from './types.ts';

const NOTHING: StatementMaker = () => [];

/** `Type name = value, other`. */
const lowerDeclaration: StatementMaker = (node, lowering) => {
  const type = childOf(node, 'type');
  const lowered = type === undefined ? undefined : lowerType(type, lowering);
  return childrenOf(node, 'declarator').map((declarator) => {
    const span = spanOf(node);
    const name = lowering.textOf(childOf(declarator, 'name'));
    const value = childOf(declarator, 'value');
    const given = value === undefined ? lowering.construct('$zero', [], span) : lowering.expression(value);
    lowering.declare(name);
    return lowering.assign([lowering.name(name, spanOf(declarator))], given, span, lowered);
  });
};

const lowerExpressionStatement: StatementMaker = (node, lowering) =>
  partsOfNode(node).flatMap((part): Statement[] => {
    if (part.type === 'assignment_expression') return lowerAssignment(part, lowering);
    if (part.type === 'switch_expression') return lowerSwitch(part, lowering);
    return [{ kind: 'expression', span: spanOf(node), expression: lowering.expression(part) }];
  });

const lowerAssignment: StatementMaker = (node, lowering) => {
  const operator = lowering.textOf(childOf(node, 'operator')).replace(/=$/, '');
  const right = childOf(node, 'right');
  if (right === undefined) return [];
  const target = lowering.field(node, 'left');
  const value = lowering.expression(right);
  return [
    lowering.keep({
      kind: 'assign',
      span: spanOf(node),
      targets: [target],
      operator: operator === '' ? undefined : operator,
      value,
    }),
  ];
};

const lowerIf: StatementMaker = (node, lowering) => {
  const condition = lowering.field(node, 'condition');
  return [
    {
      kind: 'if',
      span: spanOf(node),
      condition,
      consequence: lowering.block(childOf(node, 'consequence')),
      alternative: lowering.block(childOf(node, 'alternative')),
    },
  ];
};

const lowerFor: StatementMaker = (node, lowering) => {
  const before = childrenOf(node, 'init').flatMap((part) => lowering.statement(part));
  return [...before, loop(node, lowering, childrenOf(node, 'update'))];
};

const lowerWhile: StatementMaker = (node, lowering) => [loop(node, lowering, [])];

/** The body of `do` runs at least once. */
const lowerDo: StatementMaker = (node, lowering) => lowering.block(childOf(node, 'body'));

function loop(node: SyntaxNode, lowering: JavaLowering, updates: readonly SyntaxNode[]): Statement {
  const condition = childOf(node, 'condition');
  return {
    kind: 'loop',
    span: spanOf(node),
    target: undefined,
    iterable: undefined,
    condition: condition === undefined ? undefined : lowering.expression(condition),
    body: [...lowering.block(childOf(node, 'body')), ...updates.flatMap((part) => lowering.statement(part))],
    otherwise: [],
  };
}

/** `for (Type name : values)`: the name has the type from the first statement on. */
const lowerForEach: StatementMaker = (node, lowering) => {
  const name = childOf(node, 'name');
  const type = childOf(node, 'type');
  const iterable = lowering.field(node, 'value');
  if (name === undefined) return [];
  const span = spanOf(name);
  const text = lowering.textOf(name);
  lowering.declare(text);
  const typed =
    type === undefined
      ? []
      : [lowering.assign([lowering.name(text, span)], lowering.name(text, span), span, lowerType(type, lowering))];
  return [
    {
      kind: 'loop',
      span: spanOf(node),
      target: lowering.name(text, span),
      iterable,
      condition: undefined,
      body: [...typed, ...lowering.block(childOf(node, 'body'))],
      otherwise: [],
    },
  ];
};

const lowerTry: StatementMaker = (node, lowering) => {
  const resources = partsOfNode(childOf(node, 'resources') ?? { ...node, children: [] }).flatMap((resource) =>
    lowerResource(resource, lowering),
  );
  const clauses = partsOfNode(node).filter(({ type }) => type === 'catch_clause');
  return [
    {
      kind: 'try',
      span: spanOf(node),
      body: [...resources, ...lowering.block(childOf(node, 'body'))],
      handlers: clauses.map((clause) => lowerCatch(clause, lowering)),
      otherwise: [],
      finalizer: lowering.statements(partsOfNode(partOfType(node, 'finally_clause') ?? { ...node, children: [] })),
    },
  ];
};

function lowerResource(resource: SyntaxNode, lowering: JavaLowering): Statement[] {
  const name = childOf(resource, 'name');
  const value = childOf(resource, 'value');
  const type = childOf(resource, 'type');
  const span = spanOf(resource);
  if (name === undefined || value === undefined) {
    return partsOfNode(resource).map((part) => ({ kind: 'expression', span, expression: lowering.expression(part) }));
  }
  const given = lowering.expression(value);
  const text = lowering.textOf(name);
  lowering.declare(text);
  return [
    lowering.assign(
      [lowering.name(text, span)],
      given,
      span,
      type === undefined ? undefined : lowerType(type, lowering),
    ),
  ];
}

function lowerCatch(
  clause: SyntaxNode,
  lowering: JavaLowering,
): { errors: Expression | undefined; target: Expression | undefined; body: Statement[] } {
  const parameter = partOfType(clause, 'catch_formal_parameter');
  const name = parameter === undefined ? undefined : childOf(parameter, 'name');
  const [type] = partsOfNode(partOfType(parameter, 'catch_type') ?? clause);
  if (name !== undefined) lowering.declare(lowering.textOf(name));
  return {
    errors: type === undefined ? undefined : lowerType(type, lowering),
    target: name === undefined ? undefined : lowering.name(lowering.textOf(name), spanOf(name)),
    body: lowering.block(childOf(clause, 'body')),
  };
}

const lowerExit =
  (how: 'return' | 'raise' | 'break' | 'continue'): StatementMaker =>
  (node, lowering) => {
    const [value] = how === 'break' || how === 'continue' ? [] : partsOfNode(node);
    return [
      { kind: 'exit', span: spanOf(node), how, value: value === undefined ? undefined : lowering.expression(value) },
    ];
  };

/** `assert condition` and others whose parts are evaluated. */
const lowerParts: StatementMaker = (node, lowering) => lowering.statements(partsOfNode(node));

const lowerImport: StatementMaker = (node, lowering) => {
  const text = lowering
    .textOf(node)
    .replace(/^import\s+(?:static\s+)?/, '')
    .replace(/\s*;\s*$/, '')
    .replaceAll(/\s+/g, '');
  const parts = text.split('.');
  const isStatic = /^import\s+static\b/.test(lowering.textOf(node));
  // Classes go by their bare names, wherever they come from; the path is kept for what asks for a package.
  const binding =
    isStatic && parts.at(-1) !== '*'
      ? { name: parts.at(-1) ?? '', path: parts.slice(-2).join('.') }
      : { name: text, path: text.replace(/\.\*$/, '') };
  return [lowering.keep({ kind: 'import', span: spanOf(node), bindings: [binding] })];
};

/** How statements are lowered, by the type of their node. */
export const STATEMENTS: Readonly<Record<string, StatementMaker>> = {
  ...CLASSES,
  package_declaration: NOTHING,
  annotation_type_declaration: NOTHING,
  import_declaration: lowerImport,
  local_variable_declaration: lowerDeclaration,
  expression_statement: lowerExpressionStatement,
  assignment_expression: lowerAssignment,
  switch_expression: lowerSwitch,
  if_statement: lowerIf,
  for_statement: lowerFor,
  enhanced_for_statement: lowerForEach,
  while_statement: lowerWhile,
  do_statement: lowerDo,
  try_statement: lowerTry,
  try_with_resources_statement: lowerTry,
  return_statement: lowerExit('return'),
  throw_statement: lowerExit('raise'),
  break_statement: lowerExit('break'),
  continue_statement: lowerExit('continue'),
  yield_statement: lowerParts,
  synchronized_statement: lowerParts,
  labeled_statement: lowerParts,
  assert_statement: lowerParts,
  explicit_constructor_invocation: lowerParts,
};
