/** How comments and texts are written in a group of languages. */
export interface CommentSyntax {
  /** What begins a comment that the end of its line ends. */
  readonly line: readonly string[];
  /** What begins and what ends other comments. */
  readonly block: readonly (readonly [string, string])[];
  /** What begins and ends a text; the longest first. */
  readonly quotes: readonly string[];
  /** Quotes of texts that may go on in the next line. */
  readonly longQuotes: readonly string[];
}

const hash: CommentSyntax = { line: ['#'], block: [], quotes: ['"', "'"], longQuotes: [] };
const slash: CommentSyntax = {
  line: ['//'],
  block: [['/*', '*/']],
  quotes: ['"""', '"', "'", '`'],
  longQuotes: ['"""', '`'],
};
const dash: CommentSyntax = { line: ['--'], block: [['/*', '*/']], quotes: ['"', "'"], longQuotes: ["'"] };
const markup: CommentSyntax = { line: [], block: [['<!--', '-->']], quotes: [], longQuotes: [] };
const semicolon: CommentSyntax = { ...hash, line: ['#', ';'], quotes: [] };
const php: CommentSyntax = { ...slash, line: ['//', '#'] };

const groups: readonly (readonly [CommentSyntax, readonly string[]])[] = [
  [hash, ['.rb', '.sh', '.bash', '.zsh', '.yml', '.yaml', '.toml', '.env', '.properties', '.conf', '.tf', '.pl', '.r']],
  [hash, ['.ps1', '.ex', '.exs', '.nix', '.mk', 'dockerfile', 'makefile', '.cmake', '.cfg', '.py', '.pyi']],
  [slash, ['.java', '.kt', '.kts', '.c', '.h', '.cc', '.cpp', '.hpp', '.cs', '.rs', '.swift', '.scala', '.dart']],
  [slash, ['.go', '.groovy', '.gradle', '.proto', '.scss', '.less', '.css', '.jsonc', '.json5', '.sol', '.m', '.zig']],
  [dash, ['.sql', '.lua', '.hs', '.elm', '.adb', '.vhd']],
  [markup, ['.html', '.htm', '.xml', '.svg', '.vue', '.xhtml']],
  [semicolon, ['.ini']],
  [php, ['.php']],
];

/** How comments are written in a file of this name; `undefined` where that is not known. */
export function commentSyntaxOf(file: string): CommentSyntax | undefined {
  const name = file.toLowerCase();
  return groups.find(([, endings]) => endings.some((ending) => name.endsWith(ending)))?.[0];
}
