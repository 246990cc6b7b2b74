import { nearestName } from '@harness-sdk/core';
import type { Fail } from './fail.ts';

/** Refuses the name of a tool that there is not, as far as the tools are known. */
export function checkToolName(tool: string, tools: readonly string[] | undefined, fail: Fail): void {
  if (tools === undefined || tools.includes(tool)) return;
  const nearest = nearestName(tool, tools);
  const hint = nearest === undefined ? `The tools are: ${tools.join(', ')}.` : `Did you mean "${nearest}"?`;
  fail(`there is no tool "${tool}". ${hint}`);
}
