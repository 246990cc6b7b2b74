import type { CallList, CallState } from './call-list.ts';
import type { ApprovalDecided, ApprovalRequested } from './event.ts';
import type { GrowingList } from './growing-list.ts';

/** The last question that was put to a person about a call, and what came of it. */
export interface CallApproval {
  readonly request: ApprovalRequested;
  /** Absent while nobody has answered. */
  readonly decision?: ApprovalDecided;
}

/** What a person decided about a call of the run. The first decision counts. */
export interface DecidedApproval {
  readonly toolCallId: string;
  readonly decision: 'allow' | 'deny';
}

/** A new question about a call makes the decision on the one before it void. */
export interface VoidApproval {
  readonly toolCallId: string;
  readonly isVoid: true;
}

/** True for a call that waits for a decision which another process may bring. */
export function isParked({ approval, result }: CallState): boolean {
  return result === undefined && approval?.decision?.decision === 'defer';
}

/** The calls after a question was put, or answered. Those that a tool makes inside its call are not among them. */
export function noteApproval(calls: CallList, event: ApprovalRequested | ApprovalDecided): CallList {
  if (event.isNested === true) return calls;
  if (event.type === 'approval_requested') return calls.with(event.toolCallId, { approval: { request: event } });
  const request = calls.get(event.toolCallId)?.approval?.request;
  return request === undefined ? calls : calls.with(event.toolCallId, { approval: { request, decision: event } });
}

/** The decisions after one more event. */
export function noteDecision(
  decided: GrowingList<DecidedApproval | VoidApproval>,
  event: ApprovalRequested | ApprovalDecided,
): GrowingList<DecidedApproval | VoidApproval> {
  if (event.isNested === true) return decided;
  const { toolCallId } = event;
  if (event.type === 'approval_requested') return decided.append({ toolCallId, isVoid: true });
  return event.decision === 'defer' ? decided : decided.append({ toolCallId, decision: event.decision });
}

/** What was decided on a call, where that is not void. */
export function decisionOn(
  decided: GrowingList<DecidedApproval | VoidApproval>,
  toolCallId: string,
): DecidedApproval['decision'] | undefined {
  const last = decided.toArray().findLast((each) => each.toolCallId === toolCallId);
  return last === undefined || 'isVoid' in last ? undefined : last.decision;
}

/** The calls of a run that is taken up: those that were parked are judged again. */
export function unpark(calls: CallList): CallList {
  let unparked = calls;
  for (const state of calls.open()) {
    if (state.approval === undefined || !isParked(state)) continue;
    unparked = unparked.with(state.call.id, { approval: { request: state.approval.request } });
  }
  return unparked;
}
