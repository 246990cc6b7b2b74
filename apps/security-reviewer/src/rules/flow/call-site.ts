import type { CallExpression, Expression, FunctionDefinition } from '../program/program.ts';
import type { ClassModel, FunctionModel } from './definition.ts';
import type { Value } from './value.ts';

/** A call as it was met by the data flow: what is called, and what it is given. */
export interface CallSite {
  readonly call: CallExpression;
  /** What is called, with imports and aliases resolved: `sqlite3.connect().execute`. */
  readonly ref: string;
  /** What is known of what is called. */
  readonly callee: Value;
  /** The object whose method is called. */
  readonly receiver: Value | undefined;
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
  /** Values of arguments spread from lists and mappings. */
  readonly spread: readonly Value[];
  /** What functions among the positional arguments give back, by position, as far as it is known. */
  readonly returned: ReadonlyMap<number, Value>;
  /** The function of this file that is called. */
  readonly definition: FunctionModel | undefined;
  /** Whether a signature has been checked before the call. */
  readonly isAuthenticated: boolean;
  /** Function that the call stands in. */
  readonly caller: FunctionDefinition | undefined;
  /** Class whose method it stands in. */
  readonly callerClass: ClassModel | undefined;
}

/** Value of an argument that may be given by position or by name. */
export function argumentOf(site: CallSite, position: number, name?: string): Value | undefined {
  return (name === undefined ? undefined : site.named.get(name)) ?? site.positional[position];
}

/** Expression of an argument that may be given by position or by name. */
export function argumentExpression(site: CallSite, position: number, name?: string): Expression | undefined {
  const byName = site.call.arguments.find((argument) => name !== undefined && argument.name === name);
  const positional = site.call.arguments.filter(
    (argument) => argument.name === undefined && argument.spread === undefined,
  );
  return (byName ?? positional[position])?.value;
}

/** Every value the call is given. */
export function allArguments(site: CallSite): Value[] {
  return [...site.positional, ...site.named.values(), ...site.spread];
}

/** Name of the method or function called, without what it belongs to. */
export function calledName(site: CallSite): string {
  const { callee } = site.call;
  if (callee.kind === 'member') return callee.property;
  return callee.kind === 'name' ? callee.name : '';
}
