import { AgentError, messageOf } from '../errors.ts';
import type { Model } from '../model.ts';
import type { ModelRef } from '../price.ts';
import { modelKey } from '../session/fold-models.ts';
import { checkModelList, isModelList } from './check-model.ts';
import type { ModelChoice, RouteContext } from './model-choice.ts';

/** The models that a run may call. */
export class ModelSet {
  /** True where a function chooses for each turn. */
  readonly isRouted: boolean;
  readonly #choice: ModelChoice;
  readonly #known = new Map<string, Model>();
  #chosen: { readonly turn: number; readonly models: readonly Model[] } | undefined;

  constructor(choice: ModelChoice) {
    this.#choice = choice;
    this.isRouted = typeof choice === 'function';
    if (typeof choice !== 'function') this.#keep(0, isModelList(choice) ? choice : [choice]);
  }

  /** A model that was named before in this process. */
  find(ref: ModelRef): Model | undefined {
    return this.#known.get(modelKey(ref));
  }

  /** The first one that was ever chosen here. */
  get first(): Model | undefined {
    return this.#known.values().next().value;
  }

  /**
   * The models for a turn, in the order in which they are to be called. A router is asked once for each.
   *
   * @throws AgentError `hook_failed` where the router throws, or gives anything but models.
   */
  forTurn(turn: number, contextOf: () => RouteContext): readonly Model[] {
    if (typeof this.#choice !== 'function') return this.#chosen?.models ?? [];
    if (this.#chosen?.turn === turn) return this.#chosen.models;
    let models: readonly Model[];
    try {
      const given = this.#choice(contextOf());
      models = isModelList(given) ? given : [given];
      checkModelList(models);
    } catch (error) {
      throw new AgentError('hook_failed', `The model router failed: ${messageOf(error)}`, { cause: error });
    }
    return this.#keep(turn, models);
  }

  #keep(turn: number, models: readonly Model[]): readonly Model[] {
    for (const model of models) this.#known.set(modelKey(model), model);
    this.#chosen = { turn, models };
    return models;
  }
}
