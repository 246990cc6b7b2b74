import type { Finding } from '../finding.ts';
import type { ReviewNotice, ReviewResult } from '../review-result.ts';
import type { Severity } from '../rules/rule.ts';
import { limitsOf, reviewerName, summaryOf, whyIncomplete } from './describe-review.ts';
import { toVisibleName, toVisibleText } from './inert-text.ts';

type Command = 'error' | 'warning' | 'notice';

const commands: Readonly<Record<Severity, Command>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'notice',
  info: 'notice',
};

/**
 * The report as commands of a GitHub workflow, which shows them beside the lines of a change, one a line, and at the end
 * what the whole came to. No text in it can be a command of its own.
 *
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function toGithub(result: ReviewResult): string {
  const { coverage, findings } = result;
  const incomplete = whyIncomplete(result);
  const lines = [
    ...findings.map(annotationOf),
    ...result.notices.map(noticeOf),
    ...coverage.failed.map(({ file, reason }) =>
      noticeOf({ level: 'error', file, message: `Not reviewed: ${reason}.` }),
    ),
    ...coverage.notByModel.map(({ file, reason }) =>
      noticeOf({ level: 'warning', file, message: `Not reviewed by the model: ${reason}.` }),
    ),
    ...(incomplete === undefined
      ? []
      : [noticeOf({ level: 'error', message: `This review is incomplete: ${incomplete}.` })]),
    plain(`Security review by ${toVisibleName(reviewerName(result))}: ${summaryOf(result)}`),
    plain(limitsOf(result)),
  ];
  return `${lines.join('\n')}\n`;
}

function annotationOf(finding: Finding): string {
  const { location, title, cwe, explanation, recommendation, ruleId, fingerprint } = finding;
  const properties = {
    file: toVisibleName(location.file),
    line: String(location.startLine),
    endLine: String(Math.max(location.startLine, location.endLine)),
    ...(location.startColumn === undefined || location.endLine > location.startLine
      ? {}
      : { col: String(location.startColumn) }),
    title: toVisibleText(`${title} (${cwe[0] ?? ruleId})`),
  };
  const message = [toVisibleText(explanation), `Fix: ${toVisibleText(recommendation)}`, `${ruleId} ${fingerprint}`];
  return command(commands[finding.severity], properties, message.join('\n'));
}

function noticeOf({ level, file, line, message }: ReviewNotice): string {
  const properties = {
    ...(file === undefined ? {} : { file: toVisibleName(file) }),
    ...(file === undefined || line === undefined ? {} : { line: String(line) }),
    title: 'Security review',
  };
  return command(level, properties, toVisibleText(message));
}

function command(name: Command, properties: Readonly<Record<string, string>>, message: string): string {
  const pairs = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(value)}`);
  return `::${name} ${pairs.join(',')}::${escapeData(message)}`;
}

/** A line that is no command: the runner takes `::` at its beginning and `##[` anywhere for one. */
function plain(text: string): string {
  return text.replace(/##(?=\[)/g, '# #').replace(/^\s*:(?=:)/, ': ');
}

/** @see https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts */
function escapeData(text: string): string {
  return text
    .replaceAll('%', '%25')
    .replaceAll('\r', '%0D')
    .replaceAll('\n', '%0A')
    .replace(/##(?=\[)/g, '# #');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
