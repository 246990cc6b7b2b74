import { eventVersion, type SessionEvent, type Steered } from './event.ts';
import { nextStep, type Step } from './next-step.ts';
import { evolve, type SessionState } from './state.ts';

/**
 * True where the user may speak now and a model will hear it: between the results of one turn and the call of the next, or
 * at the end of a run that would otherwise be over. Never between a call and its result, nor between the attempts at a turn.
 */
export function canSteer(state: SessionState, steered: Steered): boolean {
  if (!isBetweenTurns(state, nextStep(state))) return false;
  const event: SessionEvent = { v: eventVersion, seq: state.seq + 1, at: 0, key: 'steer', ...steered };
  const after = nextStep(evolve(state, event));
  return after.type === 'call_model' || after.type === 'compact';
}

function isBetweenTurns({ run }: SessionState, step: Step): boolean {
  // What a pause left off is not to be interrupted.
  if (run?.lastTurn?.stop === 'pause') return false;
  switch (step.type) {
    case 'call_model':
      return step.attempt === 1;
    case 'compact':
      return run?.compacting === undefined && run?.retry === undefined && step.plan.trigger === 'threshold';
    case 'finish':
      return step.stopReason === 'end_turn' && run?.end === undefined;
    case 'switch_model':
    case 'run_tools':
    case 'answer_calls':
    case 'wait_for_approvals':
    case 'check_output':
      return false;
  }
}
