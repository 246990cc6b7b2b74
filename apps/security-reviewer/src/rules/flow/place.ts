import type { Expression } from '../program/program.ts';

const MAX_LENGTH = 8;

/**
 * Name of a place that can be told from others by its source alone: `name`, `self.root`, `spec["hook"]`.
 *
 * @returns Nothing for any other expression.
 */
export function placeOf(expression: Expression): string | undefined {
  const steps: string[] = [];
  let current = expression;
  while (current.kind !== 'name') {
    if (steps.length > MAX_LENGTH) return undefined;
    if (current.kind === 'member') {
      steps.unshift(`.${current.property}`);
      current = current.object;
    } else if (current.kind === 'index' && current.index?.kind === 'literal') {
      steps.unshift(`[${JSON.stringify(current.index.value)}]`);
      current = current.object;
    } else {
      return undefined;
    }
  }
  return current.name + steps.join('');
}

/** The name that a place starts with. */
export function rootOf(place: string): string {
  return place.slice(0, place.search(/[.[]|$/));
}

/** Every place that an expression speaks of, within reason. */
export function placesIn(expression: Expression): readonly string[] {
  const places = new Set<string>();
  const open: Expression[] = [expression];
  for (let steps = 0; steps < 200; steps += 1) {
    const current = open.pop();
    if (current === undefined) break;
    const place = placeOf(current);
    if (place !== undefined) places.add(place);
    open.push(...partsOf(current));
  }
  return [...places];
}

/** The expressions that an expression is directly made of, apart from what binds names of its own. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'template':
      return expression.parts.flatMap((part) => (typeof part === 'string' ? [] : [part.expression]));
    case 'member':
      return [expression.object];
    case 'index':
      return expression.index === undefined ? [expression.object] : [expression.object, expression.index];
    case 'call':
      return [expression.callee, ...expression.arguments.map((argument) => argument.value)];
    case 'binary':
    case 'logical':
      return [expression.left, expression.right];
    case 'compare':
      return expression.operands;
    case 'not':
      return [expression.operand];
    case 'conditional':
      return [expression.test, expression.consequence, expression.alternative];
    case 'sequence':
      return expression.elements;
    case 'mapping':
      return expression.entries.flatMap((entry) =>
        entry.key === undefined ? [entry.value] : [entry.key, entry.value],
      );
    case 'binding':
    case 'spread':
      return [expression.value];
    case 'opaque':
      return expression.parts;
    case 'literal':
    case 'name':
    case 'comprehension':
    case 'lambda':
    case 'function-value':
      return [];
  }
}
