export { createGoogle, google } from './google.ts';
export type { GoogleFactory, GoogleModelOptions } from './google.ts';
export type { GoogleCall, GoogleClient, GoogleSettings } from './create-client.ts';
export type { GoogleOptions, GoogleThinking } from './provider-options.ts';
