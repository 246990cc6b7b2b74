import type { Statement } from '../../program/program.ts';
import { childOf, childrenOf, type SyntaxNode } from '../../program/syntax-node.ts';
import { partOfType, partsOfNode, spanOf } from '../../program/tree-lowering.ts';
import { annotationsOf, lowerDefinition } from './functions.ts';
import type { JavaLowering, StatementMaker } from './java-lowering.ts';
import { lowerType } from './types.ts';

/** Name that constructors go by. */
export const CONSTRUCTOR = '<init>';

const lowerClass: StatementMaker = (node, lowering) => {
  const name = lowering.textOf(childOf(node, 'name'));
  const body = childOf(node, 'body');
  const members = membersOf(body);
  const parameters = node.type === 'record_declaration' ? partsOfNode(childOf(node, 'parameters') ?? node) : [];
  const scope = { name, members: new Set([...members, ...parameters].flatMap((member) => namesOf(member, lowering))) };
  // Classes inside a class stand beside it: their names are enough to find them.
  const nested = members.filter(({ type }) => type in CLASSES);
  const own = members.filter(({ type }) => !(type in CLASSES));
  return [
    ...lowering.inClass(scope, () => lowering.statements(nested)),
    lowering.keep({
      kind: 'class',
      span: spanOf(node),
      name,
      bases: basesOf(node).map((base) => lowerType(base, lowering)),
      decorators: annotationsOf(node, lowering),
      body: lowering.inClass(scope, () => [
        ...parameters.flatMap((parameter) => lowerComponent(parameter, lowering)),
        ...own.flatMap((member) => lowerMember(member, lowering)),
      ]),
    }),
  ];
};

function membersOf(body: SyntaxNode | undefined): readonly SyntaxNode[] {
  if (body === undefined) return [];
  return partsOfNode(body).flatMap((member) =>
    member.type === 'enum_body_declarations' || member.type === 'ERROR' ? partsOfNode(member) : [member],
  );
}

/** Names that a member goes by inside its class. */
function namesOf(member: SyntaxNode, lowering: JavaLowering): string[] {
  if (member.type === 'field_declaration' || member.type === 'constant_declaration') {
    return childrenOf(member, 'declarator').map((declarator) => lowering.textOf(childOf(declarator, 'name')));
  }
  if (/^(?:method_declaration|formal_parameter|enum_constant)$/.test(member.type)) {
    return [lowering.textOf(childOf(member, 'name'))];
  }
  return [];
}

function basesOf(node: SyntaxNode): readonly SyntaxNode[] {
  const heads = partsOfNode(node).filter(({ type }) =>
    /^(?:superclass|super_interfaces|extends_interfaces)$/.test(type),
  );
  return heads.flatMap((head) =>
    partsOfNode(head).flatMap((part) => (part.type === 'type_list' ? partsOfNode(part) : [part])),
  );
}

function lowerMember(member: SyntaxNode, lowering: JavaLowering): Statement[] {
  switch (member.type) {
    case 'method_declaration':
      return [lowerDefinition(member, lowering.textOf(childOf(member, 'name')), lowering)];
    case 'constructor_declaration':
    case 'compact_constructor_declaration':
      return [lowerDefinition(member, CONSTRUCTOR, lowering)];
    case 'field_declaration':
    case 'constant_declaration':
      return lowerFields(member, lowering);
    case 'static_initializer':
      return lowering.statements(partsOfNode(member));
    case 'enum_constant':
      return lowerConstant(member, lowering);
    case 'block':
      return lowering.block(member);
    default:
      return [];
  }
}

/** Fields, which are given to their own names: the class is told of them so. */
function lowerFields(member: SyntaxNode, lowering: JavaLowering): Statement[] {
  const type = childOf(member, 'type');
  const lowered = type === undefined ? undefined : lowerType(type, lowering);
  return childrenOf(member, 'declarator').map((declarator) => {
    const span = spanOf(member);
    const value = childOf(declarator, 'value');
    const target = lowering.name(lowering.textOf(childOf(declarator, 'name')), span);
    const given =
      value === undefined
        ? lowering.construct('$field', annotationsOf(member, lowering), span)
        : lowering.expression(value);
    return lowering.assign([target], given, span, lowered);
  });
}

/** A component of a record is a field of its own. */
function lowerComponent(parameter: SyntaxNode, lowering: JavaLowering): Statement[] {
  const type = childOf(parameter, 'type');
  const span = spanOf(parameter);
  const name = lowering.textOf(childOf(parameter, 'name'));
  if (name === '') return [];
  const lowered = type === undefined ? undefined : lowerType(type, lowering);
  return [lowering.assign([lowering.name(name, span)], lowering.construct('$field', [], span), span, lowered)];
}

/** A constant of an enumeration holds what it is made with. */
function lowerConstant(member: SyntaxNode, lowering: JavaLowering): Statement[] {
  const span = spanOf(member);
  const given = partsOfNode(partOfType(member, 'argument_list') ?? member).filter(({ type }) => type !== 'identifier');
  const name = lowering.textOf(childOf(member, 'name'));
  return [
    lowering.assign(
      [lowering.name(name, span)],
      lowering.construct('$constant', lowering.expressions(given), span),
      span,
    ),
  ];
}

/** How classes are lowered, by the type of their node. */
export const CLASSES: Readonly<Record<string, StatementMaker>> = {
  class_declaration: lowerClass,
  interface_declaration: lowerClass,
  enum_declaration: lowerClass,
  record_declaration: lowerClass,
};
