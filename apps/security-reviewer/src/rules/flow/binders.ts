import { blocksOf } from '../program/returns-of.ts';
import type { ClassDefinition, Expression, FunctionDefinition, Span, Statement } from '../program/program.ts';
import type { Analysis } from './analysis.ts';
import { MUTATORS } from './mutators.ts';
import { placeOf, rootOf } from './place.ts';

interface Spanned {
  readonly span: Span;
}

/** Where a name or place gets a value. */
interface Binder {
  /** `name`, `self.root`. */
  readonly place: string;
  readonly span: Span;
  /** What it gets; of several, each may be it. */
  readonly values: readonly Expression[];
}

/** A binder, with what it stands in. */
export interface PlacedBinder extends Binder {
  readonly scope: FunctionDefinition | undefined;
  readonly owner: ClassDefinition | undefined;
}

/** Where the names of a program get their values, by the name that a place starts with, in the order of the source. */
export function bindersOf({ program, filled }: Analysis): ReadonlyMap<string, readonly PlacedBinder[]> {
  const binders: Binder[] = [];
  for (const { targets, value, span } of program.assignments) {
    for (const target of targets) binders.push(...bound(target, [value], span));
  }
  for (const expression of program.expressions) binders.push(...boundIn(expression));
  for (const { place, call } of filled) {
    binders.push({ place, span: call.span, values: [call.callee, ...call.arguments.map(({ value }) => value)] });
  }
  const bodies = [program, ...program.functions, ...program.classes].map(({ body }) => body);
  for (const statement of statementsOf(bodies)) binders.push(...boundBy(statement));
  const ordered = binders.toSorted((a, b) => a.span.start - b.span.start);
  const scopes = around(program.functions, ordered);
  const owners = around(program.classes, ordered);
  return Map.groupBy(
    ordered.map((binder, index) => ({ ...binder, scope: scopes[index], owner: owners[index] })),
    ({ place }) => rootOf(place),
  );
}

/** The innermost of the definitions around each of the binders, which are in the order of the source. */
function around<D extends Spanned>(definitions: readonly D[], binders: readonly Spanned[]): (D | undefined)[] {
  const waiting = definitions.toSorted((a, b) => b.span.start - a.span.start);
  const open: D[] = [];
  const close = (index: number): void => {
    for (let last = open.at(-1); last !== undefined && last.span.end <= index; last = open.at(-1)) open.pop();
  };
  return binders.map(({ span: { start } }) => {
    for (let next = waiting.at(-1); next !== undefined && next.span.start <= start; next = waiting.at(-1)) {
      close(next.span.start);
      open.push(next);
      waiting.pop();
    }
    close(start);
    return open.at(-1);
  });
}

/** Whether the index lies in the span. */
export function holds({ start, end }: Span, index: number): boolean {
  return start <= index && index < end;
}

function* statementsOf(bodies: readonly (readonly Statement[])[]): Generator<Statement> {
  const open = bodies.flat();
  for (let statement = open.pop(); statement !== undefined; statement = open.pop()) {
    yield statement;
    open.push(...blocksOf(statement));
  }
}

function boundBy(statement: Statement): Binder[] {
  if (statement.kind === 'with') {
    return statement.items.flatMap(({ target, value }) => bound(target, [value], value.span));
  }
  if (statement.kind === 'match') {
    const { subject, cases } = statement;
    const names = cases.flatMap((option) => option.names);
    return names.map((place) => ({ place, span: subject.span, values: [subject] }));
  }
  if (statement.kind !== 'loop' || statement.iterable === undefined) return [];
  return bound(statement.target, [statement.iterable], statement.iterable.span);
}

function boundIn(expression: Expression): Binder[] {
  switch (expression.kind) {
    case 'binding':
      return bound(expression.target, [expression.value], expression.span);
    case 'comprehension':
      return expression.clauses.flatMap((clause) =>
        // The element stands before the clause that gives it its value.
        clause.kind === 'for' ? bound(clause.target, [clause.iterable], { ...expression.span, end: 0 }) : [],
      );
    case 'call': {
      const { callee } = expression;
      if (callee.kind !== 'member' || !MUTATORS.has(callee.property)) return [];
      const values = expression.arguments.map(({ value }) => value);
      return bound(callee.object, values, expression.span);
    }
    default:
      return [];
  }
}

function bound(target: Expression | undefined, values: readonly Expression[], span: Span): Binder[] {
  if (target === undefined) return [];
  const open: Expression[] = [target];
  const binders: Binder[] = [];
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    if (current.kind === 'sequence') open.push(...current.elements);
    else if (current.kind === 'spread') open.push(current.value);
    else {
      // An element that is not known belongs to the whole: `rows[i] = value`.
      const place = placeOf(current) ?? (current.kind === 'index' ? placeOf(current.object) : undefined);
      if (place !== undefined) binders.push({ place, span, values });
    }
  }
  return binders;
}
