import type { Program, Statement } from '../../program/program.ts';
import { ProgramBuilder } from '../../program/program-builder.ts';
import { childOf, childrenOf, type SyntaxNode } from '../../program/syntax-node.ts';
import { partsOfNode, spanOf } from '../../program/tree-lowering.ts';
import { EXPRESSIONS } from './expressions.ts';
import { lowerDefinition, receiverType } from './functions.ts';
import { GoLowering } from './go-lowering.ts';
import { packageName } from './package-name.ts';
import { STATEMENTS } from './statements.ts';
import { lowerType } from './types.ts';

/**
 * Turns a syntax tree of Go into a program. Broken source gives what could be read of it.
 *
 * @param root - The `source_file` node.
 * @param source - What the tree was parsed from.
 */
export function lowerGo(root: SyntaxNode, source: string): Program {
  const builder = new ProgramBuilder();
  const lowering = new GoLowering(source, builder, { expressions: EXPRESSIONS, statements: STATEMENTS });
  const top = partsOfNode(root).flatMap((node) => (node.type === 'ERROR' ? partsOfNode(node) : [node]));
  // The order of declarations is no part of the language: what others are made of comes first.
  const imports = top.filter(({ type }) => type === 'import_declaration');
  const methods = top.filter(({ type }) => type === 'method_declaration');
  const functions = top.filter(({ type }) => type === 'function_declaration');
  const others = top.filter(({ type }) => !/^(?:import|method|function)_declaration$/.test(type));
  return builder.build([
    ...imports.flatMap((node) => lowerImports(node, lowering)),
    ...lowerTypes(top, methods, lowering),
    ...functions.map((node) => lowerDefinition(node, lowering.textOf(childOf(node, 'name')), lowering)),
    ...others.flatMap((node) => lowering.statement(node)),
  ]);
}

function lowerImports(node: SyntaxNode, lowering: GoLowering): Statement[] {
  const specs = partsOfNode(node).flatMap((part) => (part.type === 'import_spec_list' ? partsOfNode(part) : [part]));
  const bindings = specs.flatMap((spec) => {
    const path = lowering.textOf(childOf(spec, 'path')).slice(1, -1);
    if (path === '') return [];
    const known = packageName(path);
    const alias = lowering.textOf(childOf(spec, 'name'));
    const name = alias === '' ? (known.split('/').at(-1) ?? known) : alias;
    return [{ name, path: known, ...(known === path ? {} : { source: path }) }];
  });
  return [lowering.keep({ kind: 'import', span: spanOf(node), bindings })];
}

/** Types with the methods that belong to them, wherever those stand. */
function lowerTypes(top: readonly SyntaxNode[], methods: readonly SyntaxNode[], lowering: GoLowering): Statement[] {
  const byType = new Map<string, SyntaxNode[]>();
  for (const method of methods) {
    const name = receiverType(method, lowering);
    byType.set(name, [...(byType.get(name) ?? []), method]);
  }
  const specs = top
    .filter(({ type }) => type === 'type_declaration')
    .flatMap((node) => partsOfNode(node))
    .filter(({ type }) => type === 'type_spec');
  const declared = new Set(specs.map((spec) => lowering.textOf(childOf(spec, 'name'))));
  const elsewhere = [...byType].filter(([name]) => !declared.has(name));
  return [
    ...specs
      .filter((spec) => isStructure(spec) || byType.has(lowering.textOf(childOf(spec, 'name'))))
      .map((spec) => lowerClass(lowering.textOf(childOf(spec, 'name')), spec, byType, lowering)),
    ...elsewhere.flatMap(([name, [first]]) => (first === undefined ? [] : [lowerClass(name, first, byType, lowering)])),
  ];
}

function isStructure(spec: SyntaxNode): boolean {
  return childOf(spec, 'type')?.type === 'struct_type';
}

function lowerClass(
  name: string,
  node: SyntaxNode,
  methods: ReadonlyMap<string, readonly SyntaxNode[]>,
  lowering: GoLowering,
): Statement {
  const type = node.type === 'type_spec' ? childOf(node, 'type') : undefined;
  return lowering.keep({
    kind: 'class',
    span: spanOf(node),
    name,
    bases: [],
    decorators: [],
    body: [
      ...(type?.type === 'struct_type' ? lowerFields(type, lowering) : []),
      ...(methods.get(name) ?? []).map((method) =>
        lowerDefinition(method, lowering.textOf(childOf(method, 'name')), lowering),
      ),
    ],
  });
}

function lowerFields(structure: SyntaxNode, lowering: GoLowering): Statement[] {
  const list = partsOfNode(structure).find(({ type }) => type === 'field_declaration_list');
  return partsOfNode(list ?? structure).flatMap((field) => {
    const type = childOf(field, 'type');
    if (field.type !== 'field_declaration' || type === undefined) return [];
    const lowered = lowerType(type, lowering);
    const names = childrenOf(field, 'name').map((name) => lowering.textOf(name));
    // A field without a name is called after its type.
    const called = names.length > 0 ? names : [lowering.textOf(type).replace(/^.*[.*]/, '')];
    const span = spanOf(field);
    return called.map((name) =>
      lowering.assign([lowering.name(name, span)], lowering.construct('$field', [], span), span, lowered),
    );
  });
}
