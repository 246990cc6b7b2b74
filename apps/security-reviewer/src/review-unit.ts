import {
  run,
  type Budget,
  type DurableEngine,
  type Json,
  type Message,
  type Model,
  type ModelErrorKind,
  type PriceBook,
  type Result,
  type StopReason,
  type ToolResult,
} from '@harness-sdk/core';
import { createWorkspace, type Workspace } from '@harness-sdk/core/node';
import { createPolicy } from '@harness-sdk/permissions';
import { globTool, grepTool, readTool } from '@harness-sdk/tools-fs';
import type { LeftOutFile, SourceFile } from './collect-files.ts';
import { findEvidenceNear } from './evidence.ts';
import { SYSTEM_PROMPT, unitPrompt } from './prompt.ts';
import { ReadCoverage } from './read-coverage.ts';
import { createReportFinding, reportFindingName, toReported, type MisplacedReport } from './report-finding.ts';
import { ReportedFindings, type ReportedFinding } from './reported-findings.ts';
import { UnitSource } from './unit-source.ts';
import type { ReviewUnit } from './units.ts';

/** What a review brings to each of its units. */
export interface UnitOptions {
  readonly model: Model;
  readonly prices?: PriceBook | undefined;
  readonly budget?: Budget | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly durable?: DurableEngine | undefined;
  /** What to tell the reviewer of the files around. */
  readonly context?: string | undefined;
}

/** What came of one unit. */
export interface UnitOutcome {
  /** Names of the files that were read to their end by a reviewer that came to its own end. */
  readonly reviewed: readonly string[];
  readonly failed: readonly LeftOutFile[];
  /** Checked against the files, also where the unit was not finished. */
  readonly findings: readonly ReportedFinding[];
  /** Files that another session may fare better with. */
  readonly worthRetrying: readonly SourceFile[];
  /** Reports that were refused, because they could not be read or quoted what is not there. */
  readonly refusedReports: number;
  /** Reports that were not taken, because there were too many. */
  readonly hadTooMany: boolean;
  readonly result: Result;
}

/** Model calls a language model may make for one unit. The rules need as many as a file has pages. */
const mostTurns = 40;
/** Findings that a language model may report of one unit; who reports more has lost its way. */
const mostFindings = 200;
/** More than any file that is reviewed has: the rules read a file whole, whatever its lines are like. */
const wholeFile = 2 * 1024 * 1024;
/** Characters of one answer of Read, and of one line in it, for a language model. */
const pageCharacters = 100_000;

/** What a language model may not read, so that it can tell nobody. The rules look for secrets in them. */
export const SECRET_FILES: readonly string[] =
  '.env .env.* *.pem *.key id_rsa* id_ed25519* .netrc .npmrc .pgpass .git-credentials'
    .split(' ')
    .map((name) => `Read(**/${name})`);

/** Reviews one unit in a session of its own, in plan mode: the reviewer reads, and reports. Nothing else is there. */
export async function reviewUnit(unit: ReviewUnit, options: UnitOptions): Promise<UnitOutcome> {
  const workspace = createWorkspace({ root: unit.root });
  const session = new UnitSession(unit, workspace, options);
  const result = await session.run();
  await session.takeMisplaced();
  const notReviewed = unit.files.flatMap((file) => {
    const reason = whyUnfinished(result) ?? session.coverage.gapIn(file, unit.lines) ?? session.doubts;
    return reason === undefined ? [] : [{ file, reason }];
  });
  const failed = new Set(notReviewed.map(({ file }) => file));
  return {
    reviewed: unit.files.filter((file) => !failed.has(file)).map(({ name }) => name),
    failed: notReviewed.map(({ file, reason }) => ({ file: file.name, reason })),
    findings: session.findings.all,
    worthRetrying: isWorthRetrying(result, unit) ? [...failed] : [],
    refusedReports: session.refusedReports,
    hadTooMany: session.findings.isFull,
    result,
  };
}

/** How a run can end so that another one of the same files, by themselves, may come further. */
function isWorthRetrying({ stopReason, error }: Result, { files }: ReviewUnit): boolean {
  if (stopReason === 'error') return error?.kind !== undefined && !failsAgain.has(error.kind);
  if (stopReason === 'refusal' || stopReason === 'max_output') return true;
  // Who overlooks a file, or turns in circles, does so with one as with several; less to do may help.
  return files.length > 1 && (stopReason === 'end_turn' || stopReason === 'repetition' || stopReason === 'max_turns');
}

/** What another try meets again. */
const failsAgain: ReadonlySet<ModelErrorKind> = new Set(['auth', 'quota', 'invalid_request', 'aborted']);

/** One unit's run, and what is noted while it goes on. */
class UnitSession {
  readonly coverage: ReadCoverage = new ReadCoverage();
  readonly findings: ReportedFindings;
  refusedReports = 0;
  /** Why the findings may not be all; of rules alone, which only quote what they have read. */
  doubts: string | undefined;
  readonly #unit: ReviewUnit;
  readonly #workspace: Workspace;
  readonly #options: UnitOptions;
  readonly #source: UnitSource;
  readonly #misplaced: MisplacedReport[] = [];
  /** Arguments of the calls of `Read` that are not answered yet. */
  readonly #reads = new Map<string, Json>();

  constructor(unit: ReviewUnit, workspace: Workspace, options: UnitOptions) {
    this.#unit = unit;
    this.#workspace = workspace;
    this.#options = options;
    this.#source = new UnitSource(workspace, unit.files);
    this.findings = new ReportedFindings(isRules(options.model) ? Infinity : mostFindings);
  }

  /** Findings that cited the wrong line and were never mended: they are taken where their quote stands close by. */
  async takeMisplaced(): Promise<void> {
    for (const report of this.#misplaced) {
      if (this.findings.isFull) return;
      const found = findEvidenceNear(await this.#source.linesOf(report.file), report.input.line, report.input.evidence);
      if (found === undefined) continue;
      const finding = await toReported(report, found, { source: this.#source, origin: 'llm' });
      const note = `The code stands on line ${found.startLine}; line ${report.input.line.line} was cited.`;
      this.findings.add({ ...finding, verification: { status: 'moved', by: 'code', note } });
    }
  }

  async run(): Promise<Result> {
    let result: Result | undefined;
    try {
      for await (const message of this.#start()) {
        if (message.type === 'result') result = message;
        else await this.#note(message);
      }
    } catch (error) {
      // The run failed: its Result came first, and says how. Anything else that is thrown is a defect.
      if (result?.stopReason !== 'error') throw error;
    }
    if (result === undefined) throw new TypeError('A run ends with a Result.');
    return result;
  }

  #start() {
    const { model, prices, budget, signal, durable, context } = this.#options;
    const byRules = isRules(model);
    return run(unitPrompt(this.#unit, context), {
      model,
      system: SYSTEM_PROMPT,
      tools: [
        readTool(this.#workspace, byRules ? wholeFiles : pages),
        globTool(this.#workspace),
        grepTool(this.#workspace),
        createReportFinding({
          source: this.#source,
          findings: this.findings,
          origin: byRules ? 'rules' : 'llm',
          onMisplaced: (report) => {
            if (!byRules && this.#misplaced.length < mostFindings) this.#misplaced.push(report);
          },
        }),
      ],
      permissions: createPolicy({ root: this.#unit.root, mode: 'plan', ...(byRules ? {} : { deny: SECRET_FILES }) }),
      cwd: this.#unit.root,
      budget: { ...(byRules ? {} : { maxTurns: mostTurns }), ...budget },
      ...(prices === undefined ? {} : { prices }),
      ...(signal === undefined ? {} : { signal }),
      ...(durable === undefined ? {} : { durable }),
    });
  }

  async #note(message: Message): Promise<void> {
    if (message.type === 'tool_use' && message.name === 'Read') this.#reads.set(message.id, message.args);
    if (message.type !== 'tool_result') return;
    if (message.name === 'Read') await this.#noteRead(message);
    if (message.name === reportFindingName && message.isError) {
      this.refusedReports++;
      if (isRules(this.#options.model)) this.doubts = 'it changed while it was reviewed';
    }
  }

  async #noteRead({ toolUseId, content, outcome }: ToolResult): Promise<void> {
    const path = pathOf(this.#reads.get(toolUseId));
    const file = outcome === 'ok' && path !== undefined ? await this.#source.fileAt(path) : undefined;
    if (file !== undefined) this.coverage.note(file, content);
  }
}

const wholeFiles = { maxLines: wholeFile, maxLineCharacters: wholeFile, maxCharacters: wholeFile };
const pages = { maxLineCharacters: pageCharacters, maxCharacters: pageCharacters };

function isRules({ info }: Model): boolean {
  return info.isLanguageModel === false;
}

function pathOf(args: Json | undefined): string | undefined {
  if (typeof args !== 'object' || args === null || !('file_path' in args)) return undefined;
  return typeof args.file_path === 'string' ? args.file_path : undefined;
}

/** Why a run did not come to its own end; `undefined` where it did. */
export function whyUnfinished({ stopReason, limit, error }: Result): string | undefined {
  if (stopReason === 'end_turn') return undefined;
  if (stopReason === 'error') return `the reviewer failed: ${error?.message ?? 'unknown error'}`;
  if (stopReason === 'budget' && limit !== undefined) return limitReached[limit];
  return endings[stopReason];
}

const limitReached = {
  maxCost: 'the cost limit was reached',
  maxTokens: 'the token limit was reached',
  maxTurns: `the reviewer was not done after ${mostTurns} turns`,
  maxDurationMs: 'the time limit was reached',
} as const;

const endings: Readonly<Record<Exclude<StopReason, 'end_turn' | 'error'>, string>> = {
  max_turns: limitReached.maxTurns,
  budget: 'a limit was reached',
  max_output: 'the reviewer’s answer was cut off at its output limit',
  refusal: 'the model declined to review it',
  aborted: 'the review was interrupted',
  repetition: 'the reviewer repeated the same call over and over',
  approval_required: 'the reviewer waits for an approval',
};
