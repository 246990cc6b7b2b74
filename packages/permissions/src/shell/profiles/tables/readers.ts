import type { CommandTable } from '../command-table.ts';
import { hasOption, readsAtMost, readsFiles, readsTrees, readsTreesWith } from '../operand-rules.ts';

const help = '--help --version';

const checksum: CommandTable = {
  safe: `-b --binary -t --text --tag -z --zero --ignore-missing --quiet --status --strict -w --warn -a= --algorithm= -U
    --UNIVERSAL -l= --length= --base64 --raw --untagged --debug -0 --portable -p ${help}`,
  unsafe: { 'takes the names of files from a file': '-c --check' },
  operands: readsFiles,
};

/** Programs that print what is in files, or what is known of them. */
export const readers: Readonly<Record<string, CommandTable>> = {
  cat: {
    safe: `-A --show-all -b --number-nonblank -e -E --show-ends -n --number -s --squeeze-blank -t -T --show-tabs -u -v
      --show-nonprinting ${help}`,
    operands: readsFiles,
  },
  head: {
    safe: `-# -c= --bytes= -n= --lines= -q --quiet --silent -v --verbose -z --zero-terminated ${help}`,
    operands: readsFiles,
  },
  tail: {
    safe: `-# -c= --bytes= -n= --lines= -f -F --follow? --retry --pid= -s= --sleep-interval= -q --quiet --silent -v
      --verbose -z --zero-terminated --max-unchanged-stats= ${help}`,
    operands: readsFiles,
  },
  tac: { safe: `-b --before -r --regex -s= --separator= ${help}`, operands: readsFiles },
  rev: { safe: '-0 --zero -h -V --help --version', operands: readsFiles },
  nl: {
    safe: `-b= --body-numbering= -d= --section-delimiter= -f= --footer-numbering= -h= --header-numbering= -i=
      --line-increment= -l= --join-blank-lines= -n= --number-format= -p --no-renumber -s= --number-separator= -v=
      --starting-line-number= -w= --number-width= ${help}`,
    operands: readsFiles,
  },
  od: {
    safe: `-A= --address-radix= -j= --skip-bytes= -N= --read-bytes= -S? --strings? -t= --format= -v --output-duplicates
      -w? --width? --traditional --endian= -a -b -c -d -f -i -l -o -s -x ${help}`,
    operands: readsFiles,
  },
  hexdump: {
    safe: '-b -c -C -d -o -x -X -v -n= -s= -e= -L? --color? --one-byte-octal --canonical --length= --skip= --format= --no-squeezing --one-byte-char --two-bytes-decimal --two-bytes-octal --two-bytes-hex -h -V --help --version',
    reads: '-f= --format-file=',
    operands: readsFiles,
  },
  strings: {
    safe: `-# -a --all -d --data -f --print-file-name -n= --bytes= -t= --radix= -o -e= --encoding= -s= --output-separator=
      -w --include-all-whitespace -U= --unicode= -T= --target= -h -v -V ${help}`,
    operands: ({ operands }) =>
      operands.map((operand) =>
        operand?.text.startsWith('@') === true
          ? { role: 'word', problem: 'it takes its options from a file' }
          : { role: 'read' },
      ),
  },
  stat: {
    safe: `-f --file-system -c= --format= --printf= -t --terse --cached= -x ${help}`,
    unsafe: { 'follows links': '-L --dereference' },
    operands: readsFiles,
  },
  file: {
    safe: `-b --brief -c --checking-printout -d -E --extension -F= --separator= -i --mime --mime-type --mime-encoding -k
      --keep-going -h --no-dereference -n --no-buffer -N --no-pad -p --preserve-date -r --raw -s --special-files -0
      --print0 -e= --exclude= --exclude-quiet= -P= --parameter= --apple -l --list -v ${help}`,
    unsafe: {
      'takes the names of files from a file': '-f= --files-from=',
      'takes its rules from a file': '-m= --magic-file=',
      'writes a file': '-C --compile',
      'unpacks with other programs': '-z --uncompress -Z --uncompress-noreport',
      'switches the sandbox off': '-S --no-sandbox',
      'follows links': '-L --dereference',
    },
    operands: readsFiles,
  },
  wc: {
    safe: `-c --bytes -m --chars -l --lines -L --max-line-length -w --words --total= --debug ${help}`,
    unsafe: { 'takes the names of files from a file': '--files0-from=' },
    operands: readsFiles,
  },
  du: {
    safe: `-0 --null -a --all --apparent-size -B= --block-size= -b --bytes -c --total -d= --max-depth= -h
      --human-readable --inodes -k -l --count-links -m -P --no-dereference -S --separate-dirs --si -s --summarize -t=
      --threshold= --time? --time-style= --exclude= -x --one-file-system ${help}`,
    reads: '-X= --exclude-from=',
    unsafe: {
      'takes the names of files from a file': '--files0-from=',
      'follows links out of the tree': '-L --dereference -D --dereference-args -H',
    },
    operands: readsTreesWith('-a', '--all'),
    defaultRead: () => true,
  },
  df: {
    safe: `-a --all -B= --block-size= -h --human-readable -H --si -i --inodes -k -l --local -P --portability -T --print-type -t= --type= -x= --exclude-type= --total --output? ${help}`,
  },
  cut: {
    safe: `-b= --bytes= -c= --characters= -d= --delimiter= -f= --fields= -n --complement -s --only-delimited
      --output-delimiter= -z --zero-terminated ${help}`,
    operands: readsFiles,
  },
  paste: { safe: `-d= --delimiters= -s --serial -z --zero-terminated ${help}`, operands: readsFiles },
  comm: {
    safe: `-# -i --check-order --nocheck-order --output-delimiter= --total -z --zero-terminated ${help}`,
    operands: readsFiles,
  },
  join: {
    safe: `-a= -e= -i --ignore-case -j= -1= -2= -o= -t= -v= --check-order --nocheck-order --header -z --zero-terminated ${help}`,
    operands: readsFiles,
  },
  fold: { safe: `-b --bytes -s --spaces -w= --width= -c --characters ${help}`, operands: readsFiles },
  fmt: {
    safe: `-c --crown-margin -p= --prefix= -s --split-only -t --tagged-paragraph -u --uniform-spacing -w= --width= -g= --goal= -# ${help}`,
    operands: readsFiles,
  },
  expand: { safe: `-i --initial -t= --tabs= -# ${help}`, operands: readsFiles },
  unexpand: { safe: `-a --all --first-only -t= --tabs= ${help}`, operands: readsFiles },
  tr: { safe: `-c -C --complement -d --delete -s --squeeze-repeats -t --truncate-set1 ${help}` },
  cmp: {
    safe: `-b --print-bytes -i= --ignore-initial= -l --verbose -n= --bytes= -s --quiet --silent -v ${help}`,
    operands: readsFiles,
  },
  column: {
    safe: `-t --table -s= --separator= -o= --output-separator= -c= --output-width= -n= --table-name= -O= --table-order=
      -N= --table-columns= -l= --table-columns-limit= -E= --table-noextreme= -d --table-noheadings -m --table-maxout -e
      --table-header-repeat -W= --table-wrap= -H= --table-hide= -R= --table-right= -T= --table-truncate= -L
      --keep-empty-lines --table-empty-lines -J --json -r= --tree= -i= --tree-id= -p= --tree-parent= -x --fillrows
      -C= --table-column= -h -V --help --version`,
    operands: readsFiles,
  },
  md5sum: checksum,
  sha1sum: checksum,
  sha224sum: checksum,
  sha256sum: checksum,
  sha384sum: checksum,
  sha512sum: checksum,
  b2sum: checksum,
  cksum: checksum,
  shasum: checksum,
  sum: { safe: `-r -s --sysv ${help}`, operands: readsFiles },
  base64: { safe: `-d -D --decode -i --ignore-garbage -w= --wrap= -b= --break= -h ${help}`, operands: readsFiles },
  base32: { safe: `-d --decode -i --ignore-garbage -w= --wrap= ${help}`, operands: readsFiles },
  xxd: {
    syntax: 'single',
    safe: `-a -autoskip -b -bits -c= -cols= -C -capitalize -d -e -E -EBCDIC -g= -groupsize= -h -help -i -include -l=
      -len= -n= -name= -o= -offset= -p -ps -postscript -plain -r -revert -R= -s= -seek= -u -uppercase -v -version`,
    operands: readsAtMost(1),
  },
  diff: {
    safe: `-# --normal -q --brief -s --report-identical-files -c -C= --context? -u -U= --unified? -e --ed -n --rcs -y
      --side-by-side -W= --width= --left-column --suppress-common-lines -p --show-c-function -F= --show-function-line=
      --label= -L= -t --expand-tabs -T --initial-tab --tabsize= --suppress-blank-empty -r --recursive
      --no-dereference -N --new-file --unidirectional-new-file --ignore-file-name-case --no-ignore-file-name-case -x=
      --exclude= -S= --starting-file= -i --ignore-case -E --ignore-tab-expansion -Z --ignore-trailing-space -b
      --ignore-space-change -w --ignore-all-space -B --ignore-blank-lines -I= --ignore-matching-lines= -a --text
      --strip-trailing-cr -D= --ifdef= --GTYPE-group-format= --line-format= --old-line-format= --new-line-format=
      --unchanged-line-format= --old-group-format= --new-group-format= --unchanged-group-format=
      --changed-group-format= -d --minimal --horizon-lines= --speed-large-files --color? --palette= -v ${help}`,
    reads: '-X= --exclude-from= --from-file= --to-file=',
    unsafe: { 'starts the program pr': '-l --paginate' },
    operands: readsTreesWith('-r', '--recursive'),
  },
  ls: {
    safe: `-a --all -A --almost-all --author -b --escape --block-size= -B --ignore-backups -c -C --color? -d --directory
      -D --dired -f -F --classify? --file-type --format= --full-time -g --group-directories-first -G --no-group -h
      --human-readable --si --hide= --hyperlink? --indicator-style= -i --inode -I= --ignore= -k --kibibytes -l -m -n
      --numeric-uid-gid -N --literal -o -p -q --hide-control-chars --show-control-chars -Q --quote-name
      --quoting-style= -r --reverse -R --recursive -s --size -S --sort= --time= --time-style= -t -T= --tabsize= -u -U
      -v -w= --width= -x -X -Z --context -1 --zero ${help}`,
    unsafe: {
      'follows links': '-L --dereference -H --dereference-command-line --dereference-command-line-symlink-to-dir',
    },
    operands: readsTreesWith('-R', '--recursive'),
    defaultRead: () => true,
  },
  tree: {
    syntax: 'exact',
    safe: `-a -d -x -L= -P= -I= -f -p -s -h -u -g -D -F -q -N -Q -C -n -A -S -r -t -c -U -v -i -X -J -H= -T=
      --inodes --device --du --dirsfirst --filesfirst --sort= --noreport --nolinks --prune --matchdirs --ignore-case
      --gitignore --si --timefmt= --charset= --filelimit= --metafirst --info --help --version`,
    reads: '--gitfile= --infofile= --hintro= --houtro=',
    writes: '-o=',
    unsafe: {
      'writes a file in each directory': '-R',
      'follows links out of the tree': '-l',
      'takes the names of files from a file': '--fromfile --fromtabfile',
    },
    operands: readsTrees,
    defaultRead: () => true,
    filter: (command) => (hasOption(command, '-a') ? {} : { hidden: 'skipped' }),
  },
  less: {
    syntax: 'exact',
    safe: `-# -a -A -b= -B -c -C -d -e -E -f -F -g -G -h= -i -I -J -j= -K -m -M -n -N -p= -P= -q -Q -r -R -s -S -u -U -V -w
      -W -x= -X -y= -z= -~ --chop-long-lines --LINE-NUMBERS --line-numbers --quit-at-eof --QUIT-AT-EOF
      --quit-if-one-screen --RAW-CONTROL-CHARS --raw-control-chars --no-init --ignore-case --IGNORE-CASE
      --squeeze-blank-lines --pattern= --tabs= --window= --help --version`,
    writes: '-o= --log-file= -O= --LOG-FILE=',
    unsafe: {
      'takes keys from a file': '-k= --lesskey-file= --lesskey-src= --lesskey-content= --lesskey-context=',
      'takes a file of tags': '-t= --tag= -T= --tag-file=',
    },
    operands: (command) =>
      command.operands.map((operand) =>
        operand?.text.startsWith('+') === true && !/^\+(?:\d*[GgF]?|\/[\w ]+)$/u.test(operand.text)
          ? { role: 'word', problem: 'it is a command for less, which may start a program' }
          : { role: 'read' },
      ),
  },
  more: {
    safe: '-# -d --silent -f --logical -l --no-pause -c --print-over -p --clean-print -s --squeeze -u --plain -n= --lines= -e --exit-on-eof -h -V --help --version',
    operands: ({ operands }) =>
      operands.map((operand) =>
        operand?.text.startsWith('+') === true
          ? { role: 'word', problem: 'it is a command for more' }
          : { role: 'read' },
      ),
  },
  bat: {
    syntax: 'exact',
    safe: `-A --show-all --nonprintable-notation= --binary= -p --plain? -l= --language= -H= --highlight-line= --file-name=
      -d --diff --diff-context= --tabs= --wrap= -S --chop-long-lines --terminal-width= -n --number --color= --italic-text=
      --decorations= -f --force-colorization -m= --map-syntax= --ignored-suffix= --theme= --theme-light= --theme-dark=
      --list-themes -s --squeeze-blank --squeeze-limit= --strip-ansi= --style= -r= --line-range= -L --list-languages -u
      --unbuffered --no-paging -P -h --help -V --version --no-config --no-custom-assets`,
    checked: [['--paging=', (value) => (value === 'never' ? undefined : 'it starts a pager')]],
    unsafe: {
      'starts the program given': '--pager=',
      'starts a preprocessor': '--lessopen',
      'takes its configuration from elsewhere': '--config-file= --config-dir= --cache-dir= --source= --target=',
      'takes its files from git': '--diff-from=',
    },
    operands: ({ operands }) =>
      operands.map((operand, index) =>
        index === 0 && operand?.text === 'cache' ? { role: 'word', problem: 'it changes its cache' } : { role: 'read' },
      ),
  },
  man: {
    safe: `-a --all -f --whatis -k --apropos -w --where --path --location -W --where-cat --location-cat -i
      --ignore-case -I --match-case -s= -S= --sections= -e= --extension= -L= --locale= -m= --systems= -K --global-apropos --regex --wildcard --names-only --no-subpages -7 --ascii -E= --encoding=
      --no-hyphenation --nh --no-justification --nj -? --help -V --version --usage`,
    unsafe: {
      'starts the program given': '-P= --pager= -H? --html? --browser=',
      'changes the formatting programs':
        '-p= --preprocessor= -t --troff -T? --troff-device? -X? --gxditview? -Z --ditroff',
      'takes its configuration from elsewhere': '-C= --config-file= -M= --manpath=',
      'reads a file': '-l --local-file',
      'sets a text of the pager': '-r= --prompt=',
      'changes its cache': '-u --update -c --catman -D --default -d --debug -R= --recode= --warnings?',
    },
    judge: ({ operands }) =>
      operands.some((operand) => operand?.isSpelled === false && operand.text.includes('/'))
        ? 'a page with a slash is a file'
        : undefined,
  },
  date: {
    safe: `-d= --date= --debug -I? --iso-8601? -R --rfc-email --rfc-2822 --rfc-3339= -u --utc --universal -j -v= -n ${help} --resolution`,
    checked: [['-r= --reference=', (value) => (/^\d+$/u.test(value) ? undefined : 'it may be a file')]],
    unsafe: { 'takes dates from a file': '-f= --file=', 'sets the clock': '-s= --set=' },
    operands: ({ operands }) =>
      operands.map((operand) =>
        operand?.text.startsWith('+') === true ? { role: 'word' } : { role: 'word', problem: 'it sets the clock' },
      ),
  },
  realpath: {
    safe: `-e --canonicalize-existing -m --canonicalize-missing -L --logical -P --physical -q --quiet --relative-to= --relative-base= -s --strip --no-symlinks -z --zero ${help}`,
  },
  readlink: {
    safe: `-f --canonicalize -e --canonicalize-existing -m --canonicalize-missing -n --no-newline -q --quiet -s --silent -v --verbose -z --zero ${help}`,
  },
};
