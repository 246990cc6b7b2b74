import { Parser, type Language } from 'web-tree-sitter';
import type { Detection } from './detection.ts';
import { Analysis } from './flow/analysis.ts';
import { FlowTrace } from './flow/flow-trace.ts';
import { GO } from './go/go.ts';
import { JAVA } from './java/java.ts';
import { JAVASCRIPT } from './javascript/javascript.ts';
import { FAMILY_OF_KIND } from './knowledge/family-of-kind.ts';
import type { LanguagePack } from './language-pack.ts';
import { loadGrammar } from './load-grammar.ts';
import type { Program } from './program/program.ts';
import { Project, type ProjectFile } from './project/project.ts';
import { copyTree } from './program/syntax-node.ts';
import { PYTHON } from './python/python.ts';
import type { FlowStep, Rule, RuleHit } from './rule.ts';
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
  /**
   * Reviews files that may import each other, each once: data is followed from one into another. As `check`, it never
   * throws; the same files give the same hits, in whatever groups they come where none imports another.
   *
   * @param files - Paths are relative to one directory, with `/` between their parts.
   * @returns The hits of each file, in the order of the files; `undefined` at places where there is room for an interrupt.
   */
  checkAll(files: readonly RulesFile[]): Generator<FileHits | undefined>;
}

/** A file to review. */
interface RulesFile {
  readonly path: string;
  readonly source: string;
}

/** What was found in one file. */
interface FileHits {
  readonly path: string;
  readonly hits: readonly RuleHit[];
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
      if (pack === undefined) return settingsHits(source, path);
      const program = toProgram(source, pack, grammarOf(pack, path));
      return program === undefined ? [] : applyRules(new Analysis(program, pack.model), pack, source);
    },
    *checkAll(files) {
      const members: ProjectFile[] = [];
      for (const { path, source } of files) {
        const pack = packOf(path);
        const program = pack === undefined ? undefined : toProgram(source, pack, grammarOf(pack, path));
        if (pack === undefined || program === undefined) continue;
        members.push({ path, program, model: pack.model, modules: pack.modules });
        yield undefined;
      }
      const project = new Project(members);
      for (const _ of project.analyse()) yield undefined;
      for (const { path, source } of files) {
        const pack = packOf(path);
        const analysis = project.take(path);
        if (pack === undefined) yield { path, hits: settingsHits(source, path) };
        else yield { path, hits: analysis === undefined ? [] : applyRules(analysis, pack, source) };
      }
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

function toProgram(source: string, pack: LanguagePack, grammar: Language | undefined): Program | undefined {
  if (grammar === undefined) return undefined;
  const parser = new Parser();
  try {
    parser.setLanguage(grammar);
    const tree = parser.parse(source);
    if (tree === null) return undefined;
    const root = copyTree(tree, pack.isLeaf);
    tree.delete();
    return pack.lower(root, source);
  } finally {
    parser.delete();
  }
}

function applyRules(analysis: Analysis, pack: LanguagePack, source: string): RuleHit[] {
  const text = new SourceText(source);
  const trace = new FlowTrace(analysis);
  const detections = new Map<RuleHit, Detection>();
  for (const rule of pack.rules) {
    for (const detection of rule.detect(analysis)) detections.set(toHit(rule, detection, text), detection);
  }
  return distinct([...detections.keys()]).map((hit) => ({ ...hit, flow: flowOf(hit, detections.get(hit), trace) }));
}

function flowOf({ kind }: RuleHit, detection: Detection | undefined, trace: FlowTrace): readonly FlowStep[] {
  const family = FAMILY_OF_KIND[kind];
  const exposure = detection?.exposure;
  if (detection === undefined || exposure === undefined || family === undefined) return [];
  return trace.to(detection.span, exposure, family);
}

function settingsHits(source: string, path: string): RuleHit[] {
  if (textFormatOf(path) === undefined) return [];
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
    flow: [],
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
