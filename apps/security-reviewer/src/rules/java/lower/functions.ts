import type { Expression, FunctionDefinition, Parameter, Statement } from '../../program/program.ts';
import { childOf, type SyntaxNode } from '../../program/syntax-node.ts';
import { partOfType, partsOfNode, spanOf } from '../../program/tree-lowering.ts';
import type { ExpressionMaker, JavaLowering } from './java-lowering.ts';
import { lowerType } from './types.ts';

/** Lowers a method or constructor. */
export function lowerDefinition(node: SyntaxNode, name: string, lowering: JavaLowering): FunctionDefinition {
  const list = childOf(node, 'parameters');
  const names = partsOfNode(list ?? node).map((parameter) => parameterName(parameter, lowering));
  return lowering.inFunction(list === undefined ? [] : names, () =>
    lowering.keep({
      kind: 'function',
      span: spanOf(node),
      name,
      parameters: list === undefined ? [] : lowerParameters(list, lowering),
      decorators: annotationsOf(node, lowering),
      body: lowering.block(childOf(node, 'body')),
      isExported: !/\bprivate\b/.test(lowering.textOf(partOfType(node, 'modifiers'))),
    }),
  );
}

/** `(a, b) -> expression` or a block: a function that stands in an expression. */
export const lowerLambda: ExpressionMaker = (node, lowering): Expression => {
  const list = childOf(node, 'parameters');
  const body = childOf(node, 'body');
  const nodes = list === undefined ? [] : list.type === 'identifier' ? [list] : partsOfNode(list);
  const names = nodes.map((parameter) => parameterName(parameter, lowering));
  const span = spanOf(node);
  const definition = lowering.inFunction(names, (): FunctionDefinition => {
    const parameters =
      list?.type === 'formal_parameters'
        ? lowerParameters(list, lowering)
        : names.map((name) => ({ name, annotation: undefined, fallback: undefined, rest: undefined, span }));
    return lowering.keep({
      kind: 'function',
      span,
      name: '',
      parameters,
      decorators: [],
      body: lambdaBody(body, lowering),
      isExported: false,
    });
  });
  return lowering.note({ kind: 'function-value', span, definition });
};

function lambdaBody(body: SyntaxNode | undefined, lowering: JavaLowering): Statement[] {
  if (body === undefined || body.type === 'block') return lowering.block(body);
  return [{ kind: 'exit', span: spanOf(body), how: 'return', value: lowering.expression(body) }];
}

function parameterName(node: SyntaxNode, lowering: JavaLowering): string {
  if (node.type === 'identifier') return lowering.textOf(node);
  const name = childOf(node, 'name') ?? childOf(partOfType(node, 'variable_declarator') ?? node, 'name');
  return lowering.textOf(name);
}

/** Parameters with their types and annotations. */
function lowerParameters(list: SyntaxNode, lowering: JavaLowering): Parameter[] {
  return partsOfNode(list).flatMap((node): Parameter[] => {
    if (node.type !== 'formal_parameter' && node.type !== 'spread_parameter') return [];
    const type = childOf(node, 'type') ?? partsOfNode(node).find((part) => /_type$|^type_/.test(part.type));
    return [
      {
        name: parameterName(node, lowering),
        annotation: type === undefined ? undefined : lowerType(type, lowering),
        fallback: undefined,
        rest: node.type === 'spread_parameter' ? 'list' : undefined,
        decorators: annotationsOf(node, lowering),
        span: spanOf(node),
      },
    ];
  });
}

/** The annotations of a declaration: names, or calls with what they are given. */
export function annotationsOf(node: SyntaxNode, lowering: JavaLowering): Expression[] {
  return partsOfNode(partOfType(node, 'modifiers') ?? node).flatMap((annotation): Expression[] => {
    const name = childOf(annotation, 'name');
    if (name === undefined || !annotation.type.endsWith('annotation')) return [];
    const span = spanOf(annotation);
    const callee = lowering.name(lowering.textOf(name).replace(/^.*\./, ''), span);
    if (annotation.type === 'marker_annotation') return [callee];
    const given = partsOfNode(childOf(annotation, 'arguments') ?? annotation).map((argument) => {
      const key = argument.type === 'element_value_pair' ? childOf(argument, 'key') : undefined;
      const value = argument.type === 'element_value_pair' ? childOf(argument, 'value') : argument;
      return {
        name: key === undefined ? undefined : lowering.textOf(key),
        spread: undefined,
        value: lowering.expression(value ?? argument),
      };
    });
    return [lowering.note({ kind: 'call', span, callee, arguments: given })];
  });
}
