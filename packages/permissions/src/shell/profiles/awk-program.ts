/** One part of an awk program. */
interface Token {
  readonly type: 'word' | 'number' | 'string' | 'regex' | 'operator' | 'newline';
  readonly text: string;
}

/** Names by which a program starts another, or reads what it was not given. */
const unsafeWords: Readonly<Record<string, string>> = {
  system: 'its "system" starts a program',
  getline: 'its "getline" reads from elsewhere',
  ENVIRON: 'it reads the environment',
  ARGV: 'it changes which files are read',
  ARGC: 'it changes which files are read',
};

const keywordsBeforeRegex: ReadonlySet<string> = new Set('print printf return in case else do exit delete'.split(' '));

/**
 * Why an awk program is not safe, or `undefined` where it only computes and prints: it starts no program, writes and
 * reads no file of its own choice, and loads no other code.
 */
export function checkAwkProgram(program: string): string | undefined {
  const tokens = readTokens(program);
  return typeof tokens === 'string' ? tokens : checkTokens(tokens);
}

function checkTokens(tokens: readonly Token[]): string | undefined {
  // Depth of parentheses in the current print statement; undefined outside of one.
  let printDepth: number | undefined;
  for (const [index, { type, text }] of tokens.entries()) {
    if (type === 'word') {
      const problem = Object.hasOwn(unsafeWords, text) ? unsafeWords[text] : undefined;
      if (problem !== undefined) return problem;
      if (text === 'print' || text === 'printf') printDepth = 0;
    }
    if (type === 'newline' && printDepth === 0 && !endsOpen(tokens[index - 1])) printDepth = undefined;
    if (type !== 'operator') continue;
    if (text === '|' || text === '|&') return `its "${text}" starts a program`;
    if (text === '>>') return 'its ">>" writes a file';
    if (text === '@') return 'its "@" loads or calls what cannot be seen';
    if (printDepth === undefined) continue;
    if (text === '(' || text === '[') printDepth++;
    if (text === ')' || text === ']') printDepth--;
    if (text === ';' || text === '{' || text === '}') printDepth = undefined;
    if (text === '>' && printDepth !== undefined && printDepth <= 0 && !goesToTerminal(tokens, index + 1)) {
      return 'its ">" writes a file';
    }
  }
  return undefined;
}

/** `print > "/dev/stderr"`, and nothing behind it that could be joined to the name. */
function goesToTerminal(tokens: readonly Token[], index: number): boolean {
  const name = tokens[index];
  const after = tokens[index + 1];
  const isTerminal = name?.type === 'string' && /^"\/dev\/std(?:err|out)"$/u.test(name.text);
  return isTerminal && (after === undefined || after.type === 'newline' || after.text === ';' || after.text === '}');
}

/** A line that ends like this goes on in the next one. */
function endsOpen(token: Token | undefined): boolean {
  return token !== undefined && [',', '&&', '||'].includes(token.text);
}

/** The tokens of a program, or what cannot be read for certain. */
function readTokens(program: string): readonly Token[] | string {
  const tokens: Token[] = [];
  // For each open parenthesis, whether a condition stands in it.
  const parentheses: boolean[] = [];
  let lastClosed = false;
  let index = 0;
  while (index < program.length) {
    const rest = program.slice(index);
    const skipped = /^(?:[ \t\r]+|#[^\n]*)/u.exec(rest);
    if (skipped) {
      index += skipped[0].length;
      continue;
    }
    const token = readToken(rest, tokens.at(-1), lastClosed);
    if (typeof token === 'string') return token;
    if (token.text === '(') parentheses.push(['if', 'while', 'for', 'switch'].includes(tokens.at(-1)?.text ?? ''));
    if (token.text === ')') lastClosed = parentheses.pop() ?? true;
    tokens.push(token);
    index += token.text.length;
  }
  return tokens;
}

function readToken(rest: string, previous: Token | undefined, closedCondition: boolean): Token | string {
  const simple = (type: Token['type'], pattern: RegExp): Token | undefined => {
    const match = pattern.exec(rest);
    return match ? { type, text: match[0] } : undefined;
  };
  const token =
    simple('newline', /^\n/u) ??
    simple('word', /^[A-Za-z_]\w*/u) ??
    simple('number', /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/u) ??
    simple('string', /^"(?:[^"\\\n]|\\[^\n])*"/u);
  if (token) return token;
  if (rest.startsWith('/')) {
    const place = regexPlace(previous, closedCondition);
    if (place === 'unclear') return 'whether a "/" divides is not clear';
    if (place === 'regex') return readRegex(rest);
  }
  const operator = simple('operator', /^(?:\|\||&&|\|&|>>|\+\+|--|\*\*=?|[-+*/%^!=<>]=|[-+*/%^!=<>|?:,;~$@(){}[\]])/u);
  return operator ?? `it has a "${rest.charAt(0)}" that is not understood`;
}

function readRegex(rest: string): Token | string {
  const match = /^\/(?:[^/\\\n]|\\[^\n])*\//u.exec(rest);
  if (match === null) return 'where a pattern ends is not clear';
  // Some versions let a slash between brackets be.
  const isOpen = /\[[^\]]*$/u.test(match[0].replaceAll(/\\./gu, '').replaceAll(/\[\^?\]?[^\]]*\]/gu, ''));
  return isOpen ? 'where a pattern ends is not clear' : { type: 'regex', text: match[0] };
}

function regexPlace(previous: Token | undefined, closedCondition: boolean): 'regex' | 'division' | 'unclear' {
  if (previous === undefined || previous.type === 'newline') return 'regex';
  if (previous.type === 'number' || previous.type === 'string' || previous.text === ']') return 'division';
  if (previous.type === 'regex' || ['++', '--', 'length'].includes(previous.text)) return 'unclear';
  if (previous.type === 'word') return keywordsBeforeRegex.has(previous.text) ? 'regex' : 'division';
  if (previous.text === ')') return closedCondition ? 'unclear' : 'division';
  return 'regex';
}
