import { expect, test } from 'vitest';
import type { Argument } from './argument.ts';
import { givenCommand } from '../../../test/given-command.ts';
import { checkArguments, filesOf, hasProfile, maySuggestWildcard, subcommandWords } from './program-profile.ts';

test.each([
  ['git status', 1],
  ['git stash', 0],
  ['git stash list', 2],
  ['git remote get-url origin', 2],
  ['npm test', 1],
  ['npm run build', 2],
  ['npm run build --watch', 2],
  ['docker ps -a', 1],
  ['docker compose up -d', 2],
  ['go test ./...', 1],
  ['go mod tidy', 2],
  ['cargo test x', 1],
  ['cargo nextest run', 2],
  ['pnpm run build', 2],
  ['python -m pytest -q', 2],
  ['ls -la', 0],
  ['rg foo', 0],
  ['pytest -x', 0],
  ['nothing known', 0],
])('counts the words of the subcommand in "%s"', (command, count) => {
  const [program = '', ...args] = command.split(' ');
  expect(subcommandWords(program, args)).toBe(count);
});

test.each([
  'git status',
  'npm run build',
  'ls -la',
  'rg foo',
  'docker compose up',
  'go test ./...',
  'python -m pytest',
])('may suggest a wildcard for "%s"', (command) => {
  const [program = '', ...args] = command.split(' ');
  expect(maySuggestWildcard(program, args)).toBe(true);
});

test.each([
  'nothing known',
  'git push origin main',
  'git unknown',
  'git -C x status',
  'git',
  'npm run --silent build',
  'npm run',
  'npm exec tsc',
  'npm publish',
  'npx tsc',
  'docker exec app sh',
  'docker run alpine',
  'docker compose --profile x up',
  'docker compose',
  'rm -rf dist',
  'cp a b',
  'mv a b',
  'ssh host',
  'node x.js',
  'python x.py',
  'tar -xf a',
])('does not suggest a wildcard for "%s"', (command) => {
  const [program = '', ...args] = command.split(' ');
  expect(maySuggestWildcard(program, args)).toBe(false);
});

test.each(['toString', 'constructor', '__proto__', '', 'GIT', './git'])('knows no program "%s"', (program) => {
  expect(hasProfile(program)).toBe(false);
  expect(checkArguments(program, [])).toBeUndefined();
  expect(filesOf(program, [])).toBeUndefined();
});

test.each(['toString', 'constructor', '__proto__', 'hasOwnProperty'])(
  'takes "%s" for no option or subcommand',
  (name) => {
    const word = (text: string): Argument => ({ text, hasGlob: false, isSpelled: false });
    expect(checkArguments('git', [word(name)])).toEqual(expect.any(String));
    expect(checkArguments('sort', [word(`--${name}`)])).toEqual(expect.any(String));
    expect(checkArguments('find', [word('.'), word(`-${name}`)])).toEqual(expect.any(String));
    expect(checkArguments('npm', [word(name)])).toEqual(expect.any(String));
  },
);

test.each([
  ['cp:*', 'cp a b'],
  ['mv:*', 'mv a b'],
  ['tee:*', 'tee out'],
  ['sort:*', 'sort -o out a'],
  ['uniq:*', 'uniq a out'],
  ['dd:*', 'dd if=a of=out'],
  ['curl:*', 'curl -o out https://a.b'],
  ['wget:*', 'wget -O out https://a.b'],
  ['go test:*', 'go test -coverprofile=out ./...'],
  ['find:*', 'find . -fprint out'],
])('lets %s write with "%s" where each written file is permitted', (rule, command) => {
  const { program, args } = givenCommand(rule, command)!;
  expect(checkArguments(program, args)).toEqual(expect.any(String));
  expect(checkArguments(program, args, { mayWrite: true })).toBeUndefined();
  const use = filesOf(program, args)!;
  expect(use.writes.length).toBeGreaterThan(0);
  expect(use.hasUnknown).toBe(false);
});

test.each([
  ['cp:*', 'cp -L a b'],
  ['sort:*', 'sort --compress-program=x a'],
  ['uniq:*', 'uniq *.txt'],
  ['sed:*', 'sed -i s/a/b/ f'],
  ['sed:*', "sed 'w out' f"],
  ['tar:*', 'tar -xf a'],
  ['curl:*', 'curl -O https://a.b/x'],
  ['wget:*', 'wget https://a.b'],
  ['find:*', 'find . -delete'],
  ['find:*', 'find . -exec x'],
  ['tee:*', 'tee *.txt'],
])('does not let %s do more with "%s" because files may be written', (rule, command) => {
  const { program, args } = givenCommand(rule, command)!;
  expect(checkArguments(program, args, { mayWrite: true })).toEqual(expect.any(String));
});

test('names the option and what it does', () => {
  const { program, args } = givenCommand('git diff:*', 'git diff --output=x')!;
  expect(checkArguments(program, args)).toBe('"--output" writes a file');
});

test('asks the rule for the value of an option that starts a program', () => {
  const { program, args } = givenCommand('rg --pre:*', 'rg --pre ./x foo')!;
  expect(checkArguments(program, args)).toBe('"--pre" starts the program given, and the rule leaves open which');
});
