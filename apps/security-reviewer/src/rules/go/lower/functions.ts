import type { Expression, FunctionDefinition, Parameter } from '../../program/program.ts';
import { childOf, childrenOf, type SyntaxNode } from '../../program/syntax-node.ts';
import { partsOfNode, spanOf } from '../../program/tree-lowering.ts';
import type { ExpressionMaker, GoLowering } from './go-lowering.ts';
import { lowerType } from './types.ts';

/** Lowers a function or method. */
export function lowerDefinition(node: SyntaxNode, name: string, lowering: GoLowering): FunctionDefinition {
  const receiver = childOf(node, 'receiver');
  const around = {
    results: resultNames(childOf(node, 'result'), lowering),
    ...(receiver === undefined ? {} : { receiver: receiverName(receiver, lowering) }),
  };
  return lowering.inFunction(around, () =>
    lowering.keep({
      kind: 'function',
      span: spanOf(node),
      name,
      parameters: lowerParameters(childOf(node, 'parameters'), lowering),
      decorators: [],
      body: lowering.block(childOf(node, 'body')),
      isExported: /^[A-Z]/.test(name),
    }),
  );
}

/** A function that stands in an expression. */
export const lowerFunctionValue: ExpressionMaker = (node, lowering): Expression =>
  lowering.note({ kind: 'function-value', span: spanOf(node), definition: lowerDefinition(node, '', lowering) });

function lowerParameters(list: SyntaxNode | undefined, lowering: GoLowering): Parameter[] {
  if (list === undefined) return [];
  return partsOfNode(list).flatMap((node): Parameter[] => {
    const type = childOf(node, 'type');
    const annotation = type === undefined ? undefined : lowerType(type, lowering);
    const rest = node.type === 'variadic_parameter_declaration' ? 'list' : undefined;
    return childrenOf(node, 'name').map((name) => ({
      name: lowering.textOf(name),
      annotation,
      fallback: undefined,
      rest,
      span: spanOf(node),
    }));
  });
}

function resultNames(result: SyntaxNode | undefined, lowering: GoLowering): string[] {
  if (result?.type !== 'parameter_list') return [];
  return partsOfNode(result).flatMap((node) => childrenOf(node, 'name').map((name) => lowering.textOf(name)));
}

function receiverName(receiver: SyntaxNode, lowering: GoLowering): string {
  const [declaration] = partsOfNode(receiver);
  return declaration === undefined ? '' : lowering.textOf(childOf(declaration, 'name'));
}

/** Name of the type that a method belongs to. */
export function receiverType(node: SyntaxNode, lowering: GoLowering): string {
  const [declaration] = partsOfNode(childOf(node, 'receiver') ?? node);
  const type = declaration === undefined ? undefined : childOf(declaration, 'type');
  return lowering.textOf(type).replace(/^\*/, '').replace(/\[.*$/, '').trim();
}
