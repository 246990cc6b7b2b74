/** Providers that harness-sdk knows by name. */
export type ProviderName = 'anthropic' | 'google' | 'ollama' | 'openai';

/** What harness-sdk has to know about a provider before its package is loaded. */
export interface ProviderEntry {
  /** The package that holds it; the user installs it. */
  readonly packageName: string;
  /** Name of the function in the package that takes settings and returns a factory of models. */
  readonly maker: string;
  /** Environment variables the package reads a key from, the usual one first. Empty where it needs none. */
  readonly keyVariables: readonly string[];
  /** Model ids that are this provider's and nobody else's. Absent where there are none. */
  readonly ownIds?: RegExp;
  /** True where it runs any model under any name, so that no id can be wrong. */
  readonly takesAnyId: boolean;
  /** True where models run on the user's machine and cost nothing. */
  readonly isLocal: boolean;
}

/** The providers by name. Adding one is adding a line here and an optional peer in package.json. */
export const providers: Readonly<Record<ProviderName, ProviderEntry>> = {
  anthropic: {
    packageName: '@harness-sdk/providers-anthropic',
    maker: 'createAnthropic',
    keyVariables: ['ANTHROPIC_API_KEY'],
    ownIds: /^claude-/,
    takesAnyId: false,
    isLocal: false,
  },
  google: {
    packageName: '@harness-sdk/providers-google',
    maker: 'createGoogle',
    keyVariables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    ownIds: /^(models\/)?gemini-/,
    takesAnyId: false,
    isLocal: false,
  },
  ollama: {
    packageName: '@harness-sdk/providers-ollama',
    maker: 'createOllama',
    keyVariables: [],
    takesAnyId: true,
    isLocal: true,
  },
  openai: {
    packageName: '@harness-sdk/providers-openai',
    maker: 'createOpenAI',
    keyVariables: ['OPENAI_API_KEY'],
    // The gpt-oss models are open: others serve them too.
    ownIds: /^(gpt-(?!oss)|chatgpt-|o\d)/,
    takesAnyId: false,
    isLocal: false,
  },
};

/** The names of `providers`, for messages and checks. */
export const providerNames: readonly ProviderName[] = ['anthropic', 'google', 'ollama', 'openai'];
