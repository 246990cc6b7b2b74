import { OptionError } from '@harness-sdk/core';
import { isInstalled as isInstalledHere, KEYS, PACKAGES } from './load-model.ts';
import type { GivenSettings } from './settings.ts';

/** Who is to review, and why. */
export interface ChosenProvider {
  /** `rules`, or the name of a provider of language models. */
  readonly provider: string;
  /** Absent with the rules. */
  readonly model?: string;
  /** For the first line that the program prints. */
  readonly why: string;
}

/** Variables by name. */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The models that are used where the user names a provider, or a key for one, and no model. Middle-sized ones with a
 * known price. Of ollama only the user knows what is there.
 */
export const DEFAULT_MODELS: Readonly<Record<string, string>> = {
  anthropic: 'claude-sonnet-5',
  openai: 'gpt-5.4',
  google: 'gemini-3.8-flash',
};

/**
 * The provider that was asked for, or the first one whose key and package are there, or the rules.
 *
 * @param environment - Only whether a variable is there is looked at.
 * @param isInstalled - Whether a package is there. Default: whether this program finds it.
 * @throws OptionError where a model is named without its provider, and where none is known for it.
 */
export function chooseProvider(
  { provider, model }: GivenSettings,
  environment: Environment,
  isInstalled: (packageName: string) => boolean = isInstalledHere,
): ChosenProvider {
  if (provider === undefined && model !== undefined) {
    throw new OptionError('model', 'The option --model goes with --provider, as in --provider anthropic --model ID.');
  }
  if (provider === 'rules') {
    if (model === undefined) return { provider, why: 'asked for' };
    throw new OptionError('model', 'The built-in rules have no --model. Name a provider: --provider anthropic.');
  }
  return provider === undefined ? fromKeys(environment, isInstalled) : named(provider, model);
}

function named(provider: string, model: string | undefined): ChosenProvider {
  const id = model ?? DEFAULT_MODELS[provider];
  if (id === undefined) {
    throw new OptionError('model', `The provider ${provider} needs --model: no model is known for it.`);
  }
  return { provider, model: id, why: model === undefined ? 'the default model' : 'asked for' };
}

function fromKeys(environment: Environment, isInstalled: (packageName: string) => boolean): ChosenProvider {
  const missing: string[] = [];
  for (const [provider, model] of Object.entries(DEFAULT_MODELS)) {
    const key = keySeen(provider, environment);
    const packageName = PACKAGES[provider] ?? '';
    if (key === undefined) continue;
    if (isInstalled(packageName)) {
      return { provider, model, why: `${key} is set; --provider rules keeps the code on this machine` };
    }
    missing.push(`${key} is set, but ${packageName} is not installed`);
  }
  return { provider: 'rules', why: missing.length > 0 ? missing.join('; ') : 'no key of a provider is set' };
}

/** The name of the variable that holds a provider's key, where one does. */
export function keySeen(provider: string, environment: Environment): string | undefined {
  return KEYS[provider]?.find((name) => (environment[name] ?? '') !== '');
}
