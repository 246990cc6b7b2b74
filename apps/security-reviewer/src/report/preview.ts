import type { LeftOutFile } from '../collect-files.ts';
import type { Estimate } from '../pipeline/estimate.ts';
import type { ReviewPreview } from '../review.ts';
import { diffOf, reviewerName } from './describe-review.ts';
import { escapeUnseen } from './escape-unseen.ts';
import { formatCost } from './format-cost.ts';
import { toVisibleName, toVisibleText } from './inert-text.ts';

/** What a preview is shown with. */
export interface PreviewOptions {
  /** Version of the program. */
  readonly version: string;
  /** Whether the model would look again at what is found, which the estimate leaves out. */
  readonly hasSecondLooks: boolean;
  /** Ceiling in US dollars; `undefined` where there is none. */
  readonly maxCostUsd: number | undefined;
}

/** Version of the JSON preview. It rises when a field goes or changes its meaning; new fields may come. */
const schemaVersion = 1;
const free: Estimate = { units: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 };

/** What a review would look at and take, for people. It ends with a newline. */
export function toPreviewText(preview: ReviewPreview, { hasSecondLooks, maxCostUsd }: PreviewOptions): string {
  const { target, files, skipped, failed, estimate, reviewer } = preview;
  const lines = [
    'Dry run: nothing was reviewed, and nothing was sent.',
    `Reviewer: ${toVisibleName(reviewerName(preview))}`,
    ...(target.diff === undefined ? [] : [`Change: ${toVisibleText(diffOf(target.diff))}`]),
    ...listOf('To review', files.map(toVisibleName)),
    ...listOf('Skipped', skipped.map(withReason)),
    ...listOf('Failed', failed.map(withReason)),
    ...(estimate === undefined ? ['Cost: $0.00'] : estimateLines(estimate, hasSecondLooks)),
    ...(reviewer.isLanguageModel && maxCostUsd !== undefined ? [`Ceiling: ${formatCost(maxCostUsd)}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** What a review would look at and take, as JSON: the same files give the same bytes. It ends with a newline. */
export function toPreviewJson(
  { reviewer, target, files, skipped, failed, estimate = free }: ReviewPreview,
  { version, hasSecondLooks, maxCostUsd }: PreviewOptions,
): string {
  const json = {
    schemaVersion,
    tool: { name: 'security-reviewer', version },
    dryRun: true,
    reviewer,
    target,
    files,
    skipped,
    failed,
    estimate: { ...estimate, costUsd: estimate.costUsd ?? null, hasSecondLooks },
    maxCostUsd: maxCostUsd ?? null,
  };
  return `${escapeUnseen(JSON.stringify(json, undefined, 2))}\n`;
}

function listOf(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [`${title}: none`] : [`${title}: ${items.length}`, ...items.map((item) => `  ${item}`)];
}

function withReason({ file, reason }: LeftOutFile): string {
  return `${toVisibleName(file)}: ${toVisibleText(reason)}`;
}

function estimateLines({ units, inputTokens, outputTokens, costUsd }: Estimate, hasSecondLooks: boolean): string[] {
  const more = hasSecondLooks ? '; second looks at what is found come on top, about as much again at most' : '';
  return [
    `Units: ${units}, a session each`,
    `Tokens: about ${inputTokens} in, ${outputTokens} out${more}`,
    `Cost: ${costUsd === undefined ? 'unknown, the price of the model is not known' : `about ${formatCost(costUsd)}`}`,
  ];
}
