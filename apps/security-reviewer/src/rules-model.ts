import { setImmediate } from 'node:timers/promises';
import { ModelError, type Json, type Model, type ModelEvent, type ModelRequest } from '@harness-sdk/core';
import { parsePaths } from '@harness-sdk/tools-fs';
import { readAssignment, type Assignment } from './assignment.ts';
import { answeredCalls, type AnsweredCall } from './call-history.ts';
import { interpreterIn } from './collect/look-at-file.ts';
import { nameWithEnding } from './language-of.ts';
import { ReadPages } from './read-pages.ts';
import { reportFindingName } from './report-finding.ts';
import type { RulesEngine } from './rules/engine.ts';
import type { RuleHit } from './rules/rule.ts';

/** A tool call that the rules ask for. */
interface Call {
  readonly name: string;
  readonly args: { readonly [name: string]: Json };
}

/**
 * The built-in rules as a model: it asks for the files, looks at them, and reports what it finds, by the same tool calls
 * as any other. It keeps nothing between calls; the conversation says how far it is.
 *
 * It reviews the files of the assignment that stands in the prompt, and all supported files of its directory where the
 * assignment names none. It is no language model, says so, and costs nothing.
 */
export function createRulesModel(engine: RulesEngine): Model {
  return {
    provider: 'rules',
    id: 'builtin',
    info: { local: true, isLanguageModel: false },
    stream: (request) => answer(engine, request),
  };
}

async function* answer(engine: RulesEngine, request: ModelRequest): AsyncGenerator<ModelEvent> {
  throwIfAborted(request.signal);
  const assignment = assignmentOf(request);
  const history = answeredCalls(request);
  const calls = request.toolChoice === 'none' ? [] : await nextCalls(engine, assignment, history, request);
  if (calls.length === 0) {
    const text = closingText(history);
    yield { type: 'text_delta', text };
    yield { type: 'block', block: { type: 'text', text } };
  }
  const turn = request.messages.filter(({ role }) => role === 'assistant').length + 1;
  for (const [index, { name, args }] of calls.entries()) {
    yield { type: 'block', block: { type: 'tool_call', id: `rules_${turn}_${index + 1}`, name, args } };
  }
  yield { type: 'end', stop: calls.length > 0 ? 'tool_calls' : 'end', usage: { input: 0, output: 0 } };
}

function assignmentOf({ messages }: ModelRequest): Assignment {
  const prompts = messages.flatMap((message) => (message.role === 'user' ? message.content : []));
  const texts = prompts.flatMap((block) => (block.type === 'text' ? [block.text] : []));
  const assignment = texts.map(readAssignment).findLast((found) => found !== undefined);
  if (assignment !== undefined) return assignment;
  throw new ModelError(
    'invalid_request',
    'The built-in rules found no assignment in the prompt. They are no language model: write one with unitPrompt().',
  );
}

/** What to ask for now: the directory, then its files, then the reports. Nothing where all is done. */
async function nextCalls(
  engine: RulesEngine,
  assignment: Assignment,
  history: readonly AnsweredCall[],
  request: ModelRequest,
): Promise<Call[]> {
  const { directory } = assignment;
  const listing = history.find(({ name }) => name === 'Glob');
  const canList = request.tools.some(({ name }) => name === 'Glob');
  if (directory !== undefined && canList && listing === undefined) {
    const pattern = assignment.files.length > 0 ? './*' : '**/*';
    return [{ name: 'Glob', args: { pattern, path: directory } }];
  }
  const files = assignment.files.length > 0 ? assignment.files : listedFiles(engine, listing);
  const read = files.map((path) => ({ path, pages: pagesOf(path, history) }));
  const reads = read.flatMap(({ path, pages }) => readCall(path, pages.nextLine));
  if (reads.length > 0) return reads;
  // All are reported in one turn.
  if (history.some(({ name }) => name === reportFindingName)) return [];
  return await reportCalls(engine, read, request.signal);
}

function listedFiles(engine: RulesEngine, listing: AnsweredCall | undefined): string[] {
  if (listing === undefined || listing.isError) return [];
  return parsePaths(listing.output).paths.filter((path) => engine.supports(path));
}

function pagesOf(path: string, history: readonly AnsweredCall[]): ReadPages {
  const pages = new ReadPages();
  for (const { name, args, output, isError } of history) {
    if (name === 'Read' && args['file_path'] === path) pages.add(output, isError);
  }
  return pages;
}

function readCall(path: string, nextLine: number | undefined): Call[] {
  if (nextLine === undefined) return [];
  return [{ name: 'Read', args: { file_path: path, ...(nextLine === 1 ? {} : { offset: nextLine }) } }];
}

async function reportCalls(
  engine: RulesEngine,
  read: readonly { readonly path: string; readonly pages: ReadPages }[],
  signal: AbortSignal,
): Promise<Call[]> {
  const calls: Call[] = [];
  /** What the files are called in the assignment, by what the engine knows them as. */
  const assigned = new Map<string, string>();
  const files = read.flatMap(({ path, pages: { source } }) => {
    if (source === undefined) return [];
    const name = nameWithEnding(path, interpreterIn(source));
    assigned.set(name, path);
    return [{ path: name, source }];
  });
  for (const checked of engine.checkAll(files)) {
    // Between two files there is room for an interrupt.
    await setImmediate();
    throwIfAborted(signal);
    if (checked === undefined) continue;
    const path = assigned.get(checked.path) ?? checked.path;
    for (const hit of checked.hits) calls.push(reportCall(path, hit));
  }
  return calls;
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new ModelError('aborted', 'The review by rules was aborted.');
}

function reportCall(path: string, hit: RuleHit): Call {
  return {
    name: reportFindingName,
    args: {
      file_path: path,
      line: hit.endLine > hit.line ? `${hit.line}-${hit.endLine}` : hit.line,
      severity: hit.severity,
      kind: hit.kind,
      cwe: hit.cwe,
      title: hit.title,
      evidence: hit.evidence,
      explanation: hit.explanation,
      recommendation: hit.recommendation,
      confidence: hit.confidence,
      rule_id: hit.ruleId,
      ...(hit.flow.length === 0 ? {} : { steps: hit.flow.map(({ role, line, note }) => ({ role, line, note })) }),
    },
  };
}

function closingText(history: readonly AnsweredCall[]): string {
  const reports = history.filter(({ name }) => name === reportFindingName);
  const taken = reports.filter(({ isError }) => !isError).length;
  const refused = reports.length - taken;
  return [
    'This review was made by built-in rules, not by a language model.',
    `Findings reported: ${taken}.`,
    ...(refused > 0 ? [`Refused, because the file no longer holds the evidence: ${refused}.`] : []),
  ].join(' ');
}
