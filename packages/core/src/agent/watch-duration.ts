import { thresholdsOf } from './passed-thresholds.ts';
import type { RunContext } from './run-context.ts';

/**
 * Stops the run at its `maxDurationMs`, and warns on the way there. What earlier processes worked on it counts, as far as
 * the log has the time; what they have warned of is not warned of again.
 */
export function watchDuration(context: RunContext, key: string): void {
  const { maxDurationMs } = context.settings.budget;
  if (maxDurationMs === undefined) return;
  if (context.run.workedMs >= maxDurationMs) return context.stop('maxDurationMs');
  // Without its deadline the run cannot go on.
  watch(context, key, maxDurationMs).catch((cause: unknown) => context.stop('failed', { cause }));
}

async function watch(context: RunContext, key: string, max: number): Promise<void> {
  const { durable, signal, settings } = context;
  let used = context.run.workedMs;
  for (const threshold of thresholdsOf(settings.budget)) {
    const next = Math.round(threshold * max);
    if (next <= used) continue;
    await durable.sleep(`${key}/deadline/${threshold}`, next - used);
    if (signal.aborted) return;
    used = next;
    // Nobody is held back by a consumer who is slow to hear of it.
    void context.notify('budget_warning', { limit: 'maxDurationMs', threshold, used, max });
  }
  await durable.sleep(`${key}/deadline`, max - used);
  context.stop('maxDurationMs');
}
