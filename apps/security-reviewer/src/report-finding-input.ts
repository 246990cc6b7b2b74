import { z } from 'zod';
import type { CitedLines } from './evidence.ts';
import { FINDING_KINDS, type FindingKind } from './finding.ts';
import { KIND_CWE } from './kind-cwe.ts';
import type { Severity } from './rules/rule.ts';

/** A finding as its reviewer reports it, read from whatever form it came in. */
export interface ReportFindingInput {
  readonly file_path: string;
  readonly line: CitedLines;
  readonly severity: Severity;
  readonly kind: FindingKind;
  readonly cwe: readonly string[];
  readonly title: string;
  readonly evidence: string;
  readonly explanation: string;
  readonly recommendation: string;
  readonly confidence: number;
  readonly rule_id?: string | undefined;
  readonly impact?: string | undefined;
  /** Where the data comes from and what it passes, in the files of the assignment. What could not be read is left out. */
  readonly steps: readonly ReportedStep[];
}

/** A place on the way of the data. */
interface ReportedStep {
  /** Absent: the file of the finding. */
  readonly file_path?: string | undefined;
  readonly line: CitedLines;
  readonly role: 'source' | 'step' | 'sink' | 'context';
  /** What happens there. */
  readonly note?: string | undefined;
}

const severityWords: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  blocker: 'critical',
  high: 'high',
  major: 'high',
  error: 'high',
  medium: 'medium',
  moderate: 'medium',
  warning: 'medium',
  low: 'low',
  minor: 'low',
  info: 'info',
  informational: 'info',
  note: 'info',
  none: 'info',
};

const confidenceWords: Readonly<Record<string, number>> = { high: 0.9, medium: 0.6, moderate: 0.6, low: 0.3 };
/** Of a reviewer that does not say how sure it is. */
const defaultConfidence = 0.6;
const longestTitle = 120;
/** Steps of a way that are kept. */
const mostSteps = 20;

const severity = z.string().transform((word, context): Severity => {
  const known = severityWords[word.trim().toLowerCase()];
  if (known !== undefined) return known;
  context.addIssue({ code: 'custom', message: 'Expected critical, high, medium, low or info.' });
  return z.NEVER;
});

const lines = z.union([z.number(), z.string()]).transform((given, context): CitedLines => {
  const match = /^\s*(?:lines?\s*|L)?(\d{1,9})(?:\s*(?:-|–|to|:|,)\s*L?(\d{1,9}))?\s*$/i.exec(String(given));
  const [line, endLine] = [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)];
  if (line >= 1) return endLine > line ? { line, endLine } : { line };
  context.addIssue({ code: 'custom', message: 'Expected a line number from 1, such as 42, or lines such as "42-45".' });
  return z.NEVER;
});

const confidence = z
  .union([z.number(), z.string()])
  .optional()
  .transform((given) => {
    if (given === undefined) return defaultConfidence;
    const text = String(given).trim().toLowerCase();
    const number = confidenceWords[text] ?? Number.parseFloat(text);
    // Some give percent.
    const share = number > 1 || text.endsWith('%') ? number / 100 : number;
    return Number.isNaN(share) ? defaultConfidence : Math.min(Math.max(share, 0), 1);
  });

const text = z.string().trim().min(1);

const step: z.ZodType<ReportedStep> = z.object({
  file_path: z.string().optional(),
  line: lines,
  role: z.enum(['source', 'step', 'sink', 'context']).catch('step'),
  note: z.string().optional().catch(undefined),
});

/** A way that cannot be read is no reason to lose the finding. */
const steps = z
  .array(z.unknown())
  .catch([])
  .transform((given) => given.slice(0, mostSteps).flatMap((one) => step.safeParse(one).data ?? []));

const fields = z.object({
  // Untrimmed: a name may begin with a blank, and without it be the name of another file.
  file_path: z
    .string()
    .refine((path) => path.trim() !== '', 'Expected the path of a file.')
    .describe('The file, as the assignment names it.'),
  line: lines.describe('Line of the weak code as Read numbers it: 42, or "42-45" for several lines.'),
  severity: severity.describe('critical, high, medium, low or info.'),
  kind: z.string().describe(`Class of weakness: ${FINDING_KINDS.join(', ')}.`),
  cwe: z
    .union([z.string(), z.number(), z.array(z.union([z.string(), z.number()]))])
    .optional()
    .describe('The weakness in the CWE list, such as "CWE-89". Needed where the kind is "other".'),
  title: z.string().trim().optional().describe('A few words, at most 120 characters.'),
  evidence: text.describe(
    'The code of the cited line, copied exactly. A quote that is not on that line is refused, and the answer says what is there.',
  ),
  explanation: text.describe('Why this is a weakness: where the data comes from, where it goes, what follows.'),
  recommendation: text.describe('What to do instead, at this very place.'),
  confidence: confidence.describe('How sure you are, from 0 to 1.'),
  impact: z.string().trim().min(1).optional().catch(undefined).describe('What an attacker gains.'),
  steps: steps.describe(
    'The way of the data, from its source on: a list of { "line": 12, "role": "source", "file_path": … }; role is source, step or sink.',
  ),
  rule_id: z.string().optional().describe('Id of the rule that matched. Leave it out where there is no rule.'),
});

/** Schema of `ReportFinding`: strict about what cannot be guessed, forgiving about how the rest is written. */
export const ReportFindingInputSchema: z.ZodType<ReportFindingInput> = fields.transform(
  (given, context): ReportFindingInput => {
    const kind = toKind(given.kind);
    const cwe = toCwes(given.cwe);
    if (cwe.length === 0 && kind === 'other') {
      const message =
        'Expected a CWE such as "CWE-89": the kind is none of the known ones, so it must be named this way.';
      context.addIssue({ code: 'custom', path: ['cwe'], message });
      return z.NEVER;
    }
    return {
      ...given,
      kind,
      cwe: cwe.length === 0 && kind !== 'other' ? [KIND_CWE[kind]] : cwe,
      title: toTitle(given.title ?? '', kind),
    };
  },
);

function toKind(given: string): FindingKind {
  const name = given
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
  return FINDING_KINDS.find((kind) => kind === name) ?? 'other';
}

function toCwes(given: string | number | readonly (string | number)[] | undefined): string[] {
  const numbers = [given ?? []].flat().flatMap((value) => {
    const ids = [...String(value).matchAll(/\bCWE[-\s]?(\d{1,5})\b|^\s*(\d{1,5})\s*$/gi)];
    return ids.map((match) => Number(match[1] ?? match[2]));
  });
  return [...new Set(numbers)].map((id) => `CWE-${id}`);
}

function toTitle(given: string, kind: FindingKind): string {
  const title = given.replace(/\s+/g, ' ') || kind.replaceAll('-', ' ');
  return title.length <= longestTitle ? title : `${title.slice(0, longestTitle - 1).toWellFormed()}…`;
}
