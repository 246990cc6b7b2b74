import { findPackageJSON } from 'node:module';
import { AgentError, messageOf, type Model } from '@harness-sdk/core';

/** A provider of language models. */
export interface Provider {
  /** The package that holds it; the user installs it. */
  readonly packageName: string;
  /** Variables that may hold its key, the first one first; none where it needs none. */
  readonly keys?: readonly string[];
  /** Makes a model, with the key from the environment. Rejects where the package is not there. */
  load(modelId: string): Promise<Model>;
}

const providers: Readonly<Record<string, Provider>> = {
  anthropic: {
    packageName: '@harness-sdk/providers-anthropic',
    keys: ['ANTHROPIC_API_KEY'],
    load: async (modelId) => (await import('@harness-sdk/providers-anthropic')).anthropic(modelId),
  },
  google: {
    packageName: '@harness-sdk/providers-google',
    keys: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    load: async (modelId) => (await import('@harness-sdk/providers-google')).google(modelId),
  },
  ollama: {
    packageName: '@harness-sdk/providers-ollama',
    load: async (modelId) => (await import('@harness-sdk/providers-ollama')).ollama(modelId),
  },
  openai: {
    packageName: '@harness-sdk/providers-openai',
    keys: ['OPENAI_API_KEY'],
    load: async (modelId) => (await import('@harness-sdk/providers-openai')).openai(modelId),
  },
};

/** The names that `--provider` takes beside `rules`. */
export const PROVIDER_NAMES: readonly string[] = Object.keys(providers);

/** The package of each provider. */
export const PACKAGES: Readonly<Record<string, string>> = mapProviders(({ packageName }) => packageName);

/** The variables that may hold each provider's key. */
export const KEYS: Readonly<Record<string, readonly string[]>> = mapProviders(({ keys = [] }) => keys);

function mapProviders<Value>(toValue: (provider: Provider) => Value): Record<string, Value> {
  return Object.fromEntries(Object.entries(providers).map(([name, provider]) => [name, toValue(provider)]));
}

/**
 * A language model, from the provider's package as the user has installed it. Sends nothing.
 *
 * @param known - The providers by name.
 * @throws AgentError `missing_package` with the line that installs it.
 * @throws OptionError where there is no key.
 */
export async function loadModel(
  provider: string,
  modelId: string,
  known: Readonly<Record<string, Provider>> = providers,
): Promise<Model> {
  const entry = known[provider];
  if (entry === undefined) throw new AgentError('internal', `No provider is named ${JSON.stringify(provider)}.`);
  try {
    return await entry.load(modelId);
  } catch (error) {
    // What the package itself says of its options is for the user as it is.
    throw AgentError.isInstance(error) ? error : missing(entry.packageName, error);
  }
}

function missing(packageName: string, cause: unknown): AgentError {
  const what = isInstalled(packageName) ? `does not load: ${messageOf(cause)}` : 'is not installed';
  const message = `${packageName} ${what}. Install it beside this program: npm install ${packageName}`;
  return new AgentError('missing_package', message, { cause });
}

/** Whether a package can be found from here. Loads nothing. */
export function isInstalled(packageName: string): boolean {
  try {
    return findPackageJSON(packageName, import.meta.url) !== undefined;
  } catch {
    // ERR_MODULE_NOT_FOUND: it is not there.
    return false;
  }
}
