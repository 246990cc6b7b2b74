import type { Expression } from '../../program/program.ts';
import { childOf, type SyntaxNode } from '../../program/syntax-node.ts';
import { partsOfNode, spanOf } from '../../program/tree-lowering.ts';
import type { GoLowering } from './go-lowering.ts';

/** A type as an expression: pointers are what they point to, lists and maps keep their shape in the name. */
export function lowerType(node: SyntaxNode, lowering: GoLowering): Expression {
  const span = spanOf(node);
  switch (node.type) {
    case 'qualified_type':
      return lowering.note({
        kind: 'member',
        span,
        object: lowering.name(lowering.textOf(childOf(node, 'package')), span),
        property: lowering.textOf(childOf(node, 'name')),
      });
    case 'pointer_type':
    case 'parenthesized_type': {
      const [inner] = partsOfNode(node);
      return inner === undefined ? lowering.name('', span) : lowerType(inner, lowering);
    }
    case 'generic_type': {
      const inner = childOf(node, 'type');
      return inner === undefined ? lowering.name('', span) : lowerType(inner, lowering);
    }
    default:
      return lowering.name(lowering.textOf(node).replaceAll(/\s+/g, ''), span);
  }
}
