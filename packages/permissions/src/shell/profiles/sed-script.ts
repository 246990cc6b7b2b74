/** How versions of sed differ. */
interface Dialect {
  /** A label ends at `;`; otherwise at the end of the line. */
  readonly endsLabelAtSemicolon: boolean;
  /** A delimiter between brackets is a character like any other. */
  readonly knowsBrackets: boolean;
}

type Verdict =
  | { readonly isSafe: true }
  | { readonly isSafe: false; readonly isKnown: boolean; readonly problem: string };

const usual: Dialect = { endsLabelAtSemicolon: true, knowsBrackets: true };
const others: readonly Dialect[] = [
  { endsLabelAtSemicolon: true, knowsBrackets: false },
  { endsLabelAtSemicolon: false, knowsBrackets: true },
  { endsLabelAtSemicolon: false, knowsBrackets: false },
];

/**
 * Why a sed script is not safe, or `undefined` where it only prints and edits what flows through it: it starts no
 * program (`e`), and reads or writes no file (`r`, `R`, `w`, `W`). It has to be safe the way each sed reads it.
 */
export function checkSedScript(script: string): string | undefined {
  const verdict = readScript(script, usual);
  if (!verdict.isSafe) return verdict.problem;
  for (const dialect of others) {
    const other = readScript(script, dialect);
    // What another version does not understand, it does not run.
    if (!other.isSafe && other.isKnown) return other.problem;
  }
  return undefined;
}

class SedProblem extends Error {
  readonly isKnown: boolean;
  constructor(message: string, isKnown: boolean) {
    super(message);
    this.isKnown = isKnown;
  }
}

function readScript(script: string, dialect: Dialect): Verdict {
  const reader = new SedReader(script, dialect);
  try {
    reader.readCommands();
    return { isSafe: true };
  } catch (error) {
    if (!(error instanceof SedProblem)) throw error;
    return { isSafe: false, isKnown: error.isKnown, problem: error.message };
  }
}

const fileCommands: Readonly<Record<string, string>> = {
  e: 'its "e" starts a program',
  r: 'its "r" reads a file',
  R: 'its "R" reads a file',
  w: 'its "w" writes a file',
  W: 'its "W" writes a file',
};

class SedReader {
  readonly #script: string;
  readonly #dialect: Dialect;
  #index = 0;
  #depth = 0;

  constructor(script: string, dialect: Dialect) {
    this.#script = script;
    this.#dialect = dialect;
  }

  readCommands(): void {
    for (this.#skip(/[\s;]/u); this.#next() !== ''; this.#skip(/[\s;]/u)) {
      this.#readAddresses();
      this.#readCommand(this.#take());
    }
    if (this.#depth !== 0) this.#malformed();
  }

  #readAddresses(): void {
    if (!this.#readAddress()) return;
    this.#skip(/[ \t]/u);
    if (this.#next() === ',') {
      this.#take();
      this.#skip(/[ \t]/u);
      if ('+~'.includes(this.#next())) this.#take();
      if (!this.#readAddress()) this.#malformed();
    }
    this.#skip(/[ \t]/u);
  }

  #readAddress(): boolean {
    const first = this.#next();
    if (first === '$') {
      this.#take();
      return true;
    }
    if (/\d/u.test(first)) {
      this.#skip(/[\d~]/u);
      return true;
    }
    if (first !== '/' && first !== '\\') return false;
    this.#take();
    this.#readPart(first === '/' ? '/' : this.#delimiter(), true);
    this.#skip(/[IM]/u);
    return true;
  }

  #readCommand(command: string): void {
    const fileProblem = fileCommands[command];
    if (fileProblem !== undefined) throw new SedProblem(fileProblem, true);
    switch (command) {
      case '!':
        this.#skip(/[ \t!]/u);
        return this.#readCommand(this.#take());
      case '{':
        this.#depth++;
        return;
      case '}':
        if (--this.#depth < 0) this.#malformed();
        return this.#endCommand();
      case '#':
        return this.#skip(/[^\n]/u);
      case ':':
      case 'b':
      case 't':
      case 'T':
        return this.#readLabel(command);
      case 'a':
      case 'i':
      case 'c':
        return this.#readText();
      case 's':
        return this.#readSubstitution();
      case 'y': {
        const delimiter = this.#delimiter();
        this.#readPart(delimiter, false);
        this.#readPart(delimiter, false);
        return this.#endCommand();
      }
      case 'q':
      case 'Q':
      case 'l':
      case 'L':
        this.#skip(/[ \t]/u);
        this.#skip(/\d/u);
        return this.#endCommand();
      default:
        if (command === '' || !'=dDgGhHnNpPxzF'.includes(command)) this.#malformed();
        return this.#endCommand();
    }
  }

  #readSubstitution(): void {
    const delimiter = this.#delimiter();
    this.#readPart(delimiter, true);
    this.#readPart(delimiter, false);
    for (let flag = this.#next(); /[\w]/u.test(flag); flag = this.#next()) {
      const problem = flag === 'e' || flag === 'w' ? fileCommands[flag] : undefined;
      if (problem !== undefined) throw new SedProblem(problem, true);
      if (!/[gpimIM\d]/u.test(flag)) this.#malformed();
      this.#take();
    }
    this.#endCommand();
  }

  /** Reads to a delimiter that no backslash stands in front of. */
  #readPart(delimiter: string, isPattern: boolean): void {
    let bracket = -1;
    for (;;) {
      const character = this.#take();
      if (character === '' || (character === '\n' && isPattern)) this.#malformed();
      if (bracket !== -1) {
        // The first member may be the closing bracket itself.
        if (character === ']' && this.#index - 1 > bracket) bracket = -1;
        continue;
      }
      if (character === delimiter) return;
      if (character === '\\') this.#take();
      else if (character === '[' && isPattern && this.#dialect.knowsBrackets) {
        bracket = this.#index + (this.#next() === '^' ? 1 : 0);
        this.#refuseClass(bracket);
      }
    }
  }

  /** A `[:class:]` and a backslash between brackets end where versions do not agree. */
  #refuseClass(start: number): void {
    const end = this.#script.indexOf(']', start + 1);
    const members = this.#script.slice(start, end === -1 ? undefined : end);
    const afterClasses = this.#script.slice(start).match(/^(?:[^\][\n]|\[:\w+:\])*\]/u);
    if (afterClasses !== null && members.includes('[:')) {
      // Named classes are skipped as a whole.
      this.#index = start + afterClasses[0].length - 1;
    } else if (/\[[.=]/u.test(members)) this.#malformed();
  }

  #readLabel(command: string): void {
    this.#skip(/[ \t]/u);
    const isEnd = this.#dialect.endsLabelAtSemicolon ? /[^\n;]/u : /[^\n]/u;
    const start = this.#index;
    this.#skip(isEnd);
    const label = this.#script.slice(start, this.#index).trim();
    if (command !== ':' && this.#dialect.endsLabelAtSemicolon && label.endsWith('}')) {
      // `{b}` and `{b end}`: the brace ends the block.
      this.#index = start + this.#script.slice(start, this.#index).indexOf('}');
      return;
    }
    if (!/^[\w.-]*$/u.test(label) && this.#dialect.endsLabelAtSemicolon) this.#malformed();
  }

  /** Text goes to the end of the line, or of the next one after a lone backslash. */
  #readText(): void {
    this.#skip(/[ \t]/u);
    if (this.#next() === '\\') {
      this.#take();
      this.#skip(/[ \t]/u);
      if (this.#next() === '\n') this.#take();
    }
    const start = this.#index;
    this.#skip(/[^\n]/u);
    if (this.#script.slice(start, this.#index).endsWith('\\')) {
      throw new SedProblem('where its text ends is not clear', true);
    }
  }

  #endCommand(): void {
    this.#skip(/[ \t]/u);
    const next = this.#next();
    if (next === '' || next === '\n' || next === ';' || next === '}' || next === '#') return;
    this.#malformed();
  }

  #delimiter(): string {
    const delimiter = this.#take();
    if (delimiter === '' || delimiter === '\n' || delimiter === '\\') this.#malformed();
    return delimiter;
  }

  #next(): string {
    return this.#script.charAt(this.#index);
  }

  #take(): string {
    return this.#script.charAt(this.#index++);
  }

  #skip(characters: RegExp): void {
    while (this.#index < this.#script.length && characters.test(this.#next())) this.#index++;
  }

  #malformed(): never {
    throw new SedProblem('its script is not one that is understood', false);
  }
}
