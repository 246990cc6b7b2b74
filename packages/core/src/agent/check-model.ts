import { OptionError } from '../errors.ts';
import type { Model } from '../model.ts';
import { modelKey } from '../session/fold-models.ts';
import type { ModelChoice } from './model-choice.ts';

/**
 * Checks what models are named: one, a list of them, or a router.
 *
 * @param option - Its path among the options.
 * @throws OptionError
 */
export function checkModelChoice(choice: ModelChoice, option: string = 'model'): void {
  if (typeof choice === 'function') return;
  if (isModelList(choice)) checkModelList(choice, option);
  else checkModel(option, choice);
}

/**
 * Checks a list of models, of which each has to be another.
 *
 * @throws OptionError
 */
export function checkModelList(models: readonly Model[], option: string = 'model'): void {
  if (models.length === 0) {
    throw new OptionError(option, `Expected \`${option}\` of run to hold a Model, got an empty list.`);
  }
  const keys = new Set<string>();
  for (const [index, model] of models.entries()) {
    checkModel(`${option}[${index}]`, model);
    const key = modelKey(model);
    if (keys.has(key)) {
      throw new OptionError(`${option}[${index}]`, `Two models of run are "${key}". Each can be there once.`);
    }
    keys.add(key);
  }
}

/** True for a list of models; `Array.isArray` does not tell a read-only one from a model. */
export function isModelList(choice: ModelChoice): choice is readonly Model[] {
  return Array.isArray(choice);
}

/**
 * Checks one model.
 *
 * @param option - Its path among the options.
 * @throws OptionError
 */
export function checkModel(option: string, model: unknown): void {
  if (typeof model !== 'object' || model === null) {
    throw new OptionError(
      option,
      `Expected \`${option}\` of run to be a Model, got ${model === null ? 'null' : typeof model}.`,
    );
  }
  if (typeof Reflect.get(model, 'stream') !== 'function') {
    const message = `Expected \`${option}\` of run to be a Model, such as anthropic("…") returns; the object given has no stream().`;
    throw new OptionError(option, message);
  }
  const { provider, id, info }: { provider?: unknown; id?: unknown; info?: unknown } = model;
  if (typeof provider === 'string' && typeof id === 'string' && typeof info === 'object' && info !== null) return;
  const message = `Expected \`${option}\` of run to be a Model, with the texts \`provider\` and \`id\` and an object \`info\`.`;
  throw new OptionError(option, message);
}
