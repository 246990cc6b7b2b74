import { LineCounter, isAlias, isNode, parseDocument, visit, type Document } from 'yaml';
import type { FilePosition } from './policy-file.ts';
import type { PolicyProblem } from './policy-file-error.ts';

/** A YAML document of which every part stands where it is written. */
export interface YamlDocument {
  readonly contents: unknown;
  /** Where a node begins. */
  positionOf(node: unknown): FilePosition;
}

/**
 * Reads YAML 1.2, the part of it in which what you see is what is meant: one document, no anchors and aliases, no tags,
 * no duplicate keys, no characters that do not show.
 */
export function readYaml(text: string): YamlDocument | readonly PolicyProblem[] {
  const hidden = hiddenCharacters(text);
  if (hidden.length > 0) return hidden;
  const lines = new LineCounter();
  const at = (offset: number): FilePosition => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const document = parse(text, lines);
  if ('problem' in document) return [{ line: 1, column: 1, message: document.problem }];
  const wrong = [...document.errors, ...document.warnings].map(({ pos, code, message }) => ({
    ...at(pos[0]),
    message: explained(code, message),
  }));
  const problems = wrong.length > 0 ? wrong : refusedNodes(document, at);
  if (problems.length > 0) return sorted(problems);
  return {
    contents: document.contents,
    positionOf: (node) => at(isNode(node) ? (node.range?.[0] ?? 0) : 0),
  };
}

/** By line and column, each place and message once. */
export function sorted(problems: readonly PolicyProblem[]): readonly PolicyProblem[] {
  const unique = new Map(problems.map((problem) => [`${problem.line}:${problem.column}:${problem.message}`, problem]));
  return [...unique.values()].toSorted((left, right) => left.line - right.line || left.column - right.column);
}

/** A policy nests five deep; what goes far beyond it is made to break parsers, whose stack it would fill. */
const maxBrackets = 100;

function parse(text: string, lineCounter: LineCounter): Document.Parsed | { readonly problem: string } {
  const problem = { problem: 'It is nested too deep to be a policy.' };
  if (openBrackets(text) > maxBrackets) return problem;
  try {
    return parseDocument(text, { lineCounter, version: '1.2', merge: false, prettyErrors: false, logLevel: 'error' });
  } catch (error) {
    if (error instanceof RangeError) return problem;
    throw error;
  }
}

/** How many brackets are open at once, those in quotes and comments included. */
function openBrackets(text: string): number {
  let open = 0;
  let most = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    open = Math.max(0, open + (bracket === '[' || bracket === '{' ? 1 : -1));
    most = Math.max(most, open);
  }
  return most;
}

function explained(code: string, message: string): string {
  if (message === 'Alias cannot be an empty string') return quoteStar('');
  if (code === 'DUPLICATE_KEY') return 'The same key stands twice in one mapping; each may be given once.';
  if (code === 'MULTIPLE_DOCS') return 'A policy file holds one document; remove "---" and what follows.';
  return `This is not valid YAML: ${message}`;
}

function quoteStar(name: string): string {
  return `Aliases are not supported; a rule that starts with "*" goes into quotes, as in "*${name}".`;
}

function refusedNodes(document: Document.Parsed, at: (offset: number) => FilePosition): readonly PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  visit(document, {
    Node(_key, node) {
      const position = at(node.range?.[0] ?? 0);
      if (isAlias(node)) {
        problems.push({ ...position, message: quoteStar(node.source) });
        return;
      }
      if (node.anchor !== undefined) {
        problems.push({ ...position, message: `Anchors are not supported, got &${node.anchor}; write the value out.` });
      }
      if (node.tag !== undefined) {
        problems.push({ ...position, message: `Tags are not supported, got ${node.tag}; leave it out.` });
      }
    },
  });
  return problems;
}

/** Who reviews a policy must see what is in it. */
function hiddenCharacters(text: string): readonly PolicyProblem[] {
  return text.split('\n').flatMap((line, index) => {
    const column = line.replace(/\r$/, '').search(/[^\P{Cc}\t]|[\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/u);
    if (column < 0) return [];
    const point = line.codePointAt(column)?.toString(16).toUpperCase().padStart(4, '0') ?? '';
    const message = `The character U+${point} does not show, so that people would read another rule; remove it.`;
    return [{ line: index + 1, column: column + 1, message }];
  });
}
