import type { ModelSwitched } from '../session/event.ts';
import { limitsOf } from './compaction-options.ts';
import type { RunContext } from './run-context.ts';

/** Logs that another model is called from here on, with the limits that it has. */
export async function switchModel(
  context: RunContext,
  change: Omit<ModelSwitched, 'type' | 'from' | 'compaction'>,
): Promise<void> {
  const model = context.models.find(change.to);
  const compaction = model === undefined ? context.run.compaction : limitsOf(context.settings, model);
  await context.commit({
    key: `switch/${context.log.state.seq + 1}`,
    type: 'model_switched',
    ...change,
    from: context.run.model,
    ...(compaction === undefined ? {} : { compaction }),
  });
}
