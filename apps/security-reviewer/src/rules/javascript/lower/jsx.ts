import type { Argument } from '../../program/program.ts';
import { childOf, type SyntaxNode } from '../../program/syntax-node.ts';
import { partsOfNode, spanOf } from '../../program/tree-lowering.ts';
import type { ExpressionLowering, Lowering } from './lowering.ts';
import { unescapeText } from './text-literal.ts';

/** An element is a call: `<a href={x}>y</a>` calls `<a>` with a named argument for each attribute, then its children. */
const lowerElement: ExpressionLowering = (node, lowering) => {
  const opening = node.type === 'jsx_element' ? childOf(node, 'open_tag') : node;
  const name = opening === undefined ? '' : lowering.textOf(childOf(opening, 'name'));
  const attributes = opening === undefined ? [] : partsOfNode(opening).filter((child) => child.field !== 'name');
  const children = node.type === 'jsx_element' || node.type === 'jsx_fragment' ? partsOfNode(node) : [];
  return lowering.note({
    kind: 'call',
    span: spanOf(opening ?? node),
    callee: lowering.name(`<${name}>`, spanOf(opening ?? node)),
    arguments: [
      ...attributes.flatMap((attribute) => lowerAttribute(attribute, lowering)),
      ...children.flatMap((child) => lowerChild(child, lowering)),
    ],
  });
};

function lowerAttribute(node: SyntaxNode, lowering: Lowering): Argument[] {
  const [name, value] = partsOfNode(node);
  if (node.type === 'jsx_expression') return lowerChild(node, lowering);
  if (node.type !== 'jsx_attribute' || name === undefined) return [];
  const span = spanOf(node);
  if (value === undefined) {
    const literal = lowering.note({ kind: 'literal', span, value: true });
    return [{ name: lowering.textOf(name), spread: undefined, value: literal }];
  }
  if (value.type === 'string') {
    const text = unescapeText(lowering.textOf(value).slice(1, -1));
    const literal = lowering.note({ kind: 'literal', span: spanOf(value), value: text });
    return [{ name: lowering.textOf(name), spread: undefined, value: literal }];
  }
  return [{ name: lowering.textOf(name), spread: undefined, value: lowering.expression(value) }];
}

function lowerChild(node: SyntaxNode, lowering: Lowering): Argument[] {
  if (/^jsx_(?:element|self_closing_element|fragment)$/.test(node.type)) {
    return [{ name: undefined, spread: undefined, value: lowering.expression(node) }];
  }
  const [inner] = node.type === 'jsx_expression' ? partsOfNode(node) : [];
  if (inner === undefined) return [];
  if (inner.type === 'spread_element') {
    const [spread] = partsOfNode(inner);
    return spread === undefined ? [] : [{ name: undefined, spread: 'mapping', value: lowering.expression(spread) }];
  }
  return [{ name: undefined, spread: undefined, value: lowering.expression(inner) }];
}

/** How elements are lowered, by the type of their node. */
export const JSX_EXPRESSIONS: Readonly<Record<string, ExpressionLowering>> = {
  jsx_element: lowerElement,
  jsx_self_closing_element: lowerElement,
  jsx_fragment: lowerElement,
  jsx_expression: (node, lowering) => {
    const [inner] = partsOfNode(node);
    return inner === undefined
      ? lowering.note({ kind: 'opaque', span: spanOf(node), parts: [] })
      : lowering.expression(inner);
  },
};
