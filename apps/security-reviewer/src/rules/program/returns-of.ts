import type { Expression, Span, Statement } from './program.ts';

/** What a function body returns, with where; not what functions inside it return. */
export function returnsOf(body: readonly Statement[]): { readonly value: Expression; readonly span: Span }[] {
  const found: { value: Expression; span: Span }[] = [];
  const open: Statement[] = [...body];
  for (let statement = open.shift(); statement !== undefined; statement = open.shift()) {
    if (statement.kind === 'exit' && statement.how === 'return' && statement.value !== undefined) {
      found.push({ value: statement.value, span: statement.span });
    }
    open.unshift(...blocksOf(statement));
  }
  return found;
}

/** The statements directly inside a statement, apart from functions and classes. */
export function blocksOf(statement: Statement): readonly Statement[] {
  switch (statement.kind) {
    case 'if':
      return [...statement.consequence, ...statement.alternative];
    case 'loop':
      return [...statement.body, ...statement.otherwise];
    case 'try':
      return [
        ...statement.body,
        ...statement.handlers.flatMap(({ body }) => body),
        ...statement.otherwise,
        ...statement.finalizer,
      ];
    case 'with':
      return statement.body;
    case 'match':
      return statement.cases.flatMap(({ body }) => body);
    default:
      return [];
  }
}
