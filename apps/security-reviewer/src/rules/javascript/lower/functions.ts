import type { Expression, FunctionDefinition, Parameter, Span, Statement } from '../../program/program.ts';
import { childOf, type SyntaxNode } from '../../program/syntax-node.ts';
import { partsOfNode, spanOf } from '../../program/tree-lowering.ts';
import type { Lowering } from './lowering.ts';
import { bindPattern, hiddenName, isTakingApart } from './patterns.ts';

/** What is known of a function besides its syntax. */
export interface FunctionPlace {
  /** What it is called, or assigned to. */
  readonly name: string;
  readonly isExported: boolean;
  readonly decorators?: readonly SyntaxNode[];
}

/** Lowers a function, method or arrow function. */
export function lowerDefinition(node: SyntaxNode, place: FunctionPlace, lowering: Lowering): FunctionDefinition {
  const written = (place.decorators ?? []).map((decorator) => lowerDecorator(decorator, lowering));
  const decorators = [...written, ...directive(node, place, lowering)];
  const { result, locals } = lowering.inScope(() => {
    const { parameters, opening } = lowerParameters(node, lowering);
    return { parameters, body: [...opening, ...lowerBody(node, lowering)] };
  });
  return lowering.keep({
    kind: 'function',
    span: spanOf(node),
    name: place.name,
    parameters: result.parameters,
    decorators,
    body: result.body,
    isExported: place.isExported,
    locals,
  });
}

/** `"use server"` at the top of the file, or of the function, makes it one that clients call. */
function directive(node: SyntaxNode, place: FunctionPlace, lowering: Lowering): Expression[] {
  const body = lowering.textOf(childOf(node, 'body')).slice(0, 40);
  const isAction =
    (place.isExported && /^(?:\s|\/\/.*\n|\/\*[^]*?\*\/)*['"]use server['"]/.test(lowering.source.slice(0, 2000))) ||
    /^\{\s*['"]use server['"]/.test(body);
  return isAction ? [lowering.note({ kind: 'literal', span: spanOf(node), value: 'use server' })] : [];
}

/** A function as a value. */
export function lowerFunctionValue(node: SyntaxNode, name: string, lowering: Lowering): Expression {
  const own = childOf(node, 'name');
  const isExported = lowering.isTopLevel && lowering.exported.has(name);
  const definition = lowerDefinition(node, { name: name || lowering.textOf(own), isExported }, lowering);
  return lowering.note({ kind: 'function-value', span: spanOf(node), definition });
}

/** Whether the node is a function that stands in an expression. */
export function isFunctionNode(node: SyntaxNode | undefined): node is SyntaxNode {
  return node !== undefined && /^(?:arrow_function|function_expression|function|generator_function)$/.test(node.type);
}

/** What a decorator is: a name, or a call. */
export function lowerDecorator(node: SyntaxNode, lowering: Lowering): Expression {
  const [decorator] = partsOfNode(node);
  return lowering.expression(decorator ?? node);
}

function lowerBody(node: SyntaxNode, lowering: Lowering): Statement[] {
  const body = childOf(node, 'body');
  if (body === undefined) return [];
  if (body.type === 'statement_block') return lowering.block(body);
  return [{ kind: 'exit', span: spanOf(body), how: 'return', value: lowering.expression(body) }];
}

interface Lowered {
  readonly parameters: Parameter[];
  /** Statements that take patterns apart, before the body. */
  readonly opening: Statement[];
}

function lowerParameters(node: SyntaxNode, lowering: Lowering): Lowered {
  const list = childOf(node, 'parameters') ?? childOf(node, 'parameter');
  const nodes = list === undefined ? [] : list.type === 'formal_parameters' ? partsOfNode(list) : [list];
  const lowered = nodes.map((parameter) => lowerParameter(parameter, lowering)).filter((one) => one !== undefined);
  return {
    parameters: lowered.map(({ parameter }) => parameter),
    opening: lowered.flatMap(({ opening }) => opening),
  };
}

function lowerParameter(
  node: SyntaxNode,
  lowering: Lowering,
): { parameter: Parameter; opening: Statement[] } | undefined {
  const isTyped = /^(?:required|optional)_parameter$/.test(node.type);
  const written = isTyped ? childOf(node, 'pattern') : node;
  if (written === undefined || written.type === 'this') return undefined;
  const isDefault = written.type === 'assignment_pattern';
  const inner = isDefault ? childOf(written, 'left') : written;
  const isRest = inner?.type === 'rest_pattern';
  const pattern = isRest ? partsOfNode(inner)[0] : inner;
  if (pattern === undefined) return undefined;
  const fallback = childOf(node, 'value') ?? (isDefault ? childOf(written, 'right') : undefined);
  const type = childOf(node, 'type');
  const isApart = isTakingApart(pattern);
  const span = spanOf(node);
  const name = isApart ? hiddenName(pattern, lowering) : lowering.textOf(pattern);
  lowering.declare(name);
  const decorators = partsOfNode(node).filter((child) => child.type === 'decorator');
  const parameter: Parameter = {
    name,
    annotation: type === undefined ? undefined : lowerType(type, lowering),
    fallback: fallback === undefined ? undefined : lowering.expression(fallback),
    rest: isRest ? 'list' : undefined,
    decorators: decorators.map((decorator) => lowerDecorator(decorator, lowering)),
    span,
  };
  const opening = isApart ? bindPattern(pattern, lowering.name(name, span), lowering) : [];
  return { parameter, opening: [...keptAsField(node, name, span, lowering), ...opening] };
}

/** `constructor(private readonly db: Pool)` keeps its argument in a field of that name. */
function keptAsField(node: SyntaxNode, name: string, span: Span, lowering: Lowering): Statement[] {
  const isKept =
    partsOfNode(node).some((child) => child.type === 'accessibility_modifier') ||
    /^readonly\s/.test(lowering.textOf(node));
  if (!isKept) return [];
  const self = lowering.name('this', span);
  const target = lowering.note({ kind: 'member', span, object: self, property: name });
  return [
    lowering.keep({ kind: 'assign', span, targets: [target], operator: undefined, value: lowering.name(name, span) }),
  ];
}

/** A type as an expression: its name, resolved as any other, or its text. */
function lowerType(node: SyntaxNode, lowering: Lowering): Expression {
  const span = spanOf(node);
  const text = lowering
    .textOf(node)
    .replace(/^:\s*/, '')
    .replace(/\s*\|\s*(?:null|undefined)$/, '');
  const [first = '', ...rest] = text.split('.');
  if (!/^[A-Z$_a-z][\w$]*(?:\.[\w$]+)*$/.test(text) || /^(?:string|number|boolean|any|unknown|bigint)$/.test(text)) {
    return lowering.note({ kind: 'literal', span, value: text });
  }
  return rest.reduce<Expression>(
    (object, property) => lowering.note({ kind: 'member', span, object, property }),
    lowering.name(first, span),
  );
}
