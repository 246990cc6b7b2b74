import { OptionError } from '@harness-sdk/core';
import { providerNames, providers, type ProviderName } from './providers.ts';

/**
 * Refuses a model id that clearly belongs to another provider. Ids that nobody is known by pass.
 *
 * @throws OptionError that names the right provider.
 */
export function checkModelId(provider: ProviderName, modelId: string): void {
  const { ownIds, takesAnyId } = providers[provider];
  if (takesAnyId || ownIds?.test(modelId) === true) return;
  const owner = providerNames.find((name) => providers[name].ownIds?.test(modelId));
  if (owner === undefined) return;
  throw new OptionError(
    'model',
    `"${modelId}" is a model of ${owner}, but \`provider\` is "${provider}". Did you mean provider: "${owner}"? Where a server of yours serves it under this name, give its address in \`providerSettings.baseURL\`.`,
  );
}
