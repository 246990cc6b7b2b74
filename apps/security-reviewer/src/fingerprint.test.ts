import { expect, test } from 'vitest';
import { fingerprintOf, type FingerprintParts } from './fingerprint.ts';

const parts: FingerprintParts = {
  kind: 'sql-injection',
  file: 'src/a.py',
  scope: 'get_user',
  evidence: '    query = f"SELECT {user_id} LIMIT 10"',
  isSecret: false,
  ordinal: 0,
};

test('is 32 hex digits, the same every time', () => {
  expect(fingerprintOf(parts)).toBe('39d5f7836e5731fa6a0f62468313769a');
});

test.each([
  ['indentation', { evidence: 'query =  f"SELECT {user_id} LIMIT 10"' }],
  ['a number in the code', { evidence: '    query = f"SELECT {user_id} LIMIT 500"' }],
])('stays when %s changes', (_, change) => {
  expect(fingerprintOf({ ...parts, ...change })).toBe(fingerprintOf(parts));
});

test.each([
  ['the code', { evidence: 'query = f"DELETE {user_id} LIMIT 10"' }],
  ['the function around it', { scope: 'get_admin' }],
  ['the file', { file: 'src/b.py' }],
  ['the kind', { kind: 'xss' }],
  ['the place among equal findings', { ordinal: 1 }],
] as const)('changes with %s', (_, change) => {
  expect(fingerprintOf({ ...parts, ...change })).not.toBe(fingerprintOf(parts));
});

test('changes with every digit of a secret', () => {
  const secret = { ...parts, kind: 'hardcoded-credentials', isSecret: true } as const;
  const [first, second] = ['key = "abc123"', 'key = "abc124"'];
  expect(fingerprintOf({ ...secret, evidence: first })).not.toBe(fingerprintOf({ ...secret, evidence: second }));
});
