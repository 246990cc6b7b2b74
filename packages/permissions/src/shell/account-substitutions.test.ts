import { parse } from 'unbash';
import { expect, test } from 'vitest';
import { unseenSubstitution } from './account-substitutions.ts';

const unseen = (command: string, read: string = command): string | undefined =>
  unseenSubstitution(parse(read), command);

test.each([
  'echo "a$(x)" \'b$(y)\' # $(z) `q`',
  "cat <<'E'\n$(q) `q` <(q)\nE\n",
  'cat <<E\n$(q) `r \\`s\\`` <(x) \\$(y)\nE\n',
  "echo $'a$(x)' \\`x \"\\$(x)\" '`'",
  'echo $((1<(2))) <(x) >(y); ((a<(3)))',
  '[[ $x =~ (a|b) && a < b ]]; echo ${x:-$(y)} $\\\n(z)',
  'x=$(cat <<\'E\'\n$(q)\nE\n); f=(a "$(b)")',
  'echo a#b; # a comment: `x`, $(y), <(z)\nls # x\n',
  'for i in $(a); do case $i in $(b)) echo `c`;; esac; done',
])('accounts for all of %j', (command) => {
  expect(unseen(command)).toBeUndefined();
});

test.each([
  ['echo $(x)', 'echo aaaa'],
  ['echo "$(x)"', 'echo "aaaa"'],
  ['echo `x`', 'echo aaa'],
  ['ls <(x)', 'ls aaaa'],
  ['echo ${x:-$(y)}', 'echo ${x:-aaaa}'],
  ['cat <<E\n$(q)\nE\n', 'cat <<E\naaaa\nE\n'],
  ['echo $(a $(b))', 'echo $(a aaaa)'],
])('finds what a parser that reads %j as %j has not seen', (command, read) => {
  expect(unseen(command, read)).toContain('cannot be seen');
});
