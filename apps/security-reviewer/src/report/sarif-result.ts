import type { CodeFlow, Location, Region, Result, Suppression, ThreadFlowLocation } from 'sarif';
import type { Finding, FindingFix, FindingLocation, RelatedLocation } from '../finding.ts';
import { levelOf } from './sarif-rule.ts';
import { toSarifText } from './sarif-text.ts';
import { toArtifactLocation } from './sarif-uri.ts';

/** Places of a finding that GitHub takes. */
const mostPlaces = 1_000;

/** The one key of ours among the fingerprints: GitHub computes its own where the sources are at hand. */
export const FINGERPRINT_KEY = 'securityReview/v1';

/** A finding as SARIF has it. */
export function toSarifResult(finding: Finding, ruleIndex: number): Result {
  const { location, fingerprint } = finding;
  return {
    ruleId: finding.ruleId,
    ruleIndex,
    level: levelOf(finding.severity),
    rank: Math.round(finding.confidence * 1_000) / 10,
    message: { text: messageOf(finding) },
    locations: [toLocation(location)],
    ...relatedOf(finding),
    partialFingerprints: { [FINGERPRINT_KEY]: fingerprint },
    ...fixesOf(finding.fix),
    ...suppressionsOf(finding),
    properties: propertiesOf(finding),
  };
}

/** The title comes first and alone in its sentence: that is what lists of alerts show. */
function messageOf({ title, explanation, impact, recommendation }: Finding): string {
  const parts = [asSentence(title), explanation, impact, `Fix: ${recommendation}`];
  return parts.flatMap((part) => (part === undefined ? [] : [toSarifText(part)])).join('\n\n');
}

function asSentence(title: string): string {
  return /[.!?]$/.test(title) ? title : `${title}.`;
}

/** What the finding says beyond what SARIF has a place for, so that nothing is lost on the way back. */
function propertiesOf(finding: Finding): Result['properties'] {
  const { id, kind, title, severity, confidence, cwe, owasp, evidence, explanation, recommendation } = finding;
  const { impact, origin, verification } = finding;
  return {
    id,
    kind,
    title,
    severity,
    confidence,
    cwe: [...cwe],
    owasp: [...owasp],
    evidence,
    explanation,
    ...(impact === undefined ? {} : { impact }),
    recommendation,
    origin: [...origin],
    verification: { ...verification },
  };
}

function toLocation(location: FindingLocation): Location {
  return {
    physicalLocation: { artifactLocation: toArtifactLocation(location.file), region: toRegion(location) },
  };
}

function toRegion({ startLine, endLine, startColumn, endColumn }: FindingLocation): Region {
  return {
    startLine,
    endLine: Math.max(startLine, endLine),
    ...(startColumn === undefined ? {} : { startColumn }),
    ...(endColumn === undefined ? {} : { endColumn }),
  };
}

function relatedOf(finding: Finding): Pick<Result, 'codeFlows' | 'relatedLocations'> {
  const steps = finding.related.filter(({ role }) => role !== 'context');
  const context = finding.related.filter(({ role }) => role === 'context').slice(0, mostPlaces - 1);
  return {
    ...(steps.length === 0 ? {} : { codeFlows: [toCodeFlow(finding, steps)] }),
    ...(context.length === 0
      ? {}
      : { relatedLocations: context.map((place, index) => ({ id: index + 1, ...describedLocation(place) })) }),
  };
}

/** From the source to the place of the finding, which ends the flow where no other sink is named. */
function toCodeFlow({ location }: Finding, steps: readonly RelatedLocation[]): CodeFlow {
  const hasSink = steps.some(({ role }) => role === 'sink');
  const all = hasSink ? steps : [...steps, { ...location, role: 'sink' } as const];
  const shown = all.length <= mostPlaces ? all : [...all.slice(0, mostPlaces - 1), ...all.slice(-1)];
  return { threadFlows: [{ locations: shown.map(toStep) }] };
}

function toStep(place: RelatedLocation): ThreadFlowLocation {
  return { location: describedLocation(place), kinds: [place.role], importance: 'essential' };
}

function describedLocation(place: RelatedLocation): Location {
  const text = place.note === undefined ? place.role : `${place.role}: ${place.note}`;
  return { ...toLocation(place), message: { text: toSarifText(text) } };
}

function fixesOf(fix: FindingFix | undefined): Pick<Result, 'fixes'> {
  if (fix === undefined || fix.edits.length === 0) return {};
  const byFile = Map.groupBy(fix.edits, ({ location }) => location.file);
  const artifactChanges = [...byFile].map(([file, edits]) => ({
    artifactLocation: toArtifactLocation(file),
    replacements: edits.map(({ location, replacement }) => ({
      deletedRegion: toRegion(location),
      insertedContent: { text: replacement },
    })),
  }));
  return { fixes: [{ description: { text: toSarifText(fix.description) }, artifactChanges }] };
}

function suppressionsOf({ suppressed }: Finding): Pick<Result, 'suppressions'> {
  if (suppressed === undefined) return {};
  const suppression: Suppression = {
    kind: suppressed.by === 'inline' ? 'inSource' : 'external',
    ...(suppressed.reason === undefined ? {} : { justification: toSarifText(suppressed.reason) }),
  };
  return { suppressions: [suppression] };
}
