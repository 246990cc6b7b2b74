import type { CallExpression, CompareExpression, Expression } from '../program/program.ts';
import type { CallSite } from './call-site.ts';
import type { Environment } from './environment.ts';
import type { Check, LanguageModel } from './language-model.ts';
import { placeOf, placesIn, rootOf } from './place.ts';
import { ALL_FAMILIES, familySet, type FamilySet } from './taint.ts';
import { cleaned, constantText, type Value } from './value.ts';

/** What conditions need of the evaluation around them. */
export interface ConditionContext {
  readonly model: LanguageModel;
  /** Value that an expression had when it was last evaluated. */
  readonly known: (expression: Expression) => Value;
  /** The call as it was last met. */
  readonly siteOf: (call: CallExpression) => CallSite | undefined;
  /** Arguments that a function of this file has checked where its result is true. */
  readonly proved: (site: CallSite) => readonly { readonly argument: Expression; readonly families: FamilySet }[];
}

/** What is left of the steps; shared by all that one condition leads to. */
interface RefineBudget {
  steps: number;
  names: number;
}

/** Steps of one condition that are followed, through the conditions its names were assigned. */
const MAX_STEPS = 120;
const MAX_NAMES = 3;

/**
 * Learns from a condition: what it compares with constants or checks against a list is safe where it holds.
 *
 * @param isTrue - Whether the condition holds in `environment`.
 */
export function refine(
  condition: Expression,
  isTrue: boolean,
  environment: Environment,
  context: ConditionContext,
  budget: RefineBudget = { steps: MAX_STEPS, names: MAX_NAMES },
): void {
  budget.steps -= 1;
  if (budget.steps < 0) return;
  switch (condition.kind) {
    case 'not':
      refine(condition.operand, !isTrue, environment, context, budget);
      break;
    case 'logical':
      if ((condition.operator === 'and') !== isTrue) {
        // One side or the other: what both would settle is settled.
        const sides = [condition.left, condition.right].map((side) => {
          const branch = environment.fork();
          refine(side, isTrue, branch, context, budget);
          return branch;
        });
        environment.merge(sides);
        break;
      }
      refine(condition.left, isTrue, environment, context, budget);
      refine(condition.right, isTrue, environment, context, budget);
      break;
    case 'compare':
      refineComparison(condition, isTrue, environment, context);
      break;
    case 'call':
      refineCall(condition, isTrue, environment, context, budget);
      break;
    case 'binding':
      refine(condition.value, isTrue, environment, context, budget);
      break;
    case 'name': {
      const assigned = environment.get(condition.name)?.assigned;
      if (assigned !== undefined && assigned.kind !== 'name') {
        if (budget.names === 0) break;
        budget.names -= 1;
        refine(assigned, isTrue, environment, context, budget);
        budget.names += 1;
      }
      break;
    }
    case 'index':
      // `allowed[name]`: an entry of a fixed table stands under the name.
      if (isTrue && condition.index !== undefined && context.known(condition.object).taint.size === 0) {
        cleanChecked(condition.index, environment, context);
      }
      break;
    case 'member':
      // Where the host of a URL is empty, the URL stays on this site.
      if (!isTrue) cleanPart(condition, environment, context, familySet('redirect', 'url'));
      break;
    default:
      break;
  }
}

function refineComparison(
  comparison: CompareExpression,
  isTrue: boolean,
  environment: Environment,
  context: ConditionContext,
): void {
  const [left, right] = comparison.operands;
  const [operator] = comparison.operators;
  if (comparison.operators.length !== 1 || left === undefined || right === undefined) return;
  refineResult(left, right, operator ?? '', isTrue, environment, context);
  refineResult(right, left, operator ?? '', isTrue, environment, context);
  const isMember = operator === 'in' || operator === 'not in';
  if (!isMember && !['==', '!=', 'is', 'is not'].includes(operator ?? '')) return;
  const holds = (operator === 'in' || operator === '==' || operator === 'is') === isTrue;
  if (isMember && !holds) {
    refineAbsence(left, right, environment, context);
    return;
  }
  if (!holds) return;
  if (context.known(right).taint.size === 0) cleanChecked(left, environment, context);
  else cleanPart(left, environment, context, ALL_FAMILIES);
  if (!isMember && context.known(left).taint.size === 0) cleanChecked(right, environment, context);
  // `root in resolved.parents`, `commonpath([root, path]) == root`
  cleanPart(right, environment, context, familySet('path'));
}

/** What the comparison of a call's result says of what the call was given: `typeof name === "string"`. */
function refineResult(
  expression: Expression,
  other: Expression,
  operator: string,
  isTrue: boolean,
  environment: Environment,
  context: ConditionContext,
): void {
  if (expression.kind !== 'call' || context.model.compared === undefined) return;
  const site = context.siteOf(expression);
  if (site === undefined) return;
  const checks = context.model.compared(site, { operator, other: context.known(other), isTrue });
  learn(checks, expression, environment, context);
}

/** `".." not in name`: what is looked for is not there. */
function refineAbsence(left: Expression, right: Expression, environment: Environment, context: ConditionContext): void {
  const text = constantText(context.known(left));
  if (text === undefined) return;
  if (text.includes('..') || text === '/') cleanPlace(right, environment, context, familySet('path'));
  if (/^[\r\n]+$/.test(text)) cleanPlace(right, environment, context, familySet('header', 'log'));
}

/** The left side equals a constant or is in a list of constants. */
function cleanChecked(expression: Expression, environment: Environment, context: ConditionContext): void {
  cleanPlace(stripped(expression), environment, context, ALL_FAMILIES);
  cleanPart(expression, environment, context, familySet('url', 'redirect', 'path', 'scheme'));
}

/** `name.lower()` and `str(name)` are checked as `name` is. */
function stripped(expression: Expression): Expression {
  let current = expression;
  while (current.kind === 'call') {
    const { callee } = current;
    const [only] = current.arguments;
    if (
      callee.kind === 'member' &&
      /^(?:lower|upper|strip|casefold|decode|toLowerCase|toUpperCase|trim|toString)$/.test(callee.property)
    ) {
      current = callee.object;
    } else if (callee.kind === 'name' && /^(?:str|String)$/.test(callee.name) && only !== undefined) {
      current = only.value;
    } else {
      break;
    }
  }
  return current;
}

function refineCall(
  call: CallExpression,
  isTrue: boolean,
  environment: Environment,
  context: ConditionContext,
  budget: RefineBudget,
): void {
  const site = context.siteOf(call);
  if (site === undefined) return;
  const isAny = site.ref === 'all' || site.ref === 'any';
  const [only] = call.arguments;
  if (isAny && only?.value.kind === 'comprehension') {
    const [clause] = only.value.clauses;
    // `all(c in ALLOWED for c in name)` speaks of every element of `name`.
    if (site.ref === 'all' && isTrue && clause?.kind === 'for') {
      cleanPlace(clause.iterable, environment, context, ALL_FAMILIES);
    }
    return;
  }
  if (/^(?:bool|Boolean)$/.test(site.ref) && only !== undefined) {
    refine(only.value, isTrue, environment, context, budget);
  }
  for (const { argument, families } of isTrue ? context.proved(site) : []) {
    cleanPlace(stripped(argument), environment, context, families);
    cleanPart(argument, environment, context, families);
  }
  learn(context.model.checks(site, isTrue), call, environment, context);
}

function learn(
  checks: readonly Check[],
  call: CallExpression,
  environment: Environment,
  context: ConditionContext,
): void {
  for (const check of checks) {
    if (check.about === 'authenticity') {
      environment.authenticate();
      continue;
    }
    const about =
      check.about === 'receiver'
        ? call.callee.kind === 'member' && call.callee.object
        : call.arguments[check.about]?.value;
    if (about === undefined || about === false) continue;
    cleanPlace(stripped(about), environment, context, check.families);
    cleanPart(about, environment, context, check.families);
  }
}

function cleanPlace(
  expression: Expression,
  environment: Environment,
  context: ConditionContext,
  families: FamilySet,
): void {
  const place = placeOf(expression);
  if (place === undefined) return;
  if (environment.get(place) !== undefined) {
    environment.clean(place, families, cleaned);
    return;
  }
  // A place that was never assigned, such as `spec["name"]`: remembered beside the name it starts with.
  const root = environment.get(rootOf(place));
  if (root !== undefined) environment.refine(place, cleaned(context.known(expression), families), root.value);
}

/** A check of the host of a URL, or of a resolved path, speaks of what it was made from too. */
function cleanPart(
  expression: Expression,
  environment: Environment,
  context: ConditionContext,
  families: FamilySet,
): void {
  const refOf = (part: Expression): string => context.known(part).ref;
  const place = placeOf(expression);
  const assigned = place === undefined ? undefined : environment.get(place)?.assigned;
  for (const source of [expression, assigned]) {
    if (source === undefined) continue;
    const spokenOf = context.model.partOf(source, refOf) & families;
    if (spokenOf === 0) continue;
    if (place !== undefined) environment.clean(place, spokenOf, cleaned);
    for (const part of placesIn(source)) {
      environment.clean(part, spokenOf, cleaned);
      const origin = environment.get(part)?.assigned;
      if (origin === undefined || (context.model.partOf(origin, refOf) & spokenOf) === 0) continue;
      for (const earlier of placesIn(origin)) environment.clean(earlier, spokenOf, cleaned);
    }
  }
}
