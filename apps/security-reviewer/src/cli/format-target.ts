import { REPORT_FORMATS, type ReportFormat } from '../report/render-report.ts';

/** A format of the report, and where it goes. */
export interface FormatTarget {
  readonly format: ReportFormat;
  /** Absent where it goes to stdout, or where `--output` or `--output-dir` says. */
  readonly file?: string;
}

/** Reads `sarif` or `sarif=out.sarif`; `markdown` is `md`. */
export function toFormatTarget(text: string): FormatTarget | undefined {
  const at = text.indexOf('=');
  const word = (at < 0 ? text : text.slice(0, at)).toLowerCase();
  const format = REPORT_FORMATS.find((known) => known === (word === 'markdown' ? 'md' : word));
  if (format === undefined) return undefined;
  if (at < 0) return { format };
  const file = text.slice(at + 1);
  return file === '' ? undefined : { format, file };
}
