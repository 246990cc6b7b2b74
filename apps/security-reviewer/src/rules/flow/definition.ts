import type { CallExpression, ClassDefinition, FunctionDefinition } from '../program/program.ts';
import type { FamilySet, Origin, Taint } from './taint.ts';
import type { Value } from './value.ts';

/** A function of the reviewed files, with what has been learnt of it. */
export interface FunctionModel {
  readonly kind: 'function';
  readonly definition: FunctionDefinition;
  readonly owner: ClassModel | undefined;
  /** Origin of each parameter, by its name. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** What it gives back, in terms of its parameters. */
  returns: Value | undefined;
  /** Parameters that are safe whenever it returns, with the families. */
  ensures: ReadonlyMap<string, FamilySet>;
  /** Parameters that are safe where what it returns is true. */
  proves: ReadonlyMap<string, FamilySet>;
  /** Whether it stands in another file: its body is not at hand. */
  readonly isForeign: boolean;
  /** Whether code of this file calls it. */
  isCalled: boolean;
  /** Whether it is handed to code that is not seen, or kept where such code can find it. */
  isEscaped: boolean;
  /** Whether its body has been read in this round. */
  isRead: boolean;
  /** What the code that it was handed to fills its parameters with. */
  given: readonly (Value | undefined)[];
}

/** A class of the reviewed files. */
export interface ClassModel {
  readonly kind: 'class';
  readonly definition: ClassDefinition;
  readonly methods: Map<string, FunctionModel>;
  /** Attributes of its instances, joined over all assignments. */
  readonly fields: Map<string, Value>;
  /** Refs of what it inherits from. */
  bases: readonly string[];
}

/** Another file of the review, or several that are one module. */
export interface ModuleModel {
  readonly kind: 'module';
  /** What it exports, by name. */
  readonly exports: ReadonlyMap<string, Value>;
}

/** What callers in this file pass, by the parameter's origin. */
export type PassedTaint = Map<Origin, Taint>;

/** A place that a call fills: `decoder.Decode(&user)`. */
export interface FilledPlace {
  readonly call: CallExpression;
  readonly place: string;
}

/** One value that a call in this file passes to a parameter. */
export interface PassedValue {
  readonly call: CallExpression;
  readonly value: Value;
}
