import { AgentError, messageOf } from '../errors.ts';
import type { Awaitable, Hooks } from '../hooks.ts';

/**
 * Calls a hook.
 *
 * @throws AgentError `hook_failed` where it threw.
 */
export async function askHook<T>(name: keyof Hooks, call: () => Awaitable<T>): Promise<Exclude<T, void> | undefined> {
  try {
    const answer = await call();
    // `void` in a hook's type means that it may return nothing.
    return (answer ?? undefined) as Exclude<T, void> | undefined;
  } catch (error) {
    throw new AgentError('hook_failed', `The ${name} hook threw: ${messageOf(error)}`, { cause: error });
  }
}
