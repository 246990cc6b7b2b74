import { gzipSync } from 'node:zlib';
import type { Invocation, Log, Notification, ReportingDescriptor, Run } from 'sarif';
import { compareSeverity, type Finding } from '../finding.ts';
import type { ReviewNotice, ReviewResult } from '../review-result.ts';
import { escapeUnseen } from './escape-unseen.ts';
import { toSarifResult } from './sarif-result.ts';
import { toReportingDescriptor } from './sarif-rule.ts';
import { toSarifText } from './sarif-text.ts';
import { SOURCE_ROOT, toArtifactLocation } from './sarif-uri.ts';

/** What {@link toSarif} takes besides the result. */
export interface SarifOptions {
  /** Whether suppressed findings are in it, marked as such. GitHub shows them as open. Default `false`. */
  readonly withSuppressed?: boolean;
  /**
   * What a report may come to. Default: what GitHub takes.
   *
   * @see https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
   */
  readonly limits?: SarifLimits;
}

/** Beyond these, the least severe findings are left out, and the report says so. */
interface SarifLimits {
  readonly results: number;
  readonly gzippedBytes: number;
}

const GITHUB_LIMITS: SarifLimits = { results: 25_000, gzippedBytes: 10 * 1024 * 1024 };
/** Files and notices that are told of one by one, before the rest are only counted. */
const mostNotifications = 500;

/**
 * The report as SARIF 2.1.0, as GitHub takes it: one run, its own fingerprints alone, no time, no random id. What was
 * not reviewed is told in the notifications of its invocation.
 *
 * @param version - Version of the program.
 */
export function toSarif(result: ReviewResult, version: string, options: SarifOptions = {}): string {
  const { withSuppressed = false, limits = GITHUB_LIMITS } = options;
  const all = withSuppressed ? [...result.findings, ...result.suppressed] : result.findings;
  const ordered = all.toSorted((left, right) => compareSeverity(left.severity, right.severity));
  let count = Math.min(all.length, limits.results);
  for (;;) {
    const kept = new Set(ordered.slice(0, count));
    const shown = all.filter((finding) => kept.has(finding));
    const text = write(toLog(result, version, shown, all.length - count));
    if (count === 0 || fits(text, limits.gzippedBytes)) return text;
    count = Math.floor(count * 0.8);
  }
}

function write(log: Log): string {
  return `${escapeUnseen(JSON.stringify(log, undefined, 2))}\n`;
}

function fits(text: string, gzippedBytes: number): boolean {
  return text.length <= gzippedBytes / 3 || gzipSync(text).length <= gzippedBytes;
}

function toLog(result: ReviewResult, version: string, findings: readonly Finding[], leftOut: number): Log {
  const rules = toRules(findings);
  const indexOf = new Map(rules.map(({ id }, index) => [id, index]));
  const run: Run = {
    tool: { driver: { name: 'security-reviewer', version, semanticVersion: version, rules } },
    automationDetails: { id: `security-reviewer/${encodeURIComponent(result.reviewer.provider.toWellFormed())}/` },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { [SOURCE_ROOT]: { description: { text: 'The directory that the review was started in.' } } },
    invocations: [toInvocation(result, leftOut)],
    results: findings.map((finding) => toSarifResult(finding, indexOf.get(finding.ruleId) ?? -1)),
    properties: { reviewer: { ...result.reviewer }, isComplete: result.coverage.isComplete },
  };
  return { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
}

function toRules(findings: readonly Finding[]): ReportingDescriptor[] {
  const byRule = [...Map.groupBy(findings, ({ ruleId }) => ruleId)];
  return byRule
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([id, ofRule]) => toReportingDescriptor(id, ofRule));
}

/** An invocation that failed makes GitHub refuse the report, so it only has where there is nothing to report. */
function toInvocation(result: ReviewResult, leftOut: number): Invocation {
  const { coverage, findings, suppressed } = result;
  const hasSomething = coverage.reviewed.length + findings.length + suppressed.length > 0;
  return { executionSuccessful: hasSomething, toolExecutionNotifications: notificationsOf(result, leftOut) };
}

function notificationsOf(result: ReviewResult, leftOut: number): Notification[] {
  const { coverage, providerFailure, wasInterrupted, rejected } = result;
  const all = [
    ...(leftOut === 0
      ? []
      : [notice('error', `${plural(leftOut, 'finding')} did not fit and ${be(leftOut)} left out: the least severe.`)]),
    ...(wasInterrupted ? [notice('error', 'The review was interrupted.')] : []),
    ...(providerFailure === undefined ? [] : [notice('error', `The provider failed: ${providerFailure}`)]),
    ...result.notices,
    ...coverage.failed.map(({ file, reason }) => notice('error', `Not reviewed: ${reason}.`, file)),
    ...coverage.notByModel.map(({ file, reason }) => notice('warning', `Not reviewed by the model: ${reason}.`, file)),
    ...(rejected.length === 0
      ? []
      : [notice('warning', `Verification turned down ${plural(rejected.length, 'candidate')}.`)]),
  ];
  const more = all.length - mostNotifications;
  const shown = all.slice(0, mostNotifications).map(toNotification);
  const skipped = coverage.skipped.length;
  return [
    ...shown,
    ...(more > 0 ? [toNotification(notice('error', `There are ${more} more notices than are shown here.`))] : []),
    ...(skipped > 0 ? [{ level: 'note', message: { text: `${plural(skipped, 'file')} skipped.` } } as const] : []),
  ];
}

function notice(level: ReviewNotice['level'], message: string, file?: string): ReviewNotice {
  return { level, message, file };
}

function toNotification({ level, message, file, line }: ReviewNotice): Notification {
  const region = line === undefined ? {} : { region: { startLine: line } };
  return {
    level,
    message: { text: toSarifText(message) },
    ...(file === undefined
      ? {}
      : { locations: [{ physicalLocation: { artifactLocation: toArtifactLocation(file), ...region } }] }),
  };
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function be(count: number): string {
  return count === 1 ? 'was' : 'were';
}
