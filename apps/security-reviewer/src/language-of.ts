import { extname } from 'node:path';

/** Ending that the files of an interpreter have. */
const endings: Readonly<Record<string, string>> = {
  python: '.py',
  pypy: '.py',
  node: '.js',
  nodejs: '.js',
  deno: '.ts',
  bun: '.ts',
  'ts-node': '.ts',
  tsx: '.ts',
  bash: '.sh',
  sh: '.sh',
  zsh: '.sh',
  ruby: '.rb',
  perl: '.pl',
  php: '.php',
  lua: '.lua',
};

/** The name a script would have with the ending of its language; its own name where that has an ending. */
export function nameWithEnding(path: string, interpreter: string | undefined): string {
  if (extname(path) !== '' || interpreter === undefined || !Object.hasOwn(endings, interpreter)) return path;
  return `${path}${endings[interpreter]}`;
}
