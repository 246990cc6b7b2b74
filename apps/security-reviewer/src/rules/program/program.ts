/** Where a piece of source stands. */
export interface Span {
  /** Index of the first character, in UTF-16 code units. */
  readonly start: number;
  /** Index after the last character. */
  readonly end: number;
  /** From 1. */
  readonly line: number;
  readonly endLine: number;
}

/**
 * A program reduced to what data flow needs, the same for every language: a language pack lowers its syntax
 * tree to this, and one flow engine and the rules read it.
 */
export interface Program {
  readonly body: readonly Statement[];
  /** Every expression, in the order of the source as far as the lowering keeps it. */
  readonly expressions: readonly Expression[];
  readonly functions: readonly FunctionDefinition[];
  readonly classes: readonly ClassDefinition[];
  readonly assignments: readonly AssignStatement[];
  /** Paths of everything imported: `os.system`, `flask`. */
  readonly imports: readonly string[];
  /** What other files can import; where absent, all that the top level binds. */
  readonly exports?: readonly Export[];
}

/**
 * What a file exports: under `name` what it calls `local` itself, or what stands at `path` of another file; without a
 * name all of `path`.
 */
export type Export =
  | { readonly name: string; readonly local: string }
  | { readonly name: string | undefined; readonly path: string };

/** An expression of any kind. */
export type Expression =
  | LiteralExpression
  | TemplateExpression
  | NameExpression
  | MemberExpression
  | IndexExpression
  | CallExpression
  | BinaryExpression
  | CompareExpression
  | LogicalExpression
  | NotExpression
  | ConditionalExpression
  | SequenceExpression
  | MappingExpression
  | ComprehensionExpression
  | LambdaExpression
  | FunctionExpression
  | BindingExpression
  | SpreadExpression
  | OpaqueExpression;

/** A constant of the source; bytes are strings here. */
export type LiteralValue = string | number | boolean | null;

/** `"text"`, `1`, `True`. */
interface LiteralExpression {
  readonly kind: 'literal';
  readonly span: Span;
  readonly value: LiteralValue;
}

/** A string with expressions in it. */
interface TemplateExpression {
  readonly kind: 'template';
  readonly span: Span;
  readonly parts: readonly TemplatePart[];
}

/** Text, or an expression with how it is put into text: `quoted` where it is written as a source literal would be. */
export type TemplatePart =
  | string
  | { readonly expression: Expression; readonly conversion: 'text' | 'quoted' | 'number' };

/** A name on its own. */
interface NameExpression {
  readonly kind: 'name';
  readonly span: Span;
  readonly name: string;
}

/** `object.property`. */
export interface MemberExpression {
  readonly kind: 'member';
  readonly span: Span;
  readonly object: Expression;
  readonly property: string;
}

/** `object[index]`; a slice has no index. */
interface IndexExpression {
  readonly kind: 'index';
  readonly span: Span;
  readonly object: Expression;
  readonly index: Expression | undefined;
}

/** `callee(arguments)`. */
export interface CallExpression {
  readonly kind: 'call';
  readonly span: Span;
  readonly callee: Expression;
  readonly arguments: readonly Argument[];
}

/** One argument: by position, by name, or spread from a list or a mapping. */
export interface Argument {
  readonly name: string | undefined;
  readonly spread: 'list' | 'mapping' | undefined;
  readonly value: Expression;
}

/** An arithmetic or bit operation. */
interface BinaryExpression {
  readonly kind: 'binary';
  readonly span: Span;
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
}

/** `a < b`, `a in b`; a chain `a < b < c` has two operators and three operands. */
export interface CompareExpression {
  readonly kind: 'compare';
  readonly span: Span;
  readonly operators: readonly string[];
  readonly operands: readonly Expression[];
}

/** `a and b`, `a or b`. */
export interface LogicalExpression {
  readonly kind: 'logical';
  readonly span: Span;
  readonly operator: 'and' | 'or';
  readonly left: Expression;
  readonly right: Expression;
}

/** `not a`. */
interface NotExpression {
  readonly kind: 'not';
  readonly span: Span;
  readonly operand: Expression;
}

/** `a if test else b`. */
interface ConditionalExpression {
  readonly kind: 'conditional';
  readonly span: Span;
  readonly test: Expression;
  readonly consequence: Expression;
  readonly alternative: Expression;
}

/** A list, tuple or set display. */
interface SequenceExpression {
  readonly kind: 'sequence';
  readonly span: Span;
  readonly elements: readonly Expression[];
}

/** A dictionary display; an entry without a key is spread. */
export interface MappingExpression {
  readonly kind: 'mapping';
  readonly span: Span;
  readonly entries: readonly { readonly key: Expression | undefined; readonly value: Expression }[];
}

/** A comprehension or generator; `key` stands in a dictionary comprehension. */
export interface ComprehensionExpression {
  readonly kind: 'comprehension';
  readonly span: Span;
  readonly key: Expression | undefined;
  readonly element: Expression;
  readonly clauses: readonly ComprehensionClause[];
}

/** `for target in iterable`, or `if condition`. */
export type ComprehensionClause =
  | { readonly kind: 'for'; readonly target: Expression; readonly iterable: Expression }
  | { readonly kind: 'if'; readonly condition: Expression };

/** A function without a name. */
interface LambdaExpression {
  readonly kind: 'lambda';
  readonly span: Span;
  readonly parameters: readonly Parameter[];
  readonly body: Expression;
}

/** A function with statements that stands in an expression: a callback, a method of an object. */
interface FunctionExpression {
  readonly kind: 'function-value';
  readonly span: Span;
  readonly definition: FunctionDefinition;
}

/** An assignment that has a value. */
interface BindingExpression {
  readonly kind: 'binding';
  readonly span: Span;
  readonly target: Expression;
  readonly value: Expression;
}

/** `*rest` in a display or a target. */
interface SpreadExpression {
  readonly kind: 'spread';
  readonly span: Span;
  readonly value: Expression;
}

/** Anything else: its parts are still looked at, its value is not known. */
interface OpaqueExpression {
  readonly kind: 'opaque';
  readonly span: Span;
  readonly parts: readonly Expression[];
}

/** A statement of any kind. */
export type Statement =
  | ExpressionStatement
  | AssignStatement
  | IfStatement
  | LoopStatement
  | TryStatement
  | WithStatement
  | ExitStatement
  | MatchStatement
  | ImportStatement
  | FunctionDefinition
  | ClassDefinition;

/** An expression evaluated for its effect. */
interface ExpressionStatement {
  readonly kind: 'expression';
  readonly span: Span;
  readonly expression: Expression;
}

/** `target = value`, or `target += value` with the operator `+`. */
export interface AssignStatement {
  readonly kind: 'assign';
  readonly span: Span;
  readonly targets: readonly Expression[];
  readonly operator: string | undefined;
  readonly value: Expression;
  /** Type that the target is declared with. */
  readonly type?: Expression;
}

/** A condition with two ways on. */
export interface IfStatement {
  readonly kind: 'if';
  readonly span: Span;
  readonly condition: Expression;
  readonly consequence: readonly Statement[];
  readonly alternative: readonly Statement[];
}

/** A loop over an iterable (`target`, `iterable`) or while a condition holds. */
export interface LoopStatement {
  readonly kind: 'loop';
  readonly span: Span;
  readonly target: Expression | undefined;
  readonly iterable: Expression | undefined;
  readonly condition: Expression | undefined;
  readonly body: readonly Statement[];
  readonly otherwise: readonly Statement[];
}

/** A block with handlers. */
export interface TryStatement {
  readonly kind: 'try';
  readonly span: Span;
  readonly body: readonly Statement[];
  readonly handlers: readonly Handler[];
  readonly otherwise: readonly Statement[];
  readonly finalizer: readonly Statement[];
}

/** One `except`; `errors` is what it names, `target` the name it binds. */
interface Handler {
  readonly errors: Expression | undefined;
  readonly target: Expression | undefined;
  readonly body: readonly Statement[];
}

/** A block that holds resources. */
interface WithStatement {
  readonly kind: 'with';
  readonly span: Span;
  readonly items: readonly { readonly value: Expression; readonly target: Expression | undefined }[];
  readonly body: readonly Statement[];
}

/** What leaves the block it stands in. */
interface ExitStatement {
  readonly kind: 'exit';
  readonly span: Span;
  readonly how: 'return' | 'raise' | 'break' | 'continue';
  readonly value: Expression | undefined;
}

/** A choice among patterns. */
interface MatchStatement {
  readonly kind: 'match';
  readonly span: Span;
  readonly subject: Expression;
  readonly cases: readonly MatchCase[];
}

/** One case; `isConstant` where the pattern holds constants alone, so that the subject is known inside. */
interface MatchCase {
  readonly isConstant: boolean;
  readonly names: readonly string[];
  readonly body: readonly Statement[];
}

/** A name with what it is bound to; `source` is the path as the file writes it, where that differs. */
export interface ImportBinding {
  readonly name: string;
  readonly path: string;
  readonly source?: string;
}

/** Names bound to what other modules export: `{ name: 's', path: 'os.system' }`. */
interface ImportStatement {
  readonly kind: 'import';
  readonly span: Span;
  readonly bindings: readonly ImportBinding[];
}

/** A parameter with its annotation, default and place. */
export interface Parameter {
  readonly name: string;
  readonly annotation: Expression | undefined;
  readonly fallback: Expression | undefined;
  /** `list` takes the rest of the positional arguments, `mapping` the rest of the named ones. */
  readonly rest: 'list' | 'mapping' | undefined;
  /** Decorators or annotations of its own, where the language has them. */
  readonly decorators?: readonly Expression[];
  readonly span: Span;
}

/** A function or method; one without a name is called after what it is assigned to, or by nothing. */
export interface FunctionDefinition {
  readonly kind: 'function';
  readonly span: Span;
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly decorators: readonly Expression[];
  readonly body: readonly Statement[];
  /** Whether other files can call it, where the language says so. */
  readonly isExported?: boolean;
  /** Names that belong to it alone, where the language declares them. */
  readonly locals?: readonly string[];
}

/** A class. */
export interface ClassDefinition {
  readonly kind: 'class';
  readonly span: Span;
  readonly name: string;
  readonly bases: readonly Expression[];
  readonly decorators: readonly Expression[];
  readonly body: readonly Statement[];
}
