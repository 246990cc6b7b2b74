import type { Expression } from '../program/program.ts';
import { rootOf } from './place.ts';
import type { FamilySet } from './taint.ts';
import { joinValues, type Value } from './value.ts';

/** What a name, or a place such as `spec["name"]`, stands for at one point of the program. */
export interface Binding {
  readonly value: Value;
  /** The expression last assigned to it, so that a check of the name is a check of that. */
  readonly assigned: Expression | undefined;
  /** For a place: the value of the name it starts with, at the time; the binding holds while that is the same. */
  readonly root: Value | undefined;
}

/**
 * Names and what they stand for, laid over those of the scope or branch around.
 *
 * A branch gets its own layer, so that joining two branches looks only at what either changed.
 */
export class Environment {
  readonly #bindings = new Map<string, Binding>();
  readonly #parent: Environment | undefined;
  #isAuthenticated = false;
  /** Whether control can reach the end of it. */
  isLive = true;

  constructor(parent?: Environment) {
    this.#parent = parent;
  }

  /** Whether a signature has been checked on the way here. */
  get isAuthenticated(): boolean {
    return this.#isAuthenticated || (this.#parent?.isAuthenticated ?? false);
  }

  /** Notes that a signature has been checked. */
  authenticate(): void {
    this.#isAuthenticated = true;
  }

  /** What the name stands for. */
  get(name: string): Binding | undefined {
    return this.#bindings.get(name) ?? this.#parent?.get(name);
  }

  /** What this layer itself binds: names, and places such as `exports.run`. */
  own(): Iterable<readonly [string, Binding]> {
    return this.#bindings;
  }

  /** Binds a name. */
  set(name: string, value: Value, assigned?: Expression): void {
    this.#bindings.set(name, { value, assigned, root: undefined });
  }

  /** Gives a name or place another value without forgetting what was assigned to it. */
  refine(key: string, value: Value, root: Value | undefined): void {
    this.#bindings.set(key, { value, assigned: this.get(key)?.assigned, root });
  }

  /** Makes a name or place safe for some families, through the given way of cleaning. */
  clean(key: string, families: FamilySet, clean: (value: Value, families: FamilySet) => Value): void {
    const binding = this.get(key);
    if (binding !== undefined) this.refine(key, clean(binding.value, families), binding.root);
  }

  /** Forgets names, and places that start with them, of this layer. */
  forget(names: ReadonlySet<string>): void {
    for (const key of this.#bindings.keys()) if (names.has(rootOf(key))) this.#bindings.delete(key);
  }

  /** A layer of its own for a branch. */
  fork(): Environment {
    return new Environment(this);
  }

  /** Takes over what the branches, laid over this environment, left behind. */
  merge(branches: readonly Environment[]): void {
    const live = branches.filter((branch) => branch.isLive);
    if (live.length === 0) {
      this.isLive = false;
      this.#absorb(branches);
      return;
    }
    this.#absorb(live);
    if (live.every((branch) => branch.#isAuthenticated)) this.#isAuthenticated = true;
  }

  #absorb(branches: readonly Environment[]): void {
    const changed = new Set(branches.flatMap((branch) => [...branch.#bindings.keys()]));
    for (const key of changed) {
      const bindings = branches.map((branch) => branch.get(key)).filter((binding) => binding !== undefined);
      const [first, ...rest] = bindings;
      if (first === undefined) continue;
      // A place known in some branches only is not known after them.
      if (first.root !== undefined && bindings.length < branches.length) continue;
      this.#bindings.set(key, {
        value: rest.reduce((value, binding) => joinValues(value, binding.value), first.value),
        assigned: rest.every((binding) => binding.assigned === first.assigned) ? first.assigned : undefined,
        root: first.root,
      });
    }
  }
}
