import type { CallExpression, ClassDefinition, FunctionDefinition } from '../program/program.ts';
import type { Origin, Taint } from './taint.ts';
import type { Value } from './value.ts';

/** A function of this file, with what has been learnt of it. */
export interface FunctionModel {
  readonly kind: 'function';
  readonly definition: FunctionDefinition;
  readonly owner: ClassModel | undefined;
  /** Origin of each parameter, by its name. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** What it gives back, in terms of its parameters. */
  returns: Value | undefined;
  /** Whether code of this file calls it. */
  isCalled: boolean;
  /** Whether it is handed to code that is not seen, or kept where such code can find it. */
  isEscaped: boolean;
  /** Whether its body has been read in this round. */
  isRead: boolean;
  /** What the code that it was handed to fills its parameters with. */
  given: readonly (Value | undefined)[];
}

/** A class of this file. */
export interface ClassModel {
  readonly kind: 'class';
  readonly definition: ClassDefinition;
  readonly methods: Map<string, FunctionModel>;
  /** Attributes of its instances, joined over all assignments. */
  readonly fields: Map<string, Value>;
  /** Refs of what it inherits from. */
  bases: readonly string[];
}

/** What callers in this file pass, by the parameter's origin. */
export type PassedTaint = Map<Origin, Taint>;

/** One value that a call in this file passes to a parameter. */
export interface PassedValue {
  readonly call: CallExpression;
  readonly value: Value;
}
