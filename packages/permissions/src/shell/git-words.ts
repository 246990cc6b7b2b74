import { unknownDirectories } from './directories.ts';
import type { Go } from './unfold.ts';
import { literalWord, type ShellWord } from './word.ts';

/** Global options of git that take a value. */
const valued = /^(?:-[Cc]|--git-dir|--work-tree|--namespace|--super-prefix|--config-env|--attr-source|--list-cmds)$/;
/** Settings whose value git runs. */
const runs = /^(?:alias\..*|.*(?:pager|editor|command|fsmonitor|external|textconv|cmd|helper|askpass|program))$/i;

/** Where the subcommand of git stands, behind its global options. */
export function gitSubcommandIndex(words: readonly ShellWord[]): number {
  let index = 1;
  while (index < words.length && words[index]?.text.startsWith('-') === true) {
    index += valued.test(words[index]?.text ?? '') ? 2 : 1;
  }
  return index;
}

/** Takes the global options away, and looks for what git itself is told to run. */
export function unfoldGit(words: readonly ShellWord[], go: Go): void {
  const index = gitSubcommandIndex(words);
  const [program] = words;
  const [subcommand, ...args] = words.slice(index);
  const settings = settingsIn(words.slice(1, index));
  if (program !== undefined && index > 1) go.words([program, ...words.slice(index)], unknownDirectories);
  for (const setting of settings) unfoldGiven(setting, go);
  if (words.slice(1, index).some(({ text }) => text.startsWith('--config-env'))) {
    go.doubt('git takes a setting from the environment');
  }
  unfoldSubcommand(subcommand?.text, args, go);
}

function unfoldGiven(setting: ShellWord | undefined, go: Go): void {
  if (setting === undefined) return;
  const { text, isKnown } = setting;
  const at = text.indexOf('=');
  if (!isKnown) go.doubt('git gets a setting that is only known when it runs');
  else if (at > 0 && runs.test(text.slice(0, at))) unfoldSetting(text.slice(0, at), text.slice(at + 1), go);
}

function settingsIn(options: readonly ShellWord[]): readonly ShellWord[] {
  return options.filter((_word, index) => options[index - 1]?.text === '-c');
}

function unfoldSetting(name: string, value: string, go: Go): void {
  const isAlias = /^alias\./i.test(name);
  if (isAlias && !value.startsWith('!')) go.script(literalWord(`git ${value}`));
  else go.script(literalWord(value.replace(/^!/, '')));
}

function unfoldSubcommand(subcommand: string | undefined, args: readonly ShellWord[], go: Go): void {
  if (subcommand === 'bisect' && args[0]?.text === 'run') go.words(args.slice(1));
  if (subcommand === 'submodule') {
    const at = args.findIndex(({ text }) => text === 'foreach');
    const rest = at < 0 ? [] : args.slice(at + 1).filter(({ text }) => !/^--?(?:q|quiet|recursive)$/.test(text));
    if (rest.length === 1) go.script(rest[0]);
    else if (rest.length > 1) go.words(rest);
  }
  for (const [index, { text }] of args.entries()) {
    if (subcommand === 'filter-branch' && /^--[a-z]+-filter(?:=|$)/.test(text)) {
      go.script(text.includes('=') ? literalWord(text.slice(text.indexOf('=') + 1)) : args[index + 1]);
    }
    if (subcommand === 'clone' && /^(?:-c|--config)$/.test(text)) unfoldGiven(args[index + 1], go);
    if (subcommand === 'clone' && text.startsWith('--config=')) unfoldGiven(literalWord(text.slice(9)), go);
    if (subcommand === 'rebase' && /^(?:-[A-Za-z]*x|--exec)$/.test(text)) go.script(args[index + 1]);
    if (subcommand === 'rebase' && text.startsWith('--exec=')) go.script(literalWord(text.slice('--exec='.length)));
    if (subcommand === 'difftool' && /^(?:-x|--extcmd)$/.test(text)) go.script(args[index + 1]);
    if (subcommand === 'difftool' && /^(?:-x.|--extcmd=)/.test(text)) {
      go.script(literalWord(text.replace(/^(?:-x|--extcmd=)/, '')));
    }
  }
}
