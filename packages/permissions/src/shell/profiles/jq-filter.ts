/** Names by which a filter reaches further than its input. */
const unsafeNames: Readonly<Record<string, string>> = {
  env: 'it reads the environment',
  $ENV: 'it reads the environment',
  import: 'it loads a module',
  include: 'it loads a module',
  modulemeta: 'it loads a module',
  get_search_list: 'it looks for modules',
};

/** Why a jq filter is not safe, or `undefined` where all it knows is its input. */
export function checkJqFilter(filter: string): string | undefined {
  const code = readCode(filter, 0, false);
  if (typeof code === 'string') return code;
  for (const match of code.text.matchAll(/(?<![\w$.]|(?<!\.)\.\s)(\$\s*)?\b([A-Za-z_]\w*)(\s*:(?!:))?/gu)) {
    const name = `${match[1] === undefined ? '' : '$'}${match[2] ?? ''}`;
    // A key of an object: `{env: 1}`.
    if (match[3] !== undefined && !name.startsWith('$')) continue;
    const problem = Object.hasOwn(unsafeNames, name) ? unsafeNames[name] : undefined;
    if (problem !== undefined) return problem;
  }
  return undefined;
}

interface Code {
  /** The code alone, with that inside of strings, without comments. */
  readonly text: string;
  readonly end: number;
}

/** Collects code up to the end, or to the parenthesis that ends what a string has in it. */
function readCode(filter: string, start: number, isInString: boolean): Code | string {
  let text = '';
  let depth = 0;
  for (let index = start; index < filter.length; index++) {
    const character = filter.charAt(index);
    if (character === '#') {
      const comment = /^[^\n]*/u.exec(filter.slice(index))?.[0] ?? '';
      if (isInString || /["\\]/u.test(comment)) return 'where a comment ends is not clear';
      index += comment.length - 1;
    } else if (character === '"') {
      const string = readString(filter, index + 1);
      if (typeof string === 'string') return string;
      text += `"" ${string.text}`;
      index = string.end;
    } else if (isInString && character === ')' && depth === 0) {
      return { text, end: index };
    } else {
      if (character === '(') depth++;
      if (character === ')') depth--;
      text += character;
    }
  }
  return isInString ? 'a string in it has no end' : { text, end: filter.length };
}

/** Collects the code inside of a string. */
function readString(filter: string, start: number): Code | string {
  let text = '';
  for (let index = start; index < filter.length; index++) {
    const character = filter.charAt(index);
    if (character === '"') return { text, end: index };
    if (character !== '\\') continue;
    index++;
    if (filter.charAt(index) !== '(') continue;
    const code = readCode(filter, index + 1, true);
    if (typeof code === 'string') return code;
    text += `(${code.text}) `;
    index = code.end;
  }
  return 'a string in it has no end';
}
