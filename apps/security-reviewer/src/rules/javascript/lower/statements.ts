import type { Expression, IfStatement, Statement } from '../../program/program.ts';
import { childOf, type SyntaxNode } from '../../program/syntax-node.ts';
import { CLASS_STATEMENTS, lowerNamedClass } from './classes.ts';
import { lastNameOf } from './expressions.ts';
import { isFunctionNode, lowerDefinition, lowerFunctionValue } from './functions.ts';
import { DEFAULT_EXPORT } from './exports.ts';
import { lowerImport } from './imports.ts';
import { partsOfNode, spanOf } from '../../program/tree-lowering.ts';
import type { Lowering, StatementLowering } from './lowering.ts';
import { bindValue, hiddenName, isTakingApart } from './patterns.ts';

const nothing: StatementLowering = () => [];

const lowerBlock: StatementLowering = (node, lowering) => node.children.flatMap((child) => lowering.statement(child));

const lowerDeclarations: StatementLowering = (node, lowering) =>
  partsOfNode(node).flatMap((child) => {
    const name = childOf(child, 'name');
    const given = childOf(child, 'value');
    if (child.type !== 'variable_declarator' || name === undefined || given === undefined) {
      if (name?.type === 'identifier') lowering.declare(lowering.textOf(name));
      return [];
    }
    if (given.type === 'class') return lowerNamedClass(given, lowering.textOf(name), lowering);
    const value = isFunctionNode(given)
      ? lowerFunctionValue(given, lowering.textOf(name), lowering)
      : lowering.expression(given);
    return bindValue(name, value, spanOf(child), lowering);
  });

/** Assignments that stand on their own are statements; anything else is evaluated. */
const lowerExpressionStatement: StatementLowering = (node, lowering) =>
  partsOfNode(node).flatMap((child) => lowerEvaluated(child, lowering));

function lowerEvaluated(node: SyntaxNode, lowering: Lowering): Statement[] {
  switch (node.type) {
    case 'parenthesized_expression':
    case 'sequence_expression':
      return partsOfNode(node).flatMap((part) => lowering.statement(part));
    case 'assignment_expression':
      return lowerAssignment(node, lowering);
    case 'augmented_assignment_expression':
      return lowerAugmented(node, lowering);
    default:
      return [{ kind: 'expression', span: spanOf(node), expression: lowering.expression(node) }];
  }
}

/** `a = b = c` gives both the same value. */
function lowerAssignment(node: SyntaxNode, lowering: Lowering): Statement[] {
  const span = spanOf(node);
  const targets: SyntaxNode[] = [];
  let right: SyntaxNode | undefined = node;
  while (right?.type === 'assignment_expression') {
    const left = childOf(right, 'left');
    if (left !== undefined) targets.push(left);
    right = childOf(right, 'right');
  }
  const [first] = targets;
  if (first === undefined || right === undefined) return [];
  if (right.type === 'class') return lowerNamedClass(right, 'default', lowering);
  if (isTakingApart(first)) return bindValue(first, lowering.expression(right), span, lowering);
  const left = targets.map((target) => lowering.expression(target));
  const name = left.map((target) => lastNameOf(target)).find((found) => found !== '') ?? '';
  const value = isFunctionNode(right) ? lowerFunctionValue(right, name, lowering) : lowering.expression(right);
  return [lowering.keep({ kind: 'assign', span, targets: left, operator: undefined, value })];
}

function lowerAugmented(node: SyntaxNode, lowering: Lowering): Statement[] {
  const operator = lowering.textOf(childOf(node, 'operator')).replace(/=$/, '');
  if (/^(?:\|\||\?\?|&&)$/.test(operator)) {
    return [{ kind: 'expression', span: spanOf(node), expression: lowering.expression(node) }];
  }
  return [
    lowering.keep({
      kind: 'assign',
      span: spanOf(node),
      targets: [lowering.field(node, 'left')],
      operator,
      value: lowering.field(node, 'right'),
    }),
  ];
}

/** A chain of `else if` is followed without recursion. */
const lowerIf: StatementLowering = (node, lowering) => {
  const chain: { span: IfStatement['span']; condition: Expression; consequence: Statement[] }[] = [];
  let current: SyntaxNode | undefined = node;
  let alternative: Statement[] = [];
  while (current !== undefined) {
    chain.push({
      span: spanOf(current),
      condition: lowering.field(current, 'condition'),
      consequence: lowering.block(childOf(current, 'consequence')),
    });
    const clause: SyntaxNode | undefined = childOf(current, 'alternative');
    const [next] = clause === undefined ? [] : partsOfNode(clause);
    current = next?.type === 'if_statement' ? next : undefined;
    if (current === undefined) alternative = lowering.block(next);
  }
  return chain.reduceRight<Statement[]>((rest, branch) => [{ kind: 'if', ...branch, alternative: rest }], alternative);
};

const lowerWhile: StatementLowering = (node, lowering) => [
  {
    kind: 'loop',
    span: spanOf(node),
    target: undefined,
    iterable: undefined,
    condition: lowering.field(node, 'condition'),
    body: lowering.block(childOf(node, 'body')),
    otherwise: [],
  },
];

const lowerFor: StatementLowering = (node, lowering) => {
  const initializer = childOf(node, 'initializer');
  const condition = childOf(node, 'condition');
  const increment = childOf(node, 'increment');
  const isEmpty = condition === undefined || condition.type === 'empty_statement';
  return [
    ...(initializer === undefined ? [] : lowering.statement(initializer)),
    {
      kind: 'loop',
      span: spanOf(node),
      target: undefined,
      iterable: undefined,
      condition: isEmpty ? undefined : lowering.expression(condition),
      body: [
        ...lowering.block(childOf(node, 'body')),
        ...(increment === undefined ? [] : lowerEvaluated(increment, lowering)),
      ],
      otherwise: [],
    },
  ];
};

const lowerForIn: StatementLowering = (node, lowering) => {
  const left = childOf(node, 'left');
  if (left === undefined) return [];
  const span = spanOf(left);
  const isApart = isTakingApart(left);
  const name = isApart ? hiddenName(left, lowering) : lowering.textOf(left);
  lowering.declare(name);
  const values = lowering.field(node, 'right');
  const isKeys = lowering.textOf(childOf(node, 'operator')) === 'in';
  const opening = isApart ? bindValue(left, lowering.name(name, span), span, lowering) : [];
  return [
    {
      kind: 'loop',
      span: spanOf(node),
      target: lowering.name(name, span),
      iterable: isKeys ? keysOf(values, lowering) : values,
      condition: undefined,
      body: [...opening, ...lowering.block(childOf(node, 'body'))],
      otherwise: [],
    },
  ];
};

function keysOf(object: Expression, lowering: Lowering): Expression {
  const { span } = object;
  const callee = lowering.note({ kind: 'member', span, object: lowering.name('Object', span), property: 'keys' });
  const given = [{ name: undefined, spread: undefined, value: object }];
  return lowering.note({ kind: 'call', span, callee, arguments: given });
}

const lowerTry: StatementLowering = (node, lowering) => {
  const handler = childOf(node, 'handler');
  const finalizer = childOf(node, 'finalizer');
  const parameter = handler === undefined ? undefined : childOf(handler, 'parameter');
  const name =
    parameter === undefined
      ? undefined
      : isTakingApart(parameter)
        ? hiddenName(parameter, lowering)
        : lowering.textOf(parameter);
  if (name !== undefined) lowering.declare(name);
  const target = parameter === undefined || name === undefined ? undefined : lowering.name(name, spanOf(parameter));
  const opening =
    parameter !== undefined && target !== undefined && isTakingApart(parameter)
      ? bindValue(parameter, target, spanOf(parameter), lowering)
      : [];
  return [
    {
      kind: 'try',
      span: spanOf(node),
      body: lowering.block(childOf(node, 'body')),
      handlers:
        handler === undefined
          ? []
          : [{ errors: undefined, target, body: [...opening, ...lowering.block(childOf(handler, 'body'))] }],
      otherwise: [],
      finalizer: finalizer === undefined ? [] : lowering.block(childOf(finalizer, 'body')),
    },
  ];
};

const exit =
  (how: 'return' | 'raise' | 'break' | 'continue'): StatementLowering =>
  (node, lowering) => {
    const [value] = how === 'return' || how === 'raise' ? partsOfNode(node) : [];
    return [
      { kind: 'exit', span: spanOf(node), how, value: value === undefined ? undefined : lowering.expression(value) },
    ];
  };

/** Labels that follow each other without statements between them share a body. */
const lowerSwitch: StatementLowering = (node, lowering) => {
  const cases: { isConstant: boolean; names: readonly string[]; body: Statement[] }[] = [];
  let isConstant = true;
  for (const part of childOf(node, 'body')?.children ?? []) {
    if (part.type !== 'switch_case' && part.type !== 'switch_default') continue;
    const value = childOf(part, 'value');
    isConstant &&=
      value !== undefined && /^(?:string|number|true|false|null|identifier|member_expression)$/.test(value.type);
    const body = part.children.filter((child) => child !== value).flatMap((child) => lowering.statement(child));
    if (body.length === 0) continue;
    // What ends a case ends no function and no loop.
    const kept = body.filter((statement) => statement.kind !== 'exit' || statement.how !== 'break');
    cases.push({ isConstant, names: [], body: kept });
    isConstant = true;
  }
  return [{ kind: 'match', span: spanOf(node), subject: lowering.field(node, 'value'), cases }];
};

const lowerFunction: StatementLowering = (node, lowering) => {
  const name = lowering.textOf(childOf(node, 'name'));
  const isExported = lowering.isTopLevel && lowering.exported.has(name === '' ? 'default' : name);
  lowering.declare(name);
  return [lowerDefinition(node, { name: name === '' ? 'default' : name, isExported }, lowering)];
};

const lowerExport: StatementLowering = (node, lowering) => {
  const declaration = childOf(node, 'declaration');
  const value = childOf(node, 'value');
  if (declaration !== undefined) return lowering.statement(declaration);
  if (value === undefined) return childOf(node, 'source') === undefined ? [] : lowerImport(node, lowering);
  if (value.type === 'class') return lowerNamedClass(value, 'default', lowering);
  const expression = isFunctionNode(value)
    ? lowerFunctionValue(value, 'default', lowering)
    : lowering.expression(value);
  const target = lowering.name(DEFAULT_EXPORT, spanOf(node));
  return [{ kind: 'assign', span: spanOf(node), targets: [target], operator: undefined, value: expression }];
};

/** An enumeration is an object of constants. */
const lowerEnum: StatementLowering = (node, lowering) => {
  const span = spanOf(node);
  const name = lowering.textOf(childOf(node, 'name'));
  lowering.declare(name);
  const members = partsOfNode(childOf(node, 'body') ?? node);
  const entries = members.flatMap((member) => {
    const key = childOf(member, 'name') ?? (member.type === 'property_identifier' ? member : undefined);
    if (key === undefined || key === childOf(node, 'name')) return [];
    const value = childOf(member, 'value') ?? key;
    return [{ key: lowering.expression(key), value: lowering.expression(value) }];
  });
  const value = lowering.note({ kind: 'mapping', span, entries });
  return [lowering.keep({ kind: 'assign', span, targets: [lowering.name(name, span)], operator: undefined, value })];
};

const lowerBody: StatementLowering = (node, lowering) => lowering.block(childOf(node, 'body'));

/** How statements are lowered, by the type of their node. */
export const STATEMENTS: Readonly<Record<string, StatementLowering>> = {
  ...CLASS_STATEMENTS,
  program: lowerBlock,
  statement_block: lowerBlock,
  ERROR: lowerBlock,
  comment: nothing,
  hash_bang_line: nothing,
  empty_statement: nothing,
  debugger_statement: nothing,
  interface_declaration: nothing,
  type_alias_declaration: nothing,
  ambient_declaration: nothing,
  function_signature: nothing,
  decorator: nothing,
  lexical_declaration: lowerDeclarations,
  variable_declaration: lowerDeclarations,
  expression_statement: lowerExpressionStatement,
  parenthesized_expression: lowerEvaluated,
  sequence_expression: lowerEvaluated,
  assignment_expression: lowerEvaluated,
  augmented_assignment_expression: lowerEvaluated,
  if_statement: lowerIf,
  while_statement: lowerWhile,
  do_statement: lowerWhile,
  for_statement: lowerFor,
  for_in_statement: lowerForIn,
  try_statement: lowerTry,
  return_statement: exit('return'),
  throw_statement: exit('raise'),
  break_statement: exit('break'),
  continue_statement: exit('continue'),
  switch_statement: lowerSwitch,
  labeled_statement: lowerBody,
  internal_module: lowerBody,
  module: lowerBody,
  function_declaration: lowerFunction,
  generator_function_declaration: lowerFunction,
  import_statement: lowerImport,
  export_statement: lowerExport,
  enum_declaration: lowerEnum,
};
