import { resolve } from 'node:path';
import { OptionError } from '@harness-sdk/core';
import type { Finding } from '../finding.ts';
import { readFindings } from '../recheck/read-findings.ts';
import { readRegularFile } from './read-regular-file.ts';

const mostBytes = 256 * 1024 * 1024;

/**
 * The findings that count in an earlier report, in JSON or SARIF.
 *
 * @throws OptionError for a file that cannot be read or is no such report.
 */
export function readReport(path: string, cwd: string): readonly Finding[] {
  const text = readRegularFile(resolve(cwd, path), mostBytes);
  if (text === undefined) throw new OptionError('report', `There is no report ${JSON.stringify(path)}.`);
  return readFindings(text, path);
}
