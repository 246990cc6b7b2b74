import { nearestName, OptionError } from '@harness-sdk/core';
import type { Finding } from '../../finding.ts';
import { toVisibleName, toVisibleText } from '../../report/inert-text.ts';
import { review } from '../../review.ts';
import { createRulesEngine, type RulesEngine } from '../../rules/engine.ts';
import type { Rule } from '../../rules/rule.ts';
import type { CliContext } from '../cli-context.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { readReport } from '../read-report.ts';
import type { GivenSettings } from '../settings.ts';

/** A fingerprint, or as much of its beginning as tells it from others. */
const fingerprint = /^[0-9a-f]{8,32}$/i;

/**
 * Explains a rule, all rules for a kind, or a finding: one of the report that `--report` names, or one that the rules
 * make of the working directory.
 *
 * @throws OptionError where there is no such thing.
 */
export async function runExplain(
  [name = '']: readonly string[],
  { report }: GivenSettings,
  context: CliContext,
): Promise<number> {
  const engine = await createRulesEngine();
  if (fingerprint.test(name)) {
    const findings = report === undefined ? await findingsHere(engine, context) : readReport(report, context.cwd);
    await context.writeOut(explainFinding(theOne(findings, name.toLowerCase(), report), engine));
  } else {
    const rules = rulesNamed(engine, name);
    await context.writeOut(rules.map((rule) => explainRule(rule)).join('\n'));
  }
  return EXIT_CODES.clean;
}

function rulesNamed({ rules }: RulesEngine, name: string): readonly Rule[] {
  const wanted = name.toLowerCase();
  const kind = wanted.replace(/^llm\//, '');
  const found = rules.filter((rule) => rule.id === wanted || rule.kind === kind);
  if (found.length > 0) return found;
  const nearest = nearestName(name, [...new Set(rules.flatMap(({ id, kind: known }) => [id, known]))]);
  const hint = nearest === undefined ? 'security-reviewer rules lists them.' : `Did you mean "${nearest}"?`;
  throw new OptionError('', `There is no rule, kind or fingerprint ${JSON.stringify(name)}. ${hint}`);
}

async function findingsHere(engine: RulesEngine, context: CliContext): Promise<readonly Finding[]> {
  const { findings, suppressed, rejected } = await review({
    rules: engine,
    paths: ['.'],
    cwd: context.cwd,
    signal: context.signal,
  });
  return [...findings, ...suppressed, ...rejected];
}

function theOne(findings: readonly Finding[], start: string, report: string | undefined): Finding {
  const [found, other] = findings.filter((finding) => finding.fingerprint.startsWith(start));
  if (found !== undefined && other === undefined) return found;
  const where = report === undefined ? 'what the rules find here' : JSON.stringify(report);
  const what = found === undefined ? 'No finding' : 'More than one finding';
  const hint =
    found !== undefined
      ? 'Give more of the fingerprint.'
      : report === undefined
        ? 'Name a report in JSON or SARIF that holds it: --report FILE.'
        : 'The fingerprint changes when the code on the line does.';
  throw new OptionError('', `${what} of ${where} has a fingerprint that begins with ${start}. ${hint}`);
}

function explainRule(rule: Rule): string {
  return [
    `${rule.id}: ${rule.title}`,
    '',
    `Severity ${rule.severity}, confidence ${rule.confidence}`,
    references(rule.cwe, [rule.owasp]),
    '',
    `Why: ${rule.why}`,
    `Fix: ${rule.fix}`,
    '',
    'Reported:',
    indented(rule.weakExample),
    'Not reported:',
    indented(rule.safeExample),
  ].join('\n');
}

function explainFinding(finding: Finding, { rules }: RulesEngine): string {
  const { location, related, verification } = finding;
  const steps = related.map(({ role, file, startLine, note }) => {
    return `  ${role}: ${toVisibleName(file)}:${startLine}${note === undefined ? '' : ` ${toVisibleText(note)}`}`;
  });
  const impact = finding.impact === undefined ? [] : [`Impact: ${toVisibleText(finding.impact)}`];
  const rule = rules.find(({ id }) => id === finding.ruleId);
  return [
    `${toVisibleName(location.file)}:${location.startLine}: ${toVisibleText(finding.title)}`,
    '',
    ...finding.evidence.split('\n').map((line) => `    ${toVisibleText(line)}`),
    '',
    `Severity ${finding.severity}, confidence ${finding.confidence}, ${verification.status} by ${verification.by}`,
    references(finding.cwe, finding.owasp),
    `Fingerprint ${finding.fingerprint}`,
    '',
    `Why: ${toVisibleText(finding.explanation)}`,
    ...impact,
    `Fix: ${toVisibleText(finding.recommendation)}`,
    ...(steps.length === 0 ? [] : ['', 'The way of the data:', ...steps]),
    ...(rule === undefined ? [''] : ['', `The rule ${rule.id}, with an example:`, indented(rule.safeExample)]),
  ].join('\n');
}

function references(cwe: readonly string[], owasp: readonly string[]): string {
  const pages = cwe.map((id) => `${id} https://cwe.mitre.org/data/definitions/${id.replace('CWE-', '')}.html`);
  return [...pages, ...owasp.map((category) => `OWASP ${category}`)].join('\n');
}

function indented(source: string): string {
  return `${source.trimEnd().replace(/^(?=.)/gm, '    ')}\n`;
}
