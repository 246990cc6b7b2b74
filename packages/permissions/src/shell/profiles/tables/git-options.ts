import type { OptionTable } from '../option-table.ts';

/** What each command takes that shows differences. */
export const diffOptions: OptionTable = {
  safe: `-p -u --patch -s --no-patch -U= --unified= --raw --patch-with-raw --indent-heuristic --no-indent-heuristic --minimal
    --patience --histogram --anchored= --diff-algorithm= --stat? --stat-width= --stat-name-width= --stat-count=
    --stat-graph-width= --compact-summary --no-compact-summary --numstat --shortstat -X? --dirstat? --cumulative
    --dirstat-by-file? --summary --patch-with-stat -z --name-only --name-status --submodule? --color? --no-color
    --color-moved? --no-color-moved --color-moved-ws= --word-diff? --word-diff-regex= --color-words? --no-renames
    --renames --rename-empty --no-rename-empty --check --ws-error-highlight= --full-index --binary --abbrev? -B?
    --break-rewrites? -M? --find-renames? -C? --find-copies? --find-copies-harder -D --irreversible-delete -l=
    --diff-filter= -S= -G= --find-object= --pickaxe-all --pickaxe-regex --skip-to= --rotate-to= -R --relative?
    --no-relative -a --text --ignore-cr-at-eol --ignore-space-at-eol -b --ignore-space-change -w --ignore-all-space
    --ignore-blank-lines -I= --ignore-matching-lines= --inter-hunk-context= -W --function-context
    --no-function-context --exit-code --quiet --no-ext-diff --no-textconv --ignore-submodules? --src-prefix=
    --dst-prefix= --no-prefix --default-prefix --line-prefix= --ita-invisible-in-index --ita-visible-in-index
    --output-indicator-new= --output-indicator-old= --output-indicator-context= --no-abbrev --follow --no-follow`,
  reads: '-O=',
  writes: '--output=',
  unsafe: {
    'starts a program for differences': '--ext-diff',
    'starts a program that makes text of files': '--textconv',
  },
};

/** How commits are printed. */
export const prettyOptions: OptionTable = {
  safe: `--abbrev-commit --no-abbrev-commit --oneline --encoding= --expand-tabs? --no-expand-tabs
    --notes? --no-notes --show-notes? --standard-notes --no-standard-notes`,
  checked: [['--pretty? --format=', checkFormat]],
  unsafe: { 'starts the program for signatures': '--show-signature' },
};

/** Which commits are chosen, and in what order. */
export const revisionOptions: OptionTable = {
  safe: `-# -n= --max-count= --skip= --since= --after= --until= --before= --since-as-filter= --max-age= --min-age=
    --author= --committer= --grep-reflog= --grep= --all-match --invert-grep -i --regexp-ignore-case --basic-regexp -E
    --extended-regexp -F --fixed-strings -P --perl-regexp --remove-empty --merges --no-merges --min-parents=
    --max-parents= --no-min-parents --no-max-parents --first-parent --exclude-first-parent-only --not --all
    --branches? --tags? --remotes? --glob= --exclude= --exclude-hidden= --reflog --alternate-refs --single-worktree
    --ignore-missing --bisect --stdin --cherry-mark --cherry-pick --left-only --right-only --cherry -g --walk-reflogs
    --merge --boundary --use-bitmap-index --progress? --simplify-by-decoration --show-pulls --full-history --dense
    --sparse --simplify-merges --ancestry-path? --date-order --author-date-order --topo-order --reverse
    --objects --no-walk? --do-walk --relative-date --date= --parents --children --left-right --graph --no-graph
    --show-linear-break? --count --timestamp --header --no-commit-header --commit-header --mailmap --no-mailmap
    --use-mailmap --no-use-mailmap --source --decorate? --no-decorate --decorate-refs= --decorate-refs-exclude=
    --clear-decorations --full-diff --log-size -L= -c --cc --combined-all-paths -m --diff-merges= --no-diff-merges
    --dd --remerge-diff -t --show-tree-objects --disk-usage? --filter= --no-filter --missing= --exclude-promisor-objects
    --in-commit-order --object-names --no-object-names --objects-edge --unpacked`,
};

/** What each command that merges takes. */
export const mergeOptions: OptionTable = {
  safe: `--commit --no-commit --no-edit --cleanup= --ff --no-ff --ff-only --log? --no-log --signoff --no-signoff --stat
    --no-stat -n --squash --no-squash --verify --no-verify -X= --strategy-option= --summary --no-summary -q --quiet -v
    --verbose --progress --no-progress --autostash --no-autostash --allow-unrelated-histories --rerere-autoupdate
    --no-rerere-autoupdate --no-gpg-sign --no-verify-signatures --abort --continue --quit --skip -m= --message= --into-name= --overwrite-ignore
    --no-overwrite-ignore`,
  checked: [['-s= --strategy=', checkStrategy]],
  unsafe: {
    'starts the editor': '-e --edit',
    'starts the program for signatures': '-S? --gpg-sign? --verify-signatures',
  },
};

/** `%G?` and its kind show what the program for signatures says. */
function checkFormat(format: string): string | undefined {
  return format.includes('%G') || format.includes('%(signature') ? 'it starts the program for signatures' : undefined;
}

/** A strategy that git does not bring is a program of that name. */
function checkStrategy(name: string): string | undefined {
  return /^(?:ort|recursive|resolve|octopus|ours|subtree)$/u.test(name) ? undefined : 'it is a program of that name';
}

/** A table without some of its options, for a command that gives them another meaning. */
export function without(table: OptionTable, names: string): OptionTable {
  const dropped = new Set(names.split(' '));
  const keep = (list: string | undefined): string =>
    (list ?? '')
      .split(/\s+/u)
      .filter((name) => !dropped.has(name.replace(/[=?]+$/u, '')))
      .join(' ');
  return {
    safe: keep(table.safe),
    reads: keep(table.reads),
    writes: keep(table.writes),
    checked: (table.checked ?? []).map(([list, check]) => [keep(list), check]),
    unsafe: Object.fromEntries(Object.entries(table.unsafe ?? {}).map(([why, list]) => [why, keep(list)])),
  };
}

/** Several tables as one. */
export function join(...tables: readonly OptionTable[]): OptionTable {
  const unsafe: Record<string, string> = {};
  for (const table of tables) {
    for (const [why, names] of Object.entries(table.unsafe ?? {})) unsafe[why] = `${unsafe[why] ?? ''} ${names}`;
  }
  const list = (key: 'safe' | 'reads' | 'writes'): string => tables.map((table) => table[key] ?? '').join(' ');
  return {
    safe: list('safe'),
    reads: list('reads'),
    writes: list('writes'),
    checked: tables.flatMap((table) => table.checked ?? []),
    unsafe,
  };
}
