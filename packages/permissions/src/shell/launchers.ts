/** Shells: programs that run a script in this very language, or nearly. */
export const shells: ReadonlySet<string> = new Set([
  'bash',
  'sh',
  'dash',
  'zsh',
  'ksh',
  'mksh',
  'ash',
  'fish',
  'rbash',
  'csh',
  'tcsh',
  'pwsh',
  'powershell',
]);

/** Programs that run what their first operand names, in whatever language. */
const interpreters: RegExp =
  /^(?:python[\d.]*|pypy[\d.]*|node|nodejs|deno|bun|bunx|npx|pnpx|tsx|ts-node|uvx|pipx|ruby|irb|perl|php|lua[\d.]*|luajit|Rscript|osascript|tclsh|wish|expect|julia|java|groovy|scala|ghci|runghc|guile|racket|emacs|vim|vi|nvim|ed|ex|gdb|lldb|cmd|eval|ssh|psql|mysql|sqlite3)$/;

/** Whether a program exists to run what it is given. */
export function isLauncher(program: string): boolean {
  return shells.has(program) || interpreters.test(program);
}

/** Builtins that change what later words mean, or run a text: no wildcard covers them. */
export const neverByWildcard: ReadonlySet<string> = new Set(
  [
    'eval source . exec trap alias unalias hash enable shopt export declare typeset local readonly let',
    'unset mapfile readarray compgen complete compopt history fc coproc pushd popd dirs builtin bind',
    'getopts ulimit umask caller',
  ].flatMap((line) => line.split(' ')),
);
