import type { Expression, Span, Statement } from '../../program/program.ts';
import { childOf, type SyntaxNode } from '../../program/syntax-node.ts';
import { partsOfNode, spanOf } from '../../program/tree-lowering.ts';
import type { Lowering } from './lowering.ts';

/** Whether the pattern takes a value apart. */
export function isTakingApart(pattern: SyntaxNode): boolean {
  return /^(?:object_pattern|array_pattern|assignment_pattern)$/.test(pattern.type);
}

/**
 * Binds the names of a pattern, each to its part of the source: `{ a, b: [c] }` of `x` gives `a = x.a; c = x.b[0]`.
 *
 * @param source - Evaluated once for each part, so a name or a member of one.
 */
export function bindPattern(pattern: SyntaxNode, source: Expression, lowering: Lowering): Statement[] {
  const span = spanOf(pattern);
  switch (pattern.type) {
    case 'object_pattern':
      return partsOfNode(pattern).flatMap((part) => bindProperty(part, source, lowering));
    case 'array_pattern':
      return bindElements(pattern, source, lowering);
    case 'assignment_pattern': {
      const left = childOf(pattern, 'left');
      return left === undefined ? [] : bindPattern(left, orElse(source, pattern, lowering), lowering);
    }
    case 'rest_pattern': {
      const [rest] = partsOfNode(pattern);
      return rest === undefined ? [] : bindPattern(rest, source, lowering);
    }
    default:
      return [assignTo(pattern, source, span, lowering)];
  }
}

/** Binds a pattern to a value of any kind, which is evaluated once. */
export function bindValue(pattern: SyntaxNode, value: Expression, span: Span, lowering: Lowering): Statement[] {
  if (!isTakingApart(pattern)) return [assignTo(pattern, value, span, lowering)];
  if (isPlace(value)) return bindPattern(pattern, value, lowering);
  const name = hiddenName(pattern, lowering);
  const keep = lowering.keep({
    kind: 'assign',
    span,
    targets: [lowering.name(name, spanOf(pattern))],
    operator: undefined,
    value,
  });
  return [keep, ...bindPattern(pattern, lowering.name(name, spanOf(pattern)), lowering)];
}

/** A name for what has none in the source. */
export function hiddenName(node: SyntaxNode, lowering: Lowering): string {
  const name = `%${node.start}`;
  lowering.declare(name);
  return name;
}

function isPlace(expression: Expression): boolean {
  let current = expression;
  while (current.kind === 'member') current = current.object;
  return current.kind === 'name';
}

function assignTo(target: SyntaxNode, value: Expression, span: Span, lowering: Lowering): Statement {
  const isName = /^(?:identifier|shorthand_property_identifier_pattern)$/.test(target.type);
  if (isName) lowering.declare(lowering.textOf(target));
  const left = isName ? lowering.name(lowering.textOf(target), spanOf(target)) : lowering.expression(target);
  return lowering.keep({ kind: 'assign', span, targets: [left], operator: undefined, value });
}

function orElse(source: Expression, pattern: SyntaxNode, lowering: Lowering): Expression {
  const right = lowering.field(pattern, 'right');
  return lowering.note({ kind: 'logical', span: spanOf(pattern), operator: 'or', left: source, right });
}

function bindProperty(part: SyntaxNode, source: Expression, lowering: Lowering): Statement[] {
  switch (part.type) {
    case 'shorthand_property_identifier_pattern':
      return bindPattern(part, memberOf(source, lowering.textOf(part), part, lowering), lowering);
    case 'object_assignment_pattern': {
      const left = childOf(part, 'left');
      if (left === undefined) return [];
      const member = memberOf(source, lowering.textOf(left), left, lowering);
      return bindPattern(left, orElse(member, part, lowering), lowering);
    }
    case 'pair_pattern': {
      const key = childOf(part, 'key');
      const value = childOf(part, 'value');
      if (key === undefined || value === undefined) return [];
      const property = lowering.textOf(key).replaceAll(/^['"]|['"]$/g, '');
      if (key.type !== 'computed_property_name') {
        return bindPattern(value, memberOf(source, property, key, lowering), lowering);
      }
      const index = lowering.expression(key);
      return bindPattern(value, lowering.note({ kind: 'index', span: spanOf(part), object: source, index }), lowering);
    }
    default:
      return bindPattern(part, source, lowering);
  }
}

function memberOf(object: Expression, property: string, node: SyntaxNode, lowering: Lowering): Expression {
  return lowering.note({ kind: 'member', span: spanOf(node), object, property });
}

function bindElements(pattern: SyntaxNode, source: Expression, lowering: Lowering): Statement[] {
  let position = 0;
  let last = pattern.start;
  return partsOfNode(pattern).flatMap((part) => {
    // Holes leave nothing behind but their commas.
    position += lowering.source.slice(last, part.start).split(',').length - 1;
    last = part.end;
    const span = spanOf(part);
    const isRest = part.type === 'rest_pattern';
    const index = lowering.note({ kind: 'literal', span, value: position });
    const element = lowering.note(
      isRest ? { kind: 'opaque', span, parts: [source] } : { kind: 'index', span, object: source, index },
    );
    return bindPattern(part, element, lowering);
  });
}
