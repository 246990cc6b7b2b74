import { childOf, type SyntaxNode } from '../../program/syntax-node.ts';
import { partsOfNode } from '../../program/tree-lowering.ts';

/** Names of the top level that other files can reach: `export`, `module.exports = …` and `exports.name = …`. */
export function exportedNames(root: SyntaxNode, source: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of root.children) {
    if (node.type === 'export_statement') addExported(node, source, names);
    const [expression] = node.type === 'expression_statement' ? partsOfNode(node) : [];
    if (expression?.type === 'assignment_expression') addAssigned(expression, source, names);
  }
  return names;
}

function addExported(node: SyntaxNode, source: string, names: Set<string>): void {
  const declaration = childOf(node, 'declaration');
  const value = childOf(node, 'value');
  names.add('default');
  if (value?.type === 'identifier') names.add(textOf(value, source));
  const declarators = declaration === undefined ? [] : [declaration, ...declaration.children];
  for (const declarator of declarators) {
    const name = childOf(declarator, 'name');
    if (name !== undefined) names.add(textOf(name, source));
  }
  for (const clause of node.children.filter((child) => child.type === 'export_clause')) {
    for (const specifier of partsOfNode(clause)) {
      const name = childOf(specifier, 'name');
      if (name !== undefined) names.add(textOf(name, source));
    }
  }
}

function addAssigned(node: SyntaxNode, source: string, names: Set<string>): void {
  const left = childOf(node, 'left');
  const right = childOf(node, 'right');
  if (left === undefined || right === undefined || !/^(?:module\.)?exports\b/.test(textOf(left, source))) return;
  if (right.type === 'identifier') names.add(textOf(right, source));
  if (right.type !== 'object') return;
  for (const entry of partsOfNode(right)) {
    const value = entry.type === 'pair' ? childOf(entry, 'value') : entry;
    if (value !== undefined) names.add(textOf(value, source));
  }
}

function textOf(node: SyntaxNode, source: string): string {
  return source.slice(node.start, node.end);
}
