import type { Expression, FunctionDefinition, Parameter } from '../program/program.ts';
import type { CallSite } from './call-site.ts';
import type { ClassModel } from './definition.ts';
import type { FamilySet, Origin } from './taint.ts';
import type { Value } from './value.ts';

/** What the data flow has to be told of a language and its libraries. Every function is pure. */
export interface LanguageModel {
  /** Value of a name that the file does not bind: a built-in. */
  global(name: string): Value;
  /** Value of `object.property`, where the language or a library says more than that it comes from the object. */
  member(object: Value, property: string, inside: ClassModel | undefined): Value | undefined;
  /** Value of `object[index]`, where more is known than that it comes from the object. */
  index(object: Value, index: Value | undefined): Value | undefined;
  /** Result of a call of code outside the file. */
  call(site: CallSite): Value;
  /** Result of an operation on two values. */
  binary(operator: string, left: Value, right: Value, expression: Expression): Value;
  /** What a parameter holds when the function is entered from outside; nothing where only its callers tell. */
  parameter(context: ParameterContext): Value | undefined;
  /**
   * What the called code does with a function that it is handed: nothing is returned where that is not known.
   * `now` where it calls it before it returns itself, `later` where the program goes on first.
   */
  callback?(site: CallSite, position: number): Callback | undefined;
  /** The value as what its target is declared to be, where the ref of a type says more than the value itself. */
  typed?(value: Value, type: Value): Value;
  /** What each of several targets gets of one value, where the language does not give them the elements of it. */
  unpacked?(value: Value, count: number): readonly Value[];
  /** What the call puts into what it is called on or given: an output parameter, a buffer that grows. */
  fills?(site: CallSite): readonly Fill[];
  /** Whether a function that returns the value says by it that all went well; where absent, all but false and null do. */
  succeeds?(value: Value): boolean;
  /** What an entered context manager gives to its target. */
  entered(manager: Value): Value;
  /** What is proved of an argument or of the receiver by a call whose result is true, or is false. */
  checks(site: CallSite, isTrue: boolean): readonly Check[];
  /** What is proved of an argument or of the receiver of a call whose result stands in a comparison. */
  compared?(site: CallSite, comparison: Comparison): readonly Check[];
  /** Whether a call of it never returns. */
  isExit(ref: string): boolean;
  /** Whether a call of it returns only where its first argument holds. */
  asserts?(ref: string): boolean;
  /** Whether only code of the file itself can be expected to call it. */
  isPrivate(definition: FunctionDefinition): boolean;
  /** Whether a method of that name makes its object. */
  isConstructor(name: string): boolean;
  /** Families that a check of a part of a value says something about: the host of a URL, a resolved path. */
  partOf(expression: Expression, refOf: (expression: Expression) => string): FamilySet;
  /** Name of the object inside its methods, where it is not their first parameter. */
  readonly selfName?: string;
  /** Whether functions can be called above where they are declared. */
  readonly hoistsFunctions?: boolean;
  /** Whether named arguments of a class are the fields of its instance. */
  readonly fillsFields?: boolean;
}

/** What a variable holds after a call that it was given to, or called on. */
export interface Fill {
  readonly about: 'receiver' | number;
  readonly value: Value;
}

/** How a function that is handed over is called. */
export interface Callback {
  readonly when: 'now' | 'later';
  /** Its arguments; a hole where nothing is known. */
  readonly given: readonly (Value | undefined)[];
}

/** A comparison of a call's result with something, and whether it holds. */
export interface Comparison {
  readonly operator: string;
  readonly other: Value;
  readonly isTrue: boolean;
}

/** A parameter with where it stands. */
export interface ParameterContext {
  readonly definition: FunctionDefinition;
  readonly parameter: Parameter;
  readonly position: number;
  readonly owner: ClassModel | undefined;
  /** Origin that the parameter's own taint is named by. */
  readonly origin: Origin;
  /** Refs of what a class of this file inherits from, by its ref. */
  readonly basesOf: (ref: string) => readonly string[];
  /** The class of this file that a ref names. */
  readonly classOf: (ref: string) => ClassModel | undefined;
  /** Ref of an expression at the top level of the file, such as an annotation or a decorator. */
  readonly refOf: (expression: Expression) => string;
}

/** What a check proves: the expression that it spoke of is safe for these families. */
export interface Check {
  readonly about: 'receiver' | 'authenticity' | number;
  readonly families: FamilySet;
}
