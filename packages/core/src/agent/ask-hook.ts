import { AgentError, messageOf } from '../errors.ts';
import type { HookContext, Hooks } from '../hooks.ts';
import type { RunContext } from './run-context.ts';

/** Hooks that are told of a step, and may answer. */
type HookName = Exclude<keyof Hooks, 'redact'>;
type Hook<Name extends HookName> = NonNullable<Hooks[Name]>;
/** What a hook is told besides its context. */
type HookInput<Name extends HookName> = Omit<Parameters<Hook<Name>>[0], keyof HookContext>;
type HookAnswer<Name extends HookName> = Exclude<Awaited<ReturnType<Hook<Name>>>, void>;

/**
 * Asks a hook, as a method of the object it is in. `undefined` where there is none, or it has nothing to say.
 *
 * @throws AgentError `hook_failed` where it threw, or answered with something that is no object.
 */
export async function askHook<Name extends HookName>(
  context: RunContext,
  name: Name,
  signal: AbortSignal,
  input: HookInput<Name>,
): Promise<HookAnswer<Name> | undefined> {
  const { hooks } = context.settings;
  const hook = hooks?.[name];
  if (hook === undefined) return undefined;
  let answer: unknown;
  try {
    answer = await Reflect.apply(hook, hooks, [{ ...context.hookContext(signal), ...input }]);
  } catch (error) {
    throw new AgentError('hook_failed', `The ${name} hook threw: ${messageOf(error)}`, { cause: error });
  }
  if (answer === undefined || answer === null) return undefined;
  if (typeof answer !== 'object') throw badAnswer(name, `a ${typeof answer}`);
  // An object, and no more is known of it: whoever asked checks the fields that decide.
  return answer as HookAnswer<Name>;
}

/** A hook answered with something that it cannot mean. */
export function badAnswer(name: keyof Hooks, got: string): AgentError {
  const hint = 'Return nothing, or one of the answers that the type of the hook names.';
  return new AgentError('hook_failed', `The ${name} hook answered with ${got}. ${hint}`);
}
