import type { Argument, ProgramProfile } from '../argument.ts';
import { checkCommand, type FindProfile } from '../check-command.ts';
import type { CommandTable, OperandUse } from '../command-table.ts';
import { filesOfCommand } from '../files-of-command.ts';
import { hasOption } from '../operand-rules.ts';
import { readOptionTable } from '../option-table.ts';
import { parseOptions, type ParsedCommand } from '../parse-options.ts';
import { startedBy } from '../started-by.ts';

const creates = (command: ParsedCommand): boolean =>
  hasOption(command, '-c', '--create', '-r', '--append', '-u', '--update', '-A', '--catenate', '--concatenate');
const extracts = (command: ParsedCommand): boolean => hasOption(command, '-x', '--extract', '--get');
const isArchive = (name: string): boolean => name === '-f' || name === '--file';

/** An archive with a colon in its name is on another host, and is fetched by a program. */
function checkArchive(value: string): string | undefined {
  return value.includes(':') ? 'it may be on another host' : undefined;
}

const table: CommandTable = {
  safe: `-t --list -d --diff --compare -v --verbose -z --gzip --gunzip --ungzip -j --bzip2 -J --xz --zstd --lzip --lzma
    --lzop -Z --compress --uncompress -a --auto-compress --no-auto-compress -p --preserve-permissions
    --same-permissions -s --preserve-order --same-order -k --keep-old-files --skip-old-files --keep-newer-files -m
    --touch --no-same-owner --no-same-permissions --same-owner --strip-components= --exclude= --exclude-vcs
    --exclude-backups --exclude-caches --wildcards --no-wildcards --anchored --no-anchored --ignore-case
    --no-ignore-case --wildcards-match-slash --no-wildcards-match-slash --no-recursion --recursion -R --block-number
    --full-time -O --to-stdout -B --read-full-records -b= --blocking-factor= -i --ignore-zeros
    --occurrence? --one-file-system --numeric-owner --owner= --group= --mode= --mtime= --sort= -H= --format= --totals?
    --utc --quote-chars= --quoting-style= --show-transformed-names --show-omitted-dirs --show-stored-names
    --force-local --checkpoint? -n --seek --no-seek -o --posix --old-archive --sparse -S --hole-detection= -w
    --interactive --confirmation --warning= --help --version --usage -?`,
  reads: '-X= --exclude-from=',
  writes: '--index-file= -g= --listed-incremental=',
  checked: [['-f= --file=', checkArchive]],
  unsafe: {
    'writes an archive': '-c --create -r --append -u --update -A --catenate --concatenate --delete',
    'writes files': '-x --extract --get',
    'starts the program given':
      '-I= --use-compress-program= --to-command= -F= --info-script= --new-volume-script= --rsh-command= --rmt-command=',
    'may start a program': '--checkpoint-action=',
    'takes the names of files from a file':
      '-T= --files-from= --add-file= --null --exclude-ignore= --exclude-ignore-recursive= --exclude-vcs-ignores',
    'switches the directory': '-C= --directory= --one-top-level?',
    'leaves the directory': '-P --absolute-names',
    'follows links out of the tree': '-h --dereference --keep-directory-symlink --hard-dereference',
    'removes files': '--remove-files -U --unlink-first --recursive-unlink --overwrite --overwrite-dir',
    'renames what it writes':
      '--transform= --xform= -M --multi-volume -L= --tape-length= -V= --label= --volno-file= -K= --starting-file= --backup? --suffix=',
  },
  operands: (command) =>
    command.operands.map((): OperandUse => {
      if (creates(command)) return { role: 'read', isRecursive: true };
      return extracts(command) ? { role: 'write', isRecursive: true } : { role: 'word' };
    }),
  moreReads: (command) => (creates(command) ? [] : archivesOf(command)),
};

function archivesOf({ options }: ParsedCommand): readonly string[] {
  return options.flatMap(({ name, value }) => (isArchive(name) && value && value.text !== '-' ? [value.text] : []));
}

const specs = readOptionTable(table);

/** The profile of `tar`, whose first word may be a bundle of options without a dash. */
export function createTarProfile(findProfile: FindProfile): ProgramProfile {
  return {
    subcommandWords: () => undefined,
    startedBy: (args) => startedBy(parseOptions(toDashes(args), specs, table), table),
    checkArguments: (args, options) => {
      const command = parseOptions(toDashes(args), specs, table);
      const hasMode =
        creates(command) ||
        extracts(command) ||
        hasOption(command, '--delete', '-t', '--list', '-d', '--diff', '--compare', '--help', '--version');
      return hasMode ? checkCommand(command, table, findProfile, options) : 'what it shall do is not clear';
    },
    filesOf: (args) => {
      const command = parseOptions(toDashes(args), specs, table);
      const use = filesOfCommand(command, table);
      const path = (text: string, isRecursive: boolean) => ({ path: text, hasGlob: false, isRecursive });
      const writes = [...use.writes];
      if (creates(command)) writes.push(...archivesOf(command).map((archive) => path(archive, false)));
      // Without names all that is in the archive is written.
      if (extracts(command) && !hasOption(command, '-O', '--to-stdout')) writes.push(path('.', true));
      const isPlain = command.options.every(
        ({ spec }) => spec?.effect !== 'unsafe' || spec.why?.startsWith('writes') === true,
      );
      const isKnown = isPlain && !args.includes(undefined) && command.options.every(({ spec }) => spec !== undefined);
      return { ...use, writes, hasUnknown: !isKnown };
    },
  };
}

/** `tar xzf a.tgz` as `tar -x -z -f a.tgz`: values follow in the order of their letters. */
function toDashes(args: readonly Argument[]): readonly Argument[];
function toDashes(args: readonly (Argument | undefined)[]): readonly (Argument | undefined)[];
function toDashes(args: readonly (Argument | undefined)[]): readonly (Argument | undefined)[] {
  const [bundle, ...rest] = args;
  if (bundle === undefined || bundle.text.startsWith('-')) return args;
  const words: (Argument | undefined)[] = [];
  let taken = 0;
  for (const letter of bundle.text) {
    const name = `-${letter}`;
    words.push({ ...bundle, text: name });
    if (specs.get(name)?.values === 'one' && taken < rest.length) words.push(rest[taken++]);
  }
  return [...words, ...rest.slice(taken)];
}
