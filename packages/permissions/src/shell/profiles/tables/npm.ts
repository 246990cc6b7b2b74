import type { CommandTable, OperandRule, SubcommandTable } from '../command-table.ts';
import { noOperands } from '../operand-rules.ts';
import type { OptionTable } from '../option-table.ts';

/** A workspace is named by its package or its place in the tree. */
function checkWorkspace(name: string): string | undefined {
  return name.startsWith('/') || name.startsWith('~') || name.split('/').includes('..')
    ? 'it leaves the tree'
    : undefined;
}

/** What npm and its kind take everywhere. Most are settings, so that each of them may have a value attached. */
const npmOptions: OptionTable = {
  safe: `-s --silent? -q --quiet? -d -dd -ddd --verbose? --loglevel= --json? --long? -l --parseable? --if-present? --production?
    --omit= --include= --only= -ws --workspaces? -iwr --include-workspace-root? --ignore-scripts? --audit? --no-audit
    --fund? --no-fund --audit-level= --depth= --all? -a --color? --no-color --progress? --no-progress --offline?
    --prefer-offline? --prefer-online? --foreground-scripts? --timing? --dry-run? --legacy-peer-deps? --strict-peer-deps?
    --engine-strict? --update-notifier? --no-update-notifier --unicode? --no-unicode --yes? -y --no --no-install --version? -v
    --help? -h -?`,
  checked: [['-w= --workspace=', checkWorkspace]],
  unsafe: {
    'starts the program given':
      '--script-shell= --shell= --git= --editor= -e= --viewer= --browser= --node-gyp= -c= --call= --node-options= --init-module=',
    'switches the directory':
      '--prefix= -C= --location= -L= -g? --global? --cache= --logs-dir= --globalconfig= --userconfig= --dir= --cwd=',
    'switches the package': '-p= --package=',
    'switches the host':
      '--registry= --reg= --proxy= --https-proxy= --noproxy= --cafile= --ca= --cert= --key= --local-address= --strict-ssl? --no-strict-ssl --scope= --otp= --auth-type= --user-agent=',
  },
};

const script: CommandTable = {};

/** Names of packages of the registry; addresses, archives and directories are not. */
const packageNames: OperandRule = ({ operands }) =>
  operands.map((operand) =>
    operand === undefined || /^(?:@[\w.-]+\/)?\w[\w.-]*(?:@[\w.^~<>=*|-]+)?$/u.test(operand.text)
      ? { role: 'word' }
      : { role: 'word', problem: 'it is no package of the registry' },
  );

const installOptions = `-S --save? -D --save-dev? -E --save-exact? -O --save-optional? -P --save-prod? --save-peer? --no-save -B
  --save-bundle? --package-lock-only? --no-package-lock --package-lock? -f --force? --no-bin-links --prefer-dedupe? --no-optional
  --tag=`;

const install: CommandTable = { mustSpell: 'runs what packages bring', safe: installOptions, operands: packageNames };
const launch: CommandTable = { mustSpell: 'starts a program', launches: 0 };
const spelledOnly = (why: string): CommandTable => ({
  isSingular: true,
  mustSpell: why,
  operands: noOperands(`it ${why}`),
});

/** `npm`, with its everyday subcommands. */
export const npm: SubcommandTable = {
  globals: { syntax: 'gnu', ...npmOptions },
  common: npmOptions,
  subcommands: {
    'test t tst': script,
    'run run-script rum urn': { namingOperands: 1 },
    'start stop restart': script,
    'install i in ins inst add isntall': install,
    'install-test it': install,
    'ci clean-install ic install-clean': { mustSpell: 'runs what packages bring' },
    'uninstall un remove rm r unlink': {
      mustSpell: 'changes the packages',
      safe: installOptions,
      operands: packageNames,
    },
    'update up upgrade udpate': { mustSpell: 'changes the packages', safe: installOptions, operands: packageNames },
    'dedupe ddp prune rebuild rb': { mustSpell: 'changes the packages', operands: packageNames },
    'view info show v': {},
    outdated: {},
    'ls list ll la': {},
    'explain why': {},
    'search find s se': { safe: '--searchexclude= --searchopts= --searchlimit=' },
    'root prefix ping whoami': {},
    fund: { safe: '--which=' },
    audit: {
      operands: ({ operands }) =>
        operands.map((operand) =>
          operand?.text === 'signatures' ? { role: 'word' } : { role: 'word', problem: 'it changes the packages' },
        ),
    },
    query: {},
    version: { safe: '--no-git-tag-version --preid=', operands: noOperands('it changes the version') },
    pkg: { globals: npmOptions, subcommands: { get: {} } },
    'config c': { globals: npmOptions, subcommands: { 'get list ls': {} } },
    get: {},
    cache: { globals: npmOptions, subcommands: { 'ls list verify': {} } },
    'exec x': launch,
    'init create innit': spelledOnly('starts a program'),
    publish: spelledOnly('publishes'),
    pack: { mustSpell: 'writes an archive', operands: noOperands('it is another package') },
    'link ln': spelledOnly('links another package'),
    help: { operands: noOperands('it starts a viewer') },
  },
};

/** `npx` and the like: the rule spells what is started. */
export const npx: CommandTable = { syntax: 'exact', stopsAtOperand: true, ...npmOptions, launches: 0 };

/** What pnpm, yarn and bun take in front of a script, and refuse behind it. */
const runnerOptions: OptionTable = {
  safe: `-s --silent? --reporter= --loglevel= --color? --no-color -r --recursive? --parallel? --stream? --aggregate-output?
    --workspace-concurrency= --no-bail --bail? --if-present? --sort? --no-sort --reverse? --offline? --prefer-offline?
    --ignore-scripts? --json? --long? --depth= --prod? -P --dev? -D --no-optional --frozen-lockfile? --no-frozen-lockfile
    --lockfile-only? --report-summary? --resume-from= -v --version? -h --help? -w --workspace-root? --use-stderr
    --verbose? --immutable? --mode= -b --bun --sequential`,
  checked: [['-F= --filter= --filter-prod=', checkWorkspace]],
  unsafe: {
    'switches the directory':
      '-C= --dir= --prefix= --cwd= --modules-dir= --store-dir= --virtual-store-dir= --global-dir= -g? --global? --modules-folder= --cache-folder= --global-folder= --link-folder=',
    'starts the program given':
      '--script-shell= --shell-emulator= --node-options= -c? --shell-mode? --use-node-version= --scripts-prepend-node-path?',
    'takes its configuration from elsewhere':
      '--config= --use-yarnrc= --userconfig= --globalconfig= --npmrc-auth-file= --lockfile-dir= --global-pnpmfile= --pnpmfile= --env-file= --preload= -r=',
    'switches the host': '--registry= --proxy= --https-proxy= --noproxy= --cafile=',
    'switches the package': '--package= -p=',
  },
};

const runner: OptionTable & { readonly syntax: 'exact' } = {
  ...runnerOptions,
  syntax: 'exact',
  unsafe: {
    ...runnerOptions.unsafe,
    'takes its configuration from elsewhere':
      '--config= --use-yarnrc= --userconfig= --globalconfig= --npmrc-auth-file= --lockfile-dir= --global-pnpmfile= --pnpmfile= --env-file= --preload=',
  },
};

const runScript: CommandTable = { syntax: 'exact', passesUnknown: true, namingOperands: 1 };
const runNamed: CommandTable = { syntax: 'exact', passesUnknown: true };

/** `pnpm`, `yarn` and `bun`: a word that is no subcommand is a script or a program, so that the rule has to spell it. */
export const scriptRunner: SubcommandTable = {
  globals: runner,
  common: runner,
  subcommands: {
    'run run-script': runScript,
    'test t tst start stop': runNamed,
    'install i add': {
      ...install,
      syntax: 'exact',
      safe: installOptions.replace(/-D |-P |-S --save\? /gu, '').replace(/--tag=/u, ''),
    },
    'remove rm uninstall un update up upgrade': {
      mustSpell: 'changes the packages',
      syntax: 'exact',
      safe: '-E --latest -L -i',
      operands: packageNames,
    },
    'dedupe prune rebuild': { mustSpell: 'changes the packages' },
    'list ls la ll': {},
    'why outdated audit': {},
    'view info show': {},
    'root bin': {},
    licenses: {},
    'exec dlx x': { mustSpell: 'starts a program', syntax: 'exact', stopsAtOperand: true, launches: 0 },
    config: { globals: runner, subcommands: { 'get list': {} } },
    workspaces: { globals: runner, subcommands: { 'info list': {} } },
    workspace: {
      mustSpell: 'switches the package',
      passesUnknown: true,
      launches: 1,
      namingOperands: 2,
      stopsAtOperand: true,
    },
  },
  otherwise: { syntax: 'exact', stopsAtOperand: true, launches: 0 },
};
