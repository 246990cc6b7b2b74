import { expect, it } from 'vitest';
import { holdsSecretFormat, isSecretValue, secretClassOf, wordsOf } from './secret-name.ts';

it('reads the words of names in any style', () => {
  expect(wordsOf('dbPassword2')).toEqual(['db', 'password', '2']);
  expect(wordsOf('AWS_SECRET-key')).toEqual(['aws', 'secret', 'key']);
});

it.each([
  ['DATABASE_PASSWORD', 'password'],
  ['smtpPass', 'password'],
  ['client_secret', 'secret'],
  ['apiKey', 'token'],
  ['access_token_live', 'token'],
] as const)('takes %s for a %s', (name, secret) => {
  expect(secretClassOf(name)).toBe(secret);
});

it.each([
  'password_field',
  'TOKEN_URL',
  'secret_name',
  'key',
  'cache_key',
  'PassStateEntered',
  'token_range',
  'lastSignificantToken',
  'test_password',
  'compass',
  '',
])('does not take %s for a secret', (name) => {
  expect(secretClassOf(name)).toBeUndefined();
});

it.each(['hardcoded_password_123', 'plum-Tractor-58', 'g7!x0p2v@h3k'])('takes %s for a value in use', (value) => {
  expect(isSecretValue(value, 'password', true)).toBe(true);
});

it.each([
  '',
  'abc',
  'changeme',
  '<password>',
  '${PASSWORD}',
  'DB_PASSWORD',
  '/run/secrets/db',
  'password',
  'not-a-real-password',
  'django.contrib.auth',
  '********',
  'must be at least eight characters',
])('takes %s for a placeholder, a name or a text', (value) => {
  expect(isSecretValue(value, 'password', true)).toBe(false);
});

it('knows keys by their format and addresses by their password', () => {
  expect(holdsSecretFormat(`${'AKIA'}QW3RTYUIOPASDFGH`)).toBe(true);
  expect(holdsSecretFormat('redis://default:tr0ub4dor@cache:6379')).toBe(true);
  expect(holdsSecretFormat('redis://cache:6379')).toBe(false);
  expect(holdsSecretFormat('AKIAIOSFODNN7EXAMPLE')).toBe(false);
});
