import { literalWord, type ShellWord } from './word.ts';

/** A program that runs another one, and how its own options are told from that one. */
interface Wrapper {
  /** Letters of the options that take a value. */
  readonly valued?: string;
  /** Long options that take a value, where it is not joined with `=`. */
  readonly long?: readonly string[];
  /** How many operands come before the inner command. Default 0. */
  readonly operands?: number;
  /** True where assignments may come before the inner command. */
  readonly takesAssignments?: boolean;
  /** The option whose value is a script. */
  readonly script?: string;
  /** True where the words of the inner command are joined and read as a script. */
  readonly joins?: boolean;
  /** True where the operands may be left out, so that the first one may be the inner command. */
  readonly mayLackOperands?: boolean;
  /** A word that may come first. */
  readonly optional?: string;
  /** A word that must come first, as in `pnpm exec`. */
  readonly subcommands?: readonly string[];
  /** Letters of options of other versions, which take a value only behind a space. */
  readonly separate?: string;
  /** Long options that take two values. */
  readonly pairs?: RegExp;
  /** True where options may stand behind the operands, and all that is left goes to a shell. */
  readonly passesOn?: boolean;
  /** Options with which nothing is run. */
  readonly inert?: RegExp;
  /** True where an allow rule for the inner command is enough. */
  readonly isHarmless?: boolean;
}

const parallelOptions = [
  'jobs max-procs arg-file delay joblog colsep timeout halt halt-on-error tmpdir tempdir load memfree retries results',
  'workdir wd nice tagstring tmux block recstart recend max-args max-replace-args max-lines sshlogin sshloginfile profile',
  'env return basefile transferfile arg-sep arg-file-sep delimiter trim limit shellquote',
].flatMap((line) => line.split(' '));

const bwrapOptions = [
  'bind ro-bind dev-bind bind-try ro-bind-try dev-bind-try dev proc tmpfs mqueue dir chdir setenv unsetenv uid gid hostname',
  'symlink chmod perms size cap-add cap-drop seccomp args file bind-data ro-bind-data exec-label file-label lock-file',
].flatMap((line) => line.split(' '));

const uvOptions = [
  'with with-requirements with-editable python project directory package extra group only-group env-file index',
  'default-index config-file cache-dir color refresh-package upgrade-package no-group',
].flatMap((line) => line.split(' '));

const loaderOptions = ['library-path', 'preload', 'argv0', 'audit', 'inhibit-rpath', 'glibc-hwcaps-prepend'];

const wrappers: Readonly<Record<string, Wrapper>> = {
  env: { valued: 'uCSaP', long: ['unset', 'chdir', 'split-string', 'argv0'], takesAssignments: true, script: 'S' },
  sudo: {
    valued: 'ughpCDRrtTUa',
    long: [
      'user',
      'group',
      'host',
      'prompt',
      'close-from',
      'chdir',
      'chroot',
      'role',
      'type',
      'command-timeout',
      'other-user',
    ],
    takesAssignments: true,
  },
  doas: { valued: 'uCa' },
  pkexec: { long: ['user'] },
  runuser: {
    valued: 'ugGcsw',
    long: ['user', 'group', 'command', 'shell', 'supp-group', 'whitelist-environment'],
    script: 'c',
    passesOn: true,
  },
  su: {
    valued: 'cgGsw',
    long: ['command', 'group', 'shell', 'supp-group', 'whitelist-environment'],
    script: 'c',
    passesOn: true,
  },
  timeout: { valued: 'ks', long: ['kill-after', 'signal'], operands: 1, isHarmless: true },
  gtimeout: { valued: 'ks', long: ['kill-after', 'signal'], operands: 1 },
  time: { valued: 'fo', long: ['format', 'output'] },
  gtime: { valued: 'fo', long: ['format', 'output'] },
  nice: { valued: 'n', long: ['adjustment'], isHarmless: true },
  ionice: { valued: 'cnpPu', long: ['class', 'classdata'] },
  chrt: { valued: 'TPD', operands: 1, mayLackOperands: true },
  taskset: { operands: 1 },
  nohup: { isHarmless: true },
  setsid: {},
  stdbuf: { valued: 'ioe', long: ['input', 'output', 'error'], isHarmless: true },
  unbuffer: {},
  command: { inert: /^-p?[vV]/, isHarmless: true },
  builtin: {},
  exec: { valued: 'a' },
  xargs: {
    valued: 'adEILnPs',
    long: ['arg-file', 'delimiter', 'max-args', 'max-procs', 'max-chars', 'process-slot-var'],
    separate: 'SJR',
  },
  watch: { valued: 'nq', long: ['interval', 'equexit'], joins: true },
  flock: { valued: 'wEc', long: ['timeout', 'wait', 'conflict-exit-code', 'command'], operands: 1, script: 'c' },
  strace: { valued: 'abeEIOopPsSuUX' },
  ltrace: { valued: 'aAeDFlnopsuwxX' },
  parallel: { valued: 'jSNILnPdaC', long: parallelOptions, joins: true },
  busybox: {},
  toybox: {},
  chroot: { long: ['userspec', 'groups'], operands: 1 },
  unshare: { valued: 'SGRw', long: ['setuid', 'setgid', 'root', 'wd', 'propagation', 'setgroups'] },
  nsenter: { valued: 'tSGrw', long: ['target', 'setuid', 'setgid'] },
  setpriv: { long: ['reuid', 'regid', 'groups', 'pdeathsig', 'inh-caps', 'bounding-set', 'securebits'] },
  prlimit: { valued: 'p' },
  script: { valued: 'cIOBTmEo', long: ['command'], script: 'c', operands: 1 },
  entr: { script: 's' },
  caffeinate: { valued: 'tw' },
  rlwrap: { valued: 'afHlPs' },
  chronic: {},
  ifne: {},
  fakeroot: { valued: 'lsib' },
  firejail: {},
  bwrap: { long: bwrapOptions, pairs: /^--(?:ro-bind|dev-bind|bind|setenv|symlink|chmod|file|overlay-src)/ },
  'dbus-run-session': {},
  'systemd-run': { valued: 'uptEMH', long: ['unit', 'property', 'slice', 'uid', 'gid', 'setenv'] },
  valgrind: {},
  'cross-env': { takesAssignments: true },
  winpty: {},
  pnpm: { valued: 'CF', long: ['dir', 'filter', 'filter-prod'], subcommands: ['exec', 'dlx'] },
  yarn: { long: ['cwd'], subcommands: ['exec', 'dlx'] },
  poetry: { valued: 'CP', long: ['directory', 'project'], subcommands: ['run'] },
  pipenv: { subcommands: ['run'] },
  uv: { valued: 'pw', long: uvOptions, subcommands: ['run'] },
  pdm: { valued: 'p', long: ['project', 'site-packages'], subcommands: ['run'] },
  hatch: { valued: 'pe', long: ['project', 'env'], subcommands: ['run'] },
  rye: { subcommands: ['run'] },
  pixi: { valued: 'e', long: ['manifest-path', 'environment'], subcommands: ['run', 'exec'] },
  conda: { valued: 'np', long: ['name', 'prefix', 'cwd'], subcommands: ['run'] },
  mamba: { valued: 'np', long: ['name', 'prefix', 'cwd'], subcommands: ['run'] },
  micromamba: { valued: 'np', long: ['name', 'prefix', 'cwd'], subcommands: ['run'] },
  bundle: { subcommands: ['exec'] },
  uvx: { valued: 'p', long: ['from', 'with', 'python'] },
  pipx: { long: ['spec', 'python'], subcommands: ['run'] },
  direnv: { subcommands: ['exec'], operands: 1 },
  dotenv: { valued: 'efpvc', long: ['file'], optional: 'run' },
  dotenvx: { valued: 'fe', long: ['env-file', 'env'], subcommands: ['run'] },
  'env-cmd': { valued: 'fr', long: ['file', 'rc-file', 'environments'] },
  op: { long: ['env-file', 'account'], subcommands: ['run'] },
  doppler: { valued: 'pc', long: ['project', 'config', 'command', 'token'], subcommands: ['run'] },
  infisical: { long: ['env', 'path', 'command', 'token', 'projectId'], subcommands: ['run'] },
  chamber: { subcommands: ['exec'], operands: 1 },
  'aws-vault': { valued: 'd', long: ['duration', 'region'], subcommands: ['exec'], operands: 1 },
  mise: { subcommands: ['exec', 'x'] },
  asdf: { subcommands: ['exec'] },
  rtx: { subcommands: ['exec', 'x'] },
  pyenv: { subcommands: ['exec'] },
  rbenv: { subcommands: ['exec'] },
  nodenv: { subcommands: ['exec'] },
  nvm: { subcommands: ['exec', 'run'], operands: 1, mayLackOperands: true },
  fnm: { long: ['using'], subcommands: ['exec'] },
  volta: { long: ['node', 'npm', 'yarn', 'pnpm'], subcommands: ['run'] },
  lerna: { long: ['scope', 'ignore', 'concurrency'], subcommands: ['exec'] },
  nx: { subcommands: ['exec'] },
  turbo: { subcommands: ['exec'] },
  devbox: { subcommands: ['run'] },
  hyperfine: { valued: 'wmMrpcsLuDS', joins: true },
  setarch: { operands: 1, mayLackOperands: true },
  linux32: {},
  linux64: {},
  i386: {},
  x86_64: {},
  uname26: {},
  numactl: { valued: 'lipmNCMb', long: ['membind', 'cpunodebind', 'physcpubind', 'interleave', 'preferred'] },
  cpulimit: { valued: 'lpe', long: ['limit', 'pid', 'exe'] },
  eatmydata: {},
  proxychains: { valued: 'f' },
  proxychains4: { valued: 'f' },
  torsocks: { valued: 'uPaip' },
  torify: {},
  faketime: { valued: 'f', operands: 1 },
  sg: { operands: 1, script: 'c', joins: true },
  gosu: { operands: 1 },
  'su-exec': { operands: 1 },
  's6-setuidgid': { operands: 1 },
  setuidgid: { operands: 1 },
  envdir: { operands: 1 },
  envuidgid: { operands: 1 },
  softlimit: { valued: 'adflmoprst' },
  setlock: { operands: 1 },
  chpst: { valued: 'uUbemdoprflnP/' },
  tini: { valued: 'pe' },
  'dumb-init': {},
  'xvfb-run': { valued: 'enfps', long: ['server-num', 'server-args', 'error-file', 'auth-file'] },
  'dbus-launch': {},
  'ssh-agent': { valued: 'atEPO' },
  perf: { valued: 'eoIrpC', long: ['event', 'output', 'repeat'], subcommands: ['stat', 'record', 'trace'] },
  fakechroot: {},
  catchsegv: {},
  'run-one': {},
  retry: { valued: 'tdsm', long: ['times', 'delay', 'tries', 'sleep'] },
  wsl: { valued: 'due', long: ['distribution', 'user', 'cd', 'exec'] },
  'ld.so': { long: loaderOptions },
  'ld-linux.so.2': { long: loaderOptions },
  'ld-linux-x86-64.so.2': { long: loaderOptions },
  'ld-linux-aarch64.so.1': { long: loaderOptions },
  'ld-musl-x86_64.so.1': { long: loaderOptions },
  'ld-musl-aarch64.so.1': { long: loaderOptions },
};

/** What a wrapper runs. */
export interface Unwrapped {
  /** Where the inner command starts; as many as there are words where it has none. */
  readonly start: number;
  /** Where it starts if the operands of the wrapper are left out. */
  readonly startIfLacking?: number;
  /** A script among the options. */
  readonly script?: ShellWord;
  /** True where the words of the inner command are read as a script. */
  readonly joins: boolean;
  /** True where the wrapper's own words are all known, and it does nothing of its own. */
  readonly isHarmless: boolean;
}

/** Whether a program exists to run another one. */
export function isWrapper(program: string): boolean {
  return Object.hasOwn(wrappers, program);
}

/** Finds the inner command of a wrapper; `undefined` for what is none, or runs nothing this time. */
export function unwrap(words: readonly ShellWord[]): Unwrapped | undefined {
  const program = nameOf(words[0]);
  const wrapper = program === undefined || !Object.hasOwn(wrappers, program) ? undefined : wrappers[program];
  if (wrapper === undefined) return undefined;
  const { subcommands } = wrapper;
  if (subcommands === undefined) return skipOptions(wrapper, words, 1);
  const at = skipOptions({ ...wrapper, operands: 0 }, words, 1)?.start ?? words.length;
  return subcommands.includes(words[at]?.text ?? '') ? skipOptions(wrapper, words, at + 1) : undefined;
}

function skipOptions(wrapper: Wrapper, words: readonly ShellWord[], first: number): Unwrapped | undefined {
  const program = nameOf(words[0]);
  let operands = wrapper.operands ?? 0;
  let script: ShellWord | undefined;
  let index = first;
  let isPastOptions = false;
  let hasOptional = false;
  let startIfLacking: number | undefined;
  for (; index < words.length; index++) {
    const word = words[index];
    if (word === undefined) break;
    if (!isPastOptions && word.isKnown && wrapper.inert?.test(word.text) === true) return undefined;
    if (!isPastOptions && word.text === '--') {
      // What a shell gets may hold options of its own, such as `-c`.
      isPastOptions = wrapper.passesOn !== true;
    } else if (!isPastOptions && word.text.startsWith('-') && word.text !== '-') {
      const option = readOption(wrapper, word.text);
      const value = option.isSeparate ? words[index + 1] : option.value;
      if (option.isScript) script = value;
      if (option.isSeparate) index += wrapper.pairs?.test(word.text) === true ? 2 : 1;
    } else if (!isPastOptions && word.text === '-' && (program === 'env' || wrapper.passesOn === true)) {
      continue;
    } else if (wrapper.passesOn === true) {
      continue;
    } else if (wrapper.takesAssignments === true && /^[A-Za-z_]\w*=/.test(word.text)) {
      continue;
    } else if (wrapper.optional === word.text && !hasOptional) {
      hasOptional = true;
    } else if (operands > 0) {
      if (wrapper.mayLackOperands === true) startIfLacking ??= index;
      operands--;
      isPastOptions ||= !canMixOptions.has(words[0]?.text ?? '');
    } else {
      break;
    }
  }
  const own = words.slice(0, index);
  const isHarmless = wrapper.isHarmless === true && own.every(({ isKnown, hasGlob }) => isKnown && !hasGlob);
  return {
    start: index,
    joins: wrapper.joins === true,
    isHarmless,
    ...(script === undefined ? {} : { script }),
    ...(startIfLacking === undefined ? {} : { startIfLacking }),
  };
}

/** Programs that take options behind their operands. */
const canMixOptions: ReadonlySet<string> = new Set(['flock', 'script', 'sg']);

interface Option {
  /** True where the next word is its value. */
  readonly isSeparate: boolean;
  readonly isScript: boolean;
  readonly value?: ShellWord;
}

function readOption({ valued = '', long = [], separate = '', script }: Wrapper, text: string): Option {
  if (text.startsWith('--')) {
    const [name, value] = splitOnce(text.slice(2));
    const names = long.filter((candidate) => candidate.startsWith(name));
    const isScript = script !== undefined && names.some((candidate) => isScriptOption(candidate));
    return {
      isSeparate: value === undefined && names.length > 0,
      isScript,
      ...(value === undefined ? {} : { value: literalWord(value) }),
    };
  }
  for (let index = 1; index < text.length; index++) {
    const letter = text.charAt(index);
    if (separate.includes(letter) && index === text.length - 1) return { isSeparate: true, isScript: false };
    if (!valued.includes(letter) && letter !== script) continue;
    const rest = text.slice(index + 1);
    const isScript = letter === script;
    return rest === '' ? { isSeparate: true, isScript } : { isSeparate: false, isScript, value: literalWord(rest) };
  }
  return { isSeparate: false, isScript: false };
}

function isScriptOption(name: string): boolean {
  return name === 'command' || name === 'split-string';
}

function splitOnce(text: string): readonly [string, string?] {
  const at = text.indexOf('=');
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** The name of a program without its directory. */
export function nameOf(word: ShellWord | undefined): string | undefined {
  if (word === undefined || !word.isKnown || word.hasGlob) return undefined;
  return word.text.slice(word.text.lastIndexOf('/') + 1);
}
