import { AgentError, messageOf } from '../errors.ts';
import { claimOf } from './begin-run.ts';
import { finish, type RunEnd } from './finish-run.ts';
import type { RunContext } from './run-context.ts';

/** Ends a run that cannot go on. Where the store has failed, the end is shown and not logged. */
export async function fail(context: RunContext, cause: unknown): Promise<void> {
  const error = asAgentError(cause);
  context.lastError = error;
  context.stop('failed');
  const end: RunEnd = { stopReason: 'error', error: error.toInfo() };
  try {
    await finishAnyRun(context, end);
  } catch {
    // The store fails, or refuses us because another run writes to the session; `error` says so or came before it.
    context.log.detach();
    await finishAnyRun(context, end);
  }
}

async function finishAnyRun(context: RunContext, end: RunEnd): Promise<void> {
  if (!context.hasClaimed || context.run.end !== undefined) {
    // The run failed before it could claim the session: its end belongs to the stream, not to the log.
    context.log.forget();
    await context.commitQuietly({
      key: 'failed',
      type: 'run_started',
      runId: 'failed',
      continues: false,
      ...claimOf(context, context.models.first),
    });
  }
  await finish(context, end);
}

function asAgentError(error: unknown): AgentError {
  if (AgentError.isInstance(error)) return error;
  return new AgentError('internal', `Unexpected: ${messageOf(error)}`, { cause: error });
}
