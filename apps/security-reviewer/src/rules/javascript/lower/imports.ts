import { childOf, type SyntaxNode } from '../../program/syntax-node.ts';
import { partsOfNode, spanOf } from '../../program/tree-lowering.ts';
import type { Lowering, StatementLowering } from './lowering.ts';
import { modulePath } from './module-path.ts';

interface Binding {
  readonly name: string;
  readonly path: string;
}

/** `import a, { b as c } from "m"` binds `a` to `m` and `c` to `m.b`; a re-export binds nothing here. */
export const lowerImport: StatementLowering = (node, lowering) => {
  const required = partsOfNode(node).find((child) => child.type === 'import_require_clause');
  const source = childOf(node, 'source') ?? (required === undefined ? undefined : childOf(required, 'source'));
  if (source === undefined) return [];
  const path = modulePath(lowering.textOf(source).slice(1, -1));
  const clause = partsOfNode(node).find((child) => child.type === 'import_clause');
  const bindings = [
    ...(clause === undefined ? [] : partsOfNode(clause).flatMap((part) => bindingsOf(part, path, lowering))),
    ...(required === undefined ? [] : [{ name: lowering.textOf(partsOfNode(required)[0]), path }]),
  ];
  return [
    lowering.keep({
      kind: 'import',
      span: spanOf(node),
      bindings: bindings.length === 0 ? [{ name: '', path }] : bindings,
    }),
  ];
};

function bindingsOf(part: SyntaxNode, path: string, lowering: Lowering): Binding[] {
  switch (part.type) {
    case 'identifier':
      return [{ name: lowering.textOf(part), path }];
    case 'namespace_import':
      return partsOfNode(part).map((name) => ({ name: lowering.textOf(name), path }));
    case 'named_imports':
      return partsOfNode(part).map((specifier) => {
        const imported = lowering.textOf(childOf(specifier, 'name'));
        const alias = childOf(specifier, 'alias');
        return {
          name: alias === undefined ? imported : lowering.textOf(alias),
          path: imported === 'default' ? path : `${path}.${imported}`,
        };
      });
    default:
      return [];
  }
}
