import type { CommandTable, OperandRule, OperandUse } from '../command-table.ts';
import { copies, hasOption, writesFiles, writesTreesWith } from '../operand-rules.ts';

const help = '--help --version';
const elsewhere = '-t= --target-directory=';

/** Operands are `name=value`, of which `if` is read and `of` is written. */
const ddOperands: OperandRule = ({ operands }) =>
  operands.map((operand): OperandUse => {
    const [, name, value] = /^(\w+)=(.*)$/su.exec(operand?.text ?? '') ?? [];
    if (name === 'if') return { role: 'read', path: value ?? '' };
    if (name === 'of' && value === '/dev/null') return { role: 'word' };
    if (name === 'of') return { role: 'write', path: value ?? '', problem: 'it writes a file', isWriteProblem: true };
    const isPlain = /^(?:bs|ibs|obs|cbs|count|skip|seek|iseek|oseek|conv|iflag|oflag|status)$/u.test(name ?? '');
    return isPlain ? { role: 'word' } : { role: 'word', problem: 'it is not known to be safe' };
  });

/** The target of a link is where later commands get to, so that it counts as read. */
const linkOperands: OperandRule = (command) => {
  const { operands } = command;
  const last = operands.length - 1;
  const name = operands.length > 1 ? (operands[last]?.text ?? '') : '';
  const place = name.includes('/') ? name.slice(0, name.lastIndexOf('/') + 1) : '';
  const isSymbolic = hasOption(command, '-s', '--symbolic');
  return operands.map((operand, index): OperandUse | readonly OperandUse[] => {
    if (index === last && operands.length > 1) return { role: 'write', isRecursive: true };
    const target = operand?.text ?? '';
    const isRelative = isSymbolic && !target.startsWith('/');
    const direct: OperandUse = { role: 'read', isRecursive: true };
    return isRelative && place !== '' ? [direct, { ...direct, path: `${place}${target}` }] : direct;
  });
};

const copyOptions = `-b --backup? -f --force -i --interactive -n --no-clobber -T --no-target-directory -u --update? -v
  --verbose -Z --context? --strip-trailing-slashes -S= --suffix= --debug ${help}`;

/** Programs that create, change, move and remove files. */
export const writers: Readonly<Record<string, CommandTable>> = {
  cp: {
    isSingular: true,
    safe: `-a --archive --attributes-only --copy-contents -d -l --link -P --no-dereference -p --preserve? --no-preserve=
      --parents -R -r --recursive --reflink? --remove-destination --sparse= -x --one-file-system ${copyOptions}`,
    writes: elsewhere,
    unsafe: { 'follows links out of the tree': '-H -L --dereference', 'makes links': '-s --symbolic-link' },
    operands: copies(['-t', '--target-directory'], { removes: false }),
  },
  mv: {
    isSingular: true,
    safe: `--exchange --no-copy ${copyOptions}`,
    writes: elsewhere,
    operands: copies(['-t', '--target-directory'], { removes: true }),
  },
  install: {
    isSingular: true,
    safe: `-C --compare -c -D -g= --group= -m= --mode= -o= --owner= -p --preserve-timestamps -b --backup? -T
      --no-target-directory -v --verbose -S= --suffix= ${help}`,
    writes: elsewhere,
    unsafe: { 'starts the program given': '--strip-program= -s --strip', 'makes directories': '-d --directory' },
    operands: copies(['-t', '--target-directory'], { removes: false }),
  },
  tee: {
    isSingular: true,
    safe: `-a --append -i --ignore-interrupts -p --output-error? ${help}`,
    operands: ({ operands }) =>
      operands.map((operand) =>
        ['/dev/null', '/dev/stderr', '/dev/stdout'].includes(operand?.text ?? '')
          ? { role: 'word' }
          : { role: 'write', problem: 'it writes the file', isWriteProblem: true },
      ),
  },
  dd: { isSingular: true, syntax: 'exact', safe: help, operands: ddOperands },
  split: {
    isSingular: true,
    safe: `-# -a= --suffix-length= --additional-suffix= -b= --bytes= -C= --line-bytes= -d --numeric-suffixes? -x
      --hex-suffixes? -e --elide-empty-files -l= --lines= -n= --number= -t= --separator= -u --unbuffered --verbose ${help}`,
    unsafe: { 'starts the program given': '--filter=' },
    operands: ({ operands }) =>
      operands.map((_, index) =>
        index === 0 ? { role: 'read' } : { role: 'write', problem: 'it writes the files', isWriteProblem: true },
      ),
    judge: ({ options, operands }) =>
      (operands.length === 0 && options.every(({ name }) => name !== '--version' && name !== '--help')) ||
      operands.some((operand) => operand?.isSpelled === false)
        ? 'it writes files'
        : undefined,
  },
  mkdir: { safe: `-m= --mode= -p --parents -v --verbose -Z --context? ${help}`, operands: writesFiles },
  rmdir: {
    safe: `--ignore-fail-on-non-empty -p --parents -v --verbose ${help}`,
    operands: writesTreesWith('-p', '--parents'),
  },
  rm: {
    isSingular: true,
    safe: `-f --force -i -I --interactive? --one-file-system -r -R --recursive -d --dir -v --verbose --preserve-root? ${help}`,
    unsafe: { 'removes all there is': '--no-preserve-root' },
    operands: writesTreesWith('-r', '-R', '--recursive'),
  },
  touch: {
    safe: `-a -c --no-create -d= --date= -f -h --no-dereference -m -t= --time= ${help}`,
    reads: '-r= --reference=',
    operands: writesFiles,
  },
  truncate: {
    isSingular: true,
    safe: `-c --no-create -o --io-blocks -s= --size= ${help}`,
    reads: '-r= --reference=',
    operands: writesFiles,
  },
  chmod: {
    isSingular: true,
    syntax: 'gnu',
    safe: `-c --changes -f --silent --quiet -v --verbose --no-preserve-root --preserve-root -R --recursive -r -w -x -X -s -t
      -h --no-dereference -P ${help}`,
    reads: '--reference=',
    unsafe: { 'follows links out of the tree': '-H -L --dereference' },
    operands: (command) => afterMode(command, ['-r', '-w', '-x', '-X', '-s', '-t']),
  },
  chown: ownership(),
  chgrp: ownership(),
  ln: {
    isSingular: true,
    safe: `-f --force -i --interactive -n --no-dereference -P --physical -r --relative -s --symbolic -T
      --no-target-directory -v --verbose -b --backup? -S= --suffix= ${help}`,
    writes: elsewhere,
    unsafe: { 'links to where a link goes': '-L --logical', 'links directories': '-d -F --directory' },
    operands: linkOperands,
  },
};

function ownership(): CommandTable {
  return {
    isSingular: true,
    safe: `-c --changes -f --silent --quiet -v --verbose -h --no-dereference --from= --no-preserve-root --preserve-root
      -R --recursive -P ${help}`,
    reads: '--reference=',
    unsafe: { 'follows links out of the tree': '-H -L --dereference' },
    operands: (command) => afterMode(command, []),
  };
}

/** The first operand is the mode or the owner, unless an option brings it. */
function afterMode(command: Parameters<OperandRule>[0], modeOptions: readonly string[]): readonly OperandUse[] {
  const hasMode = hasOption(command, '--reference', ...modeOptions);
  const isRecursive = hasOption(command, '-R', '--recursive');
  return command.operands.map((_, index) =>
    index === 0 && !hasMode ? { role: 'word' } : { role: 'write', isRecursive },
  );
}
