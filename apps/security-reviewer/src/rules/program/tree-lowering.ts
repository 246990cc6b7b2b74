import type { Expression, Span, Statement } from './program.ts';
import type { ProgramBuilder } from './program-builder.ts';
import { childOf, type SyntaxNode } from './syntax-node.ts';

/** Levels of nesting that are followed; what lies deeper is taken as unknown, so that no input exhausts the stack. */
const MAX_DEPTH = 160;

/** Turns the nodes of a syntax tree into those of a program; a language says how, by the type of a node. */
export abstract class TreeLowering {
  /** The whole source, which the nodes point into. */
  readonly source: string;
  readonly #builder: ProgramBuilder;
  #depth = 0;

  constructor(source: string, builder: ProgramBuilder) {
    this.source = source;
    this.#builder = builder;
  }

  /** The expression that the language makes of a node; nothing where it says nothing of its type. */
  protected abstract makeExpression(node: SyntaxNode): Expression | undefined;

  /** The statements that the language makes of a node; nothing where it says nothing of its type. */
  protected abstract makeStatement(node: SyntaxNode): Statement[] | undefined;

  /** Whether nodes of the type are lists of statements. */
  protected abstract isBlock(type: string): boolean;

  /** Lowers any expression; of one that the language says nothing of, the parts are looked at. */
  expression(node: SyntaxNode): Expression {
    return this.#deeper(
      () => this.makeExpression(node) ?? this.opaque(node),
      () => this.note({ kind: 'opaque', span: spanOf(node), parts: [] }),
    );
  }

  /** Lowers a list of nodes. */
  expressions(nodes: readonly SyntaxNode[]): Expression[] {
    return nodes.map((node) => this.expression(node));
  }

  /** An expression of which only the parts are known. */
  opaque(node: SyntaxNode): Expression {
    return this.note({ kind: 'opaque', span: spanOf(node), parts: this.expressions(partsOfNode(node)) });
  }

  /** Lowers the child in a field, or an empty opaque expression where the source is broken there. */
  field(node: SyntaxNode, field: string): Expression {
    const child = childOf(node, field);
    return child === undefined ? this.note({ kind: 'opaque', span: spanOf(node), parts: [] }) : this.expression(child);
  }

  /** Lowers any statement; an expression that stands where a statement should is evaluated. */
  statement(node: SyntaxNode): Statement[] {
    if (!node.isNamed || isComment(node)) return [];
    return this.#deeper(
      () => {
        if (this.isBlock(node.type)) return this.statements(node.children);
        return (
          this.makeStatement(node) ?? [{ kind: 'expression', span: spanOf(node), expression: this.expression(node) }]
        );
      },
      () => [],
    );
  }

  /** Lowers a list of statements. */
  statements(nodes: readonly SyntaxNode[]): Statement[] {
    return nodes.flatMap((node) => this.statement(node));
  }

  /** Lowers a block, or the one statement that stands in the place of a block. */
  block(node: SyntaxNode | undefined): Statement[] {
    return node === undefined ? [] : this.statement(node);
  }

  /** Source text of a node. */
  textOf(node: SyntaxNode | undefined): string {
    return node === undefined ? '' : this.source.slice(node.start, node.end);
  }

  /** Records a lowered expression. */
  note<E extends Expression>(expression: E): E {
    return this.#builder.expression(expression);
  }

  /** Records a lowered statement. */
  keep<S extends Statement>(statement: S): S {
    return this.#builder.statement(statement);
  }

  /** A name of the program, or one that stands for something without a name. */
  name(name: string, span: Span): Expression {
    return this.note({ kind: 'name', span, name });
  }

  /** A call of something that has no expression of its own: a conversion, a construct of the language. */
  construct(name: string, given: readonly Expression[], span: Span): Expression {
    return this.note({
      kind: 'call',
      span,
      callee: this.name(name, span),
      arguments: given.map((value) => ({ name: undefined, spread: undefined, value })),
    });
  }

  /** Gives the value to the targets. */
  assign(targets: readonly Expression[], value: Expression, span: Span, type?: Expression): Statement {
    const base = { kind: 'assign', span, targets, operator: undefined, value } as const;
    return this.keep(type === undefined ? base : { ...base, type });
  }

  /** Long sums lean left: `a + b + c …` is followed down without recursion. */
  leftLeaning(
    node: SyntaxNode,
    join: (left: Expression, operator: string, right: Expression, span: Span) => Expression,
  ): Expression {
    const spine: SyntaxNode[] = [];
    let leftmost: SyntaxNode = node;
    while (leftmost.type === node.type) {
      const left = childOf(leftmost, 'left');
      if (left === undefined) return this.opaque(node);
      spine.push(leftmost);
      leftmost = left;
    }
    return spine.reduceRight<Expression>(
      (left, operation) =>
        this.note(
          join(left, this.textOf(childOf(operation, 'operator')), this.field(operation, 'right'), spanOf(operation)),
        ),
      this.expression(leftmost),
    );
  }

  #deeper<T>(lower: () => T, otherwise: () => T): T {
    if (this.#depth >= MAX_DEPTH) return otherwise();
    this.#depth += 1;
    try {
      return lower();
    } finally {
      this.#depth -= 1;
    }
  }
}

/** Place of a node. */
export function spanOf(node: SyntaxNode): Span {
  return { start: node.start, end: node.end, line: node.line, endLine: node.endLine };
}

/** Children that are no punctuation and no comment. */
export function partsOfNode(node: SyntaxNode): readonly SyntaxNode[] {
  return node.children.filter((child) => child.isNamed && !isComment(child));
}

/** First child of the type. */
export function partOfType(node: SyntaxNode | undefined, type: string): SyntaxNode | undefined {
  return node?.children.find((child) => child.type === type);
}

function isComment({ type }: SyntaxNode): boolean {
  return type.endsWith('comment');
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  s: ' ',
  '\n': '',
};

/** What a string with escapes of the C family reads as. */
export function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(
    /\\(u+[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[0-7]{1,3}|[\s\S])/g,
    (whole: string, escape: string) => {
      const simple = SIMPLE_ESCAPES[escape];
      if (simple !== undefined) return simple;
      if (!/^(?:[uUx][0-9a-fA-F]|u+|\d)/.test(escape)) return escape;
      const code = /^\d/.test(escape)
        ? Number.parseInt(escape, 8)
        : Number.parseInt(escape.replace(/^(?:u+|U|x)/, ''), 16);
      return Number.isNaN(code) || code > 0x10_ff_ff ? whole : String.fromCodePoint(code);
    },
  );
}
