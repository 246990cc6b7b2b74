import type { CommandTable, OperandRule, SubcommandTable } from '../command-table.ts';
import { readsFiles, readsTrees } from '../operand-rules.ts';
import type { OptionTable } from '../option-table.ts';

/** Variables that recipes pass on as words. Others may name a program, or reach one by its environment. */
const plainVariables =
  /^(?:V|Q|K|VERBOSE|DEBUG|CI|COLOR|NO_COLOR|FILTER|ONLY|NAME|FILES?|PKGS?|PACKAGES?|COVERAGE|JOBS|RACE|SHORT|COUNT|TIMEOUT|RELEASE|VERSION|OPTS|(?:[A-Z]+_)?(?:ARGS?|TESTS?|TESTARGS|TESTNAME|TEST_NAME|TESTFLAGS|TEST_FLAGS))$/u;
/** Variables that switch something on or off. */
const switches = /^(?:NO|USE|WITH|WITHOUT|ENABLE|DISABLE|SKIP)_[A-Z0-9_]+=(?:[01]|on|off|yes|no|true|false)?$/iu;

/** Targets and `NAME=value`. Values reach the shell of a recipe. */
const makeOperands: OperandRule = ({ operands }) => {
  const isChosen = operands.some((operand) => operand?.isSpelled === true && !operand.text.includes('='));
  return operands.map((operand) => {
    const text = operand?.text ?? '';
    const [, name, value] = /^([^=]*?)[:?+!]*=(.*)$/su.exec(text) ?? [];
    if (name === undefined || value === undefined) {
      // The number of `-j 4` stands on its own.
      if (!isChosen || /^\d+$/u.test(text)) return { role: 'word' };
      return { role: 'word', problem: 'it is another target than that of the rule' };
    }
    if (!/^[\w ./:=,@%+~^-]*$/u.test(value)) return { role: 'word', problem: 'its value may be run by the shell' };
    const isPlain = plainVariables.test(name) || switches.test(text);
    return isPlain ? { role: 'word' } : { role: 'word', problem: 'the variable may name a program' };
  });
};

const make: CommandTable = {
  safe: `-b -m -B --always-make -d --debug? -h --help -i --ignore-errors -j? --jobs? -k --keep-going -l? --load-average?
    --max-load? -L --check-symlink-times -n --just-print --dry-run --recon -O? --output-sync? -p --print-data-base -q --question -r
    --no-builtin-rules -R --no-builtin-variables -s --silent --quiet --no-silent -S --no-keep-going --stop --trace -v
    --version -w --print-directory --no-print-directory --warn-undefined-variables --shuffle?`,
  unsafe: {
    'switches the directory': '-C= --directory=',
    'takes its rules from elsewhere': '-f= --file= --makefile= -I= --include-dir=',
    'is a rule itself': '-E= --eval=',
    'takes variables from the environment': '-e --environment-overrides',
    'pretends something of a file': '-o= --old-file= --assume-old= -W= --what-if= --new-file= --assume-new= -t --touch',
  },
  operands: makeOperands,
};

const goBuild: OptionTable = {
  safe: `-a -n -p= -race? -msan? -asan? -cover? -covermode= -coverpkg= -v? -work -x -buildmode= -buildvcs? -installsuffix=
    -linkshared -modcacherw -tags= -trimpath? -json? -pgo=`,
  checked: [
    ['-mod=', (value) => (value === 'readonly' || value === 'vendor' ? undefined : 'it changes go.mod')],
    [
      '-ldflags=',
      (value) =>
        /^(?:all=)?(?:\s*(?:-s|-w|-X[ =]'?[\w./-]+=[\w./+:-]*'?))*\s*$/u.test(value)
          ? undefined
          : 'it may start a program',
    ],
    [
      '-gcflags=',
      (value) => (/^(?:all=)?(?:\s*-[NlmSe](?:=\d)?)*\s*$/u.test(value) ? undefined : 'it may start a program'),
    ],
  ],
  unsafe: {
    'starts the program given': '-exec= -toolexec= -compiler= -gccgoflags= -asmflags=',
    'switches the directory': '-C= -pkgdir=',
    'takes its files from elsewhere': '-overlay= -modfile=',
  },
};

const goTest: CommandTable = {
  syntax: 'single',
  ...goBuild,
  safe: `${goBuild.safe ?? ''} -run= -bench= -benchmem? -benchtime= -count= -cpu= -failfast? -fullpath -list= -parallel= -short?
    -shuffle= -skip= -timeout= -vet= -i -test.v -test.run=`,
  writes: '-o= -coverprofile= -cpuprofile= -memprofile= -blockprofile= -mutexprofile= -trace=',
  unsafe: {
    ...goBuild.unsafe,
    'writes files':
      '-c -outputdir= -fuzz= -fuzztime= -fuzzminimizetime= -memprofilerate= -blockprofilerate= -mutexprofilefraction=',
    'hands on what is not known': '-args',
  },
  operands: readsTrees,
};

const goCommand = (extra: OptionTable = {}, table: Partial<CommandTable> = {}): CommandTable => ({
  syntax: 'single',
  ...goBuild,
  safe: `${goBuild.safe ?? ''} ${extra.safe ?? ''}`,
  ...(extra.writes !== undefined && { writes: extra.writes }),
  unsafe: { ...goBuild.unsafe, ...extra.unsafe },
  operands: readsTrees,
  ...table,
});

const go: SubcommandTable = {
  globals: { syntax: 'single', unsafe: { 'switches the directory': '-C=' } },
  subcommands: {
    test: goTest,
    build: goCommand({ writes: '-o=' }),
    vet: goCommand({
      safe: '-c= -printf? -shadow? -composites? -unusedresult?',
      unsafe: { 'is another checker': '-vettool=', 'edits files': '-fix' },
    }),
    list: goCommand(
      {
        safe: '-f= -compiled -deps -find -m -u -versions -retracted -test -e -reuse=',
        unsafe: { 'starts the compiler': '-export' },
      },
      { operands: () => [] },
    ),
    run: { mustSpell: 'starts a program', syntax: 'single', ...goBuild, stopsAtOperand: true, launches: 0 },
    generate: {
      mustSpell: 'starts the programs that the sources name',
      syntax: 'single',
      ...goBuild,
      safe: `${goBuild.safe ?? ''} -run= -skip=`,
    },
    fmt: { syntax: 'single', safe: '-n -x', unsafe: { 'is another go.mod': '-mod=' }, operands: readsTrees },
    'get install': goCommand({ safe: '-t -u? -d -tool' }, { mustSpell: 'brings other packages', operands: () => [] }),
    mod: {
      globals: {},
      subcommands: {
        'tidy download verify graph why vendor': {
          syntax: 'single',
          safe: '-v -x -e -go= -compat= -json -m -vendor -diff',
          unsafe: { 'takes its files from elsewhere': '-modfile= -o= -reuse=' },
        },
        'edit init': { mustSpell: 'changes go.mod', syntax: 'single', safe: '-json -print -fmt' },
      },
    },
    env: { syntax: 'single', safe: '-json -changed', unsafe: { 'changes the settings': '-w -u' } },
    version: { syntax: 'single', safe: '-m -v', operands: readsFiles },
    doc: {
      syntax: 'single',
      safe: '-all -c -cmd -short -src -u -ex',
      unsafe: { 'opens a port': '-http', 'switches the directory': '-C=' },
    },
    clean: { syntax: 'single', safe: '-n -x -cache -testcache -i -r -modcache -fuzzcache', mustSpell: 'removes files' },
    tool: { mustSpell: 'starts a program', syntax: 'single', stopsAtOperand: true, safe: '-n', launches: 0 },
    help: {},
  },
};

const cargoCommon: OptionTable = {
  safe: `-q --quiet -v --verbose -vv --color= -h --help --offline --locked --frozen --message-format= -p= --package= --workspace --all
    --exclude= --lib --bins --bin? --examples --example? --tests --test? --benches --bench? --all-targets --doc -F= --features=
    --all-features --no-default-features -j= --jobs= --keep-going -r --release --profile= --ignore-rust-version
    --future-incompat-report --no-run --no-fail-fast --timings --unit-graph`,
  checked: [
    ['--target=', (value) => (/^[\w.-]+$/u.test(value) && !value.endsWith('.json') ? undefined : 'it is a file')],
  ],
  unsafe: {
    'sets the configuration': '--config= -Z=',
    'switches the directory': '-C= --manifest-path= --lockfile-path=',
    'writes elsewhere': '--target-dir= --out-dir= --artifact-dir=',
  },
};

/** What stands behind `--` is for the test program, which can write a log. */
const testArguments: OperandRule = ({ operands, operandsBeforeDashes }) =>
  operands.map((operand, index) =>
    index >= (operandsBeforeDashes ?? Infinity) && /^--(?:log|out)/u.test(operand?.text ?? '')
      ? { role: 'word', problem: 'it writes a file' }
      : { role: 'word' },
  );

/** Lints may be chosen behind `--`; the compiler's other options may start programs. */
const lintArguments: OperandRule = ({ operands, operandsBeforeDashes }) =>
  operands.map((operand, index) => {
    const text = operand?.text ?? '';
    if (index < (operandsBeforeDashes ?? Infinity)) return { role: 'word' };
    return /^(?:-[ADWF]|-[ADWF][\w:-]+|[\w:-]+|--(?:allow|warn|deny|forbid)(?:=[\w:-]+)?)$/u.test(text) &&
      !/^-[^ADWF-]/u.test(text)
      ? { role: 'word' }
      : { role: 'word', problem: 'the compiler may start a program' };
  });

const cargo: SubcommandTable = {
  globals: {
    syntax: 'exact',
    safe: '-q --quiet -v --verbose -V --version -h --help --list --color= --offline --locked --frozen',
    unsafe: { 'sets the configuration': '--config= -Z=', 'switches the directory': '-C=' },
  },
  common: cargoCommon,
  subcommands: {
    'test t': { syntax: 'exact', operands: testArguments },
    bench: { syntax: 'exact', operands: testArguments },
    'build b check c': { syntax: 'exact' },
    'doc d': { syntax: 'exact', safe: '--no-deps --document-private-items', unsafe: { 'starts a browser': '--open' } },
    clippy: {
      syntax: 'exact',
      safe: '--no-deps',
      unsafe: { 'edits files': '--fix --allow-dirty --allow-staged --allow-no-vcs' },
      operands: lintArguments,
    },
    fmt: {
      syntax: 'exact',
      safe: '--check',
      operands: ({ operands }) =>
        operands.map((operand) =>
          operand?.text === '--check' ? { role: 'word' } : { role: 'word', problem: 'it is an option of rustfmt' },
        ),
    },
    'run r': { mustSpell: 'starts a program', syntax: 'exact' },
    nextest: {
      globals: {},
      subcommands: {
        'run r list': {
          syntax: 'exact',
          safe: '-E= --filter-expr= --no-capture --nocapture --retries= --fail-fast --test-threads= --run-ignored= --status-level= --final-status-level= --no-tests= --partition= --success-output= --failure-output= --max-fail=',
          unsafe: { 'sets the configuration': '--config-file= --tool-config-file= --archive-file=' },
          operands: testArguments,
        },
      },
    },
    tree: {
      syntax: 'exact',
      safe: '-i= --invert= --prune= --depth= --prefix= --no-dedupe -d --duplicates --charset= -f= --format= -e= --edges=',
    },
    metadata: { syntax: 'exact', safe: '--no-deps --format-version= --filter-platform=' },
    'search info': { syntax: 'exact', safe: '--limit=', unsafe: { 'switches the host': '--index= --registry=' } },
    'pkgid verify-project read-manifest locate-project': { syntax: 'exact' },
    'add remove rm': {
      mustSpell: 'changes the packages',
      syntax: 'exact',
      safe: '--dev --build --optional --no-optional --rename= -n --dry-run',
      unsafe: { 'switches the package': '--path= --git= --branch= --tag= --rev= --registry=' },
    },
    'update fetch generate-lockfile': {
      mustSpell: 'changes the packages',
      syntax: 'exact',
      safe: '-w --precise= --recursive --aggressive -n --dry-run',
    },
    clean: { mustSpell: 'removes files', syntax: 'exact', safe: '-n --dry-run' },
    version: { syntax: 'exact' },
    help: {},
  },
};

/** Programs that build and test. */
export const builders: Readonly<Record<string, CommandTable | SubcommandTable>> = {
  make,
  gmake: make,
  go,
  gofmt: {
    syntax: 'single',
    safe: '-d -e -l -s -r=',
    writes: '-cpuprofile=',
    unsafe: { 'edits files': '-w' },
    operands: readsTrees,
  },
  cargo,
};
