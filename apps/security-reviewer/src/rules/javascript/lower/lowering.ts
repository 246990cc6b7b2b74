import { partsOfNode, spanOf } from '../../program/tree-lowering.ts';
import type { Expression, Span, Statement } from '../../program/program.ts';
import type { ProgramBuilder } from '../../program/program-builder.ts';
import { childOf, type SyntaxNode } from '../../program/syntax-node.ts';

/** Levels of nesting that are followed; what lies deeper is taken as unknown, so that no input exhausts the stack. */
const MAX_DEPTH = 160;

/** Turns a node of one type into an expression. */
export type ExpressionLowering = (node: SyntaxNode, lowering: Lowering) => Expression;

/** Turns a node of one type into statements. */
export type StatementLowering = (node: SyntaxNode, lowering: Lowering) => Statement[];

/** How nodes are lowered, by type. */
export interface LoweringTables {
  readonly expressions: Readonly<Record<string, ExpressionLowering>>;
  readonly statements: Readonly<Record<string, StatementLowering>>;
}

/** Turns the nodes of a syntax tree of JavaScript or TypeScript into those of a program. */
export class Lowering {
  /** The whole source, which the nodes point into. */
  readonly source: string;
  /** Names that the file exports. */
  readonly exported: ReadonlySet<string>;
  readonly #builder: ProgramBuilder;
  readonly #tables: LoweringTables;
  /** Names declared in the functions around, the innermost last. */
  readonly #scopes: Set<string>[] = [];
  #depth = 0;

  constructor(source: string, exported: ReadonlySet<string>, builder: ProgramBuilder, tables: LoweringTables) {
    this.source = source;
    this.exported = exported;
    this.#builder = builder;
    this.#tables = tables;
  }

  /** Whether the lowering stands outside every function. */
  get isTopLevel(): boolean {
    return this.#scopes.length === 0;
  }

  /** Lowers any expression. */
  expression(node: SyntaxNode): Expression {
    const lower = this.#tables.expressions[node.type] ?? lowerUnknown;
    return this.#deeper(
      () => lower(node, this),
      () => this.note({ kind: 'opaque', span: spanOf(node), parts: [] }),
    );
  }

  /** Lowers the child in a field, or an empty opaque expression where the source is broken there. */
  field(node: SyntaxNode, field: string): Expression {
    const child = childOf(node, field);
    return child === undefined ? this.note({ kind: 'opaque', span: spanOf(node), parts: [] }) : this.expression(child);
  }

  /** Lowers any statement; an expression that stands where a statement should is evaluated. */
  statement(node: SyntaxNode): Statement[] {
    if (!node.isNamed) return [];
    const lower = this.#tables.statements[node.type];
    return this.#deeper(
      () =>
        lower === undefined
          ? [{ kind: 'expression', span: spanOf(node), expression: this.expression(node) }]
          : lower(node, this),
      () => [],
    );
  }

  /** Lowers the statements of a block, or the one statement that stands in the place of a block. */
  block(node: SyntaxNode | undefined): Statement[] {
    if (node === undefined) return [];
    return isBlock(node) ? node.children.flatMap((child) => this.statement(child)) : this.statement(node);
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

  /** A name of the program, or one that stands for a value without a name. */
  name(name: string, span: Span): Expression {
    return this.note({ kind: 'name', span, name });
  }

  /** Notes that the function around declares the name. */
  declare(name: string): void {
    this.#scopes.at(-1)?.add(name);
  }

  /** Lowers a function's inside, and tells which names it declares. */
  inScope<T>(lower: () => T): { result: T; locals: readonly string[] } {
    const scope = new Set<string>();
    this.#scopes.push(scope);
    try {
      return { result: lower(), locals: [...scope] };
    } finally {
      this.#scopes.pop();
    }
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

/** Anything that no table knows: its parts are looked at. */
function lowerUnknown(node: SyntaxNode, lowering: Lowering): Expression {
  const parts = partsOfNode(node).map((part) => lowering.expression(part));
  return lowering.note({ kind: 'opaque', span: spanOf(node), parts });
}

function isBlock({ type }: SyntaxNode): boolean {
  return type === 'statement_block' || type === 'program' || type === 'ERROR' || type === 'class_static_block';
}
