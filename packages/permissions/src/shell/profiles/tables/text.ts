import { checkAwkProgram } from '../awk-program.ts';
import type { CommandTable, OperandRule } from '../command-table.ts';
import { checkJqFilter } from '../jq-filter.ts';
import { hasOption, readsAtMost, readsFiles, scriptThenFiles } from '../operand-rules.ts';
import type { ParsedCommand } from '../parse-options.ts';
import { checkSedScript } from '../sed-script.ts';

const help = '--help --version';

/** Options bring scripts in parts, which only together make sense. */
function checkScripts(
  { options }: ParsedCommand,
  names: readonly string[],
  check: (script: string) => string | undefined,
): string | undefined {
  const given = options.filter(({ name, value }) => names.includes(name) && value !== undefined);
  const open = given.find(({ value }) => value?.isSpelled === false);
  if (open === undefined) return undefined;
  if (given.some(({ value }) => value?.hasGlob === true)) return 'the shell would replace its script by names of files';
  const problem = check(given.map(({ value }) => value?.text ?? '').join('\n'));
  return problem === undefined ? undefined : `the script is not safe: ${problem}`;
}

const isInPlace = (command: ParsedCommand): boolean => hasOption(command, '-i', '-I', '--in-place');

const sedFiles: OperandRule = (command) =>
  command.operands.map(() => (isInPlace(command) ? [{ role: 'read' }, { role: 'write' }] : { role: 'read' }));

const scriptNames = ['-e', '--expression', '-f', '--file'];

const sed: CommandTable = {
  safe: `-n --quiet --silent --debug -e= --expression= -E -r --regexp-extended -l= --line-length= --posix -s --separate
    --sandbox -u --unbuffered -z --null-data ${help}`,
  unsafe: {
    'edits files in place': '-i? --in-place? -I?',
    'takes its script from a file': '-f= --file=',
    'follows links': '--follow-symlinks',
  },
  operands: scriptThenFiles({ unless: scriptNames, check: checkSedScript }, sedFiles),
  judge: (command) => checkScripts(command, ['-e', '--expression'], checkSedScript),
};

/** Operands like `name=value` set a variable. */
const awkFiles: OperandRule = ({ operands }) =>
  operands.map((operand) => (/^[A-Za-z_]\w*=/u.test(operand?.text ?? '') ? { role: 'word' } : { role: 'read' }));

const awk: CommandTable = {
  stopsAtOperand: true,
  safe: `-F= --field-separator= -v= --assign= -b --characters-as-bytes -c --traditional -C --copyright -e= --source= -g
    --gen-pot -h --help -I --trace -k --csv -M --bignum -N --use-lc-numeric -n --non-decimal-data -O --optimize -P
    --posix -r --re-interval -s --no-optimize -S --sandbox -t --lint-old -V --version`,
  unsafe: {
    'takes its program from a file': '-f= --file= -E= --exec= -i= --include= -l= --load=',
    'writes a file': '-d? --dump-variables? -o? --pretty-print? -p? --profile?',
    'starts a debugger': '-D? --debug?',
    'is not the same in each version': '-W= -L? --lint?',
  },
  operands: scriptThenFiles(
    { unless: ['-e', '--source', '-f', '--file', '-E', '--exec'], check: checkAwkProgram },
    awkFiles,
  ),
  judge: (command) => checkScripts(command, ['-e', '--source'], checkAwkProgram),
};

/** Words behind `--args` and `--jsonargs` are values, not files. */
const jqFiles: OperandRule = (command) =>
  command.operands.map(() => (hasOption(command, '--args', '--jsonargs') ? { role: 'word' } : { role: 'read' }));

const jq: CommandTable = {
  syntax: 'exact',
  safe: `-n --null-input -R --raw-input -s --slurp -c --compact-output -r --raw-output --raw-output0 -j --join-output -a
    --ascii-output -S --sort-keys -C --color-output -M --monochrome-output --tab --indent= --unbuffered --stream
    --stream-errors --seq -e --exit-status --arg== --argjson== --args --jsonargs -h --help -V --version --build-configuration
    --binary -b`,
  reads: '--slurpfile== --rawfile== --argfile==',
  unsafe: { 'takes its filter from a file': '-f --from-file', 'loads modules': '-L= --library-path=' },
  operands: scriptThenFiles({ unless: [], check: checkJqFilter }, jqFiles),
};

/** Programs that change the text that flows through them. */
export const text: Readonly<Record<string, CommandTable>> = {
  sed,
  gsed: sed,
  awk,
  gawk: awk,
  mawk: awk,
  nawk: awk,
  jq,
  sort: {
    safe: `-b --ignore-leading-blanks -d --dictionary-order -f --ignore-case -g --general-numeric-sort -i
      --ignore-nonprinting -M --month-sort -h --human-numeric-sort -n --numeric-sort -R --random-sort -r --reverse
      --sort= -V --version-sort --batch-size= -c -C --check? --debug -k= --key= -m --merge -s --stable -S=
      --buffer-size= -t= --field-separator= --parallel= -u --unique -z --zero-terminated ${help}`,
    reads: '--random-source=',
    writes: '-o= --output=',
    unsafe: {
      'starts the program given': '--compress-program=',
      'takes the names of files from a file': '--files0-from=',
      'writes to another directory': '-T= --temporary-directory=',
    },
    operands: readsFiles,
  },
  uniq: {
    safe: `-# -c --count -d --repeated -D --all-repeated? -f= --skip-fields= --group? -i --ignore-case -s= --skip-chars=
      -u --unique -z --zero-terminated -w= --check-chars= ${help}`,
    operands: readsAtMost(1),
  },
  shuf: {
    safe: `-e --echo -i= --input-range= -n= --head-count= -r --repeat -z --zero-terminated ${help}`,
    reads: '--random-source=',
    writes: '-o= --output=',
    operands: (command) =>
      command.operands.map(() => (hasOption(command, '-e', '--echo') ? { role: 'word' } : { role: 'read' })),
  },
  iconv: {
    safe: '-f= --from-code= -t= --to-code= -l --list -c -s --silent --verbose -? --help --usage -V --version',
    writes: '-o= --output=',
    operands: readsFiles,
  },
  tsort: { safe: help, operands: readsFiles },
  numfmt: {
    safe: `--debug -d= --delimiter= --field= --format= --from= --from-unit= --grouping --header? --invalid= --padding= --round= --suffix= --to= --to-unit= -z --zero-terminated ${help}`,
  },
};
