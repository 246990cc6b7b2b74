import { resolve } from 'node:path';
import { messageOf, OptionError } from '@harness-sdk/core';
import { z } from 'zod';
import { FindingSchema, type Finding } from '../finding.ts';
import { readRegularFile } from './read-regular-file.ts';

const mostBytes = 256 * 1024 * 1024;

/** What is read of a report; later versions may hold more. */
const ReportSchema: z.ZodType<Readonly<Record<'findings' | 'suppressed' | 'rejected', Finding[]>>> = z.looseObject({
  schemaVersion: z.literal(1),
  findings: z.array(FindingSchema),
  suppressed: z.array(FindingSchema),
  rejected: z.array(FindingSchema),
});

/**
 * All findings of a report in JSON, those that do not count too.
 *
 * @throws OptionError for a file that cannot be read or is no such report.
 */
export function readReportFindings(path: string, cwd: string): readonly Finding[] {
  const text = readRegularFile(resolve(cwd, path), mostBytes);
  if (text === undefined) throw new OptionError('report', `There is no report ${JSON.stringify(path)}.`);
  try {
    const { findings, suppressed, rejected } = ReportSchema.parse(JSON.parse(text));
    return [...findings, ...suppressed, ...rejected];
  } catch (error) {
    const what = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    const message = `${JSON.stringify(path)} is no report of --format json: ${what}`;
    throw new OptionError('report', message, { cause: error });
  }
}
