import type { Expression, Statement } from '../../program/program.ts';
import { childOf, type SyntaxNode } from '../../program/syntax-node.ts';
import { partOfType, partsOfNode, spanOf } from '../../program/tree-lowering.ts';
import type { ExpressionMaker, JavaLowering, StatementMaker } from './java-lowering.ts';

/** One way through a choice: the values that lead there, none for the default. */
interface Way {
  readonly values: readonly SyntaxNode[];
  readonly isDefault: boolean;
  readonly body: readonly SyntaxNode[];
  readonly node: SyntaxNode;
}

/** A choice among values is a chain of `if`. */
export const lowerSwitch: StatementMaker = (node, lowering) => {
  const subject = lowering.field(node, 'condition');
  let otherwise: Statement[] = [];
  const cases: { condition: Expression; body: Statement[]; node: SyntaxNode }[] = [];
  for (const way of waysOf(node, lowering)) {
    const body = withoutBreak(lowering.statements(way.body));
    if (way.isDefault) otherwise = body;
    else cases.push({ condition: conditionOf(way, subject, lowering), body, node: way.node });
  }
  for (const { condition, body, node: way } of cases.toReversed()) {
    otherwise = [{ kind: 'if', span: spanOf(way), condition, consequence: body, alternative: otherwise }];
  }
  return otherwise;
};

/** A choice that has a value is a chain of conditions. */
export const lowerSwitchValue: ExpressionMaker = (node, lowering) => {
  const subject = lowering.field(node, 'condition');
  const span = spanOf(node);
  let value: Expression | undefined;
  const ways = waysOf(node, lowering);
  for (const way of [...ways].toReversed().toSorted((a, b) => Number(b.isDefault) - Number(a.isDefault))) {
    const own = valueOf(way.body, lowering);
    if (own === undefined) continue;
    value =
      value === undefined
        ? own
        : lowering.note({
            kind: 'conditional',
            span,
            test: conditionOf(way, subject, lowering),
            consequence: own,
            alternative: value,
          });
  }
  return value ?? lowering.note({ kind: 'opaque', span, parts: [subject] });
};

function waysOf(node: SyntaxNode, lowering: JavaLowering): Way[] {
  const ways: Way[] = [];
  let values: SyntaxNode[] = [];
  let isDefault = false;
  for (const part of partsOfNode(childOf(node, 'body') ?? node)) {
    if (!/^switch_(?:rule|block_statement_group)$/.test(part.type)) continue;
    for (const label of partsOfNode(part).filter(({ type }) => type === 'switch_label')) {
      values.push(...partsOfNode(label));
      isDefault ||= lowering.textOf(label).startsWith('default');
    }
    const body = partsOfNode(part).filter(({ type }) => type !== 'switch_label');
    // Labels without statements lead into what follows.
    if (body.length === 0) continue;
    ways.push({ values, isDefault, body, node: part });
    values = [];
    isDefault = false;
  }
  return ways;
}

function conditionOf(way: Way, subject: Expression, lowering: JavaLowering): Expression {
  const span = spanOf(way.node);
  const conditions = way.values.map((value): Expression => {
    // The name of a constant stands for the constant.
    const lowered =
      value.type === 'identifier'
        ? lowering.note({ kind: 'literal', span: spanOf(value), value: lowering.textOf(value) })
        : lowering.expression(value);
    return lowering.note({ kind: 'compare', span: spanOf(value), operators: ['=='], operands: [subject, lowered] });
  });
  const [first, ...rest] = conditions;
  if (first === undefined) return lowering.note({ kind: 'opaque', span, parts: [] });
  return rest.reduce<Expression>(
    (left, right) => lowering.note({ kind: 'logical', span, operator: 'or', left, right }),
    first,
  );
}

/** What one way gives: its one expression, or what a block yields. */
function valueOf(body: readonly SyntaxNode[], lowering: JavaLowering): Expression | undefined {
  const [only] = body;
  if (only === undefined) return undefined;
  if (only.type === 'expression_statement') return lowering.expression(only);
  const block = only.type === 'block' ? only : undefined;
  const given = partOfType(block, 'yield_statement') ?? body.find(({ type }) => type === 'yield_statement');
  const [value] = given === undefined ? [] : partsOfNode(given);
  return value === undefined ? undefined : lowering.expression(value);
}

/** What ends a case ends no function and no loop. */
function withoutBreak(body: Statement[]): Statement[] {
  const last = body.at(-1);
  return last?.kind === 'exit' && last.how === 'break' ? body.slice(0, -1) : body;
}
