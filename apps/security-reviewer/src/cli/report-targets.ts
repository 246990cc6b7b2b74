import { join } from 'node:path';
import { OptionError } from '@harness-sdk/core';
import { renderReport, type RenderOptions, type ReportFormat } from '../report/render-report.ts';
import type { ReviewResult } from '../review-result.ts';
import type { CliContext } from './cli-context.ts';
import { checkOutputFile, writeOutputFile, type OutputFile } from './output-file.ts';
import type { GivenSettings } from './settings.ts';

/** A report to be written. */
export interface ReportTarget {
  readonly format: ReportFormat;
  /** Absent for stdout. */
  readonly file?: OutputFile;
}

/** Name of a report in `--output-dir`, before the ending of its format. */
const fileName = 'security-review';

const extensions: Readonly<Record<ReportFormat, string>> = {
  text: 'txt',
  md: 'md',
  json: 'json',
  sarif: 'sarif',
  html: 'html',
  junit: 'xml',
  github: 'github.txt',
};

/**
 * Where each report goes, checked before the review begins.
 *
 * @throws OptionError where a file cannot be written, or where two reports would go to one place.
 */
export async function reportTargets(settings: GivenSettings, context: CliContext): Promise<ReportTarget[]> {
  const { output, 'output-dir': directory } = settings;
  if (output !== undefined && directory !== undefined) {
    throw new OptionError('output', 'Of --output and --output-dir only one can be given.');
  }
  const formats = settings.format ?? [{ format: defaultFormat(settings, context) }];
  const targets: ReportTarget[] = [];
  for (const { format, file } of formats) {
    const inDirectory = directory && join(directory, `${fileName}.${extensions[format]}`);
    const path = file ?? inDirectory ?? (output === '-' ? undefined : output);
    const option = file !== undefined ? 'format' : inDirectory !== undefined ? 'output-dir' : 'output';
    targets.push(path === undefined ? { format } : { format, file: await checkOutputFile(path, context.cwd, option) });
  }
  checkDistinct(targets);
  return targets;
}

/** For people where they look at it, for a file or a program otherwise. */
function defaultFormat({ output }: GivenSettings, context: CliContext): ReportFormat {
  const isShown = output === undefined || output === '-';
  return isShown && context.output?.isTerminal === true ? 'text' : 'md';
}

function checkDistinct(targets: readonly ReportTarget[]): void {
  const places = new Set<string | undefined>();
  for (const { format, file } of targets) {
    if (places.has(file?.path)) {
      const where = file === undefined ? 'stdout' : JSON.stringify(file.path);
      const hint = `Give each its own file: --format ${format}=FILE.`;
      throw new OptionError('format', `Two reports would go to ${where}. ${hint}`);
    }
    places.add(file?.path);
  }
}

/** Writes the reports, those into files first. Rejects where one cannot be written, after all have been tried. */
export async function writeReports(
  result: ReviewResult,
  targets: readonly ReportTarget[],
  context: CliContext,
  options: RenderOptions,
): Promise<void> {
  const failures: unknown[] = [];
  for (const { format, file } of targets.toSorted((left, right) => Number(!left.file) - Number(!right.file))) {
    // Colours are for the terminal alone.
    const text = renderReport(result, format, file === undefined ? options : { ...options, isColored: false });
    try {
      await (file === undefined ? context.writeOut(text) : writeOutputFile(file, text));
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
