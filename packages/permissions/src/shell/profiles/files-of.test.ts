import { expect, test } from 'vitest';
import { givenCommand } from '../../../test/given-command.ts';
import { filesOf } from './program-profile.ts';

/** `a` is read, `a/` with all in it, `>a` is written, `?` means that there may be more. */
const uses: Readonly<Record<string, string>> = {
  'cat a b': 'a b',
  'cat -n -- -x': '-x',
  'cat *.md': '*.md*',
  cat: '',
  'cat --unknown a': 'a ?',
  'head -5 a': 'a',
  'head -n 5 a': 'a',
  'tail -n +2 a': 'a',
  'grep KEY a .env': 'a .env',
  'grep -e KEY .env': '.env',
  'grep -rn KEY': './',
  'grep -r KEY src': 'src/',
  'grep -f patterns a': 'patterns a',
  'grep --file=patterns a': 'patterns a',
  'rg KEY': './',
  'rg --hidden KEY src': 'src/',
  'rg --files src': 'src/',
  'rg -f patterns src': 'patterns src/',
  find: './',
  'find src -name x': 'src/',
  'find . -newer package.json': './ package.json',
  'find dist -delete': 'dist/ >dist/',
  'find . -fprint out': './ >out',
  'find . -exec cat {} +': './',
  'fd x src': 'src/',
  'ls -R src': 'src/',
  ls: './',
  'ls -la src': 'src',
  'du -sh src': 'src',
  'tree -L 2': './',
  'diff a b': 'a b',
  'diff -r a b': 'a/ b/',
  'sort -k2 a': 'a',
  'sort -o out a': '>out a',
  'sort --outp=out a': '>out a',
  'sort --files0-from=x': '?',
  'uniq a b': 'a >b',
  'uniq -c a': 'a',
  'sed -n 1p a b': 'a b',
  'sed -e 1p a': 'a',
  'sed -i s/a/b/ f': 'f >f ?',
  "sed 'w out' a": 'a ?',
  'sed -f script a': 'a ?',
  "awk '{print}' a x=1": 'a',
  'awk 1 .env': '.env',
  'awk -f prog a': 'a ?',
  'jq . a': 'a',
  'jq --slurpfile v b . a': 'b a',
  'jq -n --args x y': '',
  'xxd a b': 'a >b',
  'base64 a': 'a',
  'file -f list': '?',
  'wc -l a': 'a',
  'wc --files0-from=list': '?',
  'cut -d: -f1 a': 'a',
  'stat a': 'a',
  'cp a b': 'a/ >b/',
  'cp -t dir a b': 'a/ b/ >dir',
  'mv a dist/': 'a/ >a/ >dist/',
  'tee -a src/x dist/a.js': '>src/x >dist/a.js',
  'tee /dev/null': '',
  'dd if=a of=b': 'a >b',
  'touch a b': '>a >b',
  'touch -r a b': 'a >b',
  'mkdir -p a': '>a',
  'rm -rf dist': '>dist/',
  'rm a': '>a',
  'rmdir a': '>a',
  'truncate -s0 a': '>a',
  'chmod +x a': '>a',
  'chmod -R 644 a': '>a/',
  'chmod -x a': '>a',
  'chown me a': '>a',
  'ln -sf x dist/a.js': 'x/ dist/x/ >dist/a.js/',
  'ln -s ../../etc a/b/c': '../../etc/ a/b/../../etc/ >a/b/c/',
  'install a b': 'a/ >b/',
  'tar -tf a.tar': 'a.tar',
  'tar czf out.tgz src': 'src/ >out.tgz',
  'tar -xf a.tar': 'a.tar >./',
  'tar -tf a.tar -T list': 'a.tar ?',
  'curl -d @a https://a.b': 'a',
  'curl -o out https://a.b': '>out',
  'curl -o /dev/null https://a.b': '',
  'curl -T a https://a.b': 'a ?',
  "curl -F 'x=@a;type=text/plain' https://a.b": 'a',
  'wget -O out https://a.b': '>out',
  'wget https://a.b': '?',
  'split a out': 'a >out ?',
  'shuf -e a': '',
  'git show HEAD:.env': '.env',
  'git show :1:src/a.ts': 'src/a.ts',
  'git diff -- .env': '.env/',
  'git diff HEAD~1 -- src': 'src/',
  'git log -p .env': '.env/',
  'git log -L 1,5:.env': '.env',
  'git blame HEAD -- .env': 'HEAD/ .env/',
  'git grep x -- src': 'src/',
  'git grep -n x': './',
  'git --no-pager show HEAD:.env': '.env',
  'git cat-file -p HEAD:.env': '.env',
  "git diff -- . ':(exclude)dist'": './',
  'git checkout -- src/a.ts': '>src/a.ts/',
  'git restore src/a.ts': '>src/a.ts/',
  'git rm a': '>a/',
  'git diff --output=out': '>out',
  'go test ./...': './.../',
  'eslint src': 'src/',
  'npx eslint src': 'src/',
  'npx --yes prettier --check a': 'a/',
  'npm exec eslint src': 'src/',
  'pnpm exec vitest run a.test.ts': 'a.test.ts/',
  'pnpm eslint src': 'src/',
  'python -m pytest tests': 'tests/',
  'pytest tests/a.py::test': 'tests/a.py/',
};

test.each(Object.entries(uses))('%s', (command, expected) => {
  const { program, args } = givenCommand(command, command)!;
  const use = filesOf(program, args)!;
  const show = (files: typeof use.reads, sign: string): readonly string[] =>
    files.map(({ path, hasGlob, isRecursive }) => {
      const tree = isRecursive && !path.endsWith('/') ? '/' : '';
      return `${sign}${path}${tree}${hasGlob ? '*' : ''}`;
    });
  const shown = [...show(use.reads, ''), ...show(use.writes, '>'), ...(use.hasUnknown ? ['?'] : [])];
  expect(shown.toSorted()).toEqual(
    expected
      .split(' ')
      .filter((part) => part !== '')
      .toSorted(),
  );
});

test.each(['echo a', 'docker exec app cat a', 'npm test', 'docker ps', 'git branch a', 'make test'])(
  'does not take "%s" for a reader or a writer',
  (command) => {
    const { program, args } = givenCommand(command, command)!;
    const use = filesOf(program, args);
    expect(use?.reads ?? []).toEqual([]);
    expect(use?.writes ?? []).toEqual([]);
  },
);

test.each(['cat', 'grep', 'git show', 'sed -n 1p', 'find', 'cp a', 'tar -tf', 'tee', 'git', 'jq .', 'curl'])(
  'says that it does not know all files of "%s $X"',
  (command) => {
    const { program, args } = givenCommand(command, command)!;
    expect(filesOf(program, [...args, undefined])?.hasUnknown).toBe(true);
  },
);
