import { thresholdsOf } from './passed-thresholds.ts';
import type { RunContext } from './run-context.ts';

/** Stops the run at its `maxDurationMs`, and warns on the way there. */
export function watchDuration(context: RunContext, key: string): void {
  const { maxDurationMs } = context.settings.budget;
  if (maxDurationMs === undefined) return;
  // Without its deadline the run cannot go on.
  watch(context, key, maxDurationMs).catch((cause: unknown) => context.stop('failed', { cause }));
}

async function watch(context: RunContext, key: string, max: number): Promise<void> {
  const { durable, signal, settings } = context;
  let used = 0;
  for (const threshold of thresholdsOf(settings.budget)) {
    const next = Math.round(threshold * max);
    await durable.sleep(`${key}/deadline/${threshold}`, next - used);
    if (signal.aborted) return;
    used = next;
    // Nobody is held back by a consumer who is slow to hear of it.
    void context.notify('budget_warning', { limit: 'maxDurationMs', threshold, used, max });
  }
  await durable.sleep(`${key}/deadline`, max - used);
  context.stop('maxDurationMs');
}
