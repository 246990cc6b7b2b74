import { AgentError } from '@harness-sdk/core';

/** Refuses a rule; the problem is what cannot be honoured, and what to write instead. */
export type Fail = (problem: string) => never;

/** The list a rule stands in. */
export type RuleList = 'allow' | 'ask' | 'deny';

/** A way to refuse one rule: an `AgentError` `policy_invalid` that names it. */
export function failFor(list: RuleList, text: string): Fail {
  return (problem) => {
    throw new AgentError('policy_invalid', `The ${list} rule ${JSON.stringify(text)} cannot be honoured: ${problem}`);
  };
}
