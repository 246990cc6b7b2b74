import { describe, expect, test } from 'vitest';
import { checkPath } from './check-path.ts';
import { PathRefusedError } from './path-refused-error.ts';

function refusal(path: unknown, platform: NodeJS.Platform = 'linux'): PathRefusedError {
  try {
    checkPath(path, platform);
  } catch (error) {
    if (PathRefusedError.isInstance(error)) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(path)} was accepted`);
}

test.each([
  ['a number', 7, 'number'],
  ['an array of paths', ['a.ts', 'b.ts'], 'an array'],
  ['null', null, 'null'],
  ['nothing', undefined, 'undefined'],
])('refuses %s', (_name, value, type) => {
  expect(refusal(value)).toMatchObject({ code: 'path_refused', reason: 'invalid', path: type });
  expect(refusal(value).message).toContain(`got ${type}`);
});

test.each([
  ['the empty string', '', 'empty'],
  ['a NUL', 'a.ts\0.png', 'NUL'],
  ['half a surrogate pair', 'a\ud83d.ts', 'surrogate'],
  ['more than 4,095 bytes', 'a/'.repeat(2048), '4095 bytes'],
  ['more than 4,095 bytes in fewer characters', 'é/'.repeat(1366), '4095 bytes'],
  ['a name of more than 255 bytes', `src/${'n'.repeat(256)}`, '255 bytes'],
  ['a name of more than 255 bytes in fewer characters', `${'é'.repeat(128)}/a`, '255 bytes'],
])('refuses %s', (_name, path, problem) => {
  expect(refusal(path)).toMatchObject({ reason: 'invalid', path });
  expect(refusal(path).message).toContain(problem);
});

test('does not repeat a very long path in the message', () => {
  expect(refusal('x'.repeat(5000)).message.length).toBeLessThan(300);
});

test.each([
  'a.ts',
  '.',
  '..foo',
  '...',
  '~/.ssh/id_rsa',
  '$HOME/a',
  '%2e%2e%2fa',
  'src/*.ts',
  'new\nline.txt',
  '-rf',
  'n'.repeat(255),
  'a/'.repeat(2047),
  'C:\\Windows\\win.ini',
  'CON',
  'trailing. ',
])('takes %j as it is, where the system has no other meaning for it', (path) => {
  expect(checkPath(path, 'linux')).toBe(path);
});

describe('on Windows', () => {
  test.each([
    ['\\\\?\\C:\\Windows\\win.ini', 'device path'],
    ['\\\\server\\share\\a', 'network'],
    ['//server/share/a', 'network'],
    ['C:..\\outside', 'directory of a drive'],
    ['.env::$DATA', 'stream'],
    ['C:\\work\\a:b', 'stream'],
    ['.env ', 'dot or a space'],
    ['src.\\a.ts', 'dot or a space'],
    ['CON', 'device'],
    ['src\\nul.txt', 'device'],
    ['COM¹', 'device'],
    ['PROGRA~1\\a', 'short'],
    [`src\\${'n'.repeat(256)}\\a`, '255 bytes'],
  ])('refuses %j', (path, problem) => {
    expect(refusal(path, 'win32').message).toContain(problem);
  });

  test.each(['C:\\work\\src\\a.ts', 'src\\..\\a.ts', '.\\a.ts', 'src/a.ts', 'console.ts', 'a~b.ts'])(
    'takes %j',
    (path) => {
      expect(checkPath(path, 'win32')).toBe(path);
    },
  );
});
