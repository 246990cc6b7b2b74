import type { Usage } from '@harness-sdk/core';
import type { WireUsage } from './wire.ts';

/**
 * Counts with those of a later event over them. Later counts are running totals, so they replace; a field that is `null`
 * or absent says nothing and leaves the earlier one.
 */
export function mergeUsage(earlier: WireUsage | undefined, later: WireUsage): WireUsage {
  const news = Object.entries(later).filter(([, value]) => value !== null && value !== undefined);
  return { ...earlier, ...Object.fromEntries(news) };
}

/**
 * Token counts in the shape of the SDK, with the vendor's own object as `raw`.
 *
 * "`totalTokenCount` is the sum of `prompt_token_count`, `candidates_token_count`, `tool_use_prompt_token_count`, and
 * `thoughts_token_count`", and the prompt includes what was cached (`GenerateContentResponseUsageMetadata` of
 * `@google/genai` 3.1.0). What was written to the implicit cache is not reported.
 *
 * @returns `undefined` where no count has arrived.
 */
export function toUsage(raw: WireUsage | undefined): Usage | undefined {
  if (raw === undefined) return undefined;
  const prompt = countOf(raw.promptTokenCount);
  const cached = countOf(raw.cachedContentTokenCount);
  const thoughts = countOf(raw.thoughtsTokenCount);
  const uncached = prompt === undefined ? undefined : Math.max(0, prompt - (cached ?? 0));
  return {
    ...count('input', sum(uncached, countOf(raw.toolUsePromptTokenCount))),
    ...count('cacheRead', cached),
    ...count('output', sum(countOf(raw.candidatesTokenCount), thoughts)),
    ...count('reasoning', thoughts),
    raw,
  };
}

type Count = number | undefined;

/** The number in a field that should hold a count, if it does: gateways may send anything, and a price is made from it. */
function countOf(value: unknown): Count {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function sum(left: Count, right: Count): Count {
  return left === undefined && right === undefined ? undefined : (left ?? 0) + (right ?? 0);
}

function count(name: 'input' | 'cacheRead' | 'output' | 'reasoning', tokens: Count): Usage {
  return tokens === undefined ? {} : { [name]: tokens };
}
