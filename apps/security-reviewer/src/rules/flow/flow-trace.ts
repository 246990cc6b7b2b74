import { returnsOf } from '../program/returns-of.ts';
import type { CallExpression, Expression, FunctionDefinition, Span } from '../program/program.ts';
import type { FlowStep } from '../rule.ts';
import { isExposed, type Analysis, type Exposure } from './analysis.ts';
import { bindersOf, holds, type PlacedBinder } from './binders.ts';
import { partsOf, placeOf, rootOf } from './place.ts';
import type { Family } from './taint.ts';

/** Steps of a way that are kept: its source, and what is nearest to its sink. */
const MAX_STEPS = 10;
/** Expressions that are looked at for one way. */
const MAX_HOPS = 100;

const SOURCES: Readonly<Record<Exposure, string>> = {
  remote: 'data from a request',
  local: 'data from the command line or the terminal',
  parameter: 'parameter that any caller may fill',
  unknown: 'data whose origin cannot be seen',
  none: '',
};

/** Where one look at an expression leads: to another expression, through a line worth a word, or to the source. */
interface Hop {
  readonly next?: Expression;
  readonly span?: Span;
  readonly note?: string;
}

/** What a way is looked for: data this near to the outside, not made safe for the family. */
interface Wanted {
  readonly exposure: Exposure;
  readonly family: Family;
}

/** Follows data of an analysed program back from where it is dangerous to where it comes in. */
export class FlowTrace {
  readonly #analysis: Analysis;
  #binders: ReadonlyMap<string, readonly PlacedBinder[]> | undefined;
  #functions: ReadonlyMap<string, readonly FunctionDefinition[]> | undefined;
  #expressions: ReadonlyMap<number, readonly Expression[]> | undefined;

  constructor(analysis: Analysis) {
    this.#analysis = analysis;
  }

  /** The way of data to a place, one step a line; the place alone where the way is not found. */
  to(sink: Span, exposure: Exposure, family: Family): FlowStep[] {
    const wanted: Wanted = { exposure, family };
    const steps: FlowStep[] = [{ role: 'sink', line: sink.line, note: 'used here' }];
    const seen = new Set<Expression>();
    let current = this.#start(sink, wanted);
    while (current !== undefined && !seen.has(current) && seen.size < MAX_HOPS) {
      seen.add(current);
      const hop: Hop | undefined = this.#hop(current, wanted);
      if (hop === undefined) break;
      const { next, span, note } = hop;
      const line = (span ?? current.span).line;
      if (next === undefined) steps.push({ role: 'source', line, note: SOURCES[exposure] });
      else if (note !== undefined) steps.push({ role: 'step', line, note });
      current = next;
    }
    return inOrder(steps);
  }

  /** What is dangerous at the place: an argument of the call that stands there, or what is written there. */
  #start(sink: Span, wanted: Wanted): Expression | undefined {
    const inside = this.#inside(sink);
    const call = inside.find(
      (one) => one.kind === 'call' && one.span.start === sink.start && one.span.end === sink.end,
    );
    const given = call?.kind === 'call' ? call.arguments.map(({ value }) => value) : [];
    return (
      given.find((value) => this.#carries(value, wanted)) ??
      inside
        .toSorted((a, b) => a.span.start - b.span.start || b.span.end - a.span.end)
        .find((one) => one !== call && this.#carries(one, wanted))
    );
  }

  #inside({ start, end, line, endLine }: Span): Expression[] {
    this.#expressions ??= Map.groupBy(this.#analysis.program.expressions, ({ span }) => span.line);
    const inside: Expression[] = [];
    for (let at = line; at <= endLine; at += 1) {
      for (const one of this.#expressions.get(at) ?? []) {
        if (one.span.start >= start && one.span.end <= end) inside.push(one);
      }
    }
    return inside;
  }

  #carries(expression: Expression, { exposure, family }: Wanted): boolean {
    return isExposed(this.#analysis.exposureOf(this.#analysis.valueOf(expression), family), exposure);
  }

  #hop(expression: Expression, wanted: Wanted): Hop | undefined {
    const place = placeOf(expression);
    const bound = place === undefined ? undefined : this.#bound(place, expression.span, wanted);
    if (bound !== undefined) return bound;
    if (expression.kind === 'name') return this.#named(expression.name, expression.span, wanted);
    const next = this.#partOf(expression, wanted);
    if (next === undefined) return expression.kind === 'call' ? this.#returned(expression, wanted) : {};
    return this.#isRequest(next, wanted) ? {} : { next, ...passing(expression) };
  }

  #partOf(expression: Expression, wanted: Wanted): Expression | undefined {
    const parts =
      expression.kind === 'comprehension' ? [expression.element, expression.key ?? []].flat() : partsOf(expression);
    return parts.find((part) => this.#carries(part, wanted));
  }

  /** A name that is bound nowhere before: a parameter, or what the language or an import brings in. */
  #named(name: string, at: Span, wanted: Wanted): Hop | undefined {
    return this.#parameter(name, at, wanted) ?? (this.#bindersOf(name).length === 0 ? {} : undefined);
  }

  /** Where the place last got a value of the kind that is wanted. */
  #bound(place: string, at: Span, wanted: Wanted): Hop | undefined {
    const root = rootOf(place);
    const declaring = this.#declaring(root, at);
    const isOwn = /^(?:self|this)\./.test(place);
    const binders = this.#bindersOf(root);
    // The nearest before it is tried first.
    for (let index = (isOwn ? binders.length : countBefore(binders, at.start)) - 1; index >= 0; index -= 1) {
      const binder = binders[index];
      if (binder === undefined) continue;
      const { place: target, span, values, scope, owner } = binder;
      const isSeen = isOwn
        ? target === place && owner !== undefined && holds(owner.span, at.start)
        : span.end <= at.start && isPartOf(place, target) && isVisible(scope?.span, declaring?.span, at);
      const next = isSeen ? values.find((value) => this.#carries(value, wanted)) : undefined;
      if (next !== undefined) return { next, span, note: 'kept under a name' };
    }
    return undefined;
  }

  #bindersOf(root: string): readonly PlacedBinder[] {
    this.#binders ??= bindersOf(this.#analysis);
    return this.#binders.get(root) ?? [];
  }

  /** The innermost function around a place that has a parameter of the name. */
  #declaring(name: string, at: Span): FunctionDefinition | undefined {
    this.#functions ??= functionsByParameter(this.#analysis.program.functions);
    let inner: FunctionDefinition | undefined;
    for (const one of this.#functions.get(name) ?? []) {
      if (holds(one.span, at.start) && one.span.start >= (inner?.span.start ?? 0)) inner = one;
    }
    return inner;
  }

  /** A parameter, and the call in the file that fills it. */
  #parameter(name: string, at: Span, wanted: Wanted): Hop | undefined {
    const owner = this.#declaring(name, at);
    const parameter = owner?.parameters.find((one) => one.name === name);
    if (owner === undefined || parameter === undefined) return undefined;
    for (const { call, value } of this.#analysis.passedTo(this.#analysis.originOf(owner, name))) {
      if (!isExposed(this.#analysis.exposureOf(value, wanted.family), wanted.exposure)) continue;
      const given = call.arguments.map((argument) => argument.value);
      const next =
        given.find((argument) => this.#analysis.valueOf(argument) === value) ??
        given.find((argument) => this.#carries(argument, wanted));
      if (next !== undefined) return { next, span: call.span, note: 'passed to a function' };
    }
    return { span: parameter.span };
  }

  /** Whether the data comes in where something is read of this: of a request that is a parameter. */
  #isRequest(expression: Expression, wanted: Wanted): boolean {
    if (expression.kind !== 'name' || wanted.exposure !== 'remote') return false;
    if (this.#bound(expression.name, expression.span, wanted) !== undefined) return false;
    const { ref } = this.#analysis.valueOf(expression);
    return ref !== '' && ref !== `$${expression.name}`;
  }

  /** What a function of the file gives back of its own. */
  #returned(call: CallExpression, wanted: Wanted): Hop {
    const definition = this.#analysis.siteOf(call)?.definition;
    if (definition === undefined || definition.isForeign) return {};
    const found = returnsOf(definition.definition.body).find(({ value }) => this.#carries(value, wanted));
    return found === undefined ? {} : { next: found.value, span: found.span, note: 'returned from a function' };
  }
}

/** How many of the binders, which are in order, start before the index. */
function countBefore(binders: readonly PlacedBinder[], index: number): number {
  let [low, high] = [0, binders.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((binders[middle]?.span.start ?? index) < index) low = middle + 1;
    else high = middle;
  }
  return low;
}

function functionsByParameter(functions: readonly FunctionDefinition[]): Map<string, FunctionDefinition[]> {
  const byName = new Map<string, FunctionDefinition[]>();
  for (const one of functions) {
    for (const { name } of one.parameters) {
      const others = byName.get(name);
      if (others === undefined) byName.set(name, [one]);
      else others.push(one);
    }
  }
  return byName;
}

/** Whether one of the places is the other, or a part of it. */
function isPartOf(left: string, right: string): boolean {
  const [whole, part] = left.length < right.length ? [left, right] : [right, left];
  return part.startsWith(whole) && /^(?:$|[.[])/.test(part.slice(whole.length));
}

/** Whether what is bound in the scope is seen at the place, and no parameter of the same name stands between. */
function isVisible(scope: Span | undefined, declaring: Span | undefined, at: Span): boolean {
  if (declaring !== undefined && (scope === undefined || scope.start < declaring.start)) return false;
  return scope === undefined || holds(scope, at.start);
}

/** A call that data goes through is worth a word. */
function passing({ kind, span }: Expression): Hop {
  return kind === 'call' ? { span, note: 'passes a call' } : {};
}

/** From the source on, one step a line; the source and the sink stay whatever is left out. */
function inOrder(found: readonly FlowStep[]): FlowStep[] {
  const byLine = new Map<number, FlowStep>();
  for (const step of found) {
    const other = byLine.get(step.line);
    if (other === undefined || (step.role === 'source' && other.role === 'step')) byLine.set(step.line, step);
  }
  const [sink, ...rest] = [...byLine.values()];
  const source = rest.filter(({ role }) => role === 'source');
  const steps = rest.filter(({ role }) => role === 'step').slice(0, MAX_STEPS - 1 - source.length);
  return [...source, ...steps.toReversed(), ...(sink === undefined ? [] : [sink])];
}
