import { AgentError, messageOf } from '../errors.ts';
import type { Hooks } from '../hooks.ts';
import type { RedactText } from '../session/redact-event.ts';
import { badAnswer } from './ask-hook.ts';

/** The redact hook as the log calls it; `undefined` where there is none. It throws `hook_failed`. */
export function redactHook(hooks: Hooks | undefined): RedactText | undefined {
  if (hooks?.redact === undefined) return undefined;
  return (text) => {
    let answer: unknown;
    try {
      answer = hooks.redact?.(text);
    } catch (error) {
      throw new AgentError('hook_failed', `The redact hook threw: ${messageOf(error)}`, { cause: error });
    }
    if (typeof answer !== 'string') throw badAnswer('redact', `a ${typeof answer}`);
    return answer;
  };
}
