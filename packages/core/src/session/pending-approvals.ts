import type { PendingApproval } from '../message.ts';
import { isParked } from './approvals.ts';
import type { ApprovalRequested } from './event.ts';
import type { SessionState } from './state.ts';

/** The calls that wait for a decision, in their order. */
export function pendingApprovals({ calls }: SessionState): readonly PendingApproval[] {
  return [...calls.open()].flatMap((state) =>
    state.approval !== undefined && isParked(state) ? [toPendingApproval(state.approval.request)] : [],
  );
}

/** A question as people get to see it. */
export function toPendingApproval(request: ApprovalRequested): PendingApproval {
  const { toolCallId, name, args, access, decision, preview, previewError } = request;
  const { reason, rule, units, suggestions = [] } = decision;
  return {
    toolUseId: toolCallId,
    name,
    args,
    access,
    reason,
    ...(rule === undefined ? {} : { rule }),
    ...(preview === undefined ? {} : { preview }),
    ...(previewError === undefined ? {} : { previewError }),
    ...(units === undefined ? {} : { units }),
    suggestions,
  };
}
