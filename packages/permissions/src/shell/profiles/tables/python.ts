import type { ParsedCommand } from '../parse-options.ts';
import type { Argument, ProgramProfile } from '../argument.ts';
import { checkCommand, type FindProfile } from '../check-command.ts';
import type { CommandTable, SubcommandTable } from '../command-table.ts';
import { onlyNames } from '../file-filter.ts';
import { hasOption, readsAtMost, readsTrees } from '../operand-rules.ts';
import { readOptionTable } from '../option-table.ts';
import { parseOptions } from '../parse-options.ts';

const pythonFiles = onlyNames('*.py', '*.pyi', '*.ipynb', '*.toml');
const editsUnlessChecking = (command: ParsedCommand): boolean => !hasOption(command, '--check', '--diff');

const configured = 'takes its configuration from elsewhere';

/** Names of packages of the index; addresses, archives and directories are not. */
const packageName = /^[A-Za-z0-9][\w.-]*(?:\[[\w,.-]*\])?(?:[=<>!~]=?[\w.*+!,<>=~-]*)?$/u;

/** A category with a dot is a class of a module, which is loaded. */
function checkWarning(filter: string): string | undefined {
  return /^[^:]*(?::[^:]*(?::\w*(?::.*)?)?)?$/su.test(filter) ? undefined : 'it loads code';
}

const pytest: CommandTable = {
  syntax: 'exact',
  safe: `-k= -m= -x --exitfirst --maxfail= --strict-config --strict-markers --strict -v -vv -vvv --verbose -q -qq --quiet --verbosity=
    -s --capture= -l --showlocals --no-showlocals --tb= --full-trace --color= --code-highlight= -r= --no-header
    --no-summary --no-fold-skipped --disable-warnings --disable-pytest-warnings --show-capture= --lf --last-failed --ff
    --failed-first --nf --new-first --lfnf= --last-failed-no-failures= --cache-clear --cache-show? --sw --stepwise
    --sw-skip --stepwise-skip --fixtures --funcargs --fixtures-per-test --markers --co --collect-only --setup-only
    --setup-show --setup-plan --durations= --durations-min= --runxfail --ignore= --ignore-glob=
    --deselect= --keep-duplicates --collect-in-virtualenv --doctest-modules --doctest-report= --doctest-glob=
    --doctest-continue-on-failure --assert= --log-level= --log-format= --log-date-format= --log-cli-level=
    --log-cli-format= --trace-config --version -V -h --help --continue-on-collection-errors -n= --numprocesses= --dist=
    --maxprocesses= --maxschedchunk= --timeout= --timeout-method= --cov? --no-cov --cov-branch --cov-fail-under=
    --cov-append --no-cov-on-fail --cov-context= --asyncio-mode= --benchmark-skip --benchmark-only
    --benchmark-disable --reruns= --reruns-delay= --randomly-seed= --forked --count=`,
  checked: [
    ['-W= --pythonwarnings=', checkWarning],
    ['-p=', (value) => (/^no:[\w.-]+$/u.test(value) ? undefined : 'it loads code')],
    [
      '--cov-report=',
      (value) =>
        /^(?:term(?:-missing)?(?::skip-covered)?|html|xml|json|lcov|annotate)?$/u.test(value)
          ? undefined
          : 'it writes elsewhere',
    ],
  ],
  writes:
    '--junitxml= --junit-xml= --log-file= --html= --json-report-file= --report-log= --resultlog= --benchmark-json=',
  unsafe: {
    [configured]: '-c= --config-file= --rootdir= --confcutdir= --cov-config= -o= --override-ini= --noconftest',
    'removes a directory': '--basetemp=',
    'loads code': '--pyargs --import-mode= --pdbcls= --ds= --rsyncdir= --tx= --px= --looponfail -f',
    'asks on the terminal': '--pdb --trace',
    'writes a file':
      '--debug? --pastebin= --snapshot-update --force-regen --inline-snapshot= --benchmark-save= --benchmark-autosave --benchmark-storage=',
  },
  operands: (command) =>
    command.operands.map((operand) => ({
      role: 'read',
      isRecursive: true,
      path: operand?.text.replace(/::.*$/su, '') ?? '',
      ...(operand?.text.startsWith('@') === true && { problem: 'it takes its arguments from a file' }),
    })),
};

const installOptions: CommandTable = {
  mustSpell: 'runs what packages bring',
  syntax: 'exact',
  safe: '-U --upgrade --upgrade-strategy= --force-reinstall --no-deps --no-cache-dir --pre --user --no-input -q --quiet -v --verbose --disable-pip-version-check --no-color --progress-bar= --dry-run -y --yes --break-system-packages --only-binary= --no-binary= --prefer-binary --no-warn-script-location --root-user-action= --timeout= --retries= -h --help',
  unsafe: {
    'takes the names of packages from a file': '-r= --requirement= -c= --constraint= --build-constraint= --group=',
    'takes packages from elsewhere':
      '-e= --editable= -i= --index-url= --extra-index-url= -f= --find-links= --no-index --trusted-host= --proxy= --cert= --client-cert=',
    'writes elsewhere': '-t= --target= --prefix= --root= --src= --log= --cache-dir= --report=',
    'starts the program given': '--python= --global-option= --config-settings= -C= --use-pep517 --no-build-isolation',
  },
  operands: ({ operands }) =>
    operands.map((operand) =>
      operand === undefined || packageName.test(operand.text)
        ? { role: 'word' }
        : { role: 'word', problem: 'it is no package of the index' },
    ),
};

const asking: CommandTable = {
  syntax: 'exact',
  safe: '-o --outdated -u --uptodate -l --local --user --format= --not-required --exclude= -f --files -v --verbose -q --quiet --all --exclude-editable --disable-pip-version-check --no-color -h --help',
};

/** Python's everyday tools. */
export const pythonTools: Readonly<Record<string, CommandTable | SubcommandTable>> = {
  pytest,
  'py.test': pytest,
  pip: pipTable(),
  pip3: pipTable(),
  ruff: {
    globals: {
      syntax: 'exact',
      safe: '-v --verbose -q --quiet -s --silent -h --help -V --version',
      unsafe: { [configured]: '--config= --isolated' },
    },
    subcommands: {
      check: {
        syntax: 'exact',
        safe: '--no-fix --diff --show-fixes --show-files --show-settings -w --watch --statistics --output-format= --target-version= --preview --no-preview --select= --ignore= --extend-select= --extend-ignore= --per-file-ignores= --fixable= --unfixable= --exclude= --extend-exclude= --respect-gitignore --no-respect-gitignore --force-exclude -n --no-cache --ignore-noqa -e --exit-zero --exit-non-zero-on-fix --stdin-filename= --extension= --line-length= -q --quiet -v --verbose -s --silent --color= -h --help',
        writes: '-o= --output-file= --cache-dir=',
        unsafe: { [configured]: '--config= --isolated', 'edits files': '--fix --fix-only --unsafe-fixes --add-noqa' },
        operands: readsTrees,
        filter: pythonFiles,
      },
      format: {
        syntax: 'exact',
        safe: '--check --diff -n --no-cache --respect-gitignore --exclude= --force-exclude --line-length= --stdin-filename= --target-version= --preview -q --quiet -v --verbose -h --help',
        unsafe: { [configured]: '--config= --isolated' },
        operands: readsTrees,
        filter: pythonFiles,
        edits: editsUnlessChecking,
        isOpenToJudge: true,
        judge: ({ options, operands }) =>
          options.some(({ name }) => name === '--check' || name === '--diff') ||
          operands.some((operand) => operand?.isSpelled === true)
            ? undefined
            : 'it edits files; "--check" does not',
      },
      'rule config linter version': { syntax: 'exact', safe: '--all --output-format=' },
    },
  },
  mypy: {
    syntax: 'exact',
    safe: '--strict --ignore-missing-imports --follow-imports= --no-incremental --pretty --show-error-codes --hide-error-codes --show-error-context --no-error-summary --no-color-output --show-column-numbers --warn-unused-ignores --warn-unreachable --disallow-untyped-defs --check-untyped-defs --no-strict-optional --python-version= --platform= --exclude= --explicit-package-bases --namespace-packages -p= --package= -m= --module= -v --verbose -V --version -h --help --disable-error-code= --enable-error-code= --allow-redefinition --no-implicit-optional --show-traceback --tb',
    writes: '--cache-dir= --junit-xml=',
    unsafe: {
      [configured]: '--config-file= --custom-typeshed-dir= --custom-typing-module= --shadow-file==',
      'starts the program given': '--python-executable= --install-types --pdb',
      'is code itself': '-c= --command=',
      'writes files':
        '--any-exprs-report= --cobertura-xml-report= --html-report= --linecount-report= --linecoverage-report= --lineprecision-report= --txt-report= --xml-report= --xslt-html-report= --xslt-txt-report= --sqlite-cache',
    },
    operands: ({ operands }) =>
      operands.map((operand) =>
        operand?.text.startsWith('@') === true
          ? { role: 'word', problem: 'it takes its arguments from a file' }
          : { role: 'read', isRecursive: true },
      ),
    filter: pythonFiles,
  },
  black: {
    syntax: 'exact',
    safe: '--check --diff --color --no-color -l= --line-length= -t= --target-version= -S --skip-string-normalization -C --skip-magic-trailing-comma --fast --safe -q --quiet -v --verbose --exclude= --extend-exclude= --include= --version -h --help --preview --workers= -W=',
    unsafe: { [configured]: '--config= --stdin-filename=', 'is code itself': '-c= --code=' },
    operands: readsTrees,
    filter: pythonFiles,
    edits: editsUnlessChecking,
    isOpenToJudge: true,
    judge: ({ options, operands }) =>
      options.some(({ name }) => name === '--check' || name === '--diff') ||
      operands.some((operand) => operand?.isSpelled === true)
        ? undefined
        : 'it edits files; "--check" does not',
  },
  'json.tool': {
    syntax: 'exact',
    safe: '--sort-keys --indent= --tab --no-indent --compact --json-lines --no-ensure-ascii -h --help',
    operands: readsAtMost(1),
  },
};

function pipTable(): SubcommandTable {
  return {
    globals: {
      syntax: 'exact',
      safe: '-V --version -h --help -q --quiet -v --verbose --disable-pip-version-check --no-color --no-input --isolated',
    },
    subcommands: {
      install: installOptions,
      uninstall: { ...installOptions, mustSpell: 'changes the packages' },
      'list show freeze check': asking,
      'index search': { syntax: 'exact', safe: '--pre --json' },
      help: {},
    },
  };
}

const options: CommandTable = {
  syntax: 'exact',
  stopsAtOperand: true,
  safe: '-V --version -h --help -u -B -O -OO -v -q -s -S -E -I -b -bb -d -P -t',
  checked: [['-W=', checkWarning]],
  unsafe: { 'is the program itself': '-c= -i', 'sets how it runs': '-X= --check-hash-based-pycs=' },
  operands: ({ operands }) =>
    operands.map((_, index) =>
      index === 0 ? { role: 'word', problem: 'the rule does not spell the script' } : { role: 'word' },
    ),
};

/** The profile of `python`, where all behind `-m module` belongs to the module. */
export function createPythonProfile(findProfile: FindProfile): ProgramProfile {
  const specs = readOptionTable(options);
  return {
    checkArguments: (args, settings) => {
      const index = args.findIndex(({ text }, place) => /^-[A-Za-z]*m/u.test(text) && isBeforeOperand(args, place));
      const command = parseOptions(index === -1 ? args : args.slice(0, index), specs, options);
      const problem = checkCommand(command, options, findProfile, settings);
      if (problem !== undefined || index === -1) return problem;
      const [flag, name, ...rest] = args.slice(index);
      if (flag?.text !== '-m') return flag?.isSpelled === true ? undefined : `"${flag?.text ?? ''}" starts a module`;
      if (!flag.isSpelled || name?.isSpelled !== true) return 'the rule does not spell the module that it starts';
      return findProfile(name.text)?.checkArguments(rest);
    },
    filesOf: (args) => {
      const index = args.findIndex((word, place) => word?.text === '-m' && args.slice(0, place).every(isFlag));
      const module = index === -1 ? undefined : args[index + 1];
      return module && findProfile(module.text)?.filesOf?.(args.slice(index + 2));
    },
    subcommandWords: (args) => (args[0] === '-m' && args[1] !== undefined ? 2 : undefined),
  };
}

function isFlag(word: Argument | undefined): boolean {
  return word?.text.startsWith('-') === true;
}

function isBeforeOperand(args: readonly Argument[], place: number): boolean {
  return args.slice(0, place).every(({ text }, index) => text.startsWith('-') || args[index - 1]?.text === '-W');
}
