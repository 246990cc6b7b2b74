import { AgentError, messageOf, OptionError, type Model } from '@harness-sdk/core';
import { importInstalled } from './import-installed.ts';
import { providers, type ProviderName } from './providers.ts';

/** The settings that every provider has. */
export interface CommonSettings {
  /** Default: the provider's own environment variable, such as `ANTHROPIC_API_KEY`, which goes to its own host only. */
  readonly apiKey?: string;
  /** Another server that speaks the provider's API. Needs an `apiKey` of its own. */
  readonly baseURL?: string;
}

/**
 * Settings of a provider, as its package's maker takes them: `createAnthropic(settings)`. Those that only one has, such
 * as `headers`, `fetch` or `client`, are checked by its package, which names what it does not know.
 *
 * The packages are optional, so that their types cannot stand here: the first form lets their settings pass as they are
 * written, the second as values of their interfaces.
 */
export type ProviderSettings = CommonSettings & (Readonly<Record<string, unknown>> | object);

/** What a provider's package is asked for. */
type ModelFactory = (modelId: string) => Model;

/**
 * Loads a provider's package from the user's own install and makes a model of it. Sends nothing.
 *
 * @throws AgentError `missing_package` with the line that installs it, where it is not installed or does not load.
 * @throws OptionError where the package refuses the settings or finds no key.
 */
export async function loadModel(provider: ProviderName, modelId: string, settings: ProviderSettings): Promise<Model> {
  const { packageName, maker } = providers[provider];
  const create: unknown = Reflect.get(await importProvider(packageName, process.argv[1]), maker);
  if (typeof create !== 'function') {
    throw missingPackage(
      `The installed ${packageName} has no ${maker}(), so it does not fit this harness-sdk`,
      packageName,
    );
  }
  try {
    // Every provider package's contract: its maker takes settings and returns a factory of models.
    return (create as (settings: ProviderSettings) => ModelFactory)(settings)(modelId);
  } catch (error) {
    throw OptionError.isInstance(error) ? asSetting(error) : error;
  }
}

/**
 * The module of a provider's package.
 *
 * @throws AgentError `missing_package`
 */
export async function importProvider(packageName: string, script: string | undefined): Promise<object> {
  let module: unknown;
  try {
    module = await importInstalled(packageName, script);
  } catch (error) {
    throw missingPackage(`${packageName} is installed but does not load: ${messageOf(error)}`, packageName, error);
  }
  if (typeof module === 'object' && module !== null) return module;
  throw missingPackage(`${packageName} is not installed`, packageName);
}

function missingPackage(what: string, packageName: string, cause?: unknown): AgentError {
  const message = `${what}. Install it with: npm i ${packageName}`;
  return new AgentError('missing_package', message, cause === undefined ? undefined : { cause });
}

/** The package's own error, told of the option that our caller knows. */
function asSetting(error: OptionError): OptionError {
  const message = `\`providerSettings\` of run: ${error.message}`;
  return new OptionError(`providerSettings.${error.option}`, message, { cause: error });
}
