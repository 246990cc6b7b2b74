import { afterEach, describe, expect, test, vi } from 'vitest';
import { checkBaseURL, checkHeaders, checkKey, keyFromEnvironment, secretsOf } from './check-connection.ts';

const owner = { maker: 'createAcme', vendor: 'Acme' };
const host = { isVendor: true, vendorOrigin: 'https://api.acme.example' };

afterEach(() => {
  vi.unstubAllEnvs();
});

test.for([
  'not a url',
  'ftp://acme.example',
  'https://user:hunter2secret@acme.example',
  'https://acme.example?key=x',
  'https://acme.example?',
  'https://acme.example/v1#',
  ' https://acme.example ',
  'https:\\\\acme.example',
])('refuses the base URL %s, without repeating it', (url) => {
  expect(() => checkBaseURL(url, owner, 'https://api.acme.example')).toThrow(/^Expected `baseURL` of createAcme/);
  expect(() => checkBaseURL(url, owner, 'https://api.acme.example')).not.toThrow(/hunter2secret/);
});

test('takes a plain base URL, and none', () => {
  for (const url of ['http://127.0.0.1:8080/v1', undefined]) {
    expect(() => checkBaseURL(url, owner, 'https://api.acme.example')).not.toThrow();
  }
});

test('refuses headers that are none, without repeating their values', () => {
  expect(() => checkHeaders({ 'x-key': 'secret\nvalue' }, owner)).toThrow('Expected the header `x-key` of createAcme');
  checkHeaders({ 'x-key': 'value', 'x-none': null }, owner);
});

test('refuses a key with a line break', () => {
  expect(() => checkKey('sk-1\n', owner)).toThrow('Expected the key for Acme');
});

describe('the key in the environment', () => {
  test('is read for the host of its vendor', () => {
    vi.stubEnv('ACME_API_KEY', ' sk-acme ');
    expect(keyFromEnvironment('ACME_API_KEY', host, owner)).toBe('sk-acme');
  });

  test('goes to no other host', () => {
    vi.stubEnv('ACME_API_KEY', 'sk-acme');
    expect(() => keyFromEnvironment('ACME_API_KEY', { ...host, isVendor: false }, owner)).toThrow(
      'createAcme needs `apiKey` beside `baseURL`',
    );
  });

  test('is missed with what to do', () => {
    vi.stubEnv('ACME_API_KEY', '');
    expect(() => keyFromEnvironment('ACME_API_KEY', host, owner)).toThrow('Set the environment variable ACME_API_KEY');
  });
});

test('takes only values that are no words for secrets', () => {
  expect(secretsOf(['short', null, undefined, 'long-enough', 'long-enough'])).toEqual(['long-enough']);
});

test('takes what stands behind the scheme of a header for a secret too', () => {
  expect(secretsOf(['Bearer gateway-key'])).toEqual(['Bearer gateway-key', 'gateway-key']);
});
