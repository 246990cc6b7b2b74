import type { GoogleGenAI } from '@google/genai';
import type { GoogleGenAI as WebGoogleGenAI } from '@google/genai/web';
import { expectTypeOf, test } from 'vitest';
import type { GoogleClient } from './create-client.ts';

test('clients of both entries of the vendor package can be given', () => {
  expectTypeOf<GoogleGenAI>().toExtend<GoogleClient>();
  expectTypeOf<WebGoogleGenAI>().toExtend<GoogleClient>();
});
