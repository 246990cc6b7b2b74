import { findPackageJSON } from 'node:module';
import { AgentError, messageOf, type Model } from '@harness-sdk/core';

/** A provider of language models, known by name before its package is loaded. */
interface Provider {
  readonly packageName: string;
  /** Function of the package that takes settings and returns a factory of models. */
  readonly maker: string;
}

const providers: Readonly<Record<string, Provider>> = {
  anthropic: { packageName: '@harness-sdk/providers-anthropic', maker: 'createAnthropic' },
};

/** The names that `--provider` takes beside `rules`. */
export const PROVIDER_NAMES: readonly string[] = Object.keys(providers);

/**
 * A language model, from the provider's package as the user has installed it. Sends nothing.
 *
 * @throws AgentError `missing_package` with the line that installs it.
 * @throws OptionError where there is no key.
 */
export async function loadModel(provider: string, modelId: string): Promise<Model> {
  const known = providers[provider];
  if (known === undefined) throw new AgentError('internal', `No provider is named ${JSON.stringify(provider)}.`);
  const make: unknown = Reflect.get(await importPackage(known.packageName), known.maker);
  if (typeof make !== 'function') {
    throw missing(known.packageName, `The installed ${known.packageName} has no ${known.maker}()`);
  }
  // Every provider package's contract: its maker takes settings and returns a factory of models.
  return (make as () => (id: string) => Model)()(modelId);
}

async function importPackage(name: string): Promise<object> {
  try {
    // A namespace object, as every module gives one.
    return (await import(name)) as object;
  } catch (error) {
    const what = isInstalled(name) ? `${name} does not load: ${messageOf(error)}` : `${name} is not installed`;
    throw missing(name, what, error);
  }
}

function isInstalled(name: string): boolean {
  try {
    return findPackageJSON(name, import.meta.url) !== undefined;
  } catch {
    // ERR_MODULE_NOT_FOUND: it is not there.
    return false;
  }
}

function missing(name: string, what: string, cause?: unknown): AgentError {
  const message = `${what}. Install it beside this program: npm install ${name}`;
  return new AgentError('missing_package', message, cause === undefined ? undefined : { cause });
}
