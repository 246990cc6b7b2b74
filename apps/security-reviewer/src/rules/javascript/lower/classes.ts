import type { Expression, Statement } from '../../program/program.ts';
import { childOf, type SyntaxNode } from '../../program/syntax-node.ts';
import { isFunctionNode, lowerDecorator, lowerDefinition } from './functions.ts';
import { partsOfNode, spanOf } from '../../program/tree-lowering.ts';
import type { Lowering, StatementLowering } from './lowering.ts';

const lowerClass: StatementLowering = (node, lowering) => lowerNamedClass(node, 'default', lowering);

/** Lowers a class, which is called `name` where it has no name of its own. */
export function lowerNamedClass(node: SyntaxNode, otherName: string, lowering: Lowering): Statement[] {
  const name = otherName === 'default' ? lowering.textOf(childOf(node, 'name')) || otherName : otherName;
  lowering.declare(name);
  const heritage = partsOfNode(node).find((child) => child.type === 'class_heritage');
  return [
    lowering.keep({
      kind: 'class',
      span: spanOf(node),
      name,
      bases: heritage === undefined ? [] : basesOf(heritage, lowering),
      decorators: partsOfNode(node)
        .filter((child) => child.type === 'decorator')
        .map((decorator) => lowerDecorator(decorator, lowering)),
      body: lowerMembers(childOf(node, 'body'), lowering),
    }),
  ];
}

/** What is extended, and in TypeScript what is implemented. */
function basesOf(heritage: SyntaxNode, lowering: Lowering): Expression[] {
  return partsOfNode(heritage).flatMap((part): Expression[] => {
    if (part.type !== 'extends_clause' && part.type !== 'implements_clause') return [lowering.expression(part)];
    return partsOfNode(part)
      .filter((child) => child.type !== 'type_arguments')
      .map((child) =>
        child.type === 'type_identifier'
          ? lowering.name(lowering.textOf(child), spanOf(child))
          : lowering.expression(child),
      );
  });
}

function lowerMembers(body: SyntaxNode | undefined, lowering: Lowering): Statement[] {
  const statements: Statement[] = [];
  let decorators: SyntaxNode[] = [];
  for (const member of body === undefined ? [] : partsOfNode(body)) {
    if (member.type === 'decorator') {
      decorators.push(member);
      continue;
    }
    const own = partsOfNode(member).filter((child) => child.type === 'decorator');
    statements.push(...lowerMember(member, [...decorators, ...own], lowering));
    decorators = [];
  }
  return statements;
}

function lowerMember(member: SyntaxNode, decorators: readonly SyntaxNode[], lowering: Lowering): Statement[] {
  const name = lowering.textOf(childOf(member, 'name') ?? childOf(member, 'property'));
  const value = childOf(member, 'value');
  const isExported = !name.startsWith('#') && !/^(?:static\s+)?private\b/.test(lowering.textOf(member));
  if (member.type === 'method_definition') return [lowerDefinition(member, { name, isExported, decorators }, lowering)];
  if (member.type === 'class_static_block') return lowering.block(childOf(member, 'body'));
  if (isFunctionNode(value)) return [lowerDefinition(value, { name, isExported, decorators }, lowering)];
  if (value === undefined) return [];
  const target = lowering.name(name, spanOf(member));
  return [
    lowering.keep({
      kind: 'assign',
      span: spanOf(member),
      targets: [target],
      operator: undefined,
      value: lowering.expression(value),
    }),
  ];
}

/** How classes are lowered, by the type of their node. */
export const CLASS_STATEMENTS: Readonly<Record<string, StatementLowering>> = {
  class_declaration: lowerClass,
  abstract_class_declaration: lowerClass,
  class: lowerClass,
};
