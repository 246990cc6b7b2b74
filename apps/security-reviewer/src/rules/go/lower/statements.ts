import type { Expression, Statement } from '../../program/program.ts';
import { childOf, childrenOf, type SyntaxNode } from '../../program/syntax-node.ts';
import { partOfType, partsOfNode, spanOf } from '../../program/tree-lowering.ts';
import type { GoLowering, StatementMaker } from './go-lowering.ts';
import { lowerType } from './types.ts';

const NOTHING: StatementMaker = () => [];

/** Nodes of a list of expressions, or the one that stands for a list. */
function listOf(node: SyntaxNode | undefined): readonly SyntaxNode[] {
  if (node === undefined) return [];
  return node.type === 'expression_list' ? partsOfNode(node) : [node];
}

/** Gives values to targets: one by one, or all that a call returns at once. */
function bind(
  node: SyntaxNode,
  targets: readonly SyntaxNode[],
  values: readonly SyntaxNode[],
  lowering: GoLowering,
  type?: Expression,
): Statement[] {
  const span = spanOf(node);
  if (targets.length === values.length) {
    // What stands on the right is read before anything on the left is given a value; lists of two are rare enough.
    return targets.flatMap((target, position) => {
      const value = values[position];
      if (value === undefined) return [];
      const lowered = lowering.expression(value);
      return [lowering.assign([lowering.expression(target)], lowered, span, type)];
    });
  }
  const [value] = values;
  if (value === undefined) return [];
  const [first, second] = targets;
  if (value.type === 'index_expression' && first !== undefined && second !== undefined) {
    return lookUp(value, first, second, lowering);
  }
  const lowered = lowering.expression(value);
  if (value.type === 'type_assertion_expression' && first !== undefined) {
    return [lowering.assign([lowering.expression(first)], lowered, span)];
  }
  const elements = lowering.expressions(targets);
  const sequence = lowering.note({ kind: 'sequence', span, elements });
  return [lowering.assign([sequence], lowered, span)];
}

/** `value, ok := table[key]`: the second says whether the key is in the table. */
function lookUp(value: SyntaxNode, first: SyntaxNode, second: SyntaxNode, lowering: GoLowering): Statement[] {
  const span = spanOf(value);
  const found = lowering.expression(value);
  if (found.kind !== 'index' || found.index === undefined) return [];
  const isIn = lowering.note({ kind: 'compare', span, operators: ['in'], operands: [found.index, found.object] });
  return [
    lowering.assign([lowering.expression(first)], found, span),
    lowering.assign([lowering.expression(second)], isIn, span),
  ];
}

const lowerShortDeclaration: StatementMaker = (node, lowering) =>
  bind(node, listOf(childOf(node, 'left')), listOf(childOf(node, 'right')), lowering);

const lowerAssignment: StatementMaker = (node, lowering) => {
  const operator = lowering.textOf(childOf(node, 'operator')).replace(/=$/, '');
  const targets = listOf(childOf(node, 'left'));
  const values = listOf(childOf(node, 'right'));
  const [target] = targets;
  const [value] = values;
  if (operator === '' || target === undefined || value === undefined) return bind(node, targets, values, lowering);
  return [
    lowering.keep({
      kind: 'assign',
      span: spanOf(node),
      targets: [lowering.expression(target)],
      operator,
      value: lowering.expression(value),
    }),
  ];
};

/** `var name Type = value`, `const name = value`, alone or in a list. */
const lowerDeclaration: StatementMaker = (node, lowering) =>
  partsOfNode(node).flatMap((spec) => {
    if (spec.type === 'var_spec_list') return lowerDeclaration(spec, lowering);
    if (spec.type !== 'var_spec' && spec.type !== 'const_spec') return [];
    const type = childOf(spec, 'type');
    const lowered = type === undefined ? undefined : lowerType(type, lowering);
    const names = childrenOf(spec, 'name').filter(({ isNamed }) => isNamed);
    const values = listOf(childOf(spec, 'value'));
    if (values.length > 0) return bind(spec, names, values, lowering, lowered);
    const span = spanOf(spec);
    return names.map((name) =>
      lowering.assign([lowering.expression(name)], lowering.construct('$zero', [], span), span, lowered),
    );
  });

const lowerIf: StatementMaker = (node, lowering) => {
  const initializer = childOf(node, 'initializer');
  const before = initializer === undefined ? [] : lowering.statement(initializer);
  const condition = lowering.field(node, 'condition');
  const alternative = childOf(node, 'alternative');
  return [
    ...before,
    {
      kind: 'if',
      span: spanOf(node),
      condition,
      consequence: lowering.block(childOf(node, 'consequence')),
      alternative: lowering.block(alternative),
    },
  ];
};

const lowerFor: StatementMaker = (node, lowering) => {
  const span = spanOf(node);
  const body = childOf(node, 'body');
  const range = partOfType(node, 'range_clause');
  if (range !== undefined) return lowerRange(node, range, lowering);
  const clause = partOfType(node, 'for_clause');
  const condition =
    clause === undefined ? partsOfNode(node).find((part) => part !== body) : childOf(clause, 'condition');
  const initializer = clause === undefined ? undefined : childOf(clause, 'initializer');
  const update = clause === undefined ? undefined : childOf(clause, 'update');
  const before = initializer === undefined ? [] : lowering.statement(initializer);
  const lowered = condition === undefined ? undefined : lowering.expression(condition);
  const inside = [...lowering.block(body), ...(update === undefined ? [] : lowering.statement(update))];
  return [
    ...before,
    { kind: 'loop', span, target: undefined, iterable: undefined, condition: lowered, body: inside, otherwise: [] },
  ];
};

/** `for key, value := range table`: the key is of the table too, unless that is a list. */
function lowerRange(node: SyntaxNode, range: SyntaxNode, lowering: GoLowering): Statement[] {
  const span = spanOf(range);
  const [key, value] = listOf(childOf(range, 'left'));
  const iterable = lowering.field(range, 'right');
  const keys =
    key === undefined
      ? []
      : [lowering.assign([lowering.expression(key)], lowering.construct('$keyOf', [iterable], span), span)];
  return [
    {
      kind: 'loop',
      span: spanOf(node),
      target: value === undefined ? lowering.name('_', span) : lowering.expression(value),
      iterable,
      condition: undefined,
      body: [...keys, ...lowering.block(childOf(node, 'body'))],
      otherwise: [],
    },
  ];
}

/** A choice among values or conditions is a chain of `if`. */
const lowerSwitch: StatementMaker = (node, lowering) => {
  const initializer = childOf(node, 'initializer');
  const before = initializer === undefined ? [] : lowering.statement(initializer);
  const value = childOf(node, 'value');
  const subject = value === undefined || node.type === 'type_switch_statement' ? undefined : lowering.expression(value);
  if (subject === undefined && value !== undefined) {
    const [alias] = listOf(childOf(node, 'alias'));
    const lowered = lowering.expression(value);
    if (alias !== undefined) before.push(lowering.assign([lowering.expression(alias)], lowered, spanOf(node)));
  }
  let otherwise: Statement[] = [];
  const cases: { condition: Expression; body: Statement[]; node: SyntaxNode }[] = [];
  for (const part of partsOfNode(node)) {
    if (!part.type.endsWith('_case')) continue;
    const body = withoutBreak(lowering.block(partOfType(part, 'statement_list')));
    if (part.type === 'default_case') {
      otherwise = body;
      continue;
    }
    cases.push({ condition: caseCondition(part, subject, lowering), body, node: part });
  }
  for (const { condition, body, node: part } of cases.toReversed()) {
    otherwise = [{ kind: 'if', span: spanOf(part), condition, consequence: body, alternative: otherwise }];
  }
  return [...before, ...otherwise];
};

function caseCondition(node: SyntaxNode, subject: Expression | undefined, lowering: GoLowering): Expression {
  const span = spanOf(node);
  const conditions = listOf(childOf(node, 'value')).map((value): Expression => {
    const lowered = lowering.expression(value);
    if (subject === undefined) return lowered;
    return lowering.note({ kind: 'compare', span: spanOf(value), operators: ['=='], operands: [subject, lowered] });
  });
  const [first, ...rest] = conditions;
  if (first === undefined) return lowering.note({ kind: 'opaque', span, parts: [] });
  return rest.reduce<Expression>(
    (left, right) => lowering.note({ kind: 'logical', span, operator: 'or', left, right }),
    first,
  );
}

/** What ends a case ends no function and no loop. */
function withoutBreak(body: Statement[]): Statement[] {
  const last = body.at(-1);
  return last?.kind === 'exit' && last.how === 'break' ? body.slice(0, -1) : body;
}

const lowerReturn: StatementMaker = (node, lowering) => {
  const [list] = partsOfNode(node);
  const span = spanOf(node);
  if (list !== undefined) return [{ kind: 'exit', span, how: 'return', value: lowering.expression(list) }];
  const named = lowering.results.map((name) => lowering.name(name, span));
  const value = named.length < 2 ? named[0] : lowering.note({ kind: 'sequence', span, elements: named });
  return [{ kind: 'exit', span, how: 'return', value }];
};

const lowerExit =
  (how: 'break' | 'continue'): StatementMaker =>
  (node) => [{ kind: 'exit', span: spanOf(node), how, value: undefined }];

/** Statements whose parts are evaluated one after the other. */
const lowerParts: StatementMaker = (node, lowering) => lowering.statements(partsOfNode(node));

const lowerReceive: StatementMaker = (node, lowering) =>
  childOf(node, 'left') === undefined
    ? lowerParts(node, lowering)
    : bind(node, listOf(childOf(node, 'left')).slice(0, 1), listOf(childOf(node, 'right')), lowering);

/** How statements are lowered, by the type of their node. */
export const STATEMENTS: Readonly<Record<string, StatementMaker>> = {
  package_clause: NOTHING,
  label_name: NOTHING,
  empty_statement: NOTHING,
  goto_statement: NOTHING,
  fallthrough_statement: NOTHING,
  inc_statement: NOTHING,
  dec_statement: NOTHING,
  import_declaration: NOTHING,
  type_declaration: NOTHING,
  short_var_declaration: lowerShortDeclaration,
  assignment_statement: lowerAssignment,
  var_declaration: lowerDeclaration,
  const_declaration: lowerDeclaration,
  if_statement: lowerIf,
  for_statement: lowerFor,
  expression_switch_statement: lowerSwitch,
  type_switch_statement: lowerSwitch,
  select_statement: lowerParts,
  communication_case: lowerParts,
  default_case: lowerParts,
  return_statement: lowerReturn,
  break_statement: lowerExit('break'),
  continue_statement: lowerExit('continue'),
  expression_statement: lowerParts,
  defer_statement: lowerParts,
  go_statement: lowerParts,
  send_statement: lowerParts,
  labeled_statement: lowerParts,
  receive_statement: lowerReceive,
};
