import { createWorkspace, PathRefusedError } from '@harness-sdk/core/node';
import { compareSeverity, type Finding } from '../../finding.ts';
import { recheckFindings, type RecheckedFinding } from '../../recheck/recheck-findings.ts';
import { escapeUnseen } from '../../report/escape-unseen.ts';
import { toVisibleName, toVisibleText } from '../../report/inert-text.ts';
import { createRulesEngine } from '../../rules/engine.ts';
import { sourceText } from '../../source-lines.ts';
import type { CliContext } from '../cli-context.ts';
import { DEFAULTS } from '../defaults.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { readReport } from '../read-report.ts';
import type { GivenSettings } from '../settings.ts';

/** What became of a finding, or why that is not known. */
type Verdict = RecheckedFinding | (Pick<RecheckedFinding, 'finding' | 'note'> & { readonly status: 'unknown' });

/**
 * Says what became of the findings of an earlier report, made in this directory, by the files as they are now.
 *
 * @returns 1 where one that is still there is at `--fail-on` or above, 3 where of some it is not known.
 * @throws OptionError for a file that is no report.
 */
export async function runVerify(
  [report = '']: readonly string[],
  { json, 'fail-on': failOn = DEFAULTS['fail-on'] }: GivenSettings,
  context: CliContext,
): Promise<number> {
  const verdicts = await verdictsOf(readReport(report, context.cwd), context.cwd);
  await context.writeOut(json === true ? toJson(verdicts) : toText(verdicts));
  const fails = verdicts.some(
    ({ status, finding }) =>
      status !== 'fixed' && status !== 'unknown' && failOn !== 'none' && compareSeverity(finding.severity, failOn) <= 0,
  );
  if (fails) return EXIT_CODES.findings;
  return verdicts.some(({ status }) => status === 'unknown') ? EXIT_CODES.incomplete : EXIT_CODES.clean;
}

/** In the order of the report. A file that cannot be read says nothing of its findings: they are not fixed. */
async function verdictsOf(findings: readonly Finding[], cwd: string): Promise<Verdict[]> {
  const workspace = createWorkspace({ root: cwd });
  const sources = new Map<string, string | undefined>();
  const refusals = new Map<string, string>();
  for (const file of new Set(findings.map(({ location }) => location.file))) {
    try {
      sources.set(file, sourceText((await workspace.readFile(file)).bytes));
    } catch (error) {
      if (!PathRefusedError.isInstance(error)) throw error;
      if (error.reason === 'not_found') sources.set(file, undefined);
      else refusals.set(file, `The file cannot be read (${error.reason}).`);
    }
  }
  const rechecked = await recheckFindings(
    findings.filter(({ location }) => sources.has(location.file)),
    { readSource: async (file) => sources.get(file), engine: await createRulesEngine() },
  );
  const byFinding = new Map(rechecked.map((one) => [one.finding, one]));
  return findings.map((finding) => {
    const note = refusals.get(finding.location.file) ?? 'It was not looked at.';
    return byFinding.get(finding) ?? { finding, status: 'unknown', note };
  });
}

function toText(verdicts: readonly Verdict[]): string {
  const lines = verdicts.map((verdict) => {
    const { finding, status, note } = verdict;
    const line = ('location' in verdict ? verdict.location?.startLine : undefined) ?? finding.location.startLine;
    const place = `${toVisibleName(finding.location.file)}:${line}`;
    return `${status.padEnd(8)} ${finding.severity.padEnd(8)} ${place}  ${toVisibleText(finding.title)}. ${note}\n`;
  });
  const counts = [...Map.groupBy(verdicts, ({ status }) => status)].map(([status, of]) => `${of.length} ${status}`);
  const total = `${verdicts.length} ${verdicts.length === 1 ? 'finding' : 'findings'}`;
  return `${lines.join('')}${[total, ...counts].join(', ')}\n`;
}

function toJson(verdicts: readonly Verdict[]): string {
  const findings = verdicts.map((verdict) => {
    const { finding, status, note } = verdict;
    const location = 'location' in verdict ? verdict.location : undefined;
    return { status, note, location, fingerprint: finding.fingerprint, finding };
  });
  return `${escapeUnseen(JSON.stringify({ schemaVersion: 1, findings }, undefined, 2))}\n`;
}
