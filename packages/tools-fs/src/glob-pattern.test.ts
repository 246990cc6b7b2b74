import { expect, test } from 'vitest';
import { splitGlob } from './glob-pattern.ts';

test.each([
  ['*.ts', '.', '**/*.ts'],
  ['README.md', '.', '**/README.md'],
  ['#notes', '.', '**/#notes'],
  ['./*.ts', '.', '/*.ts'],
  ['src/*.ts', 'src', '/*.ts'],
  ['src/a/b.ts', 'src/a', '/b.ts'],
  ['src/**/*.ts', 'src', '/**/*.ts'],
  ['src//x/*.ts', 'src//x', '/*.ts'],
  ['*/a/*.ts', '.', '/*/a/*.ts'],
  ['{src,test}/**/*.ts', '.', '/{src,test}/**/*.ts'],
  ['a[1]/x', '.', '/a[1]/x'],
  ['a\\*b/x', '.', '/a\\*b/x'],
  ['../outside/*', '../outside', '/*'],
  ['src/../../outside/*', 'src/../../outside', '/*'],
  ['/etc/*', '/etc', '/*'],
  ['/etc/passwd', '/etc', '/passwd'],
  ['/*', '/', '/*'],
  ['~/**', '~', undefined],
  ['--pre=./evil.sh', '--pre=.', '/evil.sh'],
  ['src/*/', 'src', '/*/**'],
  ['src/x ', 'src', '/x[ ]'],
  ['**/./*.ts', '.', '/**/*.ts'],
])('splits %j', (pattern, base, glob) => {
  expect(splitGlob(pattern)).toEqual({ base, glob });
});

test.each(['**', '*', '**/*', '**/**', 'src/', 'src/**', 'src/**/*', './**'])('%j needs no glob', (pattern) => {
  expect(splitGlob(pattern)).toMatchObject({ glob: undefined });
});

test('a directory without a wildcard is searched whole', () => {
  expect(splitGlob('src/')).toEqual({ base: 'src', glob: undefined });
});

test.each([
  ['*/../../x', 'cannot follow a wildcard'],
  ['src/**/..', 'cannot follow a wildcard'],
  ['!*.ts', 'excludes'],
])('says what is wrong with %j', (pattern, problem) => {
  expect(splitGlob(pattern)).toEqual({ problem: expect.stringContaining(problem) });
});
