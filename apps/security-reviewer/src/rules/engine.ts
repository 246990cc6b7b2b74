import { Parser, type Language } from 'web-tree-sitter';
import type { Detection } from './detection.ts';
import { Analysis } from './flow/analysis.ts';
import { GO } from './go/go.ts';
import { JAVA } from './java/java.ts';
import { JAVASCRIPT } from './javascript/javascript.ts';
import type { LanguagePack } from './language-pack.ts';
import { loadGrammar } from './load-grammar.ts';
import { copyTree } from './program/syntax-node.ts';
import { PYTHON } from './python/python.ts';
import type { Rule, RuleHit } from './rule.ts';
import { commentSyntaxOf } from '../suppress/comment-syntax.ts';
import { parseComments } from '../suppress/parse-comments.ts';
import { scanComments } from '../suppress/scan-comments.ts';
import type { SourceComment } from '../suppress/source-comment.ts';
import { SourceText } from './source-text.ts';
import { textFormatOf } from './text/text-format.ts';
import { TEXT_RULES } from './text/text.ts';

/** Finds weaknesses in source code by rules: no language model, no network, the same answer every time. */
export interface RulesEngine {
  /** Every rule of every language. */
  readonly rules: readonly Rule[];
  /** Whether the engine reviews files of this name: a language it knows, or settings. */
  supports(path: string): boolean;
  /**
   * Reviews one file. Never throws: broken source is reviewed as far as it can be read.
   *
   * @param source - The whole file, as it stands; line endings of either kind, with or without a byte order mark.
   * @param path - Name of the file; only its ending is looked at. Another language than the engine's has no hits.
   * @returns In the order of line, column and rule.
   */
  check(source: string, path: string): RuleHit[];
  /** The comments of a file, in order; `undefined` where how comments are written in it is not known. */
  commentsOf(source: string, path: string): SourceComment[] | undefined;
}

const PACKS: readonly LanguagePack[] = [PYTHON, JAVASCRIPT, GO, JAVA];

/** Every rule of every language, without the grammars that it takes to run them. */
export const RULES: readonly Rule[] = [...PACKS.flatMap((pack) => pack.rules), ...TEXT_RULES];

/**
 * Makes a rules engine, with its grammars loaded.
 *
 * @throws AgentError with the code `missing_package` when a grammar cannot be found or read.
 */
export async function createRulesEngine(): Promise<RulesEngine> {
  const grammars = new Map<string, Language>();
  const specifiers = PACKS.flatMap(({ grammar, dialects }) => [grammar, ...(dialects ?? []).map((one) => one.grammar)]);
  for (const specifier of specifiers) grammars.set(specifier, await loadGrammar(specifier));
  const grammarOf = (pack: LanguagePack, path: string): Language | undefined =>
    grammars.get(pack.dialects?.find(({ extensions }) => endsWith(path, extensions))?.grammar ?? pack.grammar);
  const packOf = (path: string): LanguagePack | undefined => PACKS.find(({ extensions }) => endsWith(path, extensions));
  return {
    rules: RULES,
    supports: (path) => packOf(path) !== undefined || textFormatOf(path) !== undefined,
    check(source, path) {
      const pack = packOf(path);
      if (pack === undefined) return textFormatOf(path) === undefined ? [] : scan(source, path);
      const grammar = grammarOf(pack, path);
      return grammar === undefined ? [] : review(source, pack, grammar);
    },
    commentsOf(source, path) {
      const pack = packOf(path);
      const grammar = pack === undefined ? undefined : grammarOf(pack, path);
      if (grammar !== undefined) return parseComments(source, grammar);
      const syntax = commentSyntaxOf(path);
      return syntax === undefined ? undefined : scanComments(source, syntax);
    },
  };
}

function endsWith(path: string, extensions: readonly string[]): boolean {
  const name = path.toLowerCase();
  return extensions.some((extension) => name.endsWith(extension));
}

function review(source: string, pack: LanguagePack, grammar: Language): RuleHit[] {
  const parser = new Parser();
  try {
    parser.setLanguage(grammar);
    const tree = parser.parse(source);
    if (tree === null) return [];
    const root = copyTree(tree, pack.isLeaf);
    tree.delete();
    const analysis = new Analysis(pack.lower(root, source), pack.model);
    const text = new SourceText(source);
    return distinct(
      pack.rules.flatMap((rule) => [...rule.detect(analysis)].map((detection) => toHit(rule, detection, text))),
    );
  } finally {
    parser.delete();
  }
}

function scan(source: string, path: string): RuleHit[] {
  const text = new SourceText(source);
  return distinct(
    TEXT_RULES.flatMap((rule) => [...rule.scan(source, path)].map((detection) => toHit(rule, detection, text))),
  );
}

function toHit(rule: Rule, detection: Detection, text: SourceText): RuleHit {
  const { span, note } = detection;
  return {
    ruleId: rule.id,
    kind: rule.kind,
    severity: detection.severity ?? rule.severity,
    confidence: detection.confidence ?? rule.confidence,
    cwe: rule.cwe,
    title: rule.title,
    line: span.line,
    endLine: Math.max(span.line, span.endLine),
    column: text.columnOf(span.start, span.line),
    evidence: text.line(span.line),
    explanation: note === undefined || note === '' ? rule.why : `${rule.why} ${note}`,
    recommendation: rule.fix,
  };
}

/** One hit a rule and line, the surest, in order. */
function distinct(hits: readonly RuleHit[]): RuleHit[] {
  const byPlace = new Map<string, RuleHit>();
  for (const hit of hits) {
    const place = `${hit.line} ${hit.ruleId}`;
    const other = byPlace.get(place);
    if (other === undefined || other.confidence < hit.confidence) byPlace.set(place, hit);
  }
  return [...byPlace.values()].toSorted(
    (a, b) => a.line - b.line || a.column - b.column || (a.ruleId < b.ruleId ? -1 : 1),
  );
}
