import type { CommandTable, OperandRule } from '../command-table.ts';
import { onlyNames } from '../file-filter.ts';
import { hasOption, readsFiles, readsTrees } from '../operand-rules.ts';

/** Names of what a tool brings itself; a path, or another package, is code to load. */
const oneOf =
  (...names: readonly string[]) =>
  (value: string): string | undefined =>
    value.split(',').every((part) => names.includes(part)) ? undefined : 'it may be code to load';

const configured = 'takes its configuration from elsewhere';
const loads = 'loads code';

/** Patterns and parts of paths to choose tests by. */
const filters: OperandRule = readsTrees;

const eslint: CommandTable = {
  syntax: 'exact',
  safe: `--ext= --no-config-lookup --no-eslintrc --env= --global= --globals= --rule= --no-inline-config
    --report-unused-disable-directives --report-unused-disable-directives-severity= --report-unused-inline-configs=
    --quiet --max-warnings= --no-error-on-unmatched-pattern --exit-on-fatal-error --no-warn-ignored
    --pass-on-no-patterns --color --no-color --ignore-pattern= --no-ignore --ignore --fix-dry-run --fix-type= --cache
    --no-cache --cache-strategy= --stats --debug --stdin --stdin-filename= -h --help -v --version --env-info
    --print-config= --concurrency= --flag= --no-fix --parser-options= --pass-on-unpruned-suppressions`,
  checked: [
    [
      '-f= --format=',
      oneOf(
        'stylish',
        'json',
        'html',
        'json-with-metadata',
        'compact',
        'unix',
        'junit',
        'checkstyle',
        'tap',
        'visualstudio',
      ),
    ],
  ],
  writes: '-o= --output-file= --cache-location= --cache-file=',
  reads: '--ignore-path=',
  unsafe: {
    [configured]: '-c= --config= --suppressions-location=',
    [loads]: '--rulesdir= --plugin= --parser= --resolve-plugins-relative-to=',
    'edits files': '--fix --suppress-all --suppress-rule= --prune-suppressions',
    'asks, and writes': '--init --inspect-config --mcp',
  },
  operands: readsTrees,
  filter: onlyNames(
    '*.[jt]s',
    '*.[cm][jt]s',
    '*.[jt]sx',
    '*.vue',
    '*.svelte',
    '*.astro',
    '*.json*',
    '*.md*',
    '*.css',
    '*.html',
  ),
};

const tsc: CommandTable = {
  syntax: 'single',
  safe: `-noEmit? -pretty? -strict? -skipLibCheck? -incremental? -listFiles? -listFilesOnly? -listEmittedFiles? -traceResolution?
    -extendedDiagnostics? -diagnostics? -explainFiles? -noErrorTruncation? -w -watch? -preserveWatchOutput? -v -version
    -h -help -all -showConfig -target= -t= -module= -m= -moduleResolution= -lib= -jsx= -types= -allowJs? -checkJs?
    -esModuleInterop? -isolatedModules? -noImplicitAny? -noUnusedLocals? -noUnusedParameters? -strictNullChecks?
    -noUncheckedIndexedAccess? -exactOptionalPropertyTypes? -resolveJsonModule? -allowImportingTsExtensions?
    -customConditions= -verbatimModuleSyntax? -erasableSyntaxOnly? -stopBuildOnErrors? -b -build? -d -declaration?
    -emitDeclarationOnly? -sourceMap? -f -force? -verbose? -dry? -assumeChangesOnlyAffectDirectDependencies? -locale=
    -noCheck? -ignoreConfig?`,
  reads: '-p= -project=',
  writes: '-outDir= -outFile= -out= -declarationDir= -generateTrace= -generateCpuProfile= -tsBuildInfoFile=',
  unsafe: {
    'writes a configuration': '-init',
    'removes files': '-clean',
    [loads]: '-plugins= -jsxFactory= -rootDir= -rootDirs= -baseUrl= -paths= -typeRoots=',
  },
  operands: ({ operands }) =>
    operands.map((operand) =>
      operand?.text.startsWith('@') === true
        ? { role: 'word', problem: 'it takes its arguments from a file' }
        : { role: 'read' },
    ),
  isOpenToJudge: true,
  judge: (command) => {
    const given = command.options.find(({ name }) => name === '-p' || name === '-project');
    if (given === undefined || given.value?.isSpelled === true || hasOption(command, '-noEmit')) return undefined;
    return `"${given.name}" ${configured}; with "--noEmit" nothing is written`;
  },
};

const prettier: CommandTable = {
  syntax: 'exact',
  safe: `-c --check -l --list-different --no-color --color -u --ignore-unknown --log-level= --loglevel= --no-config
    --config-precedence= --no-editorconfig --no-error-on-unmatched-pattern --stdin-filepath= --with-node-modules
    --print-width= --tab-width= --use-tabs --no-semi --semi --single-quote --jsx-single-quote --quote-props=
    --trailing-comma= --no-bracket-spacing --bracket-spacing --bracket-same-line --arrow-parens= --prose-wrap=
    --end-of-line= --html-whitespace-sensitivity= --embedded-language-formatting= --single-attribute-per-line
    --vue-indent-script-and-style --insert-pragma --require-pragma --range-start= --range-end= --support-info -h --help?
    -v --version --file-info= --find-config-path= --cache --cache-strategy= --debug-check --object-wrap=
    --experimental-ternaries --experimental-operator-position=`,
  checked: [
    [
      '--parser=',
      oneOf(
        'babel',
        'babel-flow',
        'babel-ts',
        'flow',
        'typescript',
        'acorn',
        'espree',
        'meriyah',
        'css',
        'less',
        'scss',
        'json',
        'json5',
        'jsonc',
        'json-stringify',
        'graphql',
        'markdown',
        'mdx',
        'vue',
        'yaml',
        'glimmer',
        'html',
        'angular',
        'lwc',
        'mjml',
        'oxc',
        'oxc-ts',
      ),
    ],
  ],
  reads: '--ignore-path=',
  writes: '--cache-location=',
  unsafe: { 'edits files': '-w --write', [configured]: '--config=', [loads]: '--plugin= --plugin-search-dir=' },
  operands: readsTrees,
  filter: onlyNames(
    ...'*.[jt]s *.[cm][jt]s *.[jt]sx *.json* *.css *.less *.scss *.html *.vue *.md* *.y*ml *.gql *.graphql *.hbs .*rc'.split(
      ' ',
    ),
  ),
};

const vitest: CommandTable = {
  syntax: 'exact',
  safe: `--run -t= --testNamePattern= --silent? --hideSkippedTests --no-color --color --bail= --retry= --passWithNoTests
    --allowOnly --no-allowOnly --changed? --coverage? --no-coverage --coverage.enabled? 
    --coverage.include= --coverage.exclude= --coverage.all? --coverage.thresholds.lines=
    --coverage.thresholds.branches= --coverage.thresholds.functions= --coverage.thresholds.statements= --isolate?
    --no-isolate --globals --dom --testTimeout= --hookTimeout= --teardownTimeout= --logHeapUsage --shard=
    --sequence.shuffle? --sequence.seed= --sequence.concurrent --exclude= --project= --typecheck? --typecheck.only
    --threads? --no-threads --poolOptions.threads.singleThread --poolOptions.forks.singleFork --maxWorkers=
    --minWorkers= --maxConcurrency= --fileParallelism? --no-file-parallelism --no-fileParallelism --expandSnapshotDiff
    --printConsoleTrace --disableConsoleIntercept --dangerouslyIgnoreUnhandledErrors --slowTestThreshold= --no-cache
    --includeTaskLocation --expect.requireAssertions --expectTypeOf --json -w --watch? --no-watch --standalone --clearScreen?
    --mode= -h --help -v --version --related --detectAsyncLeaks --filesOnly`,
  checked: [
    [
      '--reporter=',
      oneOf(
        'default',
        'basic',
        'verbose',
        'tree',
        'dot',
        'json',
        'junit',
        'tap',
        'tap-flat',
        'hanging-process',
        'github-actions',
        'html',
        'blob',
        'agent',
        'minimal',
      ),
    ],
    ['--pool=', oneOf('threads', 'forks', 'vmThreads', 'vmForks')],
    ['--coverage.provider=', oneOf('v8', 'istanbul')],
    ['--environment=', oneOf('node', 'jsdom', 'happy-dom', 'edge-runtime')],
    [
      '--coverage.reporter=',
      oneOf('text', 'text-summary', 'json', 'json-summary', 'lcov', 'html', 'clover', 'cobertura', 'none'),
    ],
  ],
  writes: '--coverage.reportsDirectory= --cache.dir= --attachmentsDir=',
  unsafe: {
    [configured]: '-c= --config= -r= --root= --dir= --workspace= --configLoader=',
    [loads]:
      '--globalSetup= --setupFiles= --runner= --browser? --browser.name= --browser.provider= --snapshotSerializers= --diff= --sequence.sequencer= --coverage.customProviderModule= --typecheck.checker= --typecheck.tsconfig= --execArgv= --vmMemoryLimit=',
    'writes snapshots': '-u? --update?',
    'writes a file': '--outputFile? --mergeReports?',
    'opens a port': '--ui? --open? --api? --inspect? --inspectBrk? --inspect-brk?',
  },
  operands: ({ operands }) =>
    operands.map((operand, index) => {
      const isVerb = index === 0 && /^(?:run|watch|dev|related|list|bench)$/u.test(operand?.text ?? '');
      return isVerb ? { role: 'word' } : { role: 'read', isRecursive: true };
    }),
};

const jest: CommandTable = {
  syntax: 'exact',
  safe: `--runInBand -i --bail? -b --ci? --no-ci --coverage? --no-coverage --collectCoverage? --collectCoverageFrom=
    --coveragePathIgnorePatterns= --coverageProvider= --colors? --no-colors --color? --no-color --detectOpenHandles
    --errorOnDeprecated --expand -e --findRelatedTests --forceExit --json? --lastCommit --listTests --logHeapUsage
    --maxConcurrency= -w= --maxWorkers= --noStackTrace --no-stack-trace -f --onlyFailures -o --onlyChanged
    --changedSince= --passWithNoTests --runTestsByPath --selectProjects= --ignoreProjects= --shard= --showConfig
    --showSeed --seed= --randomize --silent? -t= --testNamePattern= --testPathPattern= --testPathPatterns=
    --testPathIgnorePatterns= --testMatch= --testRegex= --testTimeout= --testLocationInResults --verbose? --watch?
    --watchAll? --watchman? --no-watchman --no-cache --cache? --clearMocks --resetMocks --restoreMocks --resetModules
    --automock --injectGlobals --openHandlesTimeout= --useStderr --workerIdleMemoryLimit= -h --help --version
    --debug --notify? --coverageThreshold=`,
  checked: [
    ['--reporters=', oneOf('default', 'verbose', 'github-actions', 'summary', 'silent')],
    [
      '--env= --environment= --testEnvironment=',
      oneOf('node', 'jsdom', 'jest-environment-node', 'jest-environment-jsdom'),
    ],
    [
      '--coverageReporters=',
      oneOf('text', 'text-summary', 'json', 'json-summary', 'lcov', 'html', 'clover', 'cobertura', 'none'),
    ],
  ],
  writes: '--outputFile= --coverageDirectory= --cacheDirectory=',
  unsafe: {
    [configured]: '-c= --config= --rootDir= --roots= --projects= --preset= --globals= --testEnvironmentOptions=',
    [loads]:
      '--globalSetup= --globalTeardown= --setupFiles= --setupFilesAfterEnv= --testRunner= --runner= --resolver= --transform= --haste= --moduleNameMapper= --modulePaths= --moduleDirectories= --snapshotSerializers= --testSequencer= --testResultsProcessor= --watchPlugins= --filter= --prettierPath= --dependencyExtractor= --replname=',
    'writes snapshots': '-u --updateSnapshot',
    'makes a configuration': '--init --clearCache',
  },
  operands: filters,
};

const mocha: CommandTable = {
  syntax: 'exact',
  safe: `-g= --grep= -f= --fgrep= -i --invert -b --bail -t= --timeout= --timeouts= -s= --slow= -j= --jobs= --parallel -p --exit
    --recursive --retries= --forbid-only --forbid-pending --full-trace -c --color --colors -C --no-color --no-colors
    --diff --no-diff --inline-diffs --check-leaks --dry-run --list-reporters --list-interfaces --sort -S -A
    --async-only --delay --fail-zero --pass-on-failing-test-suite --allow-uncaught --ignore= --exclude= --extension=
    --spec= -h --help -V --version --no-config --no-package --no-opts`,
  checked: [
    [
      '-R= --reporter=',
      oneOf(
        'spec',
        'dot',
        'min',
        'json',
        'json-stream',
        'list',
        'nyan',
        'tap',
        'progress',
        'landing',
        'doc',
        'markdown',
        'xunit',
      ),
    ],
    ['-u= --ui=', oneOf('bdd', 'tdd', 'qunit', 'exports')],
  ],
  unsafe: {
    [configured]: '--config= --package= --opts=',
    [loads]: '-r= --require= --import= --loader= --file= -n= --node-option= --global=',
    'writes a file': '-O= --reporter-option= --reporter-options=',
    'opens a port': '--inspect? --inspect-brk? -w --watch --watch-files= --watch-ignore=',
  },
  operands: filters,
};

/** Tools that everyday rules name, mostly started through `npx` or a script. */
export const nodeTools: Readonly<Record<string, CommandTable>> = {
  eslint,
  tsc,
  prettier,
  vitest,
  jest,
  mocha,
  node: {
    isSingular: true,
    syntax: 'exact',
    stopsAtOperand: true,
    safe: `-v --version -h --help -c --check --no-warnings --trace-warnings --trace-deprecation --trace-uncaught
      --no-deprecation --throw-deprecation --enable-source-maps --test --test-only --test-name-pattern=
      --test-skip-pattern= --test-concurrency= --test-timeout= --test-force-exit --experimental-strip-types
      --no-experimental-strip-types --experimental-test-coverage --preserve-symlinks --unhandled-rejections=
      --max-old-space-size? --stack-trace-limit? --expose-gc -C= --conditions= --watch --v8-options`,
    checked: [['--test-reporter=', oneOf('spec', 'tap', 'dot', 'junit', 'lcov')]],
    unsafe: {
      'is the program itself': '-e= --eval= -p= --print= -i --interactive --run=',
      [loads]:
        '-r= --require= --import= --loader= --experimental-loader= --env-file= --env-file-if-exists= --experimental-default-config-file --experimental-config-file= --openssl-config= --icu-data-dir= --snapshot-blob= --build-snapshot --experimental-sea-config=',
      'opens a port': '--inspect? --inspect-brk? --inspect-wait?',
      'writes files':
        '--cpu-prof --heap-prof --cpu-prof-dir= --heap-prof-dir= --diagnostic-dir= --redirect-warnings= --report-dir= --report-directory= --trace-event-categories= --test-reporter-destination= --prof --disable-proto=',
    },
    operands: (command) =>
      hasOption(command, '--check', '-c') ||
      command.options.some(({ name, isSpelled }) => name === '--test' && isSpelled)
        ? readsFiles(command)
        : command.operands.map((_, index) =>
            index === 0 ? { role: 'word', problem: 'the rule does not spell the script' } : { role: 'word' },
          ),
  },
};
