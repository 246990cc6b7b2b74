import type { Argument, CheckOptions, FileFilter, FileOperand, FileUse, ProgramProfile } from './argument.ts';
import type { FindProfile } from './check-command.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/u));

/** Options in front of the starting points. `-L` follows links out of the tree. */
const leadingOptions = words('-H -P -O0 -O1 -O2 -O3');

const withoutValue = words(`
  ( ) ! , -a -and -o -or -not -daystart -depth -d -help --help -version --version -ignore_readdir_race
  -noignore_readdir_race -mount -xdev -nowarn -warn -noleaf -empty -executable -false -nogroup -nouser -readable -true
  -writable -print -print0 -prune -quit -ls -E -X -x -s`);

const withValue = words(`
  -maxdepth -mindepth -regextype -amin -atime -cmin -ctime -fstype -gid -group -ilname -iname -inum -ipath -iregex
  -iwholename -links -lname -mmin -mtime -name -newermt -newerat -newerct -newerBt -path -perm -regex -size -type -uid
  -used -user -wholename -xtype -context -printf -flags`);

/** The value is a file whose dates or identity are looked at. */
const withFile = words('-anewer -cnewer -newer -samefile');

const unsafe: Readonly<Record<string, { readonly why: string; readonly values: number }>> = {
  '-L': { why: 'follows links out of the tree', values: 0 },
  '-follow': { why: 'follows links out of the tree', values: 0 },
  '-delete': { why: 'deletes files', values: 0 },
  '-fprint': { why: 'writes a file', values: 1 },
  '-fprint0': { why: 'writes a file', values: 1 },
  '-fls': { why: 'writes a file', values: 1 },
  '-fprintf': { why: 'writes a file', values: 2 },
  '-files0-from': { why: 'takes its starting points from a file', values: 1 },
  '-D': { why: 'is not known to be safe', values: 1 },
  '-f': { why: 'is not known to be safe', values: 1 },
};

const launching = words('-exec -execdir -ok -okdir');

/** The profile of `find`: where it starts, and an expression. */
export function createFindProfile(findProfile: FindProfile): ProgramProfile {
  return {
    checkArguments: (args, options) => checkFind(args, findProfile, options),
    filesOf: filesOfFind,
    subcommandWords: () => 0,
  };
}

function checkFind(
  args: readonly Argument[],
  findProfile: FindProfile,
  options: CheckOptions = {},
): string | undefined {
  for (let index = 0; index < args.length; index++) {
    const word = args[index];
    if (word === undefined) break;
    const { text } = word;
    if (launching.has(text)) {
      const end = launchEnd(args, index);
      const problem = checkLaunch(args.slice(index, end), findProfile);
      if (problem !== undefined) return problem;
      index = end;
      continue;
    }
    const known = Object.hasOwn(unsafe, text) ? unsafe[text] : undefined;
    if (known !== undefined) {
      const mayWrite = options.mayWrite === true && known.why === 'writes a file';
      if (!word.isSpelled && !mayWrite) return `"${text}" ${known.why}`;
      const open = args.slice(index + 1, index + 1 + known.values).find(({ isSpelled }) => !isSpelled);
      if (open !== undefined && known.why !== 'writes a file') return `"${text}" ${known.why}: "${open.text}"`;
      index += known.values;
    } else if (takesValue(text)) {
      const value = args[++index];
      if (value?.hasGlob === true && !value.isSpelled) return `the shell would replace "${value.text}" by file names`;
    } else if (!word.isSpelled && isExpression(text) && !withoutValue.has(text) && !leadingOptions.has(text)) {
      return `"${text}" is not a part of an expression that is known to be safe`;
    }
  }
  return undefined;
}

function isExpression(text: string): boolean {
  return text.startsWith('-') || ['(', ')', '!', ','].includes(text);
}

function takesValue(text: string): boolean {
  return withValue.has(text) || withFile.has(text) || /^-newer[aBcm][aBcm]$/u.test(text);
}

/** Where the command of an `-exec` ends, as an index. */
function launchEnd(args: readonly (Argument | undefined)[], start: number): number {
  const end = args.findIndex((word, index) => {
    const isPlus = word?.text === '+' && args[index - 1]?.text === '{}';
    return index > start && (word?.text === ';' || isPlus);
  });
  return end === -1 ? args.length : end;
}

function checkLaunch([option, program, ...rest]: readonly Argument[], findProfile: FindProfile): string | undefined {
  if (option?.isSpelled !== true || program?.isSpelled !== true) {
    return `"${option?.text ?? ''}" starts a program that the rule does not spell`;
  }
  return findProfile(program.text.replace(/^.*\//u, ''))?.checkArguments(rest);
}

function filesOfFind(args: readonly (Argument | undefined)[]): FileUse {
  const roots: FileOperand[] = [];
  const reads: FileOperand[] = [];
  const writes: FileOperand[] = [];
  let hasUnknown = args.includes(undefined);
  let deletes = false;
  let isInExpression = false;
  for (let index = 0; index < args.length; index++) {
    const word = args[index];
    if (word === undefined) continue;
    const { text } = word;
    if (!isExpression(text)) {
      if (!isInExpression) roots.push({ path: text, hasGlob: word.hasGlob, isRecursive: true });
      continue;
    }
    if (text === '-files0-from') hasUnknown = true;
    if (['-H', '-L', '-P', '-D', '--'].includes(text) || text.startsWith('-O')) {
      index += text === '-D' ? 1 : 0;
      continue;
    }
    isInExpression = true;
    const value = args[index + 1];
    const isReference = withFile.has(text) || (/^-newer[aBcm][aBcm]$/u.test(text) && !text.endsWith('t'));
    if (isReference && value) reads.push({ path: value.text, hasGlob: value.hasGlob, isRecursive: false });
    if (text === '-delete') deletes = true;
    const known = Object.hasOwn(unsafe, text) ? unsafe[text] : undefined;
    if (known?.why === 'writes a file' && value) {
      writes.push({ path: value.text, hasGlob: value.hasGlob, isRecursive: false });
    }
    if (launching.has(text)) index = launchEnd(args, index);
    else if (takesValue(text)) index++;
    else index += known?.values ?? 0;
    if (index >= args.length) break;
  }
  if (roots.length === 0) roots.push({ path: '.', hasGlob: false, isRecursive: true });
  const filter: FileFilter = { links: 'opened', ...filterOf(args) };
  const filtered = roots.map((root) => ({ ...root, filter }));
  return { reads: [...filtered, ...reads], writes: deletes ? [...writes, ...roots] : writes, hasUnknown };
}

/** Where all parts of an expression must hold, a `-name` at its start leaves all other names out. */
function filterOf(args: readonly (Argument | undefined)[]): FileFilter | undefined {
  if (args.some((word) => word === undefined || /^(?:-o|-or|,|\()$/u.test(word.text))) return undefined;
  const action = args.findIndex((word) => /^-(?:exec|ok|print|ls|fprint|delete|fls|quit)/u.test(word?.text ?? ''));
  const tests = action === -1 ? args : args.slice(0, action);
  const at = tests.findIndex(
    (word, index) => word?.text === '-name' && !/^(?:!|-not)$/u.test(tests[index - 1]?.text ?? ''),
  );
  const glob = tests[at + 1]?.text;
  return at === -1 || glob === undefined || /[/\\{}]/u.test(glob) ? undefined : { include: [glob] };
}
