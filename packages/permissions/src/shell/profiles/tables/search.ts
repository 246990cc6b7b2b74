import type { CommandTable } from '../command-table.ts';
import { grepFilter, ripgrepFilter, skipsHiddenWithout } from '../file-filter.ts';
import { hasOption, readsTrees, scriptThenFiles } from '../operand-rules.ts';
import type { ParsedCommand } from '../parse-options.ts';

const grep: CommandTable = {
  safe: `-# -E --extended-regexp -F --fixed-strings -G --basic-regexp -P --perl-regexp -e= --regexp= -i --ignore-case
    --no-ignore-case -y -v --invert-match -w --word-regexp -x --line-regexp -c --count --color? --colour? -L
    --files-without-match -l --files-with-matches -m= --max-count= -o --only-matching -q --quiet --silent -s
    --no-messages -b --byte-offset -H --with-filename -h --no-filename --label= -n --line-number -T --initial-tab -u
    --unix-byte-offsets -Z --null -A= --after-context= -B= --before-context= -C= --context= --group-separator=
    --no-group-separator -a --text --binary-files= -D= --devices= -d= --directories= -I --exclude= --exclude-dir=
    --include= -r --recursive --line-buffered -U --binary -z --null-data -V --help --version`,
  reads: '-f= --file= --exclude-from=',
  unsafe: { 'follows links out of the tree (use -r)': '-R --dereference-recursive' },
  operands: scriptThenFiles({ unless: ['-e', '--regexp', '-f', '--file'] }, (command) =>
    command.operands.map(() => ({ role: 'read', isRecursive: isRecursive(command) })),
  ),
  defaultRead: isRecursive,
  filter: grepFilter,
};

function isRecursive(command: ParsedCommand): boolean {
  const recurses = command.options.some(
    ({ name, value }) => (name === '-d' || name === '--directories') && value?.text === 'recurse',
  );
  return recurses || hasOption(command, '-r', '--recursive', '-R', '--dereference-recursive');
}

/** Programs that search in files, or for them. */
export const search: Readonly<Record<string, CommandTable>> = {
  grep,
  egrep: grep,
  fgrep: grep,
  rg: {
    syntax: 'exact',
    safe: `-e= --regexp= -s --case-sensitive -i --ignore-case -S --smart-case -F --fixed-strings --no-fixed-strings -w
      --word-regexp -x --line-regexp -v --invert-match --no-invert-match -m= --max-count= -U --multiline --no-multiline
      --multiline-dotall --no-multiline-dotall -P --pcre2 --no-pcre2 --engine= --auto-hybrid-regex --crlf --no-crlf
      --null-data --no-unicode --unicode --dfa-size-limit= --regex-size-limit= -E= --encoding= --no-encoding -j=
      --threads= --mmap --no-mmap -a --text --no-text --stop-on-nonmatch --binary --no-binary -g= --glob= --iglob=
      --glob-case-insensitive --no-glob-case-insensitive -. --hidden --no-hidden -d= --max-depth= --maxdepth=
      --max-filesize= --no-follow --no-ignore --ignore --no-ignore-dot --ignore-dot --no-ignore-exclude
      --ignore-exclude --no-ignore-files --ignore-files --no-ignore-global --ignore-global --no-ignore-parent
      --ignore-parent --no-ignore-vcs --ignore-vcs --no-require-git --require-git --ignore-file-case-insensitive
      --no-ignore-file-case-insensitive --one-file-system --no-one-file-system -t= --type= -T= --type-not= --type-add=
      --type-clear= --type-list -u --unrestricted -A= --after-context= -B= --before-context= -C= --context=
      --context-separator= --no-context-separator -b --byte-offset --no-byte-offset --color= --colors= --column
      --no-column --field-context-separator= --field-match-separator= --heading --no-heading -h --help
      --include-zero --no-include-zero --line-buffered --no-line-buffered --block-buffered --no-block-buffered -n
      --line-number -N --no-line-number -M= --max-columns= --max-columns-preview --no-max-columns-preview -0 --null -o
      --only-matching --path-separator= --passthru --passthrough -p --pretty -q --quiet -r= --replace= --sort= --sortr=
      --sort-files --no-sort-files --trim --no-trim --vimgrep -H --with-filename -I --no-filename --json --no-json
      --stats --no-stats -c --count --count-matches -l --files-with-matches --files-without-match --files --debug
      --trace --no-messages --messages --no-ignore-messages --ignore-messages --no-config --no-pre --no-search-zip
      --pcre2-version -V --version --generate= --hyperlink-format=`,
    reads: '-f= --file= --ignore-file=',
    unsafe: {
      'starts the program given': '--pre= --hostname-bin=',
      'chooses files for a program that it starts': '--pre-glob=',
      'unpacks with other programs': '-z --search-zip',
      'follows links out of the tree': '-L --follow',
    },
    operands: (command) =>
      hasOption(command, '--files', '--type-list')
        ? readsTrees(command)
        : scriptThenFiles({ unless: ['-e', '--regexp', '-f', '--file'] }, readsTrees)(command),
    defaultRead: () => true,
    filter: ripgrepFilter,
  },
  fd: fdTable(),
  fdfind: fdTable(),
  ag: {
    safe: `--ackmate --ackmate-dir-filter= -A= --after= -B= --before= --break --nobreak -c --count --color --nocolor
      --column --filename --nofilename -H --heading --noheading -l --files-with-matches -L --files-without-matches
      -C= --context= -o --only-matching --group --nogroup -g= -i --ignore-case -s --case-sensitive -S --smart-case -Q
      --literal -F --fixed-strings -m= --max-count= --depth= -n --norecurse -r --recurse -t --all-text -a --all-types
      -u --unrestricted -U --skip-vcs-ignores -v --invert-match -w --word-regexp --hidden -G= --file-search-regex=
      --ignore= --ignore-dir= --numbers --nonumbers --stats --silent --vimgrep -W= --width= -0 --null --print0 --help
      --version`,
    unsafe: {
      'starts the program given': '--pager=',
      'unpacks files': '-z --search-zip',
      'follows links out of the tree': '-f --follow',
      'takes its rules from elsewhere': '-p= --path-to-ignore=',
    },
    operands: scriptThenFiles({ unless: ['-g'] }, readsTrees),
    defaultRead: () => true,
  },
};

function fdTable(): CommandTable {
  return {
    syntax: 'exact',
    safe: `-H --hidden --no-hidden -I --no-ignore --ignore --no-ignore-vcs --ignore-vcs --no-ignore-parent
      --no-require-git --require-git --no-global-ignore-file -u --unrestricted -s --case-sensitive -i --ignore-case -g
      --glob --regex -F --fixed-strings --literal --and= -a --absolute-path --relative-path -l --list-details
      --no-follow -p --full-path -0 --print0 -d= --max-depth= --min-depth= --exact-depth= -E= --exclude= --prune -t=
      --type= -e= --extension= -S= --size= --changed-within= --change-newer-than= --newer= --changed-after=
      --changed-before= --change-older-than= --older= -o= --owner= --format= -c= --color= --hyperlink? -j= --threads=
      --max-buffer-time= --max-results= -1 -q --quiet --has-results --show-errors --strip-cwd-prefix?
      --path-separator= --one-file-system --mount --xdev -h --help -V --version`,
    reads: '--ignore-file=',
    unsafe: {
      'starts the program given': '-x= --exec= -X= --exec-batch=',
      'is for a program that it starts': '--batch-size=',
      'follows links out of the tree': '-L --follow',
      'switches the directory': '-C= --base-directory=',
      'searches elsewhere': '--search-path=',
    },
    operands: scriptThenFiles({ unless: [] }, readsTrees),
    defaultRead: () => true,
    filter: skipsHiddenWithout('-H', '--hidden', '-u', '--unrestricted'),
  };
}
