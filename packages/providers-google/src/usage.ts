import type { Usage } from '@harness-sdk/core';
import type { WireUsage } from './wire.ts';

/**
 * Counts with those of a later event over them. Later counts are running totals, so they replace; a field that is `null`
 * or absent says nothing and leaves the earlier one.
 */
export function mergeUsage(earlier: WireUsage | undefined, later: WireUsage): WireUsage {
  const merged: Record<string, WireUsage[string]> = { ...earlier };
  for (const [name, value] of Object.entries(later)) {
    if (value !== null && value !== undefined) merged[name] = value;
  }
  return merged;
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
  const { promptTokenCount: prompt, cachedContentTokenCount: cached, toolUsePromptTokenCount: toolUse } = raw;
  const uncached = typeof prompt === 'number' ? Math.max(0, prompt - (cached ?? 0)) : undefined;
  return {
    ...count('input', sum(uncached, toolUse)),
    ...count('cacheRead', cached),
    ...count('output', sum(raw.candidatesTokenCount, raw.thoughtsTokenCount)),
    ...count('reasoning', raw.thoughtsTokenCount),
    raw,
  };
}

type Count = number | null | undefined;

function sum(left: Count, right: Count): Count {
  return typeof left === 'number' || typeof right === 'number' ? (left ?? 0) + (right ?? 0) : undefined;
}

function count(name: 'input' | 'cacheRead' | 'output' | 'reasoning', tokens: Count): Usage {
  return typeof tokens === 'number' ? { [name]: tokens } : {};
}
