import { isExposed, type Analysis } from '../../flow/analysis.ts';
import { type CallSite } from '../../flow/call-site.ts';
import { exposedAt, type Detection, type DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { contains } from '../../knowledge/naming.ts';
import type { Expression, FunctionDefinition } from '../../program/program.ts';

const DEEP =
  /^(?:(?:lodash|_)\.(?:merge|mergeWith|defaultsDeep|set|setWith)|lodash\.(?:merge|mergewith|defaultsdeep|set)|deepmerge|merge-deep|deep-extend|extend|defaults-deep|dot-prop\.set|object-path\.set|dset|set-value|jquery\.extend|\$\.extend|jQuery\.extend|hoek\.merge|@hapi\/hoek\.merge|mixin-deep|lodash-es\.merge|nested-property\.set)$/;

/** A key from outside that leads to the prototype. */
export const PROTOTYPE_POLLUTION: DetectingRule = {
  id: 'js/prototype-pollution',
  ...KIND_DESCRIPTIONS['prototype-pollution'],
  fix: 'Skip `__proto__`, `constructor` and `prototype`, or keep what has free keys in a `Map` or in `Object.create(null)`.',
  weakExample:
    "export function merge(target, source) {\n  for (const key in source) {\n    if (typeof source[key] === 'object') merge(target[key], source[key]);\n    else target[key] = source[key];\n  }\n  return target;\n}\n",
  safeExample:
    "export function merge(target, source) {\n  for (const key in source) {\n    if (key === '__proto__' || key === 'constructor') continue;\n    if (typeof source[key] === 'object') merge(target[key], source[key]);\n    else target[key] = source[key];\n  }\n  return target;\n}\n",
  *detect(analysis) {
    yield* mergedDeeply(analysis);
    yield* setTwice(analysis);
    for (const site of analysis.calls) if (mergesBody(site, analysis)) yield exposedAt(site.call.span, 'remote');
  },
};

/** A function that writes under keys it does not choose, one level into another. */
function* mergedDeeply(analysis: Analysis): Generator<Detection> {
  const writes = analysis.program.assignments.filter(
    ({ targets, operator }) => operator === undefined && targets.some((target) => isFreeKey(target)),
  );
  if (writes.length === 0) return;
  for (const definition of analysis.program.functions) {
    const last = writes.findLast(({ span }) => contains(definition.span, span));
    const written = (last?.targets ?? []).flatMap((target) =>
      target.kind === 'index' && target.object.kind === 'name' ? [target.object.name] : [],
    );
    if (last === undefined || !(recurses(definition, written, analysis) || descends(definition, analysis))) continue;
    if (!isGuarded(definition, analysis)) yield { span: last.span };
  }
}

function isFreeKey(target: Expression): boolean {
  return (
    target.kind === 'index' &&
    (target.index?.kind === 'name' || target.index?.kind === 'index') &&
    target.object.kind === 'name'
  );
}

/** Whether the function calls itself with a part of what it writes into; a copy that starts empty is no danger. */
function recurses(definition: FunctionDefinition, written: readonly string[], analysis: Analysis): boolean {
  const isPart = (value: Expression): boolean =>
    value.kind === 'logical'
      ? isPart(value.left)
      : value.kind === 'binding'
        ? isPart(value.target)
        : value.kind === 'index' && value.object.kind === 'name' && written.includes(value.object.name);
  return analysis.calls.some(
    ({ call, definition: called }) =>
      called?.definition === definition &&
      contains(definition.span, call.span) &&
      call.arguments.some(({ value }) => isPart(value)),
  );
}

/** `node = node[key]` along a path of keys. */
function descends(definition: FunctionDefinition, analysis: Analysis): boolean {
  return analysis.program.assignments.some(({ targets, value, span }) => {
    const [target] = targets;
    const step = value.kind === 'logical' ? value.left : value;
    return (
      contains(definition.span, span) &&
      target?.kind === 'name' &&
      step.kind === 'index' &&
      step.index?.kind !== 'literal' &&
      step.object.kind === 'name' &&
      step.object.name === target.name
    );
  });
}

const KEY_CHECKS =
  /(?:safe|unsafe|forbidden|blocked|banned|allowed|dangerous|reserved)\w*(?:\.(?:has|includes|test)|key)$/i;

/** Whether the function looks for the names that lead to a prototype, or writes into objects without one. */
function isGuarded(definition: FunctionDefinition, analysis: Analysis): boolean {
  const looks = analysis.program.expressions.some(
    (expression) =>
      expression.kind === 'literal' &&
      /__proto__|prototype/.test(String(expression.value)) &&
      contains(definition.span, expression.span),
  );
  const asks = analysis.calls.some(
    ({ ref, call }) => contains(definition.span, call.span) && (ref === 'Object.create' || KEY_CHECKS.test(ref)),
  );
  return looks || asks;
}

/** `settings[request.body.section][request.body.name] = …` */
function* setTwice(analysis: Analysis): Generator<Detection> {
  for (const { targets, span } of analysis.program.assignments) {
    for (const target of targets) {
      if (target.kind !== 'index' || target.object.kind !== 'index' || target.object.index === undefined) continue;
      const outer = analysis.exposureOf(analysis.valueOf(target.object.index), 'data');
      if (isExposed(outer, 'remote')) yield exposedAt(span, 'remote');
    }
  }
}

function mergesBody(site: CallSite, analysis: Analysis): boolean {
  if (!DEEP.test(site.ref)) return false;
  const isExtend = site.ref.endsWith('extend') && !/deep/.test(site.ref);
  if (isExtend && site.positional[0]?.literal !== true) return false;
  const isSet = /(?:\.|-)set(?:With)?$|^dset$|set-value$/.test(site.ref);
  const given = isSet ? site.positional.slice(1, 2) : site.positional.slice(1);
  return given.some(
    (value) =>
      value.entries === undefined && isExposed(analysis.exposureOf(value, isSet ? 'data' : 'fields'), 'remote'),
  );
}
