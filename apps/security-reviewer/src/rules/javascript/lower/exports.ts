import type { Export } from '../../program/program.ts';
import { childOf, type SyntaxNode } from '../../program/syntax-node.ts';
import { partsOfNode } from '../../program/tree-lowering.ts';
import { modulePath } from './module-path.ts';

/** What an expression that is the default export is called, for want of a name in the source. */
export const DEFAULT_EXPORT = '%default';

/** What `module.exports = …` binds, which is read where it is run. */
const COMMONJS: readonly Export[] = [{ name: 'default', local: 'module.exports' }];

/** What other files can import by `export` statements, or from `module.exports` where there are none. */
export function exportsOf(root: SyntaxNode, source: string): readonly Export[] {
  const found = root.children
    .filter(({ type }) => type === 'export_statement')
    .flatMap((node) => exportsOfStatement(node, source));
  return found.length > 0 ? found : COMMONJS;
}

function exportsOfStatement(node: SyntaxNode, source: string): Export[] {
  const from = childOf(node, 'source');
  const path = from === undefined ? undefined : modulePath(textOf(from, source).slice(1, -1));
  const clause = node.children.find(({ type }) => type === 'export_clause');
  if (clause !== undefined) {
    return partsOfNode(clause).map((specifier) => {
      const local = textOf(childOf(specifier, 'name'), source);
      const name = textOf(childOf(specifier, 'alias'), source) || local;
      if (path === undefined) return { name, local };
      return { name, path: local === 'default' ? path : `${path}.${local}` };
    });
  }
  if (path !== undefined) {
    const space = node.children.find(({ type }) => type === 'namespace_export');
    const [name] = space === undefined ? [] : partsOfNode(space);
    return [{ name: name === undefined ? undefined : textOf(name, source), path }];
  }
  return declared(node, source);
}

function declared(node: SyntaxNode, source: string): Export[] {
  const isDefault = /^export\s+default\b/.test(textOf(node, source));
  const value = childOf(node, 'value');
  if (value !== undefined) {
    const isClass = value.type === 'class';
    return [{ name: 'default', local: isClass ? 'default' : DEFAULT_EXPORT }];
  }
  const declaration = childOf(node, 'declaration');
  if (declaration === undefined) return [];
  const own = textOf(childOf(declaration, 'name'), source);
  if (isDefault) return [{ name: 'default', local: own === '' ? 'default' : own }];
  const names = own === '' ? declaration.children.flatMap((child) => namesIn(childOf(child, 'name'), source)) : [own];
  return names.map((name) => ({ name, local: name }));
}

/** The names of a declarator: one, or those of a pattern. */
function namesIn(node: SyntaxNode | undefined, source: string): string[] {
  if (node === undefined) return [];
  if (/^(?:identifier|shorthand_property_identifier_pattern)$/.test(node.type)) return [textOf(node, source)];
  return partsOfNode(node).flatMap((part) => (part.type === 'property_identifier' ? [] : namesIn(part, source)));
}

function textOf(node: SyntaxNode | undefined, source: string): string {
  return node === undefined ? '' : source.slice(node.start, node.end);
}
