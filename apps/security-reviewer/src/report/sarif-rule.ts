import type { ReportingDescriptor, ReportingConfiguration } from 'sarif';
import { compareSeverity, type Finding } from '../finding.ts';
import { RULES } from '../rules/engine.ts';
import { KIND_DESCRIPTIONS } from '../rules/knowledge/kind-descriptions.ts';
import type { Rule, Severity } from '../rules/rule.ts';
import { toInertMarkdown } from './inert-text.ts';
import { toSarifText } from './sarif-text.ts';

/** Tags that GitHub shows of a rule; more are allowed. */
const mostTags = 10;

const levels: Readonly<Record<Severity, ReportingConfiguration.level>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};

/** GitHub calls above 9.0 critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, 0.1 to 3.9 low; it takes nothing but text. */
const securitySeverities: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
  info: '0.0',
};

/** The level of a severity. */
export function levelOf(severity: Severity): ReportingConfiguration.level {
  return levels[severity];
}

/**
 * A rule as SARIF describes it, as severe as the worst that it found here: GitHub knows the severity of rules alone, and
 * must not show a finding as less than it is.
 *
 * @param findings - All findings of the rule; at least one.
 */
export function toReportingDescriptor(id: string, findings: readonly Finding[]): ReportingDescriptor {
  const { title, why, fix, confidence } = describe(id, findings);
  const severity = worstOf(findings);
  const cwe = [...new Set(findings.flatMap((finding) => finding.cwe))];
  return {
    id,
    name: id,
    shortDescription: { text: toSarifText(title) },
    fullDescription: { text: toSarifText(why) },
    help: {
      text: toSarifText(`${why} ${fix}`),
      markdown: `${toInertMarkdown(why)}\n\n**Fix:** ${toInertMarkdown(fix)}`,
    },
    ...helpUri(cwe[0]),
    defaultConfiguration: { level: levels[severity] },
    properties: {
      tags: ['security', ...cwe.map(toTag), ...new Set(findings.flatMap(({ owasp }) => owasp))].slice(0, mostTags),
      precision: precisionOf(confidence),
      'security-severity': securitySeverities[severity],
    },
  };
}

type Description = Pick<Rule, 'title' | 'why' | 'fix' | 'confidence'>;

/** What its rule says of a finding, else what is known of its kind, else what the finding itself says. */
function describe(id: string, findings: readonly Finding[]): Description {
  const rule = RULES.find((candidate) => candidate.id === id);
  if (rule !== undefined) return rule;
  const [first] = findings;
  const fix = first?.recommendation ?? '';
  if (first !== undefined && first.kind !== 'other') return { ...KIND_DESCRIPTIONS[first.kind], fix };
  return {
    title: 'A weakness of no class that is listed here',
    why: 'A language model found a weakness that fits none of the classes that this program knows.',
    fix: 'See the finding itself.',
    confidence: Math.max(0, ...findings.map(({ confidence }) => confidence)),
  };
}

function worstOf(findings: readonly Finding[]): Severity {
  return findings.map(({ severity }) => severity).toSorted(compareSeverity)[0] ?? 'info';
}

function helpUri(cwe: string | undefined): { helpUri?: string } {
  const number = numberOf(cwe ?? '');
  return number === undefined ? {} : { helpUri: `https://cwe.mitre.org/data/definitions/${number}.html` };
}

function toTag(cwe: string): string {
  return `external/cwe/cwe-${String(numberOf(cwe) ?? 0).padStart(3, '0')}`;
}

function numberOf(cwe: string): number | undefined {
  const number = /^CWE-(\d+)$/.exec(cwe)?.[1];
  return number === undefined ? undefined : Number(number);
}

function precisionOf(confidence: number): string {
  if (confidence >= 0.9) return 'very-high';
  if (confidence >= 0.75) return 'high';
  return confidence >= 0.5 ? 'medium' : 'low';
}
