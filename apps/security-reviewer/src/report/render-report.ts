import type { ReviewResult } from '../review-result.ts';
import { toGithub } from './github.ts';
import { toHtml } from './html.ts';
import { toJson } from './json.ts';
import { toJunit } from './junit.ts';
import { toMarkdown } from './markdown.ts';
import { toSarif } from './sarif.ts';
import { toText } from './text.ts';

/** Formats a report can have. */
export const REPORT_FORMATS = ['text', 'md', 'json', 'sarif', 'html', 'junit', 'github'] as const;

/** One of {@link REPORT_FORMATS}. */
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** What {@link renderReport} takes besides the result. */
export interface RenderOptions {
  /** Version of the program. */
  readonly version: string;
  /** Whether `text` has colours; default `false`. */
  readonly isColored?: boolean;
  /** Whether `sarif` has suppressed findings too, marked as such; default `false`. */
  readonly withSuppressed?: boolean;
}

/** A result in one of the formats. All are made from the same findings, and each ends with a newline. */
export function renderReport(result: ReviewResult, format: ReportFormat, options: RenderOptions): string {
  const { version, isColored = false, withSuppressed = false } = options;
  switch (format) {
    case 'text':
      return toText(result, version, { isColored });
    case 'md':
      return toMarkdown(result, version);
    case 'json':
      return toJson(result, version);
    case 'sarif':
      return toSarif(result, version, { withSuppressed });
    case 'html':
      return toHtml(result, version);
    case 'junit':
      return toJunit(result, version);
    case 'github':
      return toGithub(result);
  }
}
