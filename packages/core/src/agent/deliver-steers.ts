import { canSteer } from '../session/can-steer.ts';
import type { RunContext } from './run-context.ts';

/**
 * Puts what the user said meanwhile behind the transcript, in its order, where the model may hear it now.
 *
 * @returns True where there was something.
 */
export async function deliverSteers(context: RunContext): Promise<boolean> {
  const { steers, log, signal } = context;
  let hasDelivered = false;
  for (let next = steers.first; next !== undefined; next = steers.first) {
    const { state } = log;
    const turn = state.turn + 1;
    const steered = { type: 'steered', content: next.content, turn } as const;
    if (signal.aborted || !canSteer(state, steered)) break;
    const messages = await context.record({ key: `steer/${state.seq + 1}`, ...steered });
    steers.take();
    // Before it is shown: who waits for the receipt may be the one who reads.
    next.resolve({ delivered: true, turn, seq: state.seq + 1 });
    hasDelivered = true;
    for (const message of messages) await context.deliver(message);
  }
  return hasDelivered;
}
