import type { Program, Statement } from '../program/program.ts';
import { ProgramBuilder } from '../program/program-builder.ts';
import { childOf, childrenOf, type SyntaxNode } from '../program/syntax-node.ts';
import { ExpressionLowering, MAX_DEPTH, spanOf } from './lower-expression.ts';

/**
 * Turns a Python syntax tree into a program. Broken source gives what could be read of it.
 *
 * @param root - The `module` node.
 * @param source - What the tree was parsed from.
 */
export function lowerPython(root: SyntaxNode, source: string): Program {
  const builder = new ProgramBuilder();
  const lowering = new StatementLowering(new ExpressionLowering(source, builder), builder);
  return builder.build(lowering.lowerBlock(root));
}

class StatementLowering {
  readonly expressions: ExpressionLowering;
  readonly #builder: ProgramBuilder;
  #depth = 0;

  constructor(expressions: ExpressionLowering, builder: ProgramBuilder) {
    this.expressions = expressions;
    this.#builder = builder;
  }

  note<S extends Statement>(statement: S): S {
    return this.#builder.statement(statement);
  }

  lowerBlock(node: SyntaxNode | undefined): Statement[] {
    return node === undefined ? [] : node.children.flatMap((child) => this.lowerStatement(child));
  }

  lowerStatement(node: SyntaxNode): Statement[] {
    if (!node.isNamed || this.#depth >= MAX_DEPTH / 2) return [];
    this.#depth += 1;
    try {
      return (LOWERINGS[node.type] ?? lowerUnknown)(node, this);
    } finally {
      this.#depth -= 1;
    }
  }
}

type Lowering = (node: SyntaxNode, lowering: StatementLowering) => Statement[];

const NOTHING: Lowering = () => [];

/** A block, a broken piece of source, or an expression that stands on its own. */
function lowerUnknown(node: SyntaxNode, lowering: StatementLowering): Statement[] {
  if (node.type === 'block' || node.type === 'ERROR' || node.type === 'module') return lowering.lowerBlock(node);
  return [{ kind: 'expression', span: spanOf(node), expression: lowering.expressions.lower(node) }];
}

function lowerExpressionStatement(node: SyntaxNode, lowering: StatementLowering): Statement[] {
  return node.children.flatMap((child) => lowering.lowerStatement(child));
}

function lowerAssignment(node: SyntaxNode, lowering: StatementLowering): Statement[] {
  const targets: SyntaxNode[] = [];
  let value: SyntaxNode | undefined = node;
  while (value?.type === 'assignment') {
    const left = childOf(value, 'left');
    if (left !== undefined) targets.push(left);
    value = childOf(value, 'right');
  }
  if (value === undefined) return [];
  return [
    lowering.note({
      kind: 'assign',
      span: spanOf(node),
      targets: lowering.expressions.lowerAll(targets),
      operator: undefined,
      value: lowering.expressions.lower(value),
    }),
  ];
}

function lowerAugmentedAssignment(node: SyntaxNode, lowering: StatementLowering): Statement[] {
  const operator = childOf(node, 'operator');
  return [
    lowering.note({
      kind: 'assign',
      span: spanOf(node),
      targets: [lowering.expressions.lowerField(node, 'left')],
      operator: operator === undefined ? '' : lowering.expressions.textOf(operator).replace(/=$/, ''),
      value: lowering.expressions.lowerField(node, 'right'),
    }),
  ];
}

function lowerIf(node: SyntaxNode, lowering: StatementLowering): Statement[] {
  // `elif` clauses stand side by side: read from the last, each is the other way of the one before.
  const alternatives = childrenOf(node, 'alternative');
  let alternative: Statement[] = [];
  for (const clause of alternatives.toReversed()) {
    alternative =
      clause.type === 'elif_clause'
        ? lowerBranch(clause, alternative, lowering)
        : lowering.lowerBlock(childOf(clause, 'body'));
  }
  return lowerBranch(node, alternative, lowering);
}

function lowerBranch(node: SyntaxNode, alternative: Statement[], lowering: StatementLowering): Statement[] {
  const condition = lowering.expressions.lowerField(node, 'condition');
  const consequence = lowering.lowerBlock(childOf(node, 'consequence'));
  return [{ kind: 'if', span: spanOf(node), condition, consequence, alternative }];
}

function lowerLoop(node: SyntaxNode, lowering: StatementLowering): Statement[] {
  const isFor = node.type === 'for_statement';
  const alternative = childOf(node, 'alternative');
  return [
    {
      kind: 'loop',
      span: spanOf(node),
      target: isFor ? lowering.expressions.lowerField(node, 'left') : undefined,
      iterable: isFor ? lowering.expressions.lowerField(node, 'right') : undefined,
      condition: isFor ? undefined : lowering.expressions.lowerField(node, 'condition'),
      body: lowering.lowerBlock(childOf(node, 'body')),
      otherwise: alternative === undefined ? [] : lowering.lowerBlock(childOf(alternative, 'body')),
    },
  ];
}

function blockOf(node: SyntaxNode | undefined): SyntaxNode | undefined {
  return node?.children.find((child) => child.type === 'block');
}

function lowerTry(node: SyntaxNode, lowering: StatementLowering): Statement[] {
  const clauses = (type: string): SyntaxNode[] => node.children.filter((child) => child.type.startsWith(type));
  return [
    {
      kind: 'try',
      span: spanOf(node),
      body: lowering.lowerBlock(childOf(node, 'body')),
      handlers: clauses('except').map((clause) => {
        const caught = childOf(clause, 'value');
        const errors = caught?.type === 'as_pattern' ? caught.children[0] : caught;
        const target = caught === undefined ? undefined : (childOf(caught, 'alias') ?? childOf(clause, 'alias'));
        return {
          errors: errors === undefined ? undefined : lowering.expressions.lower(errors),
          target: target === undefined ? undefined : lowering.expressions.lower(target),
          body: lowering.lowerBlock(blockOf(clause)),
        };
      }),
      otherwise: lowering.lowerBlock(blockOf(clauses('else')[0])),
      finalizer: lowering.lowerBlock(blockOf(clauses('finally')[0])),
    },
  ];
}

function lowerWith(node: SyntaxNode, lowering: StatementLowering): Statement[] {
  const clause = node.children.find((child) => child.type === 'with_clause');
  const items = (clause?.children ?? [])
    .filter((child) => child.type === 'with_item')
    .map((item) => {
      const held = childOf(item, 'value') ?? item;
      const alias = held.type === 'as_pattern' ? childOf(held, 'alias') : undefined;
      const value = held.type === 'as_pattern' ? (held.children[0] ?? held) : held;
      return {
        value: lowering.expressions.lower(value),
        target: alias === undefined ? undefined : lowering.expressions.lower(alias),
      };
    });
  return [{ kind: 'with', span: spanOf(node), items, body: lowering.lowerBlock(childOf(node, 'body')) }];
}

function lowerExit(how: 'return' | 'raise' | 'break' | 'continue'): Lowering {
  return (node, lowering) => {
    const value = node.children.find((child) => child.isNamed && child.type !== 'comment');
    return [
      {
        kind: 'exit',
        span: spanOf(node),
        how,
        value: value === undefined ? undefined : lowering.expressions.lower(value),
      },
    ];
  };
}

const CONSTANT_PATTERN = /^\s*(?:[rbu]?'[^']*'|[rbu]?"[^"]*"|[\d.]+|True|False|None)\s*$/i;

function lowerMatch(node: SyntaxNode, lowering: StatementLowering): Statement[] {
  const cases = (childOf(node, 'body')?.children ?? []).filter((child) => child.type === 'case_clause');
  return [
    {
      kind: 'match',
      span: spanOf(node),
      subject: lowering.expressions.lowerField(node, 'subject'),
      cases: cases.map((clause) => {
        const patterns = clause.children.filter((child) => child.type === 'case_pattern');
        const text = patterns.map((pattern) => lowering.expressions.textOf(pattern)).join(',');
        return {
          isConstant: text.split(/[|,]/).every((part) => CONSTANT_PATTERN.test(part)),
          names: text.match(/\b[a-z_]\w*\b/gi) ?? [],
          body: lowering.lowerBlock(childOf(clause, 'consequence')),
        };
      }),
    },
  ];
}

function lowerImport(node: SyntaxNode, lowering: StatementLowering): Statement[] {
  const module = childOf(node, 'module_name');
  const prefix = module === undefined ? '' : lowering.expressions.textOf(module);
  const bindings = childrenOf(node, 'name').map((child) => {
    const alias = childOf(child, 'alias');
    const path = lowering.expressions.textOf(childOf(child, 'name') ?? child);
    if (module !== undefined) {
      const full = prefix.endsWith('.') ? prefix + path : `${prefix}.${path}`;
      return { name: alias === undefined ? path : lowering.expressions.textOf(alias), path: full };
    }
    // `import a.b` binds `a`; `import a.b as c` binds the whole path.
    if (alias !== undefined) return { name: lowering.expressions.textOf(alias), path };
    const root = path.split('.')[0] ?? path;
    return { name: root, path: root };
  });
  const isAll = node.children.some(({ type }) => type === 'wildcard_import');
  if (isAll && module !== undefined) bindings.push({ name: '*', path: prefix });
  return [lowering.note({ kind: 'import', span: spanOf(node), bindings })];
}

function lowerFunction(
  node: SyntaxNode,
  lowering: StatementLowering,
  decorators: readonly SyntaxNode[] = [],
): Statement[] {
  const name = childOf(node, 'name');
  return [
    lowering.note({
      kind: 'function',
      span: spanOf(node),
      name: name === undefined ? '' : lowering.expressions.textOf(name),
      parameters: lowering.expressions.lowerParameters(childOf(node, 'parameters')),
      decorators: lowering.expressions.lowerAll(decorators),
      body: lowering.lowerBlock(childOf(node, 'body')),
    }),
  ];
}

function lowerClass(
  node: SyntaxNode,
  lowering: StatementLowering,
  decorators: readonly SyntaxNode[] = [],
): Statement[] {
  const name = childOf(node, 'name');
  const bases = (childOf(node, 'superclasses')?.children ?? []).filter(
    (child) => child.isNamed && child.type !== 'keyword_argument' && child.type !== 'comment',
  );
  return [
    lowering.note({
      kind: 'class',
      span: spanOf(node),
      name: name === undefined ? '' : lowering.expressions.textOf(name),
      bases: lowering.expressions.lowerAll(bases),
      decorators: lowering.expressions.lowerAll(decorators),
      body: lowering.lowerBlock(childOf(node, 'body')),
    }),
  ];
}

function lowerDecorated(node: SyntaxNode, lowering: StatementLowering): Statement[] {
  const definition = childOf(node, 'definition');
  const decorators = node.children
    .filter((child) => child.type === 'decorator')
    .flatMap((child) => child.children.filter((part) => part.isNamed).slice(0, 1));
  if (definition === undefined) return [];
  return definition.type === 'class_definition'
    ? lowerClass(definition, lowering, decorators)
    : lowerFunction(definition, lowering, decorators);
}

/** `exec code in scope` of Python 2: the same as a call. */
function lowerExecStatement(node: SyntaxNode, lowering: StatementLowering): Statement[] {
  const span = spanOf(node);
  const callee = lowering.expressions.note({ kind: 'name', span, name: 'exec' });
  const code = lowering.expressions.lowerField(node, 'code');
  const parts = code.kind === 'sequence' ? code.elements : [code];
  const call = lowering.expressions.note({
    kind: 'call',
    span,
    callee,
    arguments: parts.map((value) => ({ name: undefined, spread: undefined, value })),
  });
  return [{ kind: 'expression', span, expression: call }];
}

/** `print`, `assert`, `del` and the like: their parts are evaluated. */
function lowerParts(node: SyntaxNode, lowering: StatementLowering): Statement[] {
  return node.children
    .filter((child) => child.isNamed && child.type !== 'comment')
    .map((child) => ({ kind: 'expression', span: spanOf(child), expression: lowering.expressions.lower(child) }));
}

const LOWERINGS: Readonly<Record<string, Lowering>> = {
  comment: NOTHING,
  pass_statement: NOTHING,
  global_statement: NOTHING,
  nonlocal_statement: NOTHING,
  future_import_statement: NOTHING,
  wildcard_import: NOTHING,
  type_alias_statement: NOTHING,
  expression_statement: lowerExpressionStatement,
  assignment: lowerAssignment,
  augmented_assignment: lowerAugmentedAssignment,
  if_statement: lowerIf,
  for_statement: lowerLoop,
  while_statement: lowerLoop,
  try_statement: lowerTry,
  with_statement: lowerWith,
  return_statement: lowerExit('return'),
  raise_statement: lowerExit('raise'),
  break_statement: lowerExit('break'),
  continue_statement: lowerExit('continue'),
  match_statement: lowerMatch,
  import_statement: lowerImport,
  import_from_statement: lowerImport,
  function_definition: lowerFunction,
  class_definition: lowerClass,
  decorated_definition: lowerDecorated,
  exec_statement: lowerExecStatement,
  print_statement: lowerParts,
  assert_statement: lowerParts,
  delete_statement: lowerParts,
};
