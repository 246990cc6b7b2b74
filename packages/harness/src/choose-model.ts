import { OptionError, type Model, type ModelChoice } from '@harness-sdk/core';
import { checkModelId } from './check-model.ts';
import { loadModel, type ProviderSettings } from './load-provider.ts';
import { providerNames, providers, type ProviderName } from './providers.ts';

/** A model that is there, or that can be loaded. */
export type ChosenModel =
  | { readonly model: ModelChoice }
  | {
      /** Has the model's names and facts, and answers nothing: for checks that come before it is loaded. */
      readonly standIn: Model;
      /** @throws AgentError `missing_package`, or OptionError for settings that the provider refuses. */
      load(): Promise<Model>;
    };

/** The options that choose a model. */
export interface ModelOptions {
  readonly model: string | ModelChoice;
  readonly provider: ProviderName | undefined;
  readonly providerSettings: ProviderSettings | undefined;
}

/**
 * The model that the options name. Loads and sends nothing.
 *
 * @param owner - What the options belong to, for messages.
 * @throws OptionError for a provider without a model or the reverse, a model of another provider, or a missing key.
 */
export function chooseModel(owner: string, options: ModelOptions): ChosenModel {
  const { provider, model, providerSettings = {} } = options;
  if (typeof model === 'string') return chooseNamed(owner, provider, model, providerSettings);
  if ((typeof model !== 'object' && typeof model !== 'function') || model === null) {
    const message = `Expected \`model\` of ${owner} to be the id of a model or a Model, got ${typeof model}.`;
    throw new OptionError('model', message);
  }
  for (const option of ['provider', 'providerSettings'] as const) {
    if (options[option] === undefined) continue;
    throw new OptionError(
      option,
      `\`${option}\` of ${owner} goes with the id of a model; the \`model\` given is an object, which needs none.`,
    );
  }
  return { model };
}

function chooseNamed(
  owner: string,
  provider: ProviderName | undefined,
  modelId: string,
  settings: ProviderSettings,
): ChosenModel {
  if (modelId.trim() === '') throw new OptionError('model', `Expected \`model\` of ${owner} to be an id, got "".`);
  if (provider === undefined) throw noProvider(owner, modelId);
  if (!hasOwnServer(settings)) checkModelId(provider, modelId);
  checkKey(owner, provider, settings);
  return { standIn: standInFor(provider, modelId), load: async () => await loadModel(provider, modelId, settings) };
}

function noProvider(owner: string, modelId: string): OptionError {
  const names = providerNames.map((name) => JSON.stringify(name)).join(' | ');
  const vendor = providerNames.find((name) => providers[name].ownIds?.test(modelId));
  const hint = vendor === undefined ? '' : ` Did you mean provider: "${vendor}"?`;
  return new OptionError(
    'provider',
    `${owner} needs \`provider\` beside the id of a model, one of ${names}, to know whose "${modelId}" is.${hint}`,
  );
}

/** A server of the caller's choice may serve any model under any name. */
function hasOwnServer(settings: ProviderSettings): boolean {
  return settings.baseURL !== undefined || Reflect.get(settings, 'client') !== undefined;
}

/** Settings may bring other ways to a key, which only the provider's package knows: then it looks, when it is loaded. */
function checkKey(owner: string, provider: ProviderName, settings: ProviderSettings): void {
  const { keyVariables } = providers[provider];
  const isInEnvironment = keyVariables.some((name) => (process.env[name] ?? '').trim() !== '');
  const hasSettings = Object.values(settings).some((value: unknown) => value !== undefined);
  if (keyVariables.length === 0 || isInEnvironment || hasSettings) return;
  throw new OptionError(
    'providerSettings.apiKey',
    `${owner} finds no key for ${provider}. Set the environment variable ${keyVariables.join(' or ')}, or pass \`providerSettings: { apiKey }\`.`,
  );
}

function standInFor(provider: ProviderName, id: string): Model {
  return {
    provider,
    id,
    info: providers[provider].isLocal ? { local: true } : {},
    stream() {
      throw new TypeError('A model that is not loaded cannot answer.');
    },
  };
}
