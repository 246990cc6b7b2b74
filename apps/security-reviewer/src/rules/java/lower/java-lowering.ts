import type { Expression, Span, Statement } from '../../program/program.ts';
import type { ProgramBuilder } from '../../program/program-builder.ts';
import type { SyntaxNode } from '../../program/syntax-node.ts';
import { TreeLowering } from '../../program/tree-lowering.ts';

/** Turns a node of one type into an expression. */
export type ExpressionMaker = (node: SyntaxNode, lowering: JavaLowering) => Expression;

/** Turns a node of one type into statements. */
export type StatementMaker = (node: SyntaxNode, lowering: JavaLowering) => Statement[];

/** How nodes are lowered, by type. */
export interface JavaTables {
  readonly expressions: Readonly<Record<string, ExpressionMaker>>;
  readonly statements: Readonly<Record<string, StatementMaker>>;
}

/** A class around, with the names that stand for its own members. */
interface ClassScope {
  readonly name: string;
  readonly members: ReadonlySet<string>;
}

/** Turns the nodes of a syntax tree of Java into those of a program. */
export class JavaLowering extends TreeLowering {
  readonly #tables: JavaTables;
  readonly #classes: ClassScope[] = [];
  /** Names that the functions around declare, the innermost last. */
  readonly #locals: Set<string>[] = [];

  constructor(source: string, builder: ProgramBuilder, tables: JavaTables) {
    super(source, builder);
    this.#tables = tables;
  }

  /** Notes that the function around declares the name. */
  declare(name: string): void {
    this.#locals.at(-1)?.add(name);
  }

  /** Lowers what stands inside a class. */
  inClass<T>(scope: ClassScope, lower: () => T): T {
    this.#classes.push(scope);
    const locals = this.#locals.splice(0);
    try {
      return lower();
    } finally {
      this.#locals.push(...locals);
      this.#classes.pop();
    }
  }

  /** Lowers what stands inside a function, whose parameters are declared. */
  inFunction<T>(parameters: readonly string[], lower: () => T): T {
    this.#locals.push(new Set(parameters));
    try {
      return lower();
    } finally {
      this.#locals.pop();
    }
  }

  /** A name as it stands in the source: a local one, a member of a class around, or one of elsewhere. */
  resolved(name: string, span: Span): Expression {
    if (this.#locals.some((scope) => scope.has(name))) return this.name(name, span);
    const owner = this.#classes.findLast(({ members }) => members.has(name));
    if (owner === undefined) return this.name(name, span);
    const object = this.name(owner === this.#classes.at(-1) ? 'this' : owner.name, span);
    return this.note({ kind: 'member', span, object, property: name });
  }

  protected override makeExpression(node: SyntaxNode): Expression | undefined {
    return own(this.#tables.expressions, node.type)?.(node, this);
  }

  protected override makeStatement(node: SyntaxNode): Statement[] | undefined {
    return own(this.#tables.statements, node.type)?.(node, this);
  }

  protected override isBlock(type: string): boolean {
    return /^(?:block|constructor_body|program|ERROR|module_body)$/.test(type);
  }
}

function own<T>(table: Readonly<Record<string, T>>, type: string): T | undefined {
  return Object.hasOwn(table, type) ? table[type] : undefined;
}
