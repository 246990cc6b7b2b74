import { isParked } from '../session/approvals.ts';
import type { EventDraft } from '../session/event.ts';
import type { SessionState } from '../session/state.ts';
import { callKey } from './call-key.ts';

const withdrawn = 'a new prompt came instead of a decision.';

/** What answers the calls of a run that waits for decisions, where a new prompt comes instead. */
export function withdrawApprovals({ calls, run, turn }: SessionState): readonly EventDraft[] {
  if (run?.end?.stopReason !== 'approval_required') return [];
  return [...calls.open()].flatMap((state): readonly EventDraft[] => {
    const { id: toolCallId, name } = state.call;
    const key = callKey(turn, toolCallId);
    const answer = { key, type: 'tool_finished', toolCallId, name, isError: true } as const;
    if (!isParked(state)) {
      return [
        {
          ...answer,
          outcome: 'not_executed',
          content: `Not executed: a call before it waited for approval, and ${withdrawn}`,
        },
      ];
    }
    const decision = { decision: 'deny', tier: 'core', reason: `It waited for approval, and ${withdrawn}` } as const;
    return [
      { key: `${key}/withdrawn`, type: 'tool_decided', toolCallId, name, decision },
      { ...answer, outcome: 'denied', content: `Denied: ${decision.reason}` },
    ];
  });
}
