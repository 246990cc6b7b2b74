import type { Expression } from '../../program/program.ts';
import { childOf, type SyntaxNode } from '../../program/syntax-node.ts';
import { partsOfNode, spanOf } from '../../program/tree-lowering.ts';
import type { JavaLowering } from './java-lowering.ts';

/** A type as an expression: without what it is generic in, lists of it under its name with brackets. */
export function lowerType(node: SyntaxNode, lowering: JavaLowering): Expression {
  const span = spanOf(node);
  switch (node.type) {
    case 'generic_type':
    case 'annotated_type': {
      const inner = partsOfNode(node).find(({ type }) => !/annotation$|^type_arguments$/.test(type));
      return inner === undefined ? lowering.name('', span) : lowerType(inner, lowering);
    }
    case 'scoped_type_identifier': {
      // `java.util.Random` is `Random`; `Map.Entry` keeps its owner.
      const parts = lowering
        .textOf(node)
        .replaceAll(/<[^<>]*>|\s+/g, '')
        .split('.');
      return lowering.name(parts.filter((part) => /^[A-Z]/.test(part)).join('.'), span);
    }
    case 'array_type':
      return lowering.name(`${lowering.textOf(childOf(node, 'element'))}[]`, span);
    default:
      return lowering.name(lowering.textOf(node), span);
  }
}
