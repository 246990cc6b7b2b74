import type { ProviderSettings } from 'harness-sdk';

const recordedServer = process.env['RECORDED_SERVER'];

/**
 * Where the examples send their requests: to the provider itself, with your key, or to the recorded server that the
 * environment variable `RECORDED_SERVER` names, which gets no key of yours.
 */
export const providerSettings: ProviderSettings =
  recordedServer === undefined ? {} : { baseURL: recordedServer, apiKey: 'recorded' };
