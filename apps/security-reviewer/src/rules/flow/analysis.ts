import type { CallExpression, Expression, FunctionDefinition, Program } from '../program/program.ts';
import type { CallSite } from './call-site.ts';
import type { FilledPlace, PassedTaint, PassedValue } from './definition.ts';
import { interpret } from './interpreter.ts';
import type { LanguageModel } from './language-model.ts';
import { parameterOrigin } from './parameter-origin.ts';
import { ALONE, type Surroundings } from './surroundings.ts';
import { CLEAN, familySet, joinTaint, type Family, type Origin, type Taint } from './taint.ts';
import type { Value } from './value.ts';

/**
 * How near to the outside the data of a value comes from, nearest last: `none` of it can be chosen from outside,
 * `unknown` comes from code that is not seen, `parameter` from a caller, `local` from the command line or terminal,
 * `remote` from a request.
 */
export type Exposure = 'none' | 'unknown' | 'parameter' | 'local' | 'remote';

const EXPOSURES: readonly Exposure[] = ['none', 'unknown', 'parameter', 'local', 'remote'];

/** Whether `exposure` is at least as near to the outside as `least`. */
export function isExposed(exposure: Exposure, least: Exposure): boolean {
  return EXPOSURES.indexOf(exposure) >= EXPOSURES.indexOf(least);
}

/** A program with what the data flow found out; what rules read. */
export class Analysis {
  readonly program: Program;
  /** Every call that was met, in the order of the source. */
  readonly calls: readonly CallSite[];
  /** What is known of an expression. */
  readonly valueOf: (expression: Expression) => Value;
  /** What calls in the file pass to a parameter, by its origin. */
  readonly passedTo: (origin: Origin) => readonly PassedValue[];
  /** What calls fill beside what they give back. */
  readonly filled: readonly FilledPlace[];
  /** What the top level binds, by name or place. */
  readonly bindings: ReadonlyMap<string, Value>;
  /** What the calls in the file pass to parameters, by their origin. */
  readonly passed: PassedTaint;
  /** What calls in other files pass to parameters of this one; they may be added to until rules read it. */
  passedByOthers: PassedTaint = new Map();
  readonly #file: string;
  readonly #sites: ReadonlyMap<CallExpression, CallSite>;
  readonly #closed: ReadonlySet<Origin>;
  readonly #configuring: ReadonlySet<Origin>;

  /**
   * @param program - Never evaluated, only read.
   * @param model - What is known of the language and its libraries.
   * @param surroundings - What it sees of other files.
   */
  constructor(program: Program, model: LanguageModel, surroundings: Surroundings = ALONE) {
    const flow = interpret(program, model, surroundings);
    this.program = program;
    this.#file = surroundings.file;
    this.calls = [...flow.sites].toSorted(
      (a, b) => a.call.span.start - b.call.span.start || b.call.span.end - a.call.span.end,
    );
    this.#sites = new Map(this.calls.map((site) => [site.call, site]));
    this.valueOf = flow.valueOf;
    this.passedTo = (origin) => flow.passedValues.get(origin) ?? [];
    this.passed = flow.passed;
    this.filled = flow.filled;
    this.bindings = flow.bindings;
    this.#closed = flow.closed;
    this.#configuring = flow.configuring;
  }

  /** The call as the data flow met it. */
  siteOf(call: Expression): CallSite | undefined {
    return call.kind === 'call' ? this.#sites.get(call) : undefined;
  }

  /** Origin of a parameter of a function of this file. */
  originOf(definition: FunctionDefinition, parameter: string): Origin {
    return parameterOrigin(this.#file, definition, parameter);
  }

  /** How near to the outside a value comes from, apart from what has been made safe for the family. */
  exposureOf(value: Value | undefined, family: Family): Exposure {
    return value === undefined ? 'none' : this.#exposure(value.taint, family, new Set());
  }

  /** Whether the file imports the module or something of it. */
  importsFrom(...modules: readonly string[]): boolean {
    return this.program.imports.some((path) =>
      modules.some((module) => path === module || path.startsWith(`${module}.`)),
    );
  }

  /** Whether some of the value comes from the origin, not made safe for the family. */
  comesFrom(value: Value | undefined, origin: Origin, family: Family): boolean {
    const safe = value?.taint.get(origin);
    return safe !== undefined && (safe & familySet(family)) === 0;
  }

  #exposure(taint: Taint, family: Family, seen: Set<Origin>): Exposure {
    let nearest: Exposure = 'none';
    for (const [origin, safe] of taint) {
      if ((safe & familySet(family)) !== 0) continue;
      const exposure = this.#originExposure(origin, family, seen);
      if (isExposed(exposure, nearest)) nearest = exposure;
    }
    return nearest;
  }

  #originExposure(origin: Origin, family: Family, seen: Set<Origin>): Exposure {
    if (origin === 'remote' || origin === 'local' || origin === 'unknown') return origin;
    if (origin === 'archive' || origin === 'exception') return 'unknown';
    // A parameter of a function that only this file can call is what this file passes; any other may be more.
    const open: Exposure = this.#configuring.has(origin) ? 'unknown' : 'parameter';
    const least: Exposure = this.#closed.has(origin) ? 'none' : open;
    if (seen.has(origin)) return least;
    seen.add(origin);
    const here = this.passed.get(origin) ?? CLEAN;
    const passed = this.#exposure(joinTaint(here, this.passedByOthers.get(origin) ?? CLEAN), family, seen);
    seen.delete(origin);
    return isExposed(passed, least) ? passed : least;
  }
}
