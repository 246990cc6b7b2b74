import type { CommandTable, SubcommandTable } from '../command-table.ts';
import { hasOption, noOperands } from '../operand-rules.ts';
import type { ParsedCommand } from '../parse-options.ts';
import { diffOptions, join, mergeOptions, prettyOptions, revisionOptions, without } from './git-options.ts';
import { knownRemote, paths, pathsBehindDashes, rangesOf, revisionsAndPaths, writtenPaths } from './git-operands.ts';

const editor = 'starts the editor';
const signing = 'starts the program for signatures';
const fileList = 'takes the names of files from a file';
const pathspecFile = { [fileList]: '--pathspec-from-file= --pathspec-file-nul' };

const log: CommandTable = {
  ...join(revisionOptions, prettyOptions, without(diffOptions, '-s')),
  operands: revisionsAndPaths,
  moreReads: rangesOf,
};
const logTable: CommandTable = { ...log, ...join(log, { safe: '-s --no-patch' }) };

const diff: CommandTable = {
  ...join(diffOptions, {
    safe: '--cached --staged --merge-base -# --base --ours --theirs --cc -c -m -q -n= -r -t',
    unsafe: { 'compares files outside of the repository': '--no-index' },
  }),
  operands: revisionsAndPaths,
};

const show: CommandTable = { ...logTable };
const plumbing: CommandTable = {
  ...join(diffOptions, prettyOptions, {
    safe: '--cached -m -c --cc -r -t --root --stdin --merge-base -v --no-commit-id --always -q -# --base --ours --theirs',
  }),
  operands: revisionsAndPaths,
};

const refList =
  '--count= --sort= --points-at= --merged? --no-merged? --contains? --no-contains? --format= --ignore-case -i';

/** One name asks; two set, unless an option says that the second is a pattern. */
function checkConfig(command: ParsedCommand): string | undefined {
  const { operands } = command;
  if (hasOption(command, '--get', '--get-all', '--get-regexp', '--get-urlmatch', '--list', '-l')) return undefined;
  const [first] = operands;
  if (first === undefined || operands.every((operand) => operand?.isSpelled === true)) return undefined;
  if (first.text === 'list' && operands.length === 1) return undefined;
  if (first.text === 'get') return undefined;
  const asks = operands.length === 1 && first.text.includes('.');
  return asks ? undefined : 'it changes the configuration';
}

const sequence: CommandTable = {
  safe: `--abort --continue --quit --skip -m= --mainline= -n --no-commit --no-edit -r -x -s --signoff --ff --allow-empty
    --allow-empty-message --empty= --keep-redundant-commits -X= --strategy-option= --cleanup= --rerere-autoupdate
    --no-rerere-autoupdate --no-gpg-sign --reference`,
  checked: (mergeOptions.checked ?? []).map(([, check]) => ['--strategy=', check] as const),
  unsafe: { [editor]: '-e --edit', [signing]: '-S? --gpg-sign?' },
};

const stashPush: CommandTable = {
  safe: '-S --staged -k --keep-index --no-keep-index -u --include-untracked -a --all -q --quiet -m= --message=',
  unsafe: { 'asks on the terminal': '-p --patch', ...pathspecFile },
  operands: writtenPaths,
};
const stashApply: CommandTable = { safe: '--index -q --quiet' };

const remoteOptions = `-v --verbose -q --quiet --progress --no-progress -4 --ipv4 -6 --ipv6 --all --atomic --dry-run -n
  --porcelain --tags --no-tags -p --prune -j= --jobs= -f --force`;
const remoteUnsafe = {
  'starts the program given': '--upload-pack= --receive-pack= --exec=',
  'switches the repository': '--repo= --multiple --stdin',
  'goes into other repositories': '--recurse-submodules? --recurse-submodules-default= --submodule-prefix=',
};

const fetch: CommandTable = {
  safe: `${remoteOptions} -a --append --depth= --deepen= --shallow-since= --shallow-exclude= --unshallow --update-shallow
    --negotiation-tip= --negotiate-only --write-fetch-head --no-write-fetch-head -k --keep --prefetch -P --prune-tags
    --no-recurse-submodules -t -u --update-head-ok --refmap= --auto-maintenance --no-auto-maintenance --auto-gc --no-auto-gc
    --show-forced-updates --no-show-forced-updates --write-commit-graph --no-write-commit-graph --filter= --refetch
    --set-upstream -o= --server-option=`,
  unsafe: remoteUnsafe,
  operands: knownRemote,
};

/** `git`, with the options that its everyday subcommands have. */
export const git: SubcommandTable = {
  globals: {
    syntax: 'exact',
    safe: '--no-pager -P --no-optional-locks --no-replace-objects --literal-pathspecs --glob-pathspecs --noglob-pathspecs --icase-pathspecs --no-advice --no-lazy-fetch --version -v --help -h --html-path --man-path --info-path',
    unsafe: {
      'switches the directory': '-C=',
      'sets the configuration': '-c= --config-env=',
      'switches the repository': '--git-dir= --work-tree= --namespace= --bare',
      'takes programs from elsewhere': '--exec-path?',
      'starts the pager': '-p --paginate',
      'takes attributes from elsewhere': '--super-prefix= --attr-source= --list-cmds=',
    },
  },
  subcommands: {
    status: {
      safe: `-s --short -b --branch --show-stash --porcelain? --long -v --verbose -u? --untracked-files? --ignore-submodules?
        --ignored? -z --column? --no-column --ahead-behind --no-ahead-behind --renames --no-renames --find-renames?`,
      operands: paths,
    },
    diff,
    'log whatchanged': logTable,
    show,
    'diff-tree diff-index diff-files': plumbing,
    'rev-list': {
      ...join(revisionOptions, prettyOptions, { safe: '--abbrev? --no-abbrev --quiet -z' }),
      operands: revisionsAndPaths,
    },
    shortlog: {
      ...join(without(revisionOptions, '-n -c -E --count'), prettyOptions, {
        safe: '-n --numbered -s --summary -e --email -c --group= -w?',
      }),
      operands: revisionsAndPaths,
    },
    blame: {
      safe: `-b --root --show-stats -L= -l -t -p --porcelain --line-porcelain --incremental --encoding= -M? -C? --date= -w -s
        -e --show-email -f --show-name -n --show-number -c --score-debug --abbrev= --progress --no-progress --color-lines
        --color-by-age --reverse --first-parent --ignore-rev= --since= --minimal -h`,
      reads: '-S= --ignore-revs-file= --contents=',
      operands: revisionsAndPaths,
    },
    annotate: { safe: '-L= -l -t -w -s -e -f -n -c --since=', operands: revisionsAndPaths },
    grep: {
      safe: `-# --cached --untracked --no-exclude-standard --exclude-standard -a --text -i --ignore-case -I --max-depth=
        -r --recursive --no-recursive -w --word-regexp -v --invert-match -h -H --full-name -E --extended-regexp -G
        --basic-regexp -P --perl-regexp -F --fixed-strings -n --line-number --column -l --files-with-matches
        --name-only -L --files-without-match -z --null -o --only-matching -c --count --color? --no-color --break
        --heading -p --show-function -C= --context= -A= --after-context= -B= --before-context= -W --function-context
        -m= --max-count= --threads= -e= --and --or --not --all-match -q --quiet --no-textconv --no-ext-grep`,
      reads: '-f=',
      unsafe: {
        'starts the program given': '-O? --open-files-in-pager?',
        'searches outside of the repository': '--no-index',
        'starts a program that makes text of files': '--textconv',
        'goes into other repositories': '--recurse-submodules --ext-grep --parent-basename=',
      },
      operands: (command) => {
        const uses = revisionsAndPaths(command);
        return hasOption(command, '-e', '-f') ? uses : uses.map((use, index) => (index === 0 ? { role: 'word' } : use));
      },
      defaultRead: () => true,
    },
    'ls-files': {
      safe: `-z -t -v -f -c --cached -d --deleted -m --modified -o --others -i --ignored -s --stage --directory
        --no-empty-directory --empty-directory -u --unmerged -k --killed --resolve-undo --deduplicate -x= --exclude= --exclude-per-directory=
        --exclude-standard --error-unmatch --with-tree= --full-name --abbrev? --debug --eol --sparse
        --format=`,
      reads: '-X= --exclude-from=',
      operands: paths,
    },
    'ls-tree': {
      safe: '-d -r -t -l --long -z --name-only --name-status --object-only --abbrev? --full-name --full-tree --format=',
      operands: revisionsAndPaths,
    },
    'cat-file': {
      safe: '-p -t -s -e --batch? --batch-check? --batch-command? --batch-all-objects --buffer --unordered --allow-unknown-type --follow-symlinks -z -Z --no-mailmap --mailmap',
      unsafe: { 'starts a program that makes text of files': '--textconv --filters --path=' },
      operands: revisionsAndPaths,
    },
    'rev-parse': {
      safe: `--keep-dashdash --stop-at-non-option --stuck-long --sq-quote --revs-only --no-revs --flags --no-flags --default= --prefix=
        --verify -q --quiet --sq --short? --not --abbrev-ref? --symbolic --symbolic-full-name --disambiguate= --all
        --branches? --tags? --remotes? --glob= --exclude= --exclude-hidden= --is-bare-repository --is-inside-git-dir
        --is-inside-work-tree --is-shallow-repository --absolute-git-dir --git-common-dir --git-dir --git-path= --show-toplevel
        --show-superproject-working-tree --show-cdup --show-prefix --show-object-format? --show-ref-format --shared-index-path --local-env-vars --resolve-git-dir=
        --path-format= --since= --after= --until= --before= --end-of-options --parseopt`,
    },
    'for-each-ref': {
      safe: `${refList} --shell --perl --python --tcl --color? --omit-empty --include-root-refs --stdin --exclude=`,
    },
    'show-ref': {
      safe: '--head -d --dereference -s --hash? --verify --exists --abbrev? -q --quiet --tags --heads --branches --exclude-existing?',
    },
    'show-branch': {
      safe: '-r --remotes -a --all --current --topo-order --date-order --sparse --more= --list --merge-base --independent --no-name --sha1-name --topics -g? --reflog? --color? --no-color',
    },
    describe: {
      safe: '--dirty? --broken? --all --tags --contains --abbrev= --candidates= --exact-match --debug --long --match= --exclude= --always --first-parent',
    },
    'merge-base': { safe: '-a --all --octopus --independent --is-ancestor --fork-point' },
    'name-rev': {
      safe: '--tags --refs= --exclude= --all --name-only --undefined --no-undefined --always --annotate-stdin',
    },
    'symbolic-ref': {
      safe: '-q --quiet --short --recurse --no-recurse',
      unsafe: { 'changes a reference': '-d --delete -m=' },
      operands: ({ operands }) =>
        operands.map((_, index) =>
          index === 0 ? { role: 'word' } : { role: 'word', problem: 'it changes a reference' },
        ),
    },
    'range-diff': {
      ...join(without(diffOptions, '--left-only'), {
        safe: '--creation-factor= --no-dual-color --left-only --right-only --notes? --no-notes',
      }),
      operands: revisionsAndPaths,
    },
    cherry: { safe: '-v --abbrev?' },
    'check-ignore': { safe: '-q --quiet -v --verbose --stdin -z -n --non-matching --no-index', operands: paths },
    'check-attr': { safe: '-a --all --cached --stdin -z', operands: () => [] },
    'count-objects': { safe: '-v --verbose -H --human-readable' },
    fsck: {
      safe: '--tags --root --unreachable --cache --no-reflogs --full --no-full --strict --verbose --dangling --no-dangling --progress --no-progress --connectivity-only --name-objects',
    },
    var: { safe: '-l' },
    version: { safe: '--build-options' },
    reflog: {
      globals: log,
      subcommands: {
        'expire delete drop': {
          mustSpell: 'removes entries',
          safe: '--all --expire= --dry-run -n --verbose --rewrite --updateref --stale-fix --expire-unreachable= --single-worktree',
        },
        exists: {},
        list: {},
        show: logTable,
      },
      otherwise: logTable,
    },
    branch: {
      safe: `${refList} -d --delete -D --create-reflog -f --force -m --move -M -c --copy -C --color? --no-color --column?
        --no-column -r --remotes -a --all -l --list --show-current -v -vv --verbose -q --quiet --abbrev= --no-abbrev -t
        --track? --no-track -u= --set-upstream-to= --unset-upstream`,
      unsafe: { [editor]: '--edit-description', 'goes into other repositories': '--recurse-submodules' },
    },
    tag: {
      safe: `${refList} -a --annotate -f --force -d --delete -n? -l --list --column? --no-column --create-reflog --color? -m=
        --message= --cleanup= --no-sign --trailer=`,
      reads: '-F= --file=',
      unsafe: { [signing]: '-s --sign -u= --local-user= -v --verify', [editor]: '-e --edit' },
    },
    add: {
      safe: `-n --dry-run -v --verbose -f --force --sparse -A --all --no-ignore-removal --no-all --ignore-removal -u --update
        -N --intent-to-add --refresh --ignore-errors --ignore-missing --no-warn-embedded-repo --renormalize --chmod=`,
      unsafe: { [editor]: '-e --edit', 'asks on the terminal': '-i --interactive -p --patch', ...pathspecFile },
      operands: paths,
    },
    commit: {
      safe: `-a --all -m= --message= --reset-author --short --branch --porcelain --long -z --null --author= --date= --no-edit
        --amend --no-post-rewrite -i --include -o --only -n --no-verify --verify --allow-empty --allow-empty-message
        --cleanup= -s --signoff --no-signoff --trailer= -u? --untracked-files? -v --verbose -q --quiet --dry-run
        --status --no-status --no-gpg-sign -C= --reuse-message= --squash=`,
      checked: [['--fixup=', (value) => (value.includes(':') ? 'it starts the editor' : undefined)]],
      reads: '-F= --file= -t= --template=',
      unsafe: {
        [editor]: '-e --edit -c= --reedit-message=',
        [signing]: '-S? --gpg-sign?',
        'asks on the terminal': '-p --patch --interactive',
        ...pathspecFile,
      },
      operands: paths,
    },
    checkout: {
      safe: `-q --quiet --progress --no-progress -f --force -2 --ours -3 --theirs -b= -B= -t --track? --no-track --guess
        --no-guess -l -d --detach --orphan= --ignore-skip-worktree-bits -m --merge --conflict= --overlay --no-overlay
        --overwrite-ignore --no-overwrite-ignore --ignore-other-worktrees --no-recurse-submodules`,
      unsafe: {
        'asks on the terminal': '-p --patch',
        'goes into other repositories': '--recurse-submodules',
        ...pathspecFile,
      },
      operands: pathsBehindDashes,
    },
    switch: {
      safe: `-c= --create= -C= --force-create= -d --detach --guess --no-guess -f --force --discard-changes -m --merge
        --conflict= -q --quiet --progress --no-progress -t --track? --no-track --orphan= --ignore-other-worktrees
        --no-recurse-submodules`,
      unsafe: { 'goes into other repositories': '--recurse-submodules' },
    },
    restore: {
      safe: `-s= --source= -W --worktree -S --staged -q --quiet --progress --no-progress --ours --theirs -m --merge --conflict=
        --ignore-unmerged --ignore-skip-worktree-bits --overlay --no-overlay --no-recurse-submodules`,
      unsafe: {
        'asks on the terminal': '-p --patch',
        'goes into other repositories': '--recurse-submodules',
        ...pathspecFile,
      },
      operands: writtenPaths,
    },
    reset: {
      isSingular: true,
      safe: '-q --quiet --no-quiet --refresh --no-refresh --soft --mixed --hard --merge --keep -N --intent-to-add --no-recurse-submodules',
      unsafe: {
        'asks on the terminal': '-p --patch',
        'goes into other repositories': '--recurse-submodules',
        ...pathspecFile,
      },
      operands: pathsBehindDashes,
    },
    rm: {
      safe: '-f --force -n --dry-run -r --cached --ignore-unmatch --sparse -q --quiet',
      unsafe: pathspecFile,
      operands: writtenPaths,
    },
    mv: { safe: '-f --force -k -n --dry-run -v --verbose --sparse', operands: writtenPaths },
    clean: {
      isSingular: true,
      safe: '-d -f --force -n --dry-run -q --quiet -e= --exclude= -x -X',
      unsafe: { 'asks on the terminal': '-i --interactive' },
      operands: writtenPaths,
    },
    stash: {
      globals: stashPush,
      subcommands: {
        push: stashPush,
        save: stashPush,
        'pop apply': stashApply,
        drop: stashApply,
        branch: {},
        clear: {},
        list: logTable,
        show: { ...join(diffOptions, { safe: '--include-untracked --only-untracked --no-include-untracked' }) },
        create: {},
      },
    },
    merge: { ...join(mergeOptions, { reads: '-F= --file=' }) },
    rebase: {
      ...join(without(mergeOptions, '-n -m -e --edit --message --cleanup'), {
        safe: `--onto= --keep-base --apply --empty= --no-keep-empty --keep-empty --reapply-cherry-picks
          --no-reapply-cherry-picks --allow-empty-message -m --merge -n --no-ff --force-rebase -f --fork-point
          --no-fork-point --ignore-whitespace --whitespace= --committer-date-is-author-date --ignore-date
          --reset-author-date -r? --rebase-merges? --no-rebase-merges --autosquash --no-autosquash --reschedule-failed-exec
          --no-reschedule-failed-exec --update-refs --no-update-refs --root --show-current-patch -C=`,
        unsafe: { 'starts the program given': '-x= --exec=', [editor]: '-i --interactive --edit-todo' },
      }),
    },
    'cherry-pick revert': sequence,
    fetch,
    pull: {
      ...join(without(mergeOptions, '-v -q --progress --no-progress -n -m --message'), {
        safe: `-v --verbose -q --quiet --progress --no-progress -r? --rebase? --no-rebase -a --append --all --atomic --depth=
          --deepen= --shallow-since= --shallow-exclude= --unshallow --update-shallow --dry-run -f --force -k --keep
          --prefetch -p --prune --tags --no-tags -t -j= --jobs= --set-upstream -4 --ipv4 -6 --ipv6 -o= --server-option=
          --refmap= --show-forced-updates --no-show-forced-updates --no-recurse-submodules`,
        unsafe: remoteUnsafe,
      }),
      operands: knownRemote,
    },
    push: {
      mustSpell: 'sends what is here to another host',
      isSingular: true,
      safe: `${remoteOptions} --branches --mirror --delete -d --follow-tags --no-follow-tags --signed? --no-signed --no-atomic -o=
        --push-option= --force-with-lease? --no-force-with-lease --force-if-includes --no-force-if-includes -u
        --set-upstream --thin --no-thin --verify --no-verify --no-recurse-submodules --no-prune`,
      unsafe: remoteUnsafe,
      operands: knownRemote,
    },
    'ls-remote': {
      safe: '--heads -h --branches -b --tags -t --refs -q --quiet --exit-code --get-url --sort= --symref -o= --server-option=',
      unsafe: remoteUnsafe,
      operands: knownRemote,
    },
    remote: {
      globals: { safe: '-v --verbose' },
      subcommands: {
        show: { safe: '-n', operands: knownRemote },
        'get-url': { safe: '--push --all' },
        'prune update': { safe: '-n --dry-run -p --prune', operands: knownRemote },
        'add set-url': {
          mustSpell: 'sets another host',
          safe: '-t= -m= -f --tags --no-tags --mirror? --push --add --delete',
          operands: ({ operands }) =>
            operands.map((_, index) =>
              index === 0 ? { role: 'word' } : { role: 'word', problem: 'it is another host' },
            ),
        },
        'rename remove rm set-head set-branches': {
          mustSpell: 'changes the remotes',
          safe: '--progress --no-progress -a --auto -d --delete --add',
        },
      },
    },
    config: {
      isSingular: true,
      safe: `--get --get-all --get-regexp --get-urlmatch -l --list --global --system --local --worktree --type= --bool --int
        --bool-or-int --path --expiry-date --no-type -z --null --name-only --show-names --show-origin --show-scope
        --includes --no-includes --default= --fixed-value --all --regexp --value= --url=`,
      unsafe: {
        'takes the configuration from elsewhere': '-f= --file= --blob=',
        'changes the configuration':
          '--add --replace-all --unset --unset-all --rename-section --remove-section --comment= --append',
        [editor]: '-e --edit',
        'is not known to be safe': '--get-color --get-colorbool',
      },
      judge: checkConfig,
    },
    worktree: {
      globals: {},
      subcommands: {
        list: { safe: '-v --verbose --porcelain -z --expire=' },
        add: {
          mustSpell: 'makes a directory',
          safe: '-f --force --detach -d --checkout --no-checkout --lock --reason= -b= -B= --track --no-track --guess-remote --no-guess-remote -q --quiet --orphan',
          operands: ({ operands }) =>
            operands.map((_, index) =>
              index === 0
                ? { role: 'write', isRecursive: true, problem: 'it makes the directory', isWriteProblem: true }
                : { role: 'word' },
            ),
        },
        'remove prune lock unlock': {
          mustSpell: 'changes the work trees',
          safe: '-f --force -n --dry-run -v --verbose --expire= --reason=',
        },
      },
    },
    bisect: {
      globals: {},
      subcommands: {
        start: {
          safe: '--term-new= --term-old= --term-good= --term-bad= --no-checkout --first-parent',
          operands: revisionsAndPaths,
        },
        'good bad new old skip reset next': {},
        log: {},
        terms: { safe: '--term-good --term-bad --term-old --term-new' },
      },
    },
    submodule: {
      globals: { safe: '-q --quiet --cached' },
      subcommands: {
        status: { safe: '--cached --recursive', operands: paths },
        summary: { safe: '--cached --files -n= --summary-limit= --for-status', operands: paths },
      },
    },
    apply: {
      safe: `--stat --numstat --summary --check -R --reverse -3 --3way --cached --index -N --intent-to-add --reject -z -p= -C=
        --unidiff-zero --no-add --allow-binary-replacement --binary --exclude= --include= --ignore-space-change
        --ignore-whitespace --whitespace= --inaccurate-eof -v --verbose -q --quiet --recount --allow-overlap --allow-empty`,
      unsafe: {
        'writes other files than it seems': '--directory= --unsafe-paths',
        'writes files': '--apply',
        'takes its base from a file': '--build-fake-ancestor=',
      },
      operands: paths,
      judge: (command) =>
        hasOption(command, '--stat', '--numstat', '--summary', '--check') ||
        command.operands.every((operand) => operand?.isSpelled === true && command.operands.length > 0)
          ? undefined
          : 'it writes the files that the patch names',
    },
    'format-patch': {
      ...join(without(diffOptions, '-n -s --text -a'), revisionlessLog(), {
        safe: '--stdout -n --numbered -N --no-numbered -k --keep-subject -s --signoff --cover-letter --from? --to= --thread? --in-reply-to= --subject-prefix= --rfc -v= --reroll-count= --zero-commit --base= --root --signature= --no-signature -#',
        unsafe: { 'writes files': '-o= --output-directory=' },
      }),
      operands: revisionsAndPaths,
      judge: (command) => (hasOption(command, '--stdout') ? undefined : 'it writes files; "--stdout" prints'),
    },
    archive: {
      safe: '--format= -l --list -v --verbose --prefix= --worktree-attributes -# --mtime=',
      writes: '-o= --output=',
      reads: '--add-file=',
      unsafe: { 'switches the repository': '--remote=', 'starts the program given': '--exec=' },
      operands: revisionsAndPaths,
    },
    clone: {
      mustSpell: 'brings another repository',
      isSingular: true,
      safe: `-l --local --no-local --no-hardlinks -s --shared --dissociate -q --quiet -v --verbose --progress -n --no-checkout
        --sparse --filter= --mirror --bare -o= --origin= -b= --branch= --depth= --shallow-since= --shallow-exclude=
        --single-branch --no-single-branch --no-tags -j= --jobs= -4 --ipv4 -6 --ipv6`,
      unsafe: {
        'starts the program given': '-u= --upload-pack=',
        'sets the configuration': '-c= --config=',
        'takes hooks from elsewhere': '--template=',
        'switches the repository': '--separate-git-dir= --reference= --reference-if-able= --bundle-uri=',
        'goes into other repositories': '--recurse-submodules? --recursive? --shallow-submodules --remote-submodules',
      },
      operands: noOperands('it is another repository'),
    },
    init: {
      mustSpell: 'makes a repository',
      safe: '-q --quiet --bare -b= --initial-branch= --object-format=',
      unsafe: {
        'takes hooks from elsewhere': '--template=',
        'switches the repository': '--separate-git-dir= --shared?',
      },
      operands: noOperands('it is another directory'),
    },
    gc: {
      mustSpell: 'changes how objects are kept',
      safe: '--aggressive --auto --prune? --no-prune --quiet --force --keep-largest-pack',
    },
    notes: {
      globals: { safe: '--ref=' },
      subcommands: { 'list show': {}, 'get-ref': {} },
    },
    help: {
      safe: '-a --all -g --guides -c --config -v --verbose',
      unsafe: { 'starts a browser': '-w --web -i --info -m --man --user-interfaces --developer-interfaces' },
    },
  },
};

/** Options that only choose commits. */
function revisionlessLog(): { readonly safe: string } {
  return {
    safe: '--max-count= --since= --until= --author= --no-merges --first-parent --ignore-if-in-upstream --always --notes? --progress --suffix= --no-thread --no-attach --attach? --inline? --no-binary --add-header= --numbered-files --start-number= --filename-max-length= --encode-email-headers --no-encode-email-headers',
  };
}
