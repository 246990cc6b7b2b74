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
  /** A word that must come first, as in `pnpm exec`. */
  readonly subcommands?: readonly string[];
  /** Options with which nothing is run. */
  readonly inert?: RegExp;
  /** True where an allow rule for the inner command is enough. */
  readonly isHarmless?: boolean;
}

const wrappers: Readonly<Record<string, Wrapper>> = {
  env: { valued: 'uCS', long: ['unset', 'chdir', 'split-string'], takesAssignments: true, script: 'S' },
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
  runuser: { valued: 'ugGc', long: ['user', 'group', 'command'], script: 'c' },
  su: { valued: 'cgGsw', long: ['command', 'group', 'shell'], operands: 1, script: 'c' },
  timeout: { valued: 'ks', long: ['kill-after', 'signal'], operands: 1, isHarmless: true },
  gtimeout: { valued: 'ks', long: ['kill-after', 'signal'], operands: 1 },
  time: { valued: 'fo', long: ['format', 'output'] },
  gtime: { valued: 'fo', long: ['format', 'output'] },
  nice: { valued: 'n', long: ['adjustment'], isHarmless: true },
  ionice: { valued: 'cnpPu', long: ['class', 'classdata'] },
  chrt: { valued: 'TPD', operands: 1 },
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
  },
  watch: { valued: 'nq', long: ['interval', 'equexit'], joins: true },
  flock: { valued: 'wEc', long: ['timeout', 'wait', 'conflict-exit-code', 'command'], operands: 1, script: 'c' },
  strace: { valued: 'abeEIOopPsSuUX' },
  ltrace: { valued: 'aAeDFlnopsuwxX' },
  parallel: { valued: 'jSNILnPdaC', long: ['jobs', 'arg-file', 'delay', 'joblog', 'colsep', 'timeout'], joins: true },
  busybox: {},
  toybox: {},
  chroot: { long: ['userspec', 'groups'], operands: 1 },
  unshare: { valued: 'SGRw' },
  nsenter: { valued: 'tSGrw' },
  setpriv: { long: ['reuid', 'regid', 'groups', 'pdeathsig', 'inh-caps', 'bounding-set', 'securebits'] },
  prlimit: { valued: 'p' },
  script: { valued: 'cIOBTmEo', long: ['command'], script: 'c', operands: 1 },
  entr: {},
  caffeinate: { valued: 'tw' },
  rlwrap: { valued: 'afHlPs' },
  chronic: {},
  ifne: {},
  fakeroot: { valued: 'lsib' },
  firejail: {},
  bwrap: { long: ['bind', 'ro-bind'] },
  'dbus-run-session': {},
  'systemd-run': { valued: 'uptEMH', long: ['unit', 'property', 'slice', 'uid', 'gid', 'setenv'] },
  valgrind: {},
  'cross-env': { takesAssignments: true },
  winpty: {},
  pnpm: { subcommands: ['exec'] },
  yarn: { subcommands: ['exec'] },
  poetry: { subcommands: ['run'] },
  pipenv: { subcommands: ['run'] },
  uv: { subcommands: ['run'] },
  bundle: { subcommands: ['exec'] },
  hyperfine: { valued: 'wmMrpcsLuD', joins: true },
};

/** What a wrapper runs. */
export interface Unwrapped {
  /** Where the inner command starts; as many as there are words where it has none. */
  readonly start: number;
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
  if (wrapper.subcommands !== undefined && !wrapper.subcommands.includes(words[1]?.text ?? '')) return undefined;
  return skipOptions(wrapper, words, wrapper.subcommands === undefined ? 1 : 2);
}

function skipOptions(wrapper: Wrapper, words: readonly ShellWord[], first: number): Unwrapped | undefined {
  let operands = wrapper.operands ?? 0;
  let script: ShellWord | undefined;
  let index = first;
  let isPastOptions = false;
  for (; index < words.length; index++) {
    const word = words[index];
    if (word === undefined) break;
    if (!isPastOptions && word.isKnown && wrapper.inert?.test(word.text) === true) return undefined;
    if (!isPastOptions && word.text === '--') {
      isPastOptions = true;
    } else if (!isPastOptions && word.text.startsWith('-') && word.text !== '-') {
      const option = readOption(wrapper, word.text);
      const value = option.isSeparate ? words[index + 1] : option.value;
      if (option.isScript) script = value;
      if (option.isSeparate) index++;
    } else if (wrapper.takesAssignments === true && /^[A-Za-z_]\w*=/.test(word.text)) {
      continue;
    } else if (operands > 0) {
      operands--;
      isPastOptions ||= !canMixOptions.has(words[0]?.text ?? '');
    } else {
      break;
    }
  }
  const own = words.slice(0, index);
  const isHarmless = wrapper.isHarmless === true && own.every(({ isKnown, hasGlob }) => isKnown && !hasGlob);
  return { start: index, joins: wrapper.joins === true, isHarmless, ...(script === undefined ? {} : { script }) };
}

/** Programs that take options behind their operands. */
const canMixOptions: ReadonlySet<string> = new Set(['flock', 'su', 'runuser', 'script']);

interface Option {
  /** True where the next word is its value. */
  readonly isSeparate: boolean;
  readonly isScript: boolean;
  readonly value?: ShellWord;
}

function readOption({ valued = '', long = [], script }: Wrapper, text: string): Option {
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
    if (!valued.includes(letter)) continue;
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
