import type { CallExpression, Expression, LiteralValue } from '../program/program.ts';
import type { ClassModel, FunctionModel, ModuleModel } from './definition.ts';
import {
  CLEAN,
  cleanTaint,
  familySet,
  joinTaint,
  taintedBy,
  type FamilySet,
  type Origin,
  type Taint,
} from './taint.ts';

/** Text with holes: what is known of a string that is put together from parts. */
export type Text = readonly (string | Value)[];

/** What is known of the value of an expression. */
export interface Value {
  readonly taint: Taint;
  /**
   * What it is, with imports and aliases resolved: `subprocess.run`, `sqlite3.connect().cursor`, `$request.args`
   * for a parameter; empty where nothing is known.
   */
  readonly ref: string;
  /** The constant it is, where it is one. */
  readonly literal: LiteralValue | undefined;
  /** How it is put together, where it is a string of known shape. */
  readonly text: Text | undefined;
  /** Elements of a list, tuple or set whose display was seen. */
  readonly items: readonly Value[] | undefined;
  /** Values of a dictionary whose display was seen, by constant key. */
  readonly entries: ReadonlyMap<string, Value> | undefined;
  /** The function, class or module of the reviewed files that it is. */
  readonly definition: FunctionModel | ClassModel | ModuleModel | undefined;
  /** The object whose method it is, or itself for an instance of a class of this file. */
  readonly instanceOf: ClassModel | undefined;
  /** The call that made it, where one did. */
  readonly madeBy: CallExpression | undefined;
  /** Expressions that built strings on the way to it, the latest last. */
  readonly trail: readonly Expression[];
}

const MAX_TEXT_PARTS = 48;
const MAX_TRAIL = 24;
const MAX_ITEMS = 200;

/** Text cannot be a structure: what is put together from strings is one. */
const AS_TEXT = familySet('query', 'fields');

const NOTHING_KNOWN: Value = {
  taint: CLEAN,
  ref: '',
  literal: undefined,
  text: undefined,
  items: undefined,
  entries: undefined,
  definition: undefined,
  instanceOf: undefined,
  madeBy: undefined,
  trail: [],
};

/** A value of the program's own, of which no more is known. */
export const FIXED: Value = NOTHING_KNOWN;

/** A value that comes from code that is not seen. */
export const UNKNOWN: Value = { ...NOTHING_KNOWN, taint: taintedBy('unknown') };

/** A value with the given things known and the rest not. */
export function valueWith(known: Partial<Value>): Value {
  return { ...NOTHING_KNOWN, ...known };
}

/** A constant. */
export function literalValue(literal: LiteralValue): Value {
  return valueWith({ literal, text: typeof literal === 'string' ? [literal] : undefined });
}

/** A value from one origin. */
export function valueFrom(origin: Origin, ref = ''): Value {
  return valueWith({ taint: taintedBy(origin), ref });
}

/** How the value reads as text: its known parts, or one hole. */
export function textOf(value: Value): Text {
  if (value.text !== undefined) return value.text;
  if (value.literal !== undefined && value.literal !== null) return [String(value.literal)];
  return [value];
}

/** The whole text, where all of it is known. */
export function constantText(value: Value | undefined): string | undefined {
  if (value?.text === undefined) return undefined;
  const strings = value.text.filter((part) => typeof part === 'string');
  return strings.length === value.text.length ? strings.join('') : undefined;
}

/** The known start of the text; empty where it starts with a hole. */
export function knownPrefix(value: Value): string {
  const [first] = textOf(value);
  return typeof first === 'string' ? first : '';
}

/** A string put together from parts, in this order. */
export function concatenate(parts: readonly (string | Value)[], built: Expression | undefined): Value {
  const text: (string | Value)[] = [];
  let taint: Taint = CLEAN;
  let trail: readonly Expression[] = [];
  for (const part of parts) {
    for (const piece of typeof part === 'string' ? [part] : textOf(part)) {
      const last = text.at(-1);
      if (typeof piece === 'string' && typeof last === 'string') text[text.length - 1] = last + piece;
      else if (piece !== '') text.push(piece);
    }
    if (typeof part === 'string') continue;
    taint = joinTaint(taint, part.taint);
    trail = joinTrail(trail, part.trail);
  }
  const known = text.length > MAX_TEXT_PARTS ? [...text.slice(0, MAX_TEXT_PARTS), valueWith({ taint })] : text;
  const isConstant = known.every((part) => typeof part === 'string');
  const withBuilt = built === undefined || isConstant ? trail : joinTrail(trail, [built]);
  const isText = parts.length > 1;
  return valueWith({
    taint: isText ? cleanTaint(taint, AS_TEXT) : taint,
    text: known.length === 0 ? [''] : known,
    trail: withBuilt,
  });
}

/** What holds of a value that is one or the other. */
export function joinValues(left: Value, right: Value): Value {
  if (left === right) return left;
  return {
    taint: joinTaint(left.taint, right.taint),
    ref: left.ref === right.ref || right.ref === '' ? left.ref : left.ref || right.ref,
    literal: left.literal === right.literal ? left.literal : undefined,
    text: joinText(left, right),
    items: joinItems(left.items, right.items),
    entries: left.entries === right.entries ? left.entries : undefined,
    definition: left.definition ?? right.definition,
    instanceOf: left.instanceOf ?? right.instanceOf,
    madeBy: left.madeBy ?? right.madeBy,
    trail: joinTrail(left.trail, right.trail),
  };
}

/** One value for all of them; a fixed one for none. */
export function joinAll(values: Iterable<Value>): Value {
  let joined: Value | undefined;
  for (const value of values) joined = joined === undefined ? value : joinValues(joined, value);
  return joined ?? FIXED;
}

/** The same value, made safe for more. */
export function cleaned(value: Value, families: FamilySet): Value {
  if (value.taint.size === 0) return value;
  return {
    ...value,
    taint: cleanTaint(value.taint, families),
    text: value.text?.map((part) => (typeof part === 'string' ? part : cleaned(part, families))),
    items: value.items?.map((item) => cleaned(item, families)),
  };
}

/** A value of the same origins, of which no more is known. */
export function derived(from: Value, ref = ''): Value {
  return valueWith({ taint: from.taint, ref, trail: from.trail });
}

/** What a loop over the value gives, or an index that is not known. */
export function elementOf(value: Value): Value {
  if (value.entries !== undefined && value.entries.size > 0) return joinAll(value.entries.values());
  if (value.items !== undefined && value.items.length > 0) return joinAll(value.items);
  return derived(value, value.ref === '' ? '' : `${value.ref}[]`);
}

/** A list of known elements. */
export function listValue(elements: readonly Value[]): Value {
  return valueWith({
    taint: elements.reduce((taint, element) => joinTaint(taint, element.taint), CLEAN),
    items: elements.length > MAX_ITEMS ? [joinAll(elements)] : elements,
    trail: elements.reduce<readonly Expression[]>((trail, element) => joinTrail(trail, element.trail), []),
  });
}

/** Trails of both, without doubles; the oldest are dropped when it grows long. */
function joinTrail(left: readonly Expression[], right: readonly Expression[]): readonly Expression[] {
  if (right.length === 0 || left === right) return left;
  if (left.length === 0) return right;
  return [...new Set([...left, ...right])].slice(-MAX_TRAIL);
}

/** The more telling of two texts: the one with more holes. Text from outside without a shape stays without one. */
function joinText(left: Value, right: Value): Text | undefined {
  const holes = (value: Value): number =>
    value.text?.filter((part) => typeof part !== 'string' && part.taint.size > 0).length ?? 0;
  if (left.text !== undefined && right.text !== undefined) return holes(right) > holes(left) ? right.text : left.text;
  const [shaped, other] = left.text === undefined ? [right, left] : [left, right];
  return holes(shaped) > 0 || other.taint.size === 0 ? shaped.text : undefined;
}

function joinItems(left: Value['items'], right: Value['items']): Value['items'] {
  if (left === undefined || right === undefined) return undefined;
  if (left.length !== right.length) return [joinAll([...left, ...right])];
  return left.map((item, index) => joinValues(item, right[index] ?? item));
}
