import type { Expression, Span, Statement } from '../../program/program.ts';
import type { ProgramBuilder } from '../../program/program-builder.ts';
import type { SyntaxNode } from '../../program/syntax-node.ts';
import { TreeLowering } from '../../program/tree-lowering.ts';

/** Turns a node of one type into an expression. */
export type ExpressionMaker = (node: SyntaxNode, lowering: GoLowering) => Expression;

/** Turns a node of one type into statements. */
export type StatementMaker = (node: SyntaxNode, lowering: GoLowering) => Statement[];

/** How nodes are lowered, by type. */
export interface GoTables {
  readonly expressions: Readonly<Record<string, ExpressionMaker>>;
  readonly statements: Readonly<Record<string, StatementMaker>>;
}

/** Name of the receiver inside its methods, whatever the source calls it. */
export const SELF = '$self';

/** Turns the nodes of a syntax tree of Go into those of a program. */
export class GoLowering extends TreeLowering {
  readonly #tables: GoTables;
  /** What the receiver of the method around is called. */
  #receiver = '';
  /** Names of the results of the function around, where they have names. */
  #results: readonly string[] = [];

  constructor(source: string, builder: ProgramBuilder, tables: GoTables) {
    super(source, builder);
    this.#tables = tables;
  }

  /** Names of the results of the function around. */
  get results(): readonly string[] {
    return this.#results;
  }

  /** A name, which is that of the receiver inside its methods. */
  override name(name: string, span: Span): Expression {
    return super.name(name !== '' && name === this.#receiver ? SELF : name, span);
  }

  /** Lowers what stands inside a function. */
  inFunction<T>(around: { receiver?: string; results: readonly string[] }, lower: () => T): T {
    const before = { receiver: this.#receiver, results: this.#results };
    this.#receiver = around.receiver ?? this.#receiver;
    this.#results = around.results;
    try {
      return lower();
    } finally {
      this.#receiver = before.receiver;
      this.#results = before.results;
    }
  }

  protected override makeExpression(node: SyntaxNode): Expression | undefined {
    return own(this.#tables.expressions, node.type)?.(node, this);
  }

  protected override makeStatement(node: SyntaxNode): Statement[] | undefined {
    return own(this.#tables.statements, node.type)?.(node, this);
  }

  protected override isBlock(type: string): boolean {
    return type === 'block' || type === 'statement_list' || type === 'ERROR' || type === 'source_file';
  }
}

function own<T>(table: Readonly<Record<string, T>>, type: string): T | undefined {
  return Object.hasOwn(table, type) ? table[type] : undefined;
}
