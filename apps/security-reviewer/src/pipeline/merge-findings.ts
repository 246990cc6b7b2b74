import type { ReportedFinding } from '../reported-findings.ts';
import { isSameFamily } from './weakness-family.ts';

/** Lines by which two reviewers may differ about the same statement. */
const mostLinesApart = 2;

/**
 * Puts together what the rules and a language model found. A finding of the model that lies within two lines of one of
 * the rules and is of the same family is that finding; each of the rules takes one at most, so that equal statements below
 * each other stay findings of their own. What remains has the rule's id, place and title, and the model's explanation.
 */
export function mergeFindings(
  byRules: readonly ReportedFinding[],
  byModel: readonly ReportedFinding[],
): ReportedFinding[] {
  const merged = new Map(byRules.map((finding) => [finding, finding]));
  const free = new Set(byRules);
  const others: ReportedFinding[] = [];
  for (const { finding, partner } of pairs(byRules, byModel, free)) {
    if (partner === undefined) others.push(finding);
    else merged.set(partner, union(partner, finding));
  }
  return [...merged.values(), ...others];
}

/** Each finding of the model with its partner, the nearest first: what is on the very line goes before its neighbours. */
function* pairs(byRules: readonly ReportedFinding[], byModel: readonly ReportedFinding[], free: Set<ReportedFinding>) {
  const byFile = Map.groupBy(byRules, ({ location }) => location.file);
  let open = byModel;
  for (let distance = 0; distance <= mostLinesApart; distance++) {
    const later: ReportedFinding[] = [];
    for (const finding of open) {
      const partner = byFile
        .get(finding.location.file)
        ?.find((other) => free.has(other) && linesApart(other, finding) === distance && isSameFamily(other, finding));
      if (partner === undefined) later.push(finding);
      else {
        free.delete(partner);
        yield { finding, partner };
      }
    }
    open = later;
  }
  for (const finding of open) yield { finding, partner: undefined };
}

function linesApart(left: ReportedFinding, right: ReportedFinding): number {
  const [a, b] = [left.location, right.location];
  return Math.max(0, a.startLine - b.endLine, b.startLine - a.endLine);
}

function union(rule: ReportedFinding, model: ReportedFinding): ReportedFinding {
  return {
    ...rule,
    confidence: Math.max(rule.confidence, model.confidence),
    cwe: [...new Set([...rule.cwe, ...model.cwe])],
    // A rule that knows the sink alone says nothing of the way.
    related: rule.related.length > 1 || model.related.length === 0 ? rule.related : model.related,
    explanation: model.explanation,
    impact: rule.impact ?? model.impact,
    origin: ['rules', 'llm'],
  };
}
