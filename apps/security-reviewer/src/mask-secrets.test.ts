import { describe, expect, test } from 'vitest';
import { isSecretFinding, maskLine, maskLines, maskSecrets } from './mask-secrets.ts';

describe('a line of code', () => {
  test.each([
    ['SECRET_KEY = "hardcoded_password_123"', 'SECRET_KEY = "hard…(22 characters)"'],
    ["key = b'0123456789abcdef'", "key = b'0123…(16 characters)'"],
    ['pin = "1234"', 'pin = "1…(4 characters)"'],
    ['pin = "abc"', 'pin = "…(3 characters)"'],
    ['text = """-----BEGIN PRIVATE KEY-----', 'text = """----…(27 characters)'],
    ['text = """abcdefghijkl"""', 'text = """abc…(12 characters)"""'],
    ['"password": "correct horse battery"', '"password": "corr…(21 characters)"'],
    ['config["api_key"] = "sk-1234567890"', 'config["api_key"] = "sk-…(13 characters)"'],
    ['password: hunter2hunter2', 'password: hun…(14 characters)'],
    ['export TOKEN=abcdefghijklmnop', 'export TOKEN=abcd…(16 characters)'],
    ['x = "a\\"bcdefghijklmnopq"', 'x = "a\\"b…(19 characters)"'],
    ['key = "abcdefghijklmnop"  # don\'t commit', 'key = "abcd…(16 characters)"  # don\'t commit'],
    ['ENV A=1 DB_PASSWORD=hunter2horse B=2', 'ENV A=…(1 characters) DB_PASSWORD=hun…(12 characters) B=…(1 characters)'],
    ['ENV API_TOKEN 9f8a7b6c5d4e3f21', 'ENV API_TOKEN 9f8a…(16 characters)'],
    ['<password>Plum-58-x</password>', '<password>Pl…(9 characters)</password>'],
    ['machine x login bob password Tr4ctor58', 'machine x login bob password Tr…(9 characters)'],
    ['return True', 'return True'],
  ])('%s is shown as %s', (line, masked) => {
    expect(maskLine(line).masked).toBe(masked);
  });

  test('gives the secrets that are long enough to look for elsewhere', () => {
    expect(maskLine('a = "abc" + "abcdefgh"').secrets).toEqual(['abcdefgh']);
  });

  test('masks the word for a secret where it is the secret', () => {
    expect(maskLine('password = "password"').masked).toBe('password = "pa…(8 characters)"');
  });
});

test('masks every secret in a text, the longer first', () => {
  const secrets = ['abcdef', 'abcdefghijkl'];
  expect(maskSecrets('It is abcdefghijkl, not abcdef.', secrets)).toBe(
    'It is abc…(12 characters), not a…(6 characters).',
  );
});

test('takes nothing in a secret for a pattern', () => {
  expect(maskSecrets('a $& .* b', ['$& .* '])).toBe('a $…(6 characters)b');
});

test.each([
  ['hardcoded-credentials', 'CWE-1', true],
  ['other', 'CWE-321', true],
  ['sql-injection', 'CWE-89', false],
] as const)('a finding of %s and %s: is about a secret: %s', (kind, cwe, isSecret) => {
  expect(isSecretFinding({ kind, cwe: [cwe] })).toBe(isSecret);
});

test('a text over several lines is masked on each of them, up to its end', () => {
  const { masked, secrets } = maskLines(['a = """abcdefgh', '  key=1234567""" + b', 'return 1']);
  expect(masked).toEqual(['a = """ab…(8 characters)', '  ke…(11 characters)""" + b', 'return 1']);
  expect(secrets).toEqual(['abcdefgh', 'key=1234567']);
});
