import { expect, test } from 'vitest';
import { checkArguments, filesOf } from './program-profile.ts';

const inputs: readonly (readonly [program: string, args: readonly string[]])[] = [
  ['git', ['log', ...Array<string>(3_000).fill('--o')]],
  ['git', ['log', '-L', '/a/'.repeat(3_000)]],
  ['git', ['log', '-L', `/${'\\/'.repeat(4_000)}`]],
  ['git', ['show', ':'.repeat(9_000)]],
  ['sed', [`s/${'['.repeat(9_000)}`]],
  ['sed', ['{'.repeat(9_000)]],
  ['sed', ['!'.repeat(9_000)]],
  ['awk', ['"'.repeat(9_000)]],
  ['awk', ['/['.repeat(4_500)]],
  ['awk', ['x '.repeat(4_500)]],
  ['jq', ['"\\('.repeat(3_000)]],
  ['jq', ['a.'.repeat(4_500)]],
  ['jq', ['. '.repeat(4_500)]],
  ['curl', ['-F', '=@'.repeat(4_500), ';'.repeat(4_000)]],
  ['make', [`A=${' '.repeat(9_000)};`]],
  ['go', ['test', `-ldflags=${'-s '.repeat(3_000)}!`]],
  ['go', ['test', `-gcflags=${' -N'.repeat(3_000)}!`]],
  ['pytest', ['-W', ':'.repeat(9_000)]],
  ['tar', ['f'.repeat(9_000)]],
  ['find', Array<string>(4_000).fill('-exec')],
  ['sort', [`-${'n'.repeat(9_000)}o`]],
  ['npm', ['install', `${'a.'.repeat(4_500)}/`]],
];

test.each(inputs)('judges hostile input to %s to an end', (program, args) => {
  const words = args.map((text) => ({ text, hasGlob: false, isSpelled: false }));
  const problem = checkArguments(program, words);
  expect(problem === undefined || problem.length > 0).toBe(true);
  expect(filesOf(program, words)?.hasUnknown ?? false).toBeTypeOf('boolean');
});
