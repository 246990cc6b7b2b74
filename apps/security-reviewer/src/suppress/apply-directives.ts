import type { Finding } from '../finding.ts';
import type { ReviewNotice } from '../review-result.ts';
import type { PlacedDirective } from './read-directives.ts';

/** Findings, divided by what comments say of them. */
export interface SuppressedFindings {
  readonly findings: readonly Finding[];
  readonly suppressed: readonly Finding[];
  /** Directives that are about no finding. */
  readonly notices: readonly ReviewNotice[];
}

/**
 * Takes out the findings that comments in the reviewed files say do not count. A directive is about the findings of its
 * classes whose code is on its line; one that is about none is told of.
 */
export function applyDirectives(
  findings: readonly Finding[],
  directives: readonly PlacedDirective[],
): SuppressedFindings {
  const byFile = Map.groupBy(directives, ({ file }) => file);
  const used = new Set<PlacedDirective>();
  const counted: Finding[] = [];
  const suppressed: Finding[] = [];
  for (const finding of findings) {
    const matching = (byFile.get(finding.location.file) ?? []).filter((directive) => isAbout(directive, finding));
    for (const directive of matching) used.add(directive);
    const [first] = matching;
    if (first === undefined) counted.push(finding);
    else suppressed.push({ ...finding, suppressed: { by: 'inline', reason: first.reason } });
  }
  return { findings: counted, suppressed, notices: directives.filter((one) => !used.has(one)).map(unused) };
}

function isAbout({ target, classes }: PlacedDirective, { location, cwe, kind, ruleId }: Finding): boolean {
  const isOnLine = location.startLine <= target && target <= Math.max(location.startLine, location.endLine);
  return isOnLine && classes.some((name) => name === kind || name === ruleId || cwe.includes(name));
}

function unused({ file, line, target, classes }: PlacedDirective): ReviewNotice {
  const message = `security-review-ignore[${classes.join(', ')}] suppresses nothing: this review has no such finding on line ${target}.`;
  return { level: 'warning', file, line, message };
}
