import type {
  AssignStatement,
  ClassDefinition,
  Expression,
  FunctionDefinition,
  Program,
  Statement,
} from './program.ts';

/** Collects what a lowering makes, so that rules need not walk the program again. */
export class ProgramBuilder {
  readonly #expressions: Expression[] = [];
  readonly #functions: FunctionDefinition[] = [];
  readonly #classes: ClassDefinition[] = [];
  readonly #assignments: AssignStatement[] = [];
  readonly #imports: string[] = [];

  /** Notes an expression and gives it back. */
  expression<E extends Expression>(expression: E): E {
    this.#expressions.push(expression);
    return expression;
  }

  /** Notes a statement, where a list of its kind is kept, and gives it back. */
  statement<S extends Statement>(statement: S): S {
    if (statement.kind === 'function') this.#functions.push(statement);
    else if (statement.kind === 'class') this.#classes.push(statement);
    else if (statement.kind === 'assign') this.#assignments.push(statement);
    else if (statement.kind === 'import') {
      this.#imports.push(
        ...statement.bindings.flatMap(({ path, source = path }) => (source === path ? [path] : [path, source])),
      );
    }
    return statement;
  }

  /** The program whose top level is `body`. */
  build(body: readonly Statement[]): Program {
    return {
      body,
      expressions: this.#expressions,
      functions: this.#functions,
      classes: this.#classes,
      assignments: this.#assignments,
      imports: this.#imports,
    };
  }
}
