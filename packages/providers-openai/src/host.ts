/** What follows from where a server is. */
export interface HostFacts {
  /** `provider` of the models. */
  readonly provider: string;
  /** Its name for people, in errors. */
  readonly vendor: string;
  /** True for OpenAI's own hosts, where the key of the environment may go. */
  readonly isVendor: boolean;
  /** True where OpenAI's own models run, with all that its API has: at OpenAI and at Azure. */
  readonly hasOpenAIModels: boolean;
}

/** Names of providers by their hosts, as the catalogue of `@harness-sdk/pricing` has them. */
const providers: Readonly<Record<string, string>> = {
  'openrouter.ai': 'openrouter',
  'api.deepseek.com': 'deepseek',
  'api.groq.com': 'groq',
  'api.mistral.ai': 'mistral',
  'api.x.ai': 'x-ai',
  'api.together.xyz': 'together',
};

const azure = /\.(openai|services\.ai|cognitiveservices)\.azure\.(com|us)$/;

/**
 * What is known of a server by its address.
 *
 * @param name - The caller's name for it.
 */
export function hostFacts(baseURL: string, name: string | undefined): HostFacts {
  const { protocol, hostname, host } = new URL(baseURL);
  const isVendor = protocol === 'https:' && (hostname === 'api.openai.com' || hostname.endsWith('.api.openai.com'));
  const isAzure = azure.test(hostname);
  const known = Object.hasOwn(providers, hostname) ? providers[hostname] : undefined;
  const provider = name ?? (isVendor ? 'openai' : isAzure ? 'azure' : (known ?? host));
  return {
    provider,
    vendor: isVendor ? 'OpenAI' : provider,
    isVendor,
    hasOpenAIModels: isVendor || isAzure,
  };
}
